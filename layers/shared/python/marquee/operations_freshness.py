"""What is done again and again, and how long ago it may last have been done well. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from marquee import clock

HOUR, DAY = 3600.0, 86_400.0


@dataclass(frozen=True)
class Expectation:
    """A run that comes by the clock: its locks, the seconds after which one is missed, how metrics call its data.

    A run with any of the locks does it.
    """

    what: str
    locks: tuple[str, ...]
    seconds: float
    data: str | None = None


@dataclass(frozen=True)
class Freshness:
    """How old something is, in seconds; `as_of` and `age` are None if it never was there."""

    what: str
    as_of: str | None
    age: float | None
    expected: float
    data: str | None = None

    @property
    def is_fresh(self) -> bool:
        """Return whether it is as young as it should be."""
        return self.age is not None and self.age <= self.expected


# The schedules of `cdk.json`, and as much again as a run may be late: a daily one begins within two hours of its time.
EXPECTATIONS = (
    Expectation("services and genres", ("reference",), DAY + 2 * HOUR, "reference"),
    Expectation("listings", ("listing",), DAY + 2 * HOUR, "listing"),
    Expectation("enrichment sweep", ("enrichment",), HOUR),
    Expectation("TMDB's daily lists", ("tmdb_cache:daily", "tmdb_cache:full"), DAY + 2 * HOUR, "tmdb_daily"),
    Expectation("TMDB's weekly lists", ("tmdb_cache:weekly", "tmdb_cache:full"), 8 * DAY, "tmdb_weekly"),
    Expectation("recount of the library", ("library_recount",), 8 * DAY),
    Expectation("data quality", ("data_quality",), DAY + 2 * HOUR),
)
LOCKS = tuple({lock: None for each in EXPECTATIONS for lock in each.locks})


def freshness(successes: Mapping[str, str], now: str) -> list[Freshness]:
    """Return how old each is of what comes by the clock; `successes` says by lock when it last succeeded."""
    return [
        _freshness(each.what, _latest(successes, each.locks), now, each.seconds, each.data) for each in EXPECTATIONS
    ]


def archive_freshness(harvested: Sequence[date | None], interval_minutes: float, now: str) -> list[Freshness]:
    """Return how old the archive is: as the oldest of its media types, each known up to a day; [] without a schedule.

    A harvest of the day before begins at the next interval and takes hours.
    """
    if not interval_minutes:
        return []
    known = [day for day in harvested if day]
    as_of = clock.timestamp(clock.parse(f"{min(known)}")) if known and len(known) == len(harvested) else None
    return [_freshness("archive", as_of, now, 2 * DAY + 60 * interval_minutes, "archive")]


def _latest(successes: Mapping[str, str], locks: Sequence[str]) -> str | None:
    return max((successes[lock] for lock in locks if lock in successes), default=None)


def _freshness(what: str, as_of: str | None, now: str, expected: float, data: str | None) -> Freshness:
    age = max(0.0, clock.seconds_between(as_of, now)) if as_of else None
    return Freshness(what, as_of, age, expected, data)
