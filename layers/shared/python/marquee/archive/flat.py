"""The flat rows of the archive: of each item what people ask of it, in the columns of one table.

Every row has every column of its table, null where nothing is known: what reads the rows may guess the columns from
them. Dates are texts as TMDB has them, `yyyy-mm-dd`, with the year beside them as a number.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from marquee.archive.codec import BodyKind

Row = dict[str, Any]

# Of those that a title names by the hundred.
FOREMOST = 10
_TEXTS = "array<string>"
# What a type holds: from minus the limit up to it.
_NUMBERS: Mapping[str, tuple[type[int] | type[float], int]] = {
    "int": (int, 2**31),
    "bigint": (int, 2**63),
    "double": (float, 2**1000),
}
# Athena's type of each column, by table. `language` and `countries` are codes; `certification` is that of the US;
# `actors` are the ten first in the credits and `known_for` the ten titles with the most votes. The id of a season is
# `<series>-<number>`; `tmdb_id` is TMDB's own. The stack makes
# the tables of the same file.
COLUMNS: Mapping[str, Mapping[str, str]] = json.loads(Path(__file__).with_name("columns.json").read_text("utf-8"))


def rows(kind: "BodyKind", body: Row, collected_at: str, *, id: str = "") -> dict[str, list[Row]]:
    """Return the rows of a body by table: one, and of a season one for each of its episodes too.

    `id` is the one in the archive, which a season does not tell by itself: where none is given its episodes are asked,
    and it is null if they do not tell it either.
    """
    if kind == "season":
        return _season(body, collected_at, id)
    if kind == "episode":
        return {"episode": [_row("episode", _episode(body), collected_at)]}
    facts = {"movie": _movie, "tv": _tv, "person": _person}[kind](body)
    return {kind: [_row(kind, facts, collected_at)]}


def gone(kind: "BodyKind", id: str | int, collected_at: str) -> dict[str, list[Row]]:
    """Return the rows of an item that TMDB no longer has: null but for what tells which it was.

    With a season its episodes are gone: a row without an id says so of all of them.
    """
    if kind != "season":
        return {kind: [_row(kind, {"id": int(id), "gone": True}, collected_at)]}
    show, number = (int(part) for part in str(id).split("-"))
    facts: Row = {"show_id": show, "season_number": number, "gone": True}
    return {
        "season": [_row("season", {"id": id, **facts}, collected_at)],
        "episode": [_row("episode", {"season_id": id, **facts}, collected_at)],
    }


def _row(table: str, facts: Mapping[str, Any], collected_at: str) -> Row:
    known = {"gone": False, **facts, "collected_at": collected_at}
    return {name: _fitting(known.get(name), kind) for name, kind in COLUMNS[table].items()}


def _fitting(value: Any, kind: str) -> Any:
    """Return a value as a column has it, None where it is unknown or something else than the column holds."""
    if kind == "string":
        return value if isinstance(value, str) and value else None
    if kind == "boolean":
        return value if isinstance(value, bool) else None
    if kind == _TEXTS:
        return [each for each in value if isinstance(each, str)] if isinstance(value, list) else None
    number, limit = _NUMBERS[kind]
    if isinstance(value, bool) or not isinstance(value, int | float) or not -limit <= value < limit:
        return None
    return number(value) if number(value) == value else None


def _movie(body: Row) -> Row:
    released = _objects(body, "release_dates", "results")
    american = (each for row in released if row.get("iso_3166_1") == "US" for each in _objects(row, "release_dates"))
    return {
        **_title(body),
        "release_year": _year(body.get("release_date")),
        "collection": _object(body, "belongs_to_collection").get("name"),
        "directors": _crew(_objects(body, "credits", "crew"), "Director"),
        "writers": _crew(_objects(body, "credits", "crew"), *_WRITERS),
        "certification": next((each["certification"] for each in american if each.get("certification")), None),
    }


def _tv(body: Row) -> Row:
    ratings = _objects(body, "content_ratings", "results")
    return {
        **_title(body),
        "first_air_year": _year(body.get("first_air_date")),
        "networks": _names(_objects(body, "networks")),
        "creators": _names(_objects(body, "created_by")),
        "tvdb_id": _object(body, "external_ids").get("tvdb_id"),
        "certification": next((each.get("rating") for each in ratings if each.get("iso_3166_1") == "US"), None),
    }


def _title(body: Row) -> Row:
    ids, words = _object(body, "external_ids"), _object(body, "keywords")
    cast = _objects(body, "credits", "cast") or _objects(body, "aggregate_credits", "cast")
    countries = body.get("origin_country") or [
        each.get("iso_3166_1") for each in _objects(body, "production_countries")
    ]
    return {
        **body,
        "genres": _names(_objects(body, "genres")),
        "language": body.get("original_language"),
        "spoken_languages": [each.get("iso_639_1") for each in _objects(body, "spoken_languages")],
        "countries": countries,
        "companies": _names(_objects(body, "production_companies")),
        "keywords": _names(_objects(words, "keywords") or _objects(words, "results")),
        "actors": _names(sorted(cast, key=_place))[:FOREMOST],
        "imdb_id": body.get("imdb_id") or ids.get("imdb_id"),
        "wikidata_id": ids.get("wikidata_id"),
    }


def _season(body: Row, collected_at: str, id: str) -> dict[str, list[Row]]:
    episodes = _objects(body, "episodes")
    show, number = next((each.get("show_id") for each in episodes), None), body.get("season_number")
    if id:
        show, number = (int(part) for part in id.split("-"))
    known = {"show_id": show, "season_number": number}
    whole = {
        **body,
        **known,
        "id": _season_id(known),
        "tmdb_id": body.get("id"),
        "air_year": _year(body.get("air_date")),
        "number_of_episodes": len(episodes),
    }
    return {
        "season": [_row("season", whole, collected_at)],
        "episode": [_row("episode", _episode({**each, **known}), collected_at) for each in episodes],
    }


def _season_id(body: Row) -> str | None:
    show, number = body.get("show_id"), body.get("season_number")
    return f"{show}-{number}" if type(show) is int and type(number) is int else None


def _episode(body: Row) -> Row:
    crew = _objects(body, "crew")
    return {
        **body,
        "season_id": _season_id(body),
        "air_year": _year(body.get("air_date")),
        "directors": _crew(crew, "Director"),
        "writers": _crew(crew, *_WRITERS),
        "guest_stars": _names(sorted(_objects(body, "guest_stars"), key=_place))[:FOREMOST],
    }


def _person(body: Row) -> Row:
    acted, worked = _objects(body, "combined_credits", "cast"), _objects(body, "combined_credits", "crew")
    ids = _object(body, "external_ids")
    return {
        **body,
        "department": body.get("known_for_department"),
        "birth_year": _year(body.get("birthday")),
        "death_year": _year(body.get("deathday")),
        "known_for": _known_for([*acted, *worked]),
        "acted_in": len(acted),
        "worked_on": len(worked),
        "imdb_id": body.get("imdb_id") or ids.get("imdb_id"),
        "wikidata_id": ids.get("wikidata_id"),
    }


_WRITERS = ("Writer", "Screenplay", "Story", "Teleplay", "Author", "Novel")


def _known_for(credits: list[Row]) -> list[str]:
    def votes(credit: Row) -> int:
        found = credit.get("vote_count")
        return found if isinstance(found, int) else 0

    ranked = sorted(credits, key=votes, reverse=True)
    return list(_distinct(each.get("title") or each.get("name") for each in ranked))[:FOREMOST]


def _crew(crew: list[Row], *jobs: str) -> list[str]:
    return _names(each for each in crew if each.get("job") in jobs)


def _names(objects: Iterable[Row]) -> list[str]:
    return list(_distinct(each.get("name") for each in objects))


def _distinct(values: Iterable[Any]) -> Iterator[str]:
    return (each for each in dict.fromkeys(value for value in values if isinstance(value, str)) if each)


def _place(credit: Row) -> float:
    found = credit.get("order")
    return found if isinstance(found, int) else float("inf")


def _year(day: Any) -> int | None:
    return int(day[:4]) if isinstance(day, str) and day[:4].isdecimal() and len(day) >= 4 else None


def _object(body: Row, name: str) -> Row:
    found = body.get(name)
    return found if isinstance(found, dict) else {}


def _objects(body: Row, *path: str) -> list[Row]:
    """Return the objects of a list, none where the list is not there or something else."""
    for name in path[:-1]:
        body = _object(body, name)
    found = body.get(path[-1])
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
