"""The endpoints about one person."""

from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from local.catalogue import Catalogue, Credit, Person, Title, made, sentences
from local.catalogue.chance import hex_id, image_path
from local.upstreams.population import Population
from local.upstreams.provider import Call, Handler
from local.upstreams.tmdb import bodies
from local.upstreams.tmdb.asked import appended, find_person, language, note_fetch
from local.upstreams.tmdb.changes import changes
from local.upstreams.tmdb.recordings import completed, completed_part
from local.upstreams.tmdb.rows import image_row

Part = Callable[[Population, Person, str], dict[str, Any]]

_EXTERNAL_IDS = (
    "freebase_mid", "freebase_id", "imdb_id", "tvrage_id", "wikidata_id", "facebook_id", "instagram_id", "tiktok_id",
    "twitter_id", "youtube_id",
)  # fmt: skip


def details(call: Call) -> dict[str, Any]:
    """Answer a person's details."""
    note_fetch(call, "person")
    person = find_person(call)
    parts = appended(call, lambda name: _part(call, person, name))
    body = _details(person, call.catalogue)
    recorded = completed(call.catalogue.recordings.tmdb.get(("person", person.id), {}))
    body |= {name: value for name, value in recorded.items() if name in body}
    if revision := call.state.population.revision("person", person.id):
        body["popularity"] = round(body["popularity"] + revision / 1000, 4)
        body["homepage"] = f"https://example.com/person/{person.id}/{revision}"
    return body | parts


def sub_resource(name: str) -> Handler:
    """Return the endpoint of one part of a person."""

    def answer(call: Call) -> dict[str, Any]:
        person = find_person(call)
        return {"id": person.id, **(_part(call, person, name) or {})}

    return answer


def _part(call: Call, person: Person, name: str) -> dict[str, Any] | None:
    """Return a part to append, or None for a name that is no person's."""
    if name == "changes":
        return changes(call, "person", person.id)
    if name not in PERSON_PARTS:
        return None
    recorded = call.catalogue.recordings.tmdb.get(("person", person.id), {}).get(name)
    if isinstance(recorded, dict):
        later = dict.fromkeys(_EXTERNAL_IDS) if name == "external_ids" else {}
        return later | completed_part(name, recorded)
    return PERSON_PARTS[name](call.state.population, person, language(call))


def _details(person: Person, catalogue: Catalogue) -> dict[str, Any]:
    """Return what is known: of a real person only what the catalogue says, of a made one a whole life."""
    body: dict[str, Any] = {
        "adult": person.adult,
        "also_known_as": [],
        "biography": "",
        "birthday": None,
        "deathday": None,
        "gender": person.gender,
        "homepage": None,
        "id": person.id,
        "imdb_id": None,
        "known_for_department": person.department,
        "name": person.name,
        "place_of_birth": None,
        "popularity": person.popularity,
        "profile_path": person.profile_path,
    }
    return body if person.id in catalogue.people else body | _life(person)


def _life(person: Person) -> dict[str, Any]:
    dice = _dice(person, "life")
    draw = dice.random
    year, place = 1925 + int(draw() * 80), sentences.PLACES[int(draw() * len(sentences.PLACES))]
    known = draw() < 0.5
    day = f"{1 + int(draw() * 12):02d}-{1 + int(draw() * 28):02d}"
    names = [sentences.person_name(int(draw() * 900)) for _ in range(int(draw() ** 2 * 4))]
    return {
        "also_known_as": names,
        "biography": sentences.life(dice, person.name, place),
        "birthday": f"{year}-{day}" if known else None,
        "deathday": f"{year + 70}-{day}" if known and year < 1950 else None,
        "imdb_id": f"nm{person.id}" if draw() < 0.6 else None,
        "place_of_birth": place if known else None,
    }


def _external_ids(population: Population, person: Person, language: str) -> dict[str, Any]:
    ids: dict[str, Any] = dict.fromkeys(_EXTERNAL_IDS)
    if person.id in population.catalogue.people:
        return ids
    dice = _dice(person, "ids")
    social = f"person{person.id}" if dice.random() < 0.2 else None
    return ids | {"imdb_id": _life(person)["imdb_id"], "instagram_id": social}


def _images(population: Population, person: Person, language: str) -> dict[str, Any]:
    count = 1 + int(_dice(person, "images").random() ** 3 * 8) if person.profile_path else 0
    paths = [person.profile_path, *(image_path(person.id, "profile", at) for at in range(1, count))][:count]
    return {"profiles": [image_row(path, 1000, 1500, None, at) for at, path in enumerate(paths) if path]}


def _translations(population: Population, person: Person, language: str) -> dict[str, Any]:
    biography = "" if person.id in population.catalogue.people else _life(person)["biography"]
    row = {"iso_3166_1": "US", "iso_639_1": "en", "name": "English", "english_name": "English"}
    return {"translations": [{**row, "data": {"biography": biography, "name": person.name, "primary": True}}]}


def _credits(*kinds: str) -> Part:
    """Return the part with what a person did for films, programmes or both; for both each row names its kind."""

    def part(population: Population, person: Person, language: str) -> dict[str, Any]:
        rows: dict[str, list[dict[str, Any]]] = {"cast": [], "crew": []}
        for title, credit in _titles(population, person, kinds):
            row = bodies.item(population.catalogue, title, language) | _credit(title, credit, len(rows["cast"]))
            if len(kinds) > 1:
                row["media_type"] = title.tmdb_type
            rows["crew" if credit.job else "cast"].append(row)
        return rows

    return part


def _titles(population: Population, person: Person, kinds: tuple[str, ...]) -> Iterator[tuple[Title, Credit]]:
    catalogue = population.catalogue
    known = (catalogue.titles[number] for number in dict.fromkeys(catalogue.by_person.get(person.id, ())))
    for title in known:
        if title.tmdb_type in kinds:
            yield from ((title, credit) for credit in title.credits if credit.person_id == person.id)
    if person.id in catalogue.people:
        return
    for kind in kinds:
        for number, credit in made.titles_with(person.id, population.made.get(kind, 0)):
            if number not in population.gone[kind]:
                yield made.made_title(kind, number), credit


def _credit(title: Title, credit: Credit, order: int) -> dict[str, Any]:
    row: dict[str, Any] = {"credit_id": hex_id(title.id, credit.person_id, credit.job or "cast")}
    if title.tmdb_type == "tv":
        row |= {"episode_count": sum(title.seasons), "first_credit_air_date": title.release_date or ""}
    if credit.job:
        return row | {"department": made.DEPARTMENTS.get(credit.job, "Directing"), "job": credit.job}
    return row | {"character": credit.character or ""} | ({} if title.tmdb_type == "tv" else {"order": order})


def _dice(person: Person, purpose: str) -> Random:
    return made.dice_of("person", person.id, purpose)


PERSON_PARTS: dict[str, Part] = {
    "combined_credits": _credits("movie", "tv"),
    "external_ids": _external_ids,
    "images": _images,
    "movie_credits": _credits("movie"),
    "translations": _translations,
    "tv_credits": _credits("tv"),
}
