"""Everything in a letter that reads like a decision is an item or a finding."""

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
    read_all,
    sentence_item,
)

both_ways = pytest.mark.parametrize("with_fonts", [False, True])
FIRST, SECOND, THIRD = REQUESTS


@both_ways
def test_labels_in_other_words(with_fonts: bool) -> None:
    labels = [
        ("guideline(s):", "Decision rationale:"),
        ("Guidelines:", "Rationale:"),
        ("citation -", "Decision rationale(s):"),
        ("GUIDELINE:", "DECISION RATIONALE:"),
    ]
    texts = [LETTER.replace("guideline:", own).replace("Decision rationale:", others) for own, others in labels]
    for label, parsed in zip(labels, read_all(texts, with_fonts=with_fonts), strict=True):
        assert (decided(parsed), codes(parsed)) == (REQUESTS, []), label
        assert parsed.items["rationale"].to_list() == [RATIONALE] * 3, label


@both_ways
def test_an_item_without_guidelines_is_an_item(with_fonts: bool) -> None:
    rationale = f"Decision rationale: {RATIONALE}"
    texts = [LETTER.replace(item_, "\n\n".join([item_.split("\n\n")[0], rationale, ""])) for item_ in ITEMS]
    for parsed in read_all(texts, with_fonts=with_fonts):
        assert (decided(parsed), codes(parsed)) == (REQUESTS, [])
        assert parsed.items["reviewer_guideline"].is_null().sum() == 1


@both_ways
def test_an_item_without_labels_is_an_item(with_fonts: bool) -> None:
    parsed = read(LETTER + f"{BOLD}A cane: Overturned\n\nIt is cheap and it helps.\n", with_fonts=with_fonts)
    assert decided(parsed) == REQUESTS | {"A cane": "overturned"}


@both_ways
def test_how_a_decision_is_written(with_fonts: bool) -> None:
    written = [": UPHELD", ": upheld.", ": [Upheld]", ': "Upheld"', ": Denial upheld", "\n\nDecision: Upheld"]
    written += [" - Upheld", ": Upheld*"]
    texts = [LETTER.replace(": Upheld", decision) for decision in written]
    for decision, parsed in zip(written, read_all(texts, with_fonts=with_fonts), strict=True):
        assert (decided(parsed), codes(parsed)) == (REQUESTS, []), decision


@both_ways
def test_a_decision_that_is_none_of_the_two_is_a_finding(with_fonts: bool) -> None:
    written = ["Partially Overturned", "Upheld in part", "Modified", "Withdrawn", "Upheld/Overturned"]
    written += ["Upheld with modification"]
    texts = [LETTER.replace(f"{SECOND}: Overturned", f"{SECOND}: {decision}") for decision in written]
    for decision, parsed in zip(written, read_all(texts, with_fonts=with_fonts), strict=True):
        assert list(decided(parsed)) == [FIRST, THIRD], decision
        assert "item_not_read" in codes(parsed), decision


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


VERDICTS = {
    "is medically necessary and appropriate.": "overturned",
    "is not medically necessary and appropriate.": "upheld",
    "IS NOT MEDICALLY NECESSARY AND APPROPRIATE.": "upheld",
    "is no longer medically necessary.": "upheld",
    "is not considered medically necessary and appropriate.": "upheld",
    "is neither medically necessary nor appropriate.": "upheld",
    "was found to be medically necessary.": "overturned",
    "is found not to be medically necessary.": "upheld",
    "has not been shown to be medically necessary.": "upheld",
    "cannot be considered medically necessary.": "upheld",
    "isn\u2019t medically necessary.": "upheld",
    "is medically unnecessary.": "upheld",
    "is, therefore, medically necessary.": "overturned",
    "is notmedically necessary.": "upheld",
    "is partially medically necessary and appropriate.": None,
    "is conditionally medically necessary.": None,
    "is not not medically necessary.": None,
    "is not medically unnecessary.": None,
    "is not only medically necessary but urgent.": None,
    "is medically necessary only in part.": None,
    "is medically necessary for six of the twelve visits.": None,
    "is medically necessary and appropriate, but not the second one.": None,
    "is not medically necessary but is appropriate.": None,
    "is medically necessary and not appropriate.": None,
    "would be medically necessary if a fracture were shown.": None,
    "lacks medical necessity.": None,
    "is modified.": None,
}
"""The end of a sentence -> what it decides; None where that is doubtful."""


@both_ways
def test_what_a_sentence_decides(with_fonts: bool) -> None:
    first = sentence_item("1. ", "a cane", "is not medically necessary and appropriate.")
    texts = [BEFORE_SENTENCES + first + sentence_item("2. ", "acupuncture", verdict) for verdict in VERDICTS]
    for verdict, parsed in zip(VERDICTS, read_all(texts, with_fonts=with_fonts), strict=True):
        decision = VERDICTS[verdict]
        assert decided(parsed) == {"a cane": "upheld"} | ({"acupuncture": decision} if decision else {}), verdict
        assert codes(parsed) == ([] if decision else ["item_not_read"]), verdict


@both_ways
def test_how_items_are_numbered(with_fonts: bool) -> None:
    numbers = ["{}. ", "{}) ", "({}) ", "#{} ", "{}: ", "Item {}. ", "Issue {}: ", "{} - ", "", "\u2022 ", "II. "]
    items = {
        "a cane": "is not medically necessary.",
        "acupuncture": "is medically necessary.",
        "a walker": "is not medically necessary.",
    }
    texts = [
        BEFORE_SENTENCES
        + "".join(sentence_item(number.format(n), *said) for n, said in enumerate(items.items(), start=1))
        for number in numbers
    ]
    for number, parsed in zip(numbers, read_all(texts, with_fonts=with_fonts), strict=True):
        assert decided(parsed) == {"a cane": "upheld", "acupuncture": "overturned", "a walker": "upheld"}, number
        assert (parsed.items["item_number"].to_list(), codes(parsed)) == ([1, 2, 3], []), number


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


def test_a_rationale_that_ends_with_the_other_verdict() -> None:
    endings = [
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
    ]
    texts = [
        BEFORE_ITEMS + item("Ankle brace", decision, f"The ankle is stable. {ending}") + ITEMS[1]
        for decision, ending, _ in endings
    ]
    for (decision, ending, is_found), parsed in zip(endings, read_all(texts), strict=True):
        assert codes(parsed) == (["doubtful_decision"] if is_found else []), (decision, ending)
