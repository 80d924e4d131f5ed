"""The build over Parquet files made by hand: what comes over, and what a build does to the file that is there."""

import re
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest
from parquet_rows import Row, write_rows

import warehouse.build.load
from imr_etl.problems import PROBLEM_CODES
from imr_etl.schema.tables import TABLES, WAREHOUSE_TABLES
from imr_etl.storage import parquet
from imr_etl.storage.paths import DataPaths
from warehouse import attached, sql
from warehouse.build.build import BuildReport, build
from warehouse.build.inputs import is_current

FIRST, SECOND = "CM16-0020001", "CM16-0020002"

Put = Callable[..., None]
Rows = list[Row]


def ask(paths: DataPaths, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(paths.warehouse), read_only=True) as connection:
        return connection.execute(query).fetchall()


def of_tables(report: BuildReport) -> dict[str, int]:
    return {name: rows for name, rows in report.rows.items() if not name.startswith("marts.")}


def left_over(paths: DataPaths) -> list[str]:
    """What lies beside the warehouse's two names that a build might have left."""
    return sorted(path.name for path in paths.root.glob("*") if "building" in path.name or path.suffix == ".wal")


# What comes over


@pytest.mark.usefixtures("letters")
def test_a_build_reports_what_it_built(paths: DataPaths) -> None:
    report = build(paths)
    assert report.letters == {"loaded": 2}
    assert of_tables(report) == dict.fromkeys(WAREHOUSE_TABLES, 1) | {"determinations": 2, "letter_files": 2}
    assert report.rows["marts.items"] == 1
    assert report.problems == {"no_items": 1}
    assert report.seconds > 0
    assert left_over(paths) == []
    about = "SELECT letters, imr_etl_version IS NOT NULL, source_folder FROM main.build"
    assert ask(paths, about) == [(2, True, "file:///letters")]
    inputs = "SELECT count(*), count(DISTINCT block), count(DISTINCT checksum) FROM main.build_inputs"
    assert ask(paths, inputs) == [(15, 1, 15)]


EARLY, LATE = date(2016, 3, 1), date(2016, 9, 1)
SEEN, SEEN_LATER = datetime(2026, 1, 1), datetime(2026, 2, 1)


CURRENT = {
    "latest decision": (("b", LATE, SEEN, "1.pdf"), ("a", EARLY, SEEN_LATER, "2.pdf"), "b"),
    "a date before none": (("b", EARLY, SEEN, "1.pdf"), ("a", None, SEEN_LATER, "2.pdf"), "b"),
    "seen last": (("b", None, SEEN, "2.pdf"), ("a", None, SEEN_LATER, "1.pdf"), "a"),
    "last address": (("b", EARLY, SEEN, "1.pdf"), ("a", EARLY, SEEN, "2.pdf"), "a"),
    "last content": (("b", EARLY, SEEN, "1.pdf"), ("a", EARLY, SEEN, "1.pdf"), "b"),
}
"""Two letters of a case (name, decision date, when and where seen), and the one that is current."""


def test_one_letter_of_a_case_is_current(paths: DataPaths, put: Put) -> None:
    files, determinations, items, expected = [], [], [], {}
    for number, (*letters, current) in enumerate(CURRENT.values()):
        case = f"CM16-00200{number:02}"
        expected[case] = current
        for name, decided, seen, uri in letters:
            key = {"sha256": f"{name}{number}"}
            files.append(
                key | {"case_number": case, "first_seen": seen, "uri": f"{number}/{uri}", "is_present": name == "a"}
            )
            determinations.append(
                key | {"determination_id": case, "decision_date": decided, "item_count": 1, "outcome": "upheld"}
            )
            items.append(key | {"item_number": 1, "request": name})
    put(letter_files=files, determinations=determinations, disputed_items=items)
    build(paths)
    query = "SELECT determination_id, sha256[:1] FROM main.determinations"
    assert dict(ask(paths, query)) == expected
    assert dict(ask(paths, "SELECT determination_id, request FROM main.disputed_items")) == expected
    found = ask(paths, "SELECT case_number, sha256[:1], status FROM main.letter_files")
    assert {(case, name, "loaded" if expected[case] == name else "superseded") for case, name, _ in found} == {*found}
    assert len(found) == 2 * len(CURRENT)
    assert {*ask(paths, "SELECT sha256[:1] FROM main.letter_files WHERE is_present")} == {("a",)}


