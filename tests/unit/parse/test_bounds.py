"""What of a file is its letter: pages of another case, pages twice, a second letter, what follows the end."""

import pytest
from odd_letters import (
    BEFORE_ITEMS,
    BOLD,
    CREDENTIALS,
    HEADER,
    ITEMS,
    LETTER,
    RATIONALE,
    REQUESTS,
    codes,
    decided,
    read,
    read_all,
)

PAGES = [BEFORE_ITEMS + ITEMS[0], ITEMS[1], ITEMS[2]]
FIRST, SECOND, THIRD = REQUESTS
OTHER_LETTER = LETTER.replace("0300111", "0300999").replace("ankle", "knee").replace("Ankle", "Knee")

both_ways = pytest.mark.parametrize("with_fonts", [False, True])


def head(number: int, case: str = "CM17-0300111") -> str:
    return f"Final Determination Letter for IMR Case Number {case} {number}\n"


def assert_read(texts: dict[str, str], findings: list[str], *, with_fonts: bool) -> None:
    """Each text, under what is odd about it, is read as `LETTER`, with these findings and none of another case."""
    for what, parsed in zip(texts, read_all(texts.values(), with_fonts=with_fonts), strict=True):
        assert (decided(parsed), codes(parsed)) == (REQUESTS, findings), what
        assert parsed.items["rationale"].to_list() == [RATIONALE] * 3, what
        assert parsed.letters["case_number"].to_list() == ["CM17-0300111"], what


@both_ways
def test_page_numbers_are_no_part_of_a_text(with_fonts: bool) -> None:
    footers = [
        "Page {} of 3",
        "{}",
        "IMR Final Determination CM17-0300111 - Page {} of 3",
        "Page {} | Independent Medical Review CM17-0300111",
    ]
    texts = {
        footer: "\f".join(f"{page.rstrip()}\n{footer.format(number)}" for number, page in enumerate(PAGES, start=1))
        for footer in footers
    }
    assert_read(texts, [], with_fonts=with_fonts)


@both_ways
def test_a_page_that_stands_twice_is_read_once(with_fonts: bool) -> None:
    parsed = read("\f".join([PAGES[0], PAGES[1], PAGES[1], PAGES[2]]), with_fonts=with_fonts)
    assert (decided(parsed), parsed.items.height, codes(parsed)) == (REQUESTS, 3, ["text_repeated"])


@both_ways
def test_a_line_right_behind_itself_is_read_once(with_fonts: bool) -> None:
    head = f"{BOLD}{SECOND}: Overturned\n"
    parsed = read(LETTER.replace(head, head + head), with_fonts=with_fonts)
    assert (decided(parsed), codes(parsed)) == (REQUESTS, ["text_repeated"])


@both_ways
@pytest.mark.parametrize("foreign", [head(2, "CM17-0399999") + PAGES[1], PAGES[1] + head(2, "CM17-0399999")])
def test_a_page_of_another_case_is_left_out(foreign: str, with_fonts: bool) -> None:
    parsed = read("\f".join([PAGES[0], foreign, head(3) + PAGES[2]]), with_fonts=with_fonts)
    assert list(decided(parsed)) == [FIRST, THIRD]
    assert codes(parsed) == ["page_of_other_case"]


@both_ways
def test_pages_in_another_order_are_found_by_their_numbers(with_fonts: bool) -> None:
    pages = [page.rstrip() + f"\nPage {number} of 3" for number, page in enumerate(PAGES, start=1)]
    assert codes(read("\f".join([pages[0], pages[2], pages[1]]), with_fonts=with_fonts)) == ["pages_out_of_order"]


