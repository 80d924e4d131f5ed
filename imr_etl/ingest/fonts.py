"""Fonts of a PDF whose character table (ToUnicode) names other characters than the font shows.

Belongs here: the comparison of that table with the names of the font's glyphs, or with the table in the font's own
file. Does not belong here: text that is not seen (`imr_etl.ingest.visibility`).

Programs read what the character table says. Where a font has neither names nor a table of its own, only the drawn page
shows whether that is true.
"""

import io
from typing import Any

from imr_etl.ingest.pages import Finding

SIGNS = (b"/ToUnicode", b"/ObjStm")
"""Bytes of a file whose fonts have character tables, or may have them in a packed part."""

SYMBOLIC = 4
"""Flag of fonts whose codes follow no standard encoding."""

SHOWN = 10
"""Characters that a finding names."""


def with_true_maps(data: bytes) -> tuple[bytes, list[Finding]]:
    """Return a PDF whose character tables name what is shown, with a finding if any table named something else.

    The table of a font whose own file may show anything under a name is left as it is, but is a finding, too.
    """
    if not any(sign in data for sign in SIGNS):
        return data, []
    import pikepdf  # noqa: PLC0415  loads in 0.06 s, and most runs never need it

    found: dict[str, str] = {}
    try:
        with pikepdf.open(io.BytesIO(data), suppress_warnings=True) as document:
            for font in document.objects:
                if isinstance(font, pikepdf.Dictionary) and "/ToUnicode" in font:
                    said, shown = _characters(font)
                    wrong = {code: shown[code] for code in sorted(shown) if _differs(shown[code], said.get(code))}
                    found |= {character: said[code] for code, character in wrong.items()}
                    if wrong and not _has_own_names(font):
                        font.ToUnicode = document.make_stream(_table(said | wrong, 4 if _is_composite(font) else 2))
            if not found:
                return data, []
            file = io.BytesIO()
            document.save(file)
    except Exception:  # noqa: BLE001  pikepdf's errors are of many kinds, and another reader has opened this file
        return data, []
    pairs = ", ".join(f'"{said}" for "{shown}"' for shown, said in list(found.items())[:SHOWN])
    excerpt = f"A font's table names other characters than it shows: {pairs}"
    return file.getvalue(), [Finding("hidden_text", None, excerpt)]


def _characters(font: Any) -> tuple[dict[int, str], dict[int, str]]:
    """Return what a font's table says of each code, and what it shows, where both are known."""
    try:
        return _said(font), _shown_by_file(font) if _is_composite(font) else _shown_by_names(font)
    except Exception:  # noqa: BLE001  pikepdf's and pdfminer's errors are of many kinds; what they cannot read is passed over
        return {}, {}


def _differs(shown: str, said: str | None) -> bool:
    """Check whether another letter or digit is shown; other names of marks and small capitals do not count."""
    return said is not None and shown.isascii() and shown.isalnum() and said.casefold() != shown.casefold()


def _table(characters: dict[int, str], digits: int) -> bytes:
    """Return a table of characters by code, with so many hexadecimal digits a code."""
    lines = [
        f"1 beginbfchar <{code:0{digits}X}> <{character.encode('utf-16-be').hex()}> endbfchar"
        for code, character in sorted(characters.items())
    ]
    space = f"1 begincodespacerange <{'0' * digits}> <{'F' * digits}> endcodespacerange"
    return "\n".join(["begincmap", space, *lines, "endcmap"]).encode()


def _is_composite(font: Any) -> bool:
    return bool(font.get("/Subtype") == "/Type0")


def _said(font: Any) -> dict[int, str]:
    """Return the characters of each code by the font's table."""
    from pdfminer.cmapdb import CMapParser, FileUnicodeMap  # noqa: PLC0415  loads in 0.1 s

    table = FileUnicodeMap()
    CMapParser(table, io.BytesIO(font.ToUnicode.read_bytes())).run()
    return dict(table.cid2unichr)


def _has_own_names(font: Any) -> bool:
    """Check whether the font's glyphs are in the file, under names that may mean anything."""
    descriptor = font.get("/FontDescriptor", {})
    return not _is_composite(font) and any(f"/FontFile{kind}" in descriptor for kind in ("", 2, 3))


def _shown_by_names(font: Any) -> dict[int, str]:
    """Return what the names say of the glyphs that codes stand for."""
    from pdfminer.encodingdb import EncodingDB  # noqa: PLC0415
    from pdfminer.psparser import LIT  # noqa: PLC0415

    is_symbolic = int(font.get("/FontDescriptor", {}).get("/Flags", 0)) & SYMBOLIC
    if font.get("/Subtype") not in ("/Type1", "/MMType1", "/TrueType") or "/Encoding" not in font or is_symbolic:
        return {}
    encoding = font["/Encoding"]
    if not hasattr(encoding, "keys"):
        return dict(EncodingDB.get_encoding(str(encoding).removeprefix("/")))
    base = str(encoding.get("/BaseEncoding", "/StandardEncoding")).removeprefix("/")
    entries = encoding.get("/Differences", [])
    differences = [LIT(str(entry).removeprefix("/")) if str(entry).startswith("/") else int(entry) for entry in entries]
    return dict(EncodingDB.get_encoding(base, differences))


def _shown_by_file(font: Any) -> dict[int, str]:
    """Return the characters of codes by the table of a TrueType file; a map may lead from codes to its glyphs."""
    from pdfminer.pdffont import TrueTypeFont  # noqa: PLC0415

    descendant = font["/DescendantFonts"][0]
    file = descendant.get("/FontDescriptor", {}).get("/FontFile2")
    if file is None or font.get("/Encoding") != "/Identity-H":
        return {}
    characters = TrueTypeFont("", io.BytesIO(file.read_bytes())).create_unicode_map().cid2unichr
    to_glyph = descendant.get("/CIDToGIDMap", "/Identity")
    if to_glyph == "/Identity":
        return dict(characters)
    glyphs = to_glyph.read_bytes()
    pairs = ((code, int.from_bytes(glyphs[2 * code : 2 * code + 2], "big")) for code in range(len(glyphs) // 2))
    return {code: characters[glyph] for code, glyph in pairs if glyph in characters}