def put_copies(put: Put, *copies: Row) -> None:
    """Write letters of one case: `problems` of a copy are codes, the other keys columns of the tables."""
    names = {name: TABLES[name].columns for name in ("letter_files", "determinations")}
    rows: dict[str, list[Row]] = {name: [] for name in (*names, "disputed_items", "problems")}
    for copy in copies:
        case = {"determination_id": FIRST, "case_number": FIRST, "outcome": "upheld"}
        for name, columns in names.items():
            rows[name].append({key: value for key, value in (case | copy).items() if key in columns})
        key = {"sha256": copy["sha256"]}
        rows["disputed_items"] += [key | {"item_number": number + 1} for number in range(copy["item_count"])]
        rows["problems"] += [
            key | {"position": position, "case_number": copy.get("case_number", FIRST), "code": code}
            for position, code in enumerate(copy.get("problems", ()), start=1)
        ]
    put(**rows)


COPY: Row = {
    "sha256": "a",
    "uri": "1.pdf",
    "first_seen": SEEN,
    "media_type": "application/pdf",
    "decision_date": EARLY,
    "item_count": 2,
}
LATER_COPY: Row = COPY | {"sha256": "b", "uri": "2.pdf", "first_seen": SEEN_LATER}
"""Of two letters of which no other thing is known the one that counts."""


COPIES: dict[str, tuple[Row, Row, str]] = {
    "more items": ({}, {"item_count": 1}, "a"),
    "more items, no dates": ({"decision_date": None}, {"decision_date": None, "item_count": 1}, "a"),
    "a known template": ({"problems": ["section_missing"]}, {"template": "unknown"}, "a"),
    "no part of an item missing": ({}, {"problems": ["item_incomplete"]}, "a"),
    "no section missing": ({}, {"problems": ["section_missing"]}, "a"),
    "text to its end": ({}, {"problems": ["incomplete_letter"]}, "a"),
    "no unread page": ({}, {"problems": ["unreadable_page"]}, "a"),
    "a PDF": ({"problems": ["unknown_drug"] * 3}, {"media_type": "text/plain"}, "a"),
    "no gap before a PDF": ({"media_type": "text/plain"}, {"problems": ["item_incomplete"]}, "a"),
    "a date": ({"problems": ["unreadable_page"]}, {"decision_date": None}, "a"),
    "seen later, all else equal": ({"problems": ["unknown_drug"]}, {"problems": ["unknown_drug"] * 2}, "b"),
}
"""What is known of two letters of one decision beside `COPY` and `LATER_COPY`, and the one that counts."""


def test_the_more_complete_letter_of_a_decision_counts(paths: DataPaths, put: Put) -> None:
    copies, expected = [], {}
    for number, (one, other, current) in enumerate(COPIES.values()):
        case = f"CM16-00200{number:02}"
        expected[case] = f"{current}{number}"
        names = {"determination_id": case, "case_number": case}
        copies += [
            copy | names | {"sha256": f"{copy['sha256']}{number}", "uri": f"{number}/{copy['uri']}"}
            for copy in (COPY | one, LATER_COPY | other)
        ]
    put_copies(put, *copies)
    build(paths)
    assert dict(ask(paths, "SELECT determination_id, sha256 FROM main.determinations")) == expected
    assert ask(paths, "SELECT code FROM main.problems WHERE stage = 'warehouse'") == []


@pytest.mark.parametrize("decided", [EARLY, None])
def test_a_later_decision_with_fewer_items_counts_and_is_a_problem(
    paths: DataPaths, put: Put, decided: date | None
) -> None:
    whole = COPY | {"item_count": 3, "decision_date": decided}
    put_copies(
        put,
        whole,
        whole | {"sha256": "c", "uri": "3.pdf", "item_count": 2},
        whole | {"sha256": "d", "uri": "4.pdf", "item_count": 1},
        LATER_COPY | {"item_count": 1, "decision_date": LATE, "problems": ["unreadable_page"]},
    )
    build(paths)
    assert ask(paths, "SELECT sha256 FROM main.determinations") == [("b",)]
    columns = "sha256, position, case_number, stage, code, field, excerpt"
    result = "item_count 1 here and {} in the superseded letter {} with SHA-256 {}"
    superseded = ("warehouse", "superseded_had_more_items", "item_count")
    assert ask(paths, f"SELECT {columns} FROM main.problems ORDER BY position") == [
        ("b", 1, FIRST, "tables", "unreadable_page", None, None),
        ("b", 2, FIRST, *superseded, result.format(3, "1.pdf", "a")),
        ("b", 3, FIRST, *superseded, result.format(2, "3.pdf", "c")),
    ]


