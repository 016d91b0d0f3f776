"""`/search` and `/autocomplete-search`: titles and people by name or by another provider's id."""

from collections.abc import Iterable
from typing import Any

from local.catalogue import Catalogue, Person, Title, links
from local.catalogue.rawdata import normalised
from local.upstreams.parameters import whole_number
from local.upstreams.provider import Call

_FIELDS = ("name", "imdb_id", "tmdb_movie_id", "tmdb_tv_id", "tmdb_person_id")
_MOST = 25


def search(call: Call) -> dict[str, Any]:
    """Answer titles and people; a title's name is `name` here and `title` everywhere else."""
    call.parameters.required("search_field")
    field = call.parameters.choice("search_field", _FIELDS, "name")
    value = call.parameters.required("search_value")
    types = call.parameters.words("types", ("tv", "movie", "person")) or ["tv", "movie", "person"]
    titles = [title for title in _titles(call.catalogue, field, value) if _kind(title) in types]
    people = _people(call.catalogue, field, value) if "person" in types else []
    return {
        "title_results": [_title_row(title) for title in titles[:_MOST]],
        "people_results": [_person_row(person) for person in people[:_MOST]],
    }


def autocomplete(call: Call) -> dict[str, Any]:
    """Answer titles and people whose name holds the text, the most fitting first."""
    value = call.parameters.required("search_value")
    kind = call.parameters.integer("search_type", 1, 5, 1)
    wanted = {1: {"tv", "movie"}, 2: {"tv", "movie"}, 3: {"movie"}, 4: {"tv"}, 5: set()}[kind]
    rows = []
    for place, title in enumerate(_titles(call.catalogue, "name", value)):
        if _kind(title) in wanted:
            rows.append(_suggestion(title, round(250 - 4.2 * place, 2)))
    if kind in (1, 5):
        for person in _people(call.catalogue, "name", value):
            rows.append(
                {
                    "name": person.name,
                    "relevance": round(100 + person.popularity, 2),
                    "type": None,
                    "id": person.watchmode_id,
                    "year": None,
                    "result_type": "person",
                    "tmdb_id": person.id,
                    "tmdb_type": "person",
                    "image_url": links.headshot(person),
                }
            )
    return {"results": rows[:_MOST]}


def _titles(catalogue: Catalogue, field: str, value: str) -> list[Title]:
    if field == "name":
        return _by_name(catalogue, value)
    if field == "imdb_id":
        found = catalogue.by_watchmode_key(value) if value.startswith("tt") else None
        return [found] if found else []
    if field in ("tmdb_movie_id", "tmdb_tv_id"):
        numbers = catalogue.by_tmdb.get((field.split("_")[1], whole_number(value) or 0), [])
        return [catalogue.titles[number] for number in numbers]
    return []


def _by_name(catalogue: Catalogue, value: str) -> list[Title]:
    wanted = normalised(value)
    ranks = catalogue.ranks("popularity")
    names = catalogue.cached("names", lambda: [(n, normalised(t.title)) for n, t in catalogue.titles.items()])
    found = [(name != wanted, not name.startswith(wanted), -ranks[n], n) for n, name in names if wanted in name]
    return [catalogue.titles[row[-1]] for row in sorted(found)] if wanted else []


def _people(catalogue: Catalogue, field: str, value: str) -> list[Person]:
    people: Iterable[Person] = catalogue.people.values()
    if field == "name":
        wanted = normalised(value)
        people = [person for person in people if wanted and wanted in normalised(person.name)]
    else:
        people = [person for person in people if field == "tmdb_person_id" and str(person.id) == value]
    return sorted(people, key=lambda person: -person.popularity)


def _kind(title: Title) -> str:
    return "movie" if title.is_movie else "tv"


def _title_row(title: Title) -> dict[str, Any]:
    return {
        "resultType": "title",
        "id": title.id,
        "name": title.title,
        "type": title.type,
        "year": title.year,
        "imdb_id": title.imdb_id,
        "tmdb_id": title.tmdb_id,
        "tmdb_type": title.tmdb_type,
    }


def _person_row(person: Person) -> dict[str, Any]:
    return {
        "resultType": "person",
        "id": person.watchmode_id,
        "name": person.name,
        "main_profession": "director" if person.department == "Directing" else "actor",
        "imdb_id": None,
        "tmdb_id": person.id,
    }


def _suggestion(title: Title, relevance: float) -> dict[str, Any]:
    row = _title_row(title)
    del row["resultType"]
    return {**row, "relevance": relevance, "result_type": "title", "image_url": links.poster(title, 185)}
