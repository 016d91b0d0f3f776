"""Time as Marquee writes it: ISO 8601 in UTC with milliseconds and `Z`, so that text order is time order."""

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Remaining(Protocol):
    """What Lambda tells a function of the time it has left."""

    def get_remaining_time_in_millis(self) -> int:
        """Return the milliseconds until the function is stopped."""


def timestamp(moment: datetime) -> str:
    """Return `moment` (aware) in the one form that is stored and sent."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def now() -> str:
    """Return the present moment in the stored form."""
    return timestamp(datetime.now(UTC))


def parse(text: str) -> datetime:
    """Return the moment of any ISO 8601 text; one without an offset is UTC. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def normalised(text: str) -> str:
    """Return any ISO 8601 text in the stored form. Raises ValueError."""
    try:
        return timestamp(parse(text))
    except OverflowError as error:
        raise ValueError("outside the years that can be told") from error


def seconds_between(earlier: str, later: str) -> float:
    """Return the seconds from one stored moment to another, negative when it is the other way round."""
    return (parse(later) - parse(earlier)).total_seconds()


def deadline(context: Remaining, reserve: float) -> float:
    """Return until when (epoch seconds) a function may wait, if it needs `reserve` seconds after that."""
    return time.time() + context.get_remaining_time_in_millis() / 1000 - reserve


def in_days(days: int) -> int:
    """Return the epoch second that many days from now, as DynamoDB's time to live takes it."""
    return int((datetime.now(UTC) + timedelta(days=days)).timestamp())
