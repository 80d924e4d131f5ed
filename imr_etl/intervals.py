"""Intervals of shares: how far a share of items may be from what more letters would give.

Belongs here: the one method by which this project computes an interval. Does not belong here: what is counted, and how
an interval is shown.

Items of one letter share a reviewer and a writer, so they say less than as many items of different letters. The
interval is Wilson's, on the number of items that letters of one item each would need to say as much (effective sample
size), with the quantile of Student's t for letters - 1 degrees of freedom.
"""

from collections.abc import Iterable, Sequence
from math import sqrt

Z = 1.959964
"""The quantile of the normal distribution for 95 %."""

T_SERIES = (2.372271, 2.822499, 2.55585, 1.589534)
"""Coefficients of 1/df, 1/df^2 ... of the quantile of Student's t for 95 %, minus `Z`."""

FEWEST_LETTERS = 2

Counts = Sequence[tuple[int, int]]
"""A group of letters: items of each, and how many of them count."""


def wilson(part: float, whole: float) -> tuple[float, float]:
    """Compute the 95 % Wilson interval of `part` of `whole` independent items."""
    share = part / whole
    centre = share + Z * Z / (2 * whole)
    spread = Z * sqrt(share * (1 - share) / whole + Z * Z / (4 * whole * whole))
    under = 1 + Z * Z / whole
    return max(0.0, (centre - spread) / under), min(1.0, (centre + spread) / under)


def share_interval(letters: Counts, rho: float) -> tuple[float, float] | None:
    """Compute the 95 % interval of a share of items; None for fewer than two letters.

    Args:
        letters: items and counting items of each letter that has any item.
        rho: correlation of items of one letter, as `correlation` estimates it.
    """
    if len(letters) < FEWEST_LETTERS:
        return None
    items, counting, squares, residual = _sums(letters)
    share, df = counting / items, len(letters) - 1
    variance = items * share * (1 - share)
    observed = len(letters) / df * residual / variance if variance > 0 else 1.0
    expected = 1 + (squares / items - 1) * rho
    t = Z + sum(coefficient / df**power for power, coefficient in enumerate(T_SERIES, start=1))
    effective = items / max(1.0, observed, expected) * (Z / t) ** 2
    return wilson(share * effective, effective)


def correlation(groups: Iterable[Counts]) -> float:
    """Estimate how alike items of one letter are, from 0 to 1, over groups of letters."""
    above, below = 0.0, 0.0
    for letters in groups:
        items, counting, squares, residual = _sums(letters)
        variance = counting / items * (1 - counting / items) if items else 0.0
        above += residual - items * variance
        below += (squares - items) * variance
    return min(1.0, max(0.0, above / below)) if below > 0 else 0.0


def _sums(letters: Counts) -> tuple[int, int, int, float]:
    """Sum items, counting items, squares of items, and squares of what each letter has more or less than the share."""
    items, counting = sum(n for n, _ in letters), sum(y for _, y in letters)
    share = counting / items if items else 0.0
    return items, counting, sum(n * n for n, _ in letters), sum((y - share * n) ** 2 for n, y in letters)
