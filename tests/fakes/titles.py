"""Titles as tests need them."""

from functools import partial
from typing import Any

from marquee.models.titles import Attribution, Details, Listing, Title, TmdbFacts
from marquee.repositories.titles import TitleRepository

DAY1, DAY2, DAY3 = "2026-11-01T05:00:00.000Z", "2026-11-02T05:00:00.000Z", "2026-11-03T05:00:00.000Z"


def listing(as_of: str = DAY1, **facts: Any) -> Listing:
    return Listing(**{"title": "A title", "type": "movie", "as_of": as_of, **facts})


def details(as_of: str = DAY1, **facts: Any) -> Details:
    return Details(as_of=as_of, **facts)


def tmdb(as_of: str = DAY1, **facts: Any) -> TmdbFacts:
    return TmdbFacts(**{"tmdb_id": 7, "tmdb_type": "movie", "as_of": as_of, **facts})


def title(title_id: str = "11", *places: str, **parts: Any) -> Title:
    """Return a title that is listed at `places` (`GB:203:4`) since the first day."""
    here = {place: Attribution(first_seen=DAY1, as_of=DAY1) for place in places}
    return Title(**{"id": title_id, "listing": listing(), "attributions": here, **parts})


def listed(titles: TitleRepository, *given: Title) -> None:
    """Write titles with all that hangs on them."""
    for each in given:
        titles.apply(each.id, partial(_instead, each))


def _instead(given: Title, _: Title | None) -> Title:
    return given
