"""Whatever in a letter reads like a decision is an item or a finding."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from odd_letters import (
    BEFORE_ITEMS,
    BEFORE_SENTENCES,
    BOLD,
    ITEMS,
    LETTER,
    RATIONALE,
    REQUESTS,
    codes,
    decided,
    item,
    read,
    sentence_item,
)

both_ways = pytest.mark.parametrize("with_fonts", [False, True])
FIRST, SECOND, THIRD = REQUESTS


@both_ways
@pytest.mark.parametrize(
    ("labels", "others"),
    [
        ("guideline(s):", "Decision rationale:"),
        ("Guidelines:", "Rationale:"),
        ("citation -", "Decision rationale(s):"),
        ("GUIDELINE:", "DECISION RATIONALE:"),
    ],
)
def test_labels_in_other_words(labels: str, others: str, with_fonts: bool) -> None:
    text = LETTER.replace("guideline:", labels).replace("Decision rationale:", others)
    parsed = read(text, with_fonts=with_fonts)
    assert (decided(parsed), codes(parsed)) == (REQUESTS, [])
    assert parsed.items["rationale"].to_list() == [RATIONALE] * 3


@both_ways
@pytest.mark.parametrize("place", range(3))
def test_an_item_without_guidelines_is_an_item(place: int, with_fonts: bool) -> None:
    head, rationale = ITEMS[place].split("\n\n")[0], f"Decision rationale: {RATIONALE}"
    text = LETTER.replace(ITEMS[place], f"{head}\n\n{rationale}\n\n")
    parsed = read(text, with_fonts=with_fonts)
    assert (decided(parsed), codes(parsed)) == (REQUESTS, [])
    assert parsed.items["reviewer_guideline"].is_null().sum() == 1


@both_ways
def test_an_item_without_labels_is_an_item(with_fonts: bool) -> None:
    parsed = read(LETTER + f"{BOLD}A cane: Overturned\n\nIt is cheap and it helps.\n", with_fonts=with_fonts)
    assert decided(parsed) == REQUESTS | {"A cane": "overturned"}


@both_ways
@pytest.mark.parametrize(
    "decision",
    ["UPHELD", "upheld.", "[Upheld]", '"Upheld"', "Denial upheld", "\n\nDecision: Upheld", " - Upheld", "Upheld*"],
)
def test_how_a_decision_is_written(decision: str, with_fonts: bool) -> None:
    text = LETTER.replace(": Upheld", f": {decision}".replace(": \n", "\n").replace(":  -", " -"))
    parsed = read(text, with_fonts=with_fonts)
    assert (decided(parsed), codes(parsed)) == (REQUESTS, [])


@both_ways
@pytest.mark.parametrize(
    "decision",
    [
        "Partially Overturned",
        "Upheld in part",
        "Modified",
        "Withdrawn",
        "Upheld/Overturned",
        "Upheld with modification",
    ],
)
def test_a_decision_that_is_none_of_the_two_is_a_finding(decision: str, with_fonts: bool) -> None:
    parsed = read(LETTER.replace(f"{SECOND}: Overturned", f"{SECOND}: {decision}"), with_fonts=with_fonts)
    assert list(decided(parsed)) == [FIRST, THIRD]
    assert "item_not_read" in codes(parsed)


@both_ways
@pytest.mark.parametrize("quoted", ["An earlier decision was: Upheld.", "The denial of 12/28/2016 is upheld."])
def test_a_decision_within_a_rationale_is_no_item(quoted: str, with_fonts: bool) -> None:
    parsed = read(LETTER.replace(RATIONALE, f"{quoted}\n{RATIONALE}", 1), with_fonts=with_fonts)
    assert (decided(parsed), codes(parsed)) == (REQUESTS, ["item_not_read"])


@pytest.mark.parametrize(
    "bold", ["Conclusion: It is not needed.", "Therefore, the request is not medically necessary."]
)
def test_a_bold_line_of_a_rationale_is_no_request(bold: str) -> None:
    text = LETTER.replace(f"{RATIONALE}\n\n{BOLD}MRI", f"The ankle is stable.\n{BOLD}{bold}\n{BOLD}MRI")
    parsed = read(text, with_fonts=True)
    assert (decided(parsed), codes(parsed)) == (REQUESTS, ["item_not_read"])
    assert parsed.items["rationale"][0] == f"The ankle is stable. {bold}"


def test_a_bold_line_with_space_below_it_is_no_request() -> None:
    text = LETTER.replace(f"{RATIONALE}\n\n{BOLD}MRI", f"The ankle is stable.\n\n{BOLD}Conclusion\n\n{BOLD}MRI")
    assert decided(read(text, with_fonts=True)) == REQUESTS


@both_ways
@pytest.mark.parametrize(
    ("again", "excerpt"),
    [
        (item(THIRD, "upheld"), "The same request (items 3, 4): Ankle brace"),
        (item("Ankle  BRACE", "upheld"), "The same request (items 3, 4): Ankle brace"),
        (item(THIRD, "overturned"), "Decided both ways (items 3, 4): Ankle brace"),
    ],
)
def test_a_request_that_stands_twice(again: str, excerpt: str, with_fonts: bool) -> None:
    findings = read(LETTER + again, with_fonts=with_fonts).findings
    assert findings.select("code", "excerpt").rows() == [("item_repeated", excerpt)]


@both_ways
def test_items_before_their_heading_are_findings(with_fonts: bool) -> None:
    parsed = read("\f".join([ITEMS[1], BEFORE_ITEMS + ITEMS[0]]), with_fonts=with_fonts)
    assert (list(decided(parsed)), codes(parsed)) == ([FIRST], ["item_not_read"])


@both_ways
@pytest.mark.parametrize(
    ("verdict", "decision"),
    [
        ("is medically necessary and appropriate.", "overturned"),
        ("is not medically necessary and appropriate.", "upheld"),
        ("IS NOT MEDICALLY NECESSARY AND APPROPRIATE.", "upheld"),
        ("is no longer medically necessary.", "upheld"),
        ("is not considered medically necessary and appropriate.", "upheld"),
        ("is neither medically necessary nor appropriate.", "upheld"),
        ("was found to be medically necessary.", "overturned"),
        ("is found not to be medically necessary.", "upheld"),
        ("has not been shown to be medically necessary.", "upheld"),
        ("cannot be considered medically necessary.", "upheld"),
        ("isn\u2019t medically necessary.", "upheld"),
        ("is medically unnecessary.", "upheld"),
        ("is, therefore, medically necessary.", "overturned"),
        ("is notmedically necessary.", "upheld"),
        ("is partially medically necessary and appropriate.", None),
        ("is conditionally medically necessary.", None),
        ("is not not medically necessary.", None),
        ("is not medically unnecessary.", None),
        ("is not only medically necessary but urgent.", None),
        ("is medically necessary only in part.", None),
        ("is medically necessary for six of the twelve visits.", None),
        ("is medically necessary and appropriate, but not the second one.", None),
        ("is not medically necessary but is appropriate.", None),
        ("is medically necessary and not appropriate.", None),
        ("would be medically necessary if a fracture were shown.", None),
        ("lacks medical necessity.", None),
        ("is modified.", None),
    ],
)
def test_what_a_sentence_decides(verdict: str, decision: str | None, with_fonts: bool) -> None:
    first = sentence_item("1. ", "a cane", "is not medically necessary and appropriate.")
    second = sentence_item("2. ", "acupuncture", verdict)
    parsed = read(BEFORE_SENTENCES + first + second, with_fonts=with_fonts)
    expected = {"a cane": "upheld"} | ({"acupuncture": decision} if decision else {})
    assert decided(parsed) == expected
    assert codes(parsed) == ([] if decision else ["item_not_read"])


@both_ways
@pytest.mark.parametrize(
    "number", ["{}. ", "{}) ", "({}) ", "#{} ", "{}: ", "Item {}. ", "Issue {}: ", "{} - ", "", "\u2022 ", "II. "]
)
def test_how_items_are_numbered(number: str, with_fonts: bool) -> None:
    items = {
        "a cane": "is not medically necessary.",
        "acupuncture": "is medically necessary.",
        "a walker": "is not medically necessary.",
    }
    text = "".join(sentence_item(number.format(n), *said) for n, said in enumerate(items.items(), start=1))
    parsed = read(BEFORE_SENTENCES + text, with_fonts=with_fonts)
    assert decided(parsed) == {"a cane": "upheld", "acupuncture": "overturned", "a walker": "upheld"}
    assert (parsed.items["item_number"].to_list(), codes(parsed)) == ([1, 2, 3], [])


@both_ways
def test_a_number_that_stands_twice_loses_no_item(with_fonts: bool) -> None:
    items = [("1. ", "a cane"), ("1. ", "a walker"), ("2. ", "a brace")]
    text = "".join(sentence_item(number, request, "is not medically necessary.") for number, request in items)
    parsed = read(BEFORE_SENTENCES + text, with_fonts=with_fonts)
    assert list(decided(parsed)) == ["a cane", "a walker", "a brace"]
    assert (parsed.items["item_number"].to_list(), codes(parsed)) == ([1, 2, 3], ["item_repeated"])


@settings(max_examples=20)
@given(
    letter=st.lists(st.sampled_from([*ITEMS, "A page says nothing.\n\n"]), max_size=5),
    with_fonts=st.booleans(),
    drop=st.integers(0, 40),
)
def test_every_line_that_ends_in_a_decision_is_an_item_or_a_finding(
    letter: list[str], with_fonts: bool, drop: int
) -> None:
    """Whatever line is lost, and in whatever order items stand."""
    lines = (BEFORE_ITEMS + "".join(letter)).splitlines()
    del lines[drop : drop + 1]
    parsed = read("\n".join(lines), with_fonts=with_fonts)
    promised = sum(line.endswith((": Upheld", ": Overturned")) for line in lines)
    unread = parsed.findings.filter(parsed.findings["code"] == "item_not_read").height
    assert parsed.items.height + unread >= promised


@pytest.mark.parametrize(
    ("decision", "ending", "is_found"),
    [
        ("upheld", "Therefore, the request is not medically necessary.", False),
        ("upheld", "Therefore, the request is medically necessary.", True),
        ("overturned", "The request is determined to be medically necessary and appropriate.", False),
        ("overturned", "The request is determined to be not medically necessary.", True),
        ("overturned", "The requests are not medically necessary", True),
        ("upheld", "It would be medically necessary if a fracture were shown.", False),
        ("upheld", "Only a part of it is medically necessary.", False),
        ("upheld", "The brace is medically necessary. But the request is not medically necessary.", False),
        ("upheld", "No gain was shown.", False),
        ("upheld", "The denial is therefore reversed.", True),
        ("upheld", "The denial is upheld on these grounds.", False),
        ("overturned", "The prior denial should be upheld on these grounds.", True),
        ("overturned", "The denial is overturned on these grounds.", False),
    ],
)
def test_a_rationale_that_ends_with_the_other_verdict(decision: str, ending: str, is_found: bool) -> None:
    parsed = read(BEFORE_ITEMS + item("Ankle brace", decision, f"The ankle is stable. {ending}") + ITEMS[1])
    assert codes(parsed) == (["doubtful_decision"] if is_found else [])