def test_a_problem_about_a_superseded_letter_lasts_as_long_as_that_letter(paths: DataPaths, put: Put) -> None:
    whole = COPY | {"item_count": 3}
    short = LATER_COPY | {"item_count": 1, "decision_date": LATE}
    put_copies(put, whole, short)
    build(paths)
    about = "SELECT sha256, code FROM main.problems"
    superseded = [("b", "superseded_had_more_items")]
    assert ask(paths, about) == superseded
    assert build(paths).changed == 0, "the build's own rows are no change"
    assert ask(paths, about) == superseded
    put_copies(put, whole | {"determination_id": SECOND, "case_number": SECOND, "uri": "renamed.pdf"}, short)
    assert build(paths).changed == 2
    assert ask(paths, about) == []
    put_copies(put, whole, short)
    assert build(paths).changed == 0, "the spare warehouse is of these letters"
    assert ask(paths, about) == superseded


def test_the_codes_that_make_a_letter_less_complete_are_codes() -> None:
    named = re.findall(r"'(\w+)'", sql("load/current_letters").partition("code IN")[2].partition(")")[0])
    assert "item_incomplete" in named
    assert set(named) <= set(PROBLEM_CODES)


def test_every_letter_has_a_status(paths: DataPaths, put: Put) -> None:
    put(
        letter_files=[{"sha256": sha256} for sha256 in ("fine", "image", "not read", "not parsed")],
        letter_reads=[
            {"sha256": "fine"},
            {"sha256": "image", "code": "no_text", "page_count": 2},
            {"sha256": "not parsed", "extractor": "", "page_count": 0},
        ],
        letter_parses=[{"sha256": "fine"}, {"sha256": "image"}],
        determinations=[{"sha256": "fine", "determination_id": FIRST, "case_number": FIRST}],
        problems=[{"sha256": "image", "position": 1, "stage": "lines", "code": "no_text"}],
    )
    build(paths)
    columns = "sha256, status, case_number, page_count, extractor, extractor_version, parser_version"
    assert ask(paths, f"SELECT {columns} FROM main.letter_files ORDER BY sha256") == [
        ("fine", "loaded", FIRST, 4, "pdfium", "1", "1"),
        ("image", "unreadable", None, 2, "pdfium", "1", "1"),
        ("not parsed", "unreadable", None, None, None, "1", None),
        ("not read", "unreadable", None, None, None, None, None),
    ]


def test_a_table_without_files_is_empty(paths: DataPaths, put: Put) -> None:
    put(letter_files=[{"sha256": "a"}])
    report = build(paths)
    assert report.letters == {"unreadable": 1}
    assert of_tables(report) == dict.fromkeys(WAREHOUSE_TABLES, 0) | {"letter_files": 1}


def test_a_column_that_a_file_of_another_version_lacks_is_null(paths: DataPaths, put: Put) -> None:
    """The file of one block lacks the column, that of another has it."""
    for number, block in ((1, "CM16-002"), (2, "CM16-003")):
        case = {"sha256": f"{number}", "determination_id": block, "case_number": block, "outcome": "upheld"}
        item = {"sha256": f"{number}", "item_number": 1, "treatment": "MRI"}
        parses = [{"sha256": f"{number}"}]
        put(block, determinations=[case | {"item_count": 1}], disputed_items=[item], letter_parses=parses)
    put(letter_files=[{"sha256": f"{number}", "block": f"CM16-00{number + 1}"} for number in (1, 2)])
    file = paths.tables("disputed_items", "CM16-002")
    parquet.write(parquet.open_parquet(file).drop("treatment").collect(), file)
    build(paths)
    assert ask(paths, "SELECT determination_id, treatment FROM main.disputed_items") == [
        ("CM16-002", None),
        ("CM16-003", "MRI"),
    ]


