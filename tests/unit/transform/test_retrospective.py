import polars as pl
import pytest

from imr_etl.transform.retrospective import is_retrospective


@pytest.mark.parametrize(
    ("request_text", "expected"),
    [
        ("Retrospective urine drug screen", True),
        ("Retro: lumbar brace", True),
        ("Restrospective lumbar brace", True),
        ("Lumbar brace (DOS: 3/4/16)", True),
        ("Lumbar brace, D.O.S. 3-4-16", True),
        ("Lumbar brace, date of service March 4, 2016", True),
        ("Lumbar brace dispensed on 3/4/2016", True),
        ("X-ray performed on March 4, 2016", True),
        ("X-ray done 3/4/2016", True),
        ("Injection of the knee, given 3/4/16", True),
        ("Norco given for pain", False),
        ("X-ray performed by the clinic", False),
        ("Lumbar brace per 3/4/2016 order", False),
        ("Lumbar brace", False),
        (None, False),
    ],
)
def test_is_retrospective(request_text: str | None, *, expected: bool) -> None:
    frame = pl.DataFrame({"request": [request_text]}, schema={"request": pl.String})
    assert frame.select(is_retrospective(pl.col("request"))).item() is expected
