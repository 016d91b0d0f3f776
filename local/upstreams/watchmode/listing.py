"""`/list-titles`: the titles that match every filter, sorted and paged."""

from collections.abc import Callable
from typing import Any

from local.catalogue import Catalogue, Title
from local.catalogue.models import FIRST_PERSON_ID, OFFER_TYPES, TITLE_TYPES
from local.upstreams.parameters import InvalidParameter, Parameters
from local.upstreams.provider import Call

SORTS = tuple(
    f"{name}_{direction}"
    for name in ("relevance", "popularity", "release_date", "title")
    for direction in ("asc", "desc")
)


def list_titles(call: Call) -> dict[str, Any]:
    """Answer a page of the titles that fit; each region beyond the first costs one credit more."""
    regions = call.parameters.regions()
    call.credits = max(1, len(regions))
    limit = call.parameters.integer("limit", 1, 250, 250)
    page = call.parameters.integer("page", 1, 2**31, 1)
    found = _find(call.catalogue, call.parameters, regions)
    pages = -(-len(found) // limit)
    chosen = found[(page - 1) * limit : page * limit]
    return {
        "titles": [list_item(call.catalogue, call.catalogue.titles[number]) for number in chosen],
        "page": page,
        "total_results": len(found),
        "total_pages": pages,
    }


def list_item(catalogue: Catalogue, title: Title) -> dict[str, Any]:
    """Return a title as lists show it: no overview, poster, genres or sources."""
    return {
        "id": title.id,
        "title": title.title,
        "year": title.year,
        "imdb_id": title.imdb_id,
        "tmdb_id": title.tmdb_id,
        "tmdb_type": title.tmdb_type,
        "type": title.type,
        "popularity_percentile": catalogue.percentile(title, "popularity"),
    }


def _find(catalogue: Catalogue, parameters: Parameters, regions: list[str]) -> list[int]:
    sets = sorted(_by_index(catalogue, parameters, regions), key=len)
    tests = _tests(parameters)
    name, _, direction = parameters.choice("sort_by", SORTS, "relevance_desc").rpartition("_")

    def search() -> list[int]:
        titles = catalogue.titles
        numbers = set.intersection(*sets) if sets else titles.keys()
        kept = [n for n in numbers if all(test(titles[n]) for test in tests)] if tests else list(numbers)
        kept.sort(key=catalogue.ranks(name).__getitem__, reverse=direction == "desc")
        return kept

    return catalogue.cached(("list-titles", *sorted(parameters.without("page", "limit", "apiKey"))), search)


def _by_index(catalogue: Catalogue, parameters: Parameters, regions: list[str]) -> list[set[int]]:
    """Return one set of titles per filter that has an index."""
    sources, offer_types = parameters.numbers("source_ids"), parameters.words("source_types", OFFER_TYPES)
    sets = []
    if sources or offer_types:
        if len(regions) > 1:
            raise InvalidParameter("regions", "only one region is taken together with source_ids or source_types")
        region = regions[0] if regions else "US"
        if sources:
            sets.append(_union(catalogue.by_source, [(region, number) for number in sources]))
        if offer_types:
            sets.append(_union(catalogue.by_offer_type, [(region, type_) for type_ in offer_types]))
        if sources and offer_types:
            wanted = {(region, number, type_) for number in sources for type_ in offer_types}
            both = sets[0] & sets[1]
            sets = [{n for n in both if any(_place(o) in wanted for o in catalogue.titles[n].offers)}]
    elif regions:
        sets.append(_union(catalogue.by_region, regions))
    if types := parameters.words("types", TITLE_TYPES):
        sets.append(_union(catalogue.by_type, types))
    if genres := parameters.numbers("genres"):
        sets.append(_union(catalogue.by_genre, genres))
    if person := parameters.numbers("person_id"):
        sets.append({n for number in person for n in catalogue.by_person.get(number - FIRST_PERSON_ID, ())})
    return sets


def _tests(parameters: Parameters) -> list[Callable[[Title], bool]]:
    """Return one test per filter that has none."""
    tests: list[Callable[[Title], bool]] = []
    if networks := set(parameters.numbers("network_ids")):
        tests.append(lambda title: not networks.isdisjoint(title.network_ids))
    if languages := set(parameters.words("languages")):
        tests.append(lambda title: title.language in languages)
    if start := parameters.day("release_date_start"):
        tests.append(lambda title: (title.release_date or "") >= start.isoformat())
    if end := parameters.day("release_date_end"):
        tests.append(lambda title: "" < (title.release_date or "") <= end.isoformat())
    for name, field, high in (("user_rating", "user_rating", 10), ("critic_score", "critic_score", 100)):
        tests += _range_tests(parameters, name, field, high)
    return tests


def _range_tests(parameters: Parameters, name: str, field: str, high: int) -> list[Callable[[Title], bool]]:
    lowest, highest = parameters.decimal(f"{name}_low", 0, high), parameters.decimal(f"{name}_high", 0, high)
    if lowest is None and highest is None:
        return []
    low, top = lowest or 0, high if highest is None else highest

    def within(title: Title) -> bool:
        value = getattr(title, field)
        return value is not None and low <= value <= top

    return [within]


def _union(index: dict[Any, set[int]], keys: list[Any]) -> set[int]:
    found = [index[key] for key in keys if key in index]
    return found[0] if len(found) == 1 else set().union(*found)


def _place(offer: Any) -> tuple[str, int, str]:
    return (offer.region, offer.source_id, offer.type)