def test_a_letter_is_loaded_once_where_a_killed_listing_left_it_in_two_blocks(paths: DataPaths, put: Put) -> None:
    """The listing wrote the file of the block that the letter moved to, and not yet that of the block it left."""
    letter = {"sha256": "a", "determination_id": FIRST, "case_number": FIRST}
    for number in range(5, 15):
        put(f"CM16-{number:03}", letter_files=[])
    put(letter_files=[{"sha256": "a"}], determinations=[letter])
    build(paths)
    new = "CM16-003"
    listed = {"sha256": "a", "block": new, "uri": "file:///letters/moved.pdf"}
    put(new, letter_files=[listed], determinations=[letter], letter_reads=[{"sha256": "a"}])
    assert build(paths).changed == 1
    assert ask(paths, "SELECT sha256, block FROM main.letter_files") == [("a", new)]
    assert ask(paths, "SELECT determination_id FROM main.determinations") == [(FIRST,)]


def test_problems_of_files_lines_and_tables_are_one_list(paths: DataPaths, put: Put) -> None:
    put(
        letter_files=[{"sha256": "a"}, {"sha256": "b"}],
        file_problems=[
            {"sha256": "b", "position": 1, "stage": "files", "code": "duplicate_content", "excerpt": "1.pdf"},
            {"sha256": "b", "position": 2, "stage": "files", "code": "duplicate_content", "excerpt": "2.pdf"},
            {"sha256": "gone", "position": 1, "stage": "files", "code": "unreadable_file"},
        ],
        problems=[
            {"sha256": "a", "position": 1, "stage": "tables", "code": "no_items"},
            {"sha256": "b", "position": 1, "stage": "tables", "code": "header_missing", "page": 1},
            {"sha256": "b", "position": 2, "stage": "lines", "code": "unreadable_page"},
            {"sha256": "gone", "position": 1},
        ],
    )
    assert build(paths).problems == {"duplicate_content": 2, "header_missing": 1, "no_items": 1, "unreadable_page": 1}
    assert ask(paths, "SELECT sha256, position, stage, excerpt, page FROM main.problems") == [
        ("a", 1, "tables", None, None),
        ("b", 1, "files", "1.pdf", None),
        ("b", 2, "files", "2.pdf", None),
        ("b", 3, "lines", None, None),
        ("b", 4, "tables", None, 1),
    ]


def test_a_letter_counts_in_the_block_that_it_is_in_now(paths: DataPaths, put: Put) -> None:
    """A renamed file moves to another block; what the old one has of it stays there until it is parsed again."""
    old = {"sha256": "a", "determination_id": "sha256:a", "item_count": 1, "outcome": "upheld"}
    new = old | {"determination_id": FIRST, "case_number": FIRST}
    for block, row in (("unnumbered", old), ("CM16-002", new)):
        put(
            block,
            letter_reads=[{"sha256": "a"}],
            letter_parses=[{"sha256": "a"}],
            determinations=[row],
            disputed_items=[{"sha256": "a", "item_number": 1}],
            problems=[{"sha256": "a", "position": 1}],
        )
    put(letter_files=[{"sha256": "a", "case_number": FIRST}])
    report = build(paths)
    assert report.letters == {"loaded": 1}
    assert (report.rows["disputed_items"], report.rows["problems"]) == (1, 1)
    assert ask(paths, "SELECT determination_id FROM main.determinations") == [(FIRST,)]


def test_rows_lie_in_the_order_of_the_key(paths: DataPaths, put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warehouse.build.load, "BLOCKS_AT_A_TIME", 2)
    cases = [f"CM{year}-{number:07}" for year in (17, 13, 15) for number in (20_002, 10_001, 20_001)]
    for block in {case[:8] for case in cases}:
        here = [case for case in cases if case.startswith(block)]
        put(
            block,
            determinations=[
                {"sha256": case[::-1], "determination_id": case, "item_count": 2, "outcome": "upheld"} for case in here
            ],
            disputed_items=[{"sha256": case[::-1], "item_number": number} for case in here for number in (2, 1)],
        )
    put(letter_files=[{"sha256": case[::-1], "case_number": case, "block": case[:8]} for case in cases])
    build(paths)
    rows = ask(paths, "SELECT determination_id, item_number FROM main.disputed_items ORDER BY rowid")
    assert rows == [(case, number) for case in sorted(cases) for number in (1, 2)]
    assert ask(paths, "SELECT determination_id FROM main.determinations ORDER BY rowid") == [
        (c,) for c in sorted(cases)
    ]


