"""Lists of films and programmes: popular, top rated, in cinemas, on the air, trending."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

from local.catalogue import Catalogue, Title
from local.catalogue.chance import chance
from local.upstreams.parameters import whole_number
from local.upstreams.provider import Call, Handler
from local.upstreams.tmdb import bodies
from local.upstreams.tmdb.asked import language, today
from local.upstreams.tmdb.errors import TmdbError

_A_PAGE = 20
_LAST_PAGE = 500
_VOTES_FOR_TOP = {"movie": 300, "tv": 100}


def all_of(catalogue: Catalogue, kind: str) -> list[Title]:
    """Return all films or programmes, most popular first, one for each TMDB id."""

    def make() -> list[Title]:
        titles = catalogue.titles
        found = [titles[numbers[0]] for (own, _), numbers in catalogue.by_tmdb.items() if own == kind]
        return sorted(found, key=lambda title: (-title.popularity, title.tmdb_id))

    return catalogue.cached(("tmdb", kind), make)


def popular(kind: str) -> Handler:
    """Return the endpoint of the most popular titles."""
    return lambda call: page_of(call, all_of(call.catalogue, kind))


def top_rated(kind: str) -> Handler:
    """Return the endpoint of the best rated titles that enough people rated."""

    def answer(call: Call) -> dict[str, Any]:
        def make() -> list[Title]:
            rated = [t for t in all_of(call.catalogue, kind) if t.vote_count >= _VOTES_FOR_TOP[kind]]
            return sorted(rated, key=lambda title: (-(title.user_rating or 0), -title.vote_count))

        return page_of(call, call.catalogue.cached(("tmdb top rated", kind), make))

    return answer


def in_cinemas(first: int, last: int) -> Handler:
    """Return the endpoint of films released from `first` to `last` days from today, with those dates."""

    def answer(call: Call) -> dict[str, Any]:
        low, high = ((today(call) + timedelta(days=days)).isoformat() for days in (first, last))
        found = [t for t in all_of(call.catalogue, "movie") if low <= (t.release_date or "") <= high]
        return {"dates": {"maximum": high, "minimum": low}, **page_of(call, found)}

    return answer


def on_the_air(days: int) -> Handler:
    """Return the endpoint of running programmes, a part of them each day."""

    def answer(call: Call) -> dict[str, Any]:
        weekday = today(call).toordinal()
        running = [t for t in all_of(call.catalogue, "tv") if t.end_year is None and (t.year or 0) >= 2000]
        return page_of(call, [t for t in running if (t.id - weekday) % 7 < days])

    return answer


def trending(*kinds: str) -> Handler:
    """Return the endpoint of what rises: popularity with a turn of its own each day or week."""

    def answer(call: Call) -> dict[str, Any]:
        length = {"day": 1, "week": 7}.get(call.path["window"])
        if length is None:
            raise TmdbError(34)
        period = today(call).toordinal() // length

        def make() -> list[Title]:
            found = [title for kind in kinds for title in all_of(call.catalogue, kind)]
            return sorted(found, key=lambda title: -title.popularity * (0.5 + chance(title.id, period)))

        found = call.catalogue.cached(("tmdb trending", kinds, length, period), make)
        return page_of(call, found, media_type=True)

    return answer


def page_of(call: Call, titles: list[Title], *, media_type: bool = False) -> dict[str, Any]:
    """Return one page of 20; the number of pages is told in full although only 500 can be read."""
    number = page_number(call)
    chosen = titles[(number - 1) * _A_PAGE : number * _A_PAGE]
    rows = [bodies.item(call.catalogue, title, language(call)) for title in chosen]
    if media_type:
        rows = [{**row, "media_type": title.tmdb_type} for row, title in zip(rows, chosen, strict=True)]
    return {
        "page": number,
        "results": rows,
        "total_pages": max(1, -(-len(titles) // _A_PAGE)),
        "total_results": len(titles),
    }


def page_number(call: Call) -> int:
    """Return the page asked for, 1 to 500."""
    number = whole_number(call.parameters.text("page") or "1")
    if number is None or not 1 <= number <= _LAST_PAGE:
        raise TmdbError(22)
    return number


def keep(titles: Iterable[Title], tests: list[Callable[[Title], bool]]) -> list[Title]:
    """Return the titles that pass every test."""
    return [title for title in titles if all(test(title) for test in tests)]
