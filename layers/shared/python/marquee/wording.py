"""How a change reads, wherever it is told: in an e-mail, in a calendar. Pure."""

import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date

from marquee.models.changes import Change

ATTRIBUTION = (
    "Availability: WatchMode and JustWatch. Facts and images: TMDB. "
    "This product uses the TMDB API but is not endorsed or certified by TMDB."
)
TYPES = {
    "movie": "Film",
    "tv_movie": "TV film",
    "short_film": "Short film",
    "tv_series": "Series",
    "tv_miniseries": "Mini-series",
    "tv_special": "Special",
}
# Signs that turn the direction of all text after them: a title must not rearrange what we say about it.
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

Services = Mapping[str, str]


def one_line(text: str) -> str:
    """Return a text on one line, without signs that cannot be shown or sent.

    Titles come from outside: a line break in one would begin a new header of an e-mail or a new line of a calendar.
    """
    return " ".join("".join(" " if _unshowable(sign) else sign for sign in text).split())


def _unshowable(sign: str) -> bool:
    return unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp") or sign in TURNING


def name(title: str, year: int | None) -> str:
    """Return a title as it is named among others."""
    shown = one_line(title) or "A title without a name"
    return f"{shown} ({year})" if year else shown


def type_name(type: str) -> str:
    """Return what kind of title it is, in words."""
    return TYPES.get(type, "Title")


def service(change: Change, services: Services) -> str:
    """Return the name of the service of a change."""
    return one_line(services.get(change.source_id or "", "")) or "one of your services"


def listed(names: Iterable[str]) -> str:
    """Return names as a sentence lists them: `A, B and C`."""
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last


def provider(change: Change) -> str:
    """Return whose word a change is; TMDB hands on what JustWatch says of services."""
    if change.provider == "watchmode":
        return "WatchMode"
    return "TMDB" if change.kind == "new_season" else "JustWatch"


def day(moment: date) -> str:
    """Return a day as people write it, without its year."""
    return f"{moment.day} {moment:%B}"