def all_rows(paths: DataPaths) -> dict[str, list[tuple[object, ...]]]:
    """Columns and rows of every table but `build`, which says when it was built."""
    with attached(paths.warehouse, read_only=True) as connection:
        tables = connection.execute("SELECT schema_name || '.' || table_name FROM duckdb_tables()").fetchall()
        names = {name for (name,) in tables} - {"main.build"}
        found = {name: connection.execute(f"FROM {name} ORDER BY ALL") for name in sorted(names)}
        return {name: [tuple(c[0] for c in rows.description), *rows.fetchall()] for name, rows in found.items()}


def test_a_folder_may_be_called_anything(
    built_once: DataPaths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, two_letters: dict[str, Rows]
) -> None:
    odd = DataPaths.at(
        tmp_path / "case_number=CM16-0123456" / "year=2018/state=x" / "it's [one] * of {these}; -- blocks"
    )
    write_rows(odd, **two_letters)
    monkeypatch.setattr("tempfile.tempdir", str(odd.root))
    build(odd)
    assert all_rows(odd) == all_rows(built_once)
    assert is_current(odd)
    write_rows(odd, diagnoses=[])
    assert build(odd).changed == 1
    write_rows(odd, diagnoses=two_letters["diagnoses"])
    assert build(odd).changed is not None
    assert all_rows(odd) == all_rows(built_once)


@pytest.mark.usefixtures("letters")
def test_every_table_view_and_column_says_what_it_holds(paths: DataPaths) -> None:
    build(paths)
    for kind in ("table", "view", "column"):
        without = f"SELECT * FROM duckdb_{kind}s() WHERE comment IS NULL AND NOT internal"
        assert ask(paths, without) == []


CASES = {
    "before": {"a": "CM16-002", "b": "CM16-003", "c": "CM16-004"},
    "the letter that counts moves to another block": {"a": "CM16-004", "b": "CM16-003", "c": "CM16-004"},
    "it is gone": {"b": "CM16-003", "c": "CM16-004"},
    "both are in one block": {"a": "CM16-003", "b": "CM16-003", "c": "CM16-004"},
    "the other one moves": {"a": "CM16-002", "b": "CM16-004", "c": "CM16-004"},
}


@pytest.mark.parametrize("now", CASES)
def test_a_case_with_letters_in_two_blocks_is_replaced_with_both(paths: DataPaths, put: Put, now: str) -> None:
    """Of two letters of one case, a and b, only a changes; c is another case."""
    decided = {"a": LATE, "b": EARLY, "c": EARLY}

    def write(blocks: dict[str, str]) -> None:
        for block in {*CASES["before"].values()}:
            here = [sha256 for sha256, own in blocks.items() if own == block]
            cases = {sha256: FIRST if sha256 in "ab" else SECOND for sha256 in here}
            put(
                block,
                letter_files=[{"sha256": key, "case_number": case, "block": block} for key, case in cases.items()],
                letter_reads=[{"sha256": key} for key in here],
                determinations=[
                    {"sha256": key, "determination_id": case, "case_number": case, "decision_date": decided[key]}
                    | {"item_count": 1, "outcome": "upheld"}
                    for key, case in cases.items()
                ],
                disputed_items=[{"sha256": key, "item_number": 1, "request": key} for key in here],
                problems=[{"sha256": key, "position": 1, "code": "unknown_treatment"} for key in here],
                letter_parses=[{"sha256": key} for key in here],
            )

    for number in range(5, 15):
        put(f"CM16-{number:03}", letter_files=[])
    write(CASES["before"])
    build(paths)
    write(CASES[now])
    assert build(paths).changed is not None
    current = "a" if "a" in CASES[now] else "b"
    letters = "SELECT determination_id, sha256, request FROM main.determinations JOIN main.disputed_items"
    assert ask(paths, f"{letters} USING (determination_id) ORDER BY 1") == [
        (FIRST, current, current),
        (SECOND, "c", "c"),
    ]
    assert ask(paths, "SELECT determination_id, request FROM marts.items ORDER BY 1") == [
        (FIRST, current),
        (SECOND, "c"),
    ]
    status = {key: state for key, *state in ask(paths, "SELECT sha256, status, superseded_by FROM main.letter_files")}
    assert status == {key: ["loaded", None] if key in (current, "c") else ["superseded", FIRST] for key in CASES[now]}
    assert ask(paths, "SELECT sha256, letter_status FROM main.problems ORDER BY ALL") == [
        (key, state) for key, (state, _) in sorted(status.items())
    ]
