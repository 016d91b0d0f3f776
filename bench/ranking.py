"""Measures of ranked lists: whether they hold what somebody took next, how far up, and how much of the catalogue."""

import math
import multiprocessing
import os
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

RESAMPLES = 2000
# Fewer are ranked sooner than other processes have started.
ENOUGH = 100

_rank: Callable[[Any], list[str]]
_cases: Sequence[Any]


@dataclass(frozen=True)
class Interval:
    """A mean with the bounds within which 95 of 100 resamplings of the people put it."""

    mean: float
    low: float
    high: float


def gain(ranked: Sequence[str], taken: str) -> float:
    """Return the discounted gain of the one title that counts: 1 in the first place, 0 where it is not listed."""
    return 1 / math.log2(ranked.index(taken) + 2) if taken in ranked else 0.0


def interval(values: Sequence[float]) -> Interval:
    """Return the mean of one value per person and its bootstrap interval, the same in every run."""
    chance = random.Random(1)
    means = sorted(fmean(chance.choices(values, k=len(values))) for _ in range(RESAMPLES))
    return Interval(fmean(values), means[int(RESAMPLES * 0.025)], means[int(RESAMPLES * 0.975)])


def ranked(rank: Callable[[Any], list[str]], cases: Sequence[Any]) -> list[list[str]]:
    """Return the list of each case, in order; many are ranked on all processors, by children that inherit the rest."""
    if len(cases) < ENOUGH or "fork" not in multiprocessing.get_all_start_methods():
        return [rank(case) for case in cases]
    with multiprocessing.get_context("fork").Pool(os.cpu_count(), _inherit, (rank, cases)) as children:
        return children.map(_ranked, range(len(cases)), chunksize=ENOUGH // 5)


def _inherit(rank: Callable[[Any], list[str]], cases: Sequence[Any]) -> None:
    global _rank, _cases
    _rank, _cases = rank, cases


def _ranked(number: int) -> list[str]:
    return _rank(_cases[number])
