"""How a change or a reason reads, wherever it is told: in an e-mail, in a calendar, in an answer. Pure."""

import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date

from marquee.models.changes import Change
from marquee.models.recommendations import Reason

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

PLAIN = {
    "new_release": "Recent release",
    "trending": "Trending now",
    "trending_here": "Trending among viewers here",
    "popular": "Popular now",
}
# From here on an average of 10 is worth calling good.
WELL_RATED = 7.0

Services = Mapping[str, str]
Genres = Mapping[str, str]


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


def reason(told: Reason, services: Services, genres: Genres) -> str:
    """Return why a title is recommended, in words; services and genres are named by their ids."""
    title, what = one_line(told.title or "") or "a title you know", one_line(told.name or "")
    genre = one_line(genres.get(told.genre_id or "", ""))
    match told.kind:
        case "rated":
            return f"Because you rated {title} {told.rating}"
        case "followed":
            return f"Because you follow {title}"
        case "watched":
            return f"Because you watched {title}"
        case "similar":
            return f"Similar to {title}"
        case "person":
            return f"{what}, as in {title}" if told.title else f"With {what}"
        case "keyword":
            return f"“{what}”, as in {title}" if told.title else f"About “{what}”"
        case "genre":
            return f"Because you like {genre or 'its genre'}"
        case "arrived":
            return f"New on {one_line(services.get(told.source_id or '', '')) or 'one of your services'}"
        case "hidden_gem":
            return f"Hidden gem in {genre}" if genre else "Hidden gem"
        case "acclaimed" | "well_rated":
            return _esteem(told)
        case _:
            return PLAIN[told.kind]


def _esteem(told: Reason) -> str:
    """Return how well a title is rated: nobody has given it a prize that we know of."""
    if told.average is None:
        return "Acclaimed" if told.kind == "acclaimed" else "On one of your services"
    votes = f" by {told.votes:,} people" if told.votes else ""
    if told.kind == "well_rated" and told.average < WELL_RATED:
        return f"Rated {told.average:.1f} of 10{votes}"
    return f"{'Acclaimed' if told.kind == 'acclaimed' else 'Well rated'}: {told.average:.1f} of 10{votes}"
