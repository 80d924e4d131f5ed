"""Intervals of shares: how far a share of items may be from what more letters would give.

Belongs here: the one method by which this project computes an interval, for counts that no query has at hand: those
that the page estimates from a part of the letters, and those of docs/accuracy.md. Does not belong here: the same method
in SQL (`warehouse/sql/load/rates.sql`; a test holds both equal), what is counted, and how an interval is shown.

Items of one letter share a reviewer and a writer, so they say less than as many items of different letters. The
interval is Wilson's for the effective sample size: the number of independent items that would say as much. Its quantile
is Student's t for letters - 1 degrees of freedom.
"""

from collections.abc import Iterable, Sequence
from math import sqrt
from typing import NamedTuple

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
    center = share + Z * Z / (2 * whole)
    spread = Z * sqrt(share * (1 - share) / whole + Z * Z / (4 * whole * whole))
    under = 1 + Z * Z / whole
    return max(0.0, (center - spread) / under), min(1.0, (center + spread) / under)


class Sums(NamedTuple):
    """What an interval needs of a group: sums over its letters, each with n items of which y count."""

    letters: int
    items: int
    counting: int
    squares: float
    """Sum of n * n."""
    products: float
    """Sum of n * y."""
    counting_squares: float
    """Sum of y * y."""

    @property
    def share(self) -> float:
        """The share of items that count."""
        return self.counting / self.items if self.items else 0.0

    @property
    def residual(self) -> float:
        """The sum over letters of the square of y - share * n."""
        return self.counting_squares - 2 * self.share * self.products + self.share**2 * self.squares


def share_interval(letters: Counts, rho: float) -> tuple[float, float] | None:
    """Compute the 95 % interval of a share of items; None for fewer than two letters.

    Args:
        letters: items and counting items of each letter that has any item.
        rho: correlation of items of one letter, as `correlation` estimates it.
    """
    return interval_of_sums(_sums(letters), rho)


def interval_of_sums(sums: Sums, rho: float) -> tuple[float, float] | None:
    """Compute what `share_interval` does, from the sums over the letters."""
    if sums.letters < FEWEST_LETTERS:
        return None
    share, items, df = sums.share, sums.items, sums.letters - 1
    variance = items * share * (1 - share)
    observed = sums.letters / df * sums.residual / variance if variance > 0 else 1.0
    expected = 1 + (sums.squares / items - 1) * rho
    t = Z + sum(coefficient / df**power for power, coefficient in enumerate(T_SERIES, start=1))
    effective = items / max(1.0, observed, expected) * (Z / t) ** 2
    return wilson(share * effective, effective)


def correlation(groups: Iterable[Counts]) -> float:
    """Estimate how alike items of one letter are, from 0 to 1, over groups of letters."""
    above, below = 0.0, 0.0
    for sums in map(_sums, groups):
        variance = sums.share * (1 - sums.share)
        above += sums.residual - sums.items * variance
        below += (sums.squares - sums.items) * variance
    return min(1.0, max(0.0, above / below)) if below > 0 else 0.0


def _sums(letters: Counts) -> Sums:
    """Compute the sums that an interval needs."""
    return Sums(
        letters=len(letters),
        items=sum(n for n, _ in letters),
        counting=sum(y for _, y in letters),
        squares=sum(n * n for n, _ in letters),
        products=sum(n * y for n, y in letters),
        counting_squares=sum(y * y for _, y in letters),
    )
