"""What is read off a title before it is compared: its franchise, its day, and numbers that are numbers. Pure."""

import math
import re
from datetime import date
from functools import lru_cache

from marquee import search
from marquee.models.recommendations import Features

# A sequel is named by a number, or by what comes after a colon, a dash or "and the".
_SEQUEL = re.compile(r":|\s[-–]\s|(?i:\s(and the|part|episode|chapter|volume|vol)\b)|\s[0-9]+\b|\s[IVX]+\b")
_SMALL = frozenset({"the", "a", "an", "of", "and"})


@lru_cache(maxsize=10_000)
def franchise(title: str) -> str:
    """Return what the parts of a series of films have in common in their names, "" for a title without words."""
    head = _SEQUEL.split(title, maxsplit=1)[0]
    found = [word for word in search.words(head) if word not in _SMALL]
    return " ".join(found or search.words(title))


def released(features: Features) -> date | None:
    """Return the day on which a title came out, None if it is not known or cannot be read."""
    try:
        return date.fromisoformat((features.release_date or "")[:10])
    except ValueError:
        return None


def rating(features: Features) -> float | None:
    """Return the rating, 0 to 10; None if it is unknown or not a number at all."""
    return _within(features.rating, 10)


def popularity(features: Features) -> float | None:
    """Return the percentile of popularity, 0 to 100; None if it is unknown or not a number at all."""
    return _within(features.popularity, 100)


def _within(number: float | None, most: float) -> float | None:
    return min(max(number, 0.0), most) if number is not None and math.isfinite(number) else None
