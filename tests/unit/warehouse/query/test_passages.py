"""Passages: what is shown of a text, and what is marked in it."""

from warehouse.query.passages import CUT, END, START, passages

LONG = "First sentence of many words. " * 40 + "An MRI of the knee was denied. " + "Last sentence of many words. " * 40


def marked(text: str | None, match: str, name: str = "rationale") -> list[str] | None:
    passage = passages({name: text}, match).get(name)
    return passage and [passage.text[start:end] for start, end in passage.marks]


def test_words_are_marked_in_all_their_forms() -> None:
    assert marked("Injections, an INJECTION and a caf\u00e9", '("injection" OR "cafe")') == [
        "Injections",
        "INJECTION",
        "caf\u00e9",
    ]
    assert marked("The low back is low", '"low back"') == ["low back"]


def test_a_text_that_says_nothing_has_no_passage() -> None:
    assert marked("An elbow", '"knee"') is None
    assert marked(None, '"knee"') is None
    assert marked("A knee", '{request} : "knee"') is None


def test_a_long_text_is_cut_and_a_request_is_not() -> None:
    rationale = passages({"rationale": LONG}, '"mri"')["rationale"]
    assert "An MRI of the knee" in rationale.text
    assert len(rationale.text) < 400
    assert rationale.text.startswith(CUT)
    assert rationale.text.endswith(CUT)
    assert passages({"request": LONG}, '"mri"')["request"].text == LONG


def test_a_text_cannot_mark_itself() -> None:
    assert marked(f"{START}hip{END} and knee{END}", '"knee"') == ["knee"]
