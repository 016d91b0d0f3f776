"""`/discover`: filters over all films or programmes. What it does not know it ignores silently, as TMDB does."""

import re
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from local.catalogue import Catalogue, Title
from local.upstreams.parameters import Parameters, whole_number
from local.upstreams.provider import Call, Handler
from local.upstreams.tmdb import bodies, parts
from local.upstreams.tmdb.errors import TmdbError
from local.upstreams.tmdb.lists import all_of, keep, page_number, page_of

Test = Callable[[Title], bool]

_SORTS: dict[str, Callable[[Title], Any]] = {
    "popularity": lambda title: title.popularity,
    "vote_average": lambda title: title.user_rating or 0,
    "vote_count": lambda title: title.vote_count,
    "primary_release_date": lambda title: title.release_date or "",
    "release_date": lambda title: title.release_date or "",
    "first_air_date": lambda title: title.release_date or "",
    "title": lambda title: title.title.casefold(),
    "name": lambda title: title.title.casefold(),
    "original_title": lambda title: (title.original_title or title.title).casefold(),
    "original_name": lambda title: (title.original_title or title.title).casefold(),
}
_NUMBERS: dict[str, Callable[[Title], float]] = {
    "vote_average": lambda title: title.user_rating or 0,
    "vote_count": lambda title: title.vote_count,
    "with_runtime": lambda title: title.runtime or 0,
}
_DATES = ("primary_release_date", "release_date", "first_air_date", "air_date")
_YEARS = ("primary_release_year", "year", "first_air_date_year")


def discover(kind: str) -> Handler:
    """Return the endpoint that finds films or programmes by their facts."""

    def answer(call: Call) -> dict[str, Any]:
        page_number(call)
        parameters, catalogue = call.parameters, call.catalogue
        tests = [*_plain(parameters), *_catalogued(catalogue, parameters), *_offered(catalogue, parameters)]

        def make() -> list[Title]:
            name, _, direction = (parameters.text("sort_by") or "").rpartition(".")
            found = keep(all_of(catalogue, kind), tests)
            if name in _SORTS and direction in ("asc", "desc"):
                found.sort(key=_SORTS[name], reverse=direction == "desc")
            return found

        asked = sorted(parameters.without("page", "language", "api_key"))
        return page_of(call, catalogue.cached(("tmdb discover", kind, *asked), make))

    return answer


def _plain(parameters: Parameters) -> Iterable[Test]:
    """Yield tests on a title's own facts."""
    for name, value_of in _NUMBERS.items():
        for suffix in ("gte", "lte"):
            bound = _number(parameters.text(f"{name}.{suffix}"))
            if bound is not None:
                yield _bounded(value_of, suffix, bound)
    for name in _DATES:
        for suffix in ("gte", "lte"):
            if text := parameters.text(f"{name}.{suffix}"):
                yield _dated(suffix, _day(text))
    for name in _YEARS:
        if text := parameters.text(name):
            yield _released_in(text)
    if language := parameters.text("with_original_language"):
        wanted = set(re.split("[|,]", language))
        yield lambda title: title.language in wanted
    if country := parameters.text("with_origin_country"):
        countries = set(re.split("[|,]", country))
        yield lambda title: not countries.isdisjoint(title.countries)


def _catalogued(catalogue: Catalogue, parameters: Parameters) -> Iterable[Test]:
    """Yield tests on genres, keywords, people and networks: a comma means all, a bar any."""
    values: dict[str, Callable[[Title], set[int]]] = {
        "genres": lambda title: set(bodies.genre_ids(catalogue, title)),
        "keywords": parts.keyword_ids,
        "cast": lambda title: {credit.person_id for credit in title.credits if not credit.job},
        "crew": lambda title: {credit.person_id for credit in title.credits if credit.job},
        "people": lambda title: {credit.person_id for credit in title.credits},
        "networks": lambda title: {catalogue.networks[n].tmdb_id for n in title.network_ids if n in catalogue.networks},
    }
    for name, numbers_of in values.items():
        if text := parameters.text(f"with_{name}"):
            yield _with(numbers_of, text)
        if text := parameters.text(f"without_{name}"):
            yield _without(numbers_of, _ids(text))


def _offered(catalogue: Catalogue, parameters: Parameters) -> Iterable[Test]:
    """Yield the tests on services, which only mean something together with a region."""
    region = parameters.text("watch_region")
    providers = _ids(parameters.text("with_watch_providers"))
    excluded = _ids(parameters.text("without_watch_providers"))
    groups = set(re.split("[|,]", parameters.text("with_watch_monetization_types") or "")) - {""}
    if not region:
        return
    number_of = {source.id: source.provider_id for source in catalogue.sources.values()}
    if providers or groups:
        yield lambda title: any(
            offer.region == region
            and (not providers or number_of.get(offer.source_id) in providers)
            and (not groups or parts.offer_group(offer.source_id, offer.type) in groups)
            for offer in title.offers
        )
    if excluded:
        yield lambda title: not any(o.region == region and number_of.get(o.source_id) in excluded for o in title.offers)


def _bounded(value_of: Callable[[Title], float], suffix: str, bound: float) -> Test:
    return (lambda title: value_of(title) >= bound) if suffix == "gte" else (lambda title: value_of(title) <= bound)


def _released_in(year: str) -> Test:
    return lambda title: (title.release_date or "")[:4] == year


def _dated(suffix: str, bound: str) -> Test:
    if suffix == "gte":
        return lambda title: (title.release_date or "") >= bound
    return lambda title: "" < (title.release_date or "") <= bound


def _with(numbers_of: Callable[[Title], set[int]], text: str) -> Test:
    wanted = _ids(text)
    if "|" in text:
        return lambda title: not wanted.isdisjoint(numbers_of(title))
    return lambda title: wanted <= numbers_of(title)


def _without(numbers_of: Callable[[Title], set[int]], unwanted: set[int]) -> Test:
    return lambda title: unwanted.isdisjoint(numbers_of(title))


def _ids(text: str | None) -> set[int]:
    numbers = (whole_number(word.strip()) for word in re.split("[|,]", text or ""))
    return {number for number in numbers if number is not None}


def _number(text: str | None) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise TmdbError(23) from None
