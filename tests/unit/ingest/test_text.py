"""What a plain-text letter's bytes say, by their encoding."""

import pytest

from imr_etl.ingest.pages import UnreadableLetterError
from imr_etl.ingest.text import read_text

TEXT = "Caf\u00e9 \u201cvisit\u201d \u2013 caf\u00e9"


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252"])
def test_another_encoding_that_is_certain_is_read_and_reported(encoding: str) -> None:
    letter = read_text(TEXT.encode(encoding))
    assert letter.text == read_text(TEXT.encode()).text
    assert [finding.code for finding in letter.findings] == ["not_utf8"]


@pytest.mark.parametrize(
    "data", ["caf\u00e9".encode("utf-16-le"), b"caf\xe9 \x81", b"\xff\xfe\x00\xd8a", b"caf\xe9\x00"]
)
def test_no_certain_encoding_is_no_text(data: bytes) -> None:
    with pytest.raises(UnreadableLetterError):
        read_text(data)


def test_what_a_web_page_writes_for_a_character_is_that_character() -> None:
    assert read_text(b"Left&nbsp;knee &amp; hip &#8211; R&D;").text == ["Left knee & hip \u2013 R&D;"]


def test_quoted_printable_text_is_read_as_what_it_says() -> None:
    mail = b"The request for six vis=\r\nits of acupuncture is:=20\r\nUpheld=\r\n. Claim=E2=80=99s note: A=3DB\r\n"
    said = ["The request for six visits of acupuncture is:", "Upheld. Claim\u2019s note: A=B"]
    assert read_text(mail).text == said


def test_a_rule_of_equals_signs_is_no_end_of_quoted_printable_text() -> None:
    text = b"=====\nBMI =20 and A=3D\n=====\n=====\n"
    assert read_text(text).text == ["=====", "BMI =20 and A=3D", "=====", "====="]