@both_ways
def test_nothing_of_a_second_letter_is_loaded_under_the_first(with_fonts: bool) -> None:
    second = {
        "other number": OTHER_LETTER,
        "no number": OTHER_LETTER.replace("CM17-0300999", ""),
        "no header": OTHER_LETTER.removeprefix(HEADER.replace("0300111", "0300999")),
        "same number": LETTER.replace("ankle", "knee").replace("Ankle", "Knee"),
        "cut short": OTHER_LETTER[: OTHER_LETTER.index(BOLD + "IMR ISSUES")],
    }
    texts = {f"{what} {joint!r}": LETTER + joint + text for what, text in second.items() for joint in ("\n", "\f")}
    assert_read(texts, ["several_letters"], with_fonts=with_fonts)


@both_ways
def test_a_header_that_stands_again_is_no_second_letter(with_fonts: bool) -> None:
    cover = "Dated: 03/02/2017\nCase Number: CM17-0300111\nDate of Injury: 05/06/2015\nDear Ms. X:\n"
    texts = {
        "cover page": f"{cover}\f{LETTER}",
        "cover letter": f"{HEADER}Dear Ms. X:\nEnclosed is the determination.\n{LETTER}",
        "on each page": "\f".join([PAGES[0], HEADER + PAGES[1], HEADER + PAGES[2]]),
        "on each page, without page breaks": "\n".join([PAGES[0], HEADER + PAGES[1], HEADER + PAGES[2]]),
    }
    assert_read(texts, [], with_fonts=with_fonts)


@both_ways
def test_the_last_rationale_ends_where_the_letter_ends(with_fonts: bool) -> None:
    closings = [
        "Sincerely,\n\nJane Roe, MD\nMedical Director\n",
        "Jane Roe, MD, MPH\nMedical Director\n",
        "Very truly yours,\nMAXIMUS Federal Services\n",
        "Effect of the Decision:\nThe determination is binding on all parties.\n",
        "cc: Claims administrator\nInjured worker\n",
        "END OF FINAL DETERMINATION\n",
        "______________\n\nJane Roe, MD\n",
    ]
    assert_read({closing: f"{LETTER}\n{closing}" for closing in closings}, [], with_fonts=with_fonts)


@both_ways
def test_other_documents_and_footnotes_are_left_out_with_a_finding(with_fonts: bool) -> None:
    documents = [
        "\fPROOF OF SERVICE BY MAIL\nI declare that I served the letter.\n",
        "\f%%UTILIZATION REVIEW DETERMINATION\nDear Dr. Roe:\nThe request for a brace is denied.\n",
        "\fSome Insurance Services\nUtilization Review Department\nDate: 12/28/2016\nThe request is denied.\n",
        "\nA NOTICE THAT NOBODY KNOWS\nThe request is denied.\n",
        "\n__________________\n1 A handbook of the ankle, web edition.\n2 Records of 12/01/2016.\n",
        "\n[1] A handbook of the ankle, web edition.\n[2] Records of 12/01/2016.\n",
    ]
    assert_read({document: LETTER + document for document in documents}, ["text_left_out"], with_fonts=with_fonts)


def test_a_sentence_that_begins_like_a_closing_is_part_of_the_rationale() -> None:
    rationale = "The ankle is stable.\nMedical records, among them an X-ray, do not help.\nJohn Roe, M.D. saw her once."
    parsed = read(LETTER.replace(ITEMS[2], ITEMS[2].replace(RATIONALE, rationale)))
    assert (parsed.items["rationale"][2], codes(parsed)) == (rationale.replace("\n", " "), [])


@both_ways
def test_two_reviewers_have_the_credentials_of_both(with_fonts: bool) -> None:
    second = "The second reviewer has:\nState(s) of Licensure: Texas\nCertification(s)/Specialty: Neurology\n\n"
    letter = read(LETTER.replace(CREDENTIALS, CREDENTIALS + second), with_fonts=with_fonts).letters
    assert letter["licensure_text"].to_list() == ["California, Oregon, Texas"]
    assert letter["certification_text"].to_list() == ["Orthopedic Surgery, Pain Management, Neurology"]
