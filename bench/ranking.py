"""Measures of ranked lists: whether they hold what somebody took next, how far up, and how much of the catalogue."""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

RESAMPLES = 2000


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
