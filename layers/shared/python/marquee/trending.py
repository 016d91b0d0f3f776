"""What is trending here: the titles with the most activity of the last days, the latest counting most. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from marquee.models import Model

# What one event of a kind says of the interest in its title.
WEIGHTS = {"views": 1, "watches": 3, "ratings": 2, "follows": 2}
DAYS = 7
# What a day counts of the day after it: activity of a week ago has about a quarter of its weight.
DECAY = 0.8


class TitleActivity(Model):
    """What was counted of one title on one day; `score` is the sum of it by weight."""

    title_id: str
    views: int = 0
    watches: int = 0
    ratings: int = 0
    follows: int = 0
    score: int = 0


def last_days(today: str) -> tuple[str, ...]:
    """Return the days that make a trend, `today` first."""
    return tuple((date.fromisoformat(today) - timedelta(days=age)).isoformat() for age in range(DAYS))


def trending(days: Mapping[str, Iterable[TitleActivity]]) -> dict[str, int]:
    """Return the rank of each title by its activity, 1 for the most, in that order.

    The latest of the days counts whole, each one before it less, and none that is a week or more before it.
    """
    heat: dict[str, float] = defaultdict(float)
    for age, day in enumerate(last_days(max(days)) if days else ()):
        for each in days.get(day, ()):
            heat[each.title_id] += each.score * DECAY**age
    ranked = sorted((title_id for title_id in heat if heat[title_id] > 0), key=lambda each: (-heat[each], int(each)))
    return {title_id: rank for rank, title_id in enumerate(ranked, start=1)}
