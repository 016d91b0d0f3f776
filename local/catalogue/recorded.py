"""The catalogue made from a folder of real data: recorded facts, and recorded bodies word for word."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from local.catalogue import genres, rawdata
from local.catalogue.catalogue import Catalogue, Recordings
from local.catalogue.chance import chance, pick
from local.catalogue.demo import load_reference
from local.catalogue.facts import Facts, gather_facts
from local.catalogue.models import Credit, Person, Source, Title
from local.catalogue.offers import assign_offers
from local.catalogue.rawdata import Key

_NETFLIX, _DISNEY, _PARAMOUNT = 203, 372, 444
_DISNEY_STUDIOS = {
    "Walt Disney Pictures", "Pixar Animation Studios", "Marvel Studios", "Lucasfilm", "Walt Disney Animation Studios",
    "Walt Disney Productions", "Twentieth Century Fox Film Corporation", "Twentieth Century Fox Animation",
}  # fmt: skip
_DOCUMENTARY, _SPORTS, _TV_MOVIE = 6, 29, 38
_NAMED_GENRES = {12, 21, 23, 26, 29, 31, 32, 33, 34, 36, 37}


def load_recorded(folder: Path, titles: int | None = None) -> Catalogue:
    """Load the real catalogue; with `titles` beyond its own size it grows by the list of all TV series."""
    people = load_people(folder)
    reference = load_reference()
    recordings = _recordings(folder)
    facts = gather_facts(folder, titles)
    reference["sources"] += _unlisted_sources(reference["sources"], recordings)
    built = build_titles(folder, facts, reference["sources"], people)
    named = {credit.person_id for title in built for credit in title.credits}
    named |= {number for kind, number in recordings.tmdb if kind == "person"}
    known = [people[number] for number in sorted(named)]
    return Catalogue(built, people=known, recordings=recordings, **reference)


def build_titles(
    folder: Path, facts: dict[Key, Facts], sources: Iterable[Source], people: dict[int, Person]
) -> list[Title]:
    """Turn facts into titles with their WatchMode ids and offers, the recorded list first, then by popularity."""
    ids = rawdata.watchmode_ids(folder, set(facts))
    netflix = rawdata.netflix_rows(folder)
    directory = {source.id: source for source in sources}
    by_name = {person.name: person for person in sorted(people.values(), key=lambda person: person.popularity)}
    built: list[Title] = []
    for key, values in facts.items():
        row = _netflix_row(netflix, key[0], values)
        for number in ids.get(key, [values["id"]] if "id" in values else []):
            title = _title(number, key, values, row, by_name)
            if "offers" in values and number == values["id"]:
                built.append(replace(title, offers=values["offers"]))
            else:
                built.append(assign_offers(title, _known_services(values, row), directory))
    listed = {values["id"] for values in facts.values() if "listed" in values}
    return sorted(built, key=lambda title: (title.id not in listed, -title.popularity, title.id))


def _recordings(folder: Path) -> Recordings:
    tmdb = {}
    for kind in ("movie", "tv", "person"):
        tmdb.update({(kind, number): body for number, body in rawdata.tmdb_bodies(folder, kind).items()})
    return Recordings(rawdata.watchmode_bodies(folder), tmdb, rawdata.episode_bodies(folder))


def _unlisted_sources(sources: Iterable[Source], recordings: Recordings) -> list[Source]:
    """Return the sources that recorded offers name and the recorded directory of one region does not."""
    listed = {source.id for source in sources}
    found: dict[int, Source] = {}
    for body in recordings.watchmode.values():
        for offer in body.get("sources", ()):
            if offer["source_id"] not in listed:
                type_ = "purchase" if offer["type"] in ("rent", "buy") else offer["type"]
                regions = {*(found[offer["source_id"]].regions if offer["source_id"] in found else ()), offer["region"]}
                found[offer["source_id"]] = Source(offer["source_id"], offer["name"], type_, tuple(sorted(regions)))
    return list(found.values())


def _known_services(values: Facts, row: dict[str, str] | None) -> dict[int, tuple[str, ...]]:
    """Return the services that the data, or what every viewer knows, names for a title."""
    known: dict[int, tuple[str, ...]] = dict.fromkeys(values.get("services", ()), ("GB", "US"))
    studios = values.get("companies", ())
    if row or "listed" in values:
        known[_NETFLIX] = ("GB", "US")
    elif _DISNEY_STUDIOS.intersection(studios) and chance(values["title"], "Disney") < 0.6:
        known[_DISNEY] = ("GB", "US")
    elif "Paramount Pictures" in studios and chance(values["title"], "Paramount") < 0.5:
        known[_PARAMOUNT] = ("GB", "US")
    return known


def _title(number: int, key: Key, values: Facts, row: dict[str, str] | None, people: dict[str, Person]) -> Title:
    kind, tmdb_id = key
    names = Title.__dataclass_fields__.keys() - {"id", "offers", "genre_ids"}
    known = {name: value for name, value in values.items() if name in names}
    known["genre_ids"] = _genre_ids(number, values, row)
    type_ = known.get("type") or _type(kind, known, row)
    known["popularity"] = float(known.get("popularity") or 0.1 + chance(number, "popularity"))
    if row:
        known.setdefault("us_rating", row["rating"] if "min" not in row["rating"] else None)
        known.setdefault("credits", _credits(row, people))
    if type_ in ("tv_series", "tv_miniseries"):
        known.setdefault("seasons", _seasons(number, known.get("year"), type_, row))
        known.setdefault("runtime", (30, 45, 50, 60)[pick(4, number, "runtime")])
    else:
        known.setdefault("runtime", 84 + pick(60, number, "runtime"))
    if "user_rating" not in known and "vote_count" not in known:
        known["user_rating"] = round(5.8 + 3 * chance(number, "rating"), 1)
        known["vote_count"] = 20 + pick(2000, number, "votes")
    known.setdefault("critic_score", _critic_score(number, known.get("user_rating")))
    return Title(**{**known, "id": number, "type": type_, "tmdb_id": tmdb_id, "tmdb_type": kind})


def _type(kind: str, known: Facts, row: dict[str, str] | None) -> str:
    if kind == "tv":
        return "tv_series"
    if row and "Stand-Up Comedy" in row["listed_in"]:
        return "tv_special"
    if 0 < (known.get("runtime") or 0) < 40:
        return "short_film"
    return "tv_movie" if _TV_MOVIE in known["genre_ids"] else "movie"


def _genre_ids(number: int, values: Facts, row: dict[str, str] | None) -> tuple[int, ...]:
    if "genre_ids" in values:
        return tuple(values["genre_ids"])
    found = list(values.get("tmdb_genres", ()))
    named = genres.of_words(row["listed_in"].split(", ")) if row else []
    extra = [genre for genre in dict.fromkeys([*named, *values.get("keyword_genres", ())]) if genre not in found]
    found += [genre for genre in extra if genre in _NAMED_GENRES] if found else extra
    if 3 in found and values.get("language") == "ja" and 33 not in found:
        found.append(33)
    if "listed" in values:
        # The recorded list is the answer to a question for sports; most of it are documentaries.
        found = [_SPORTS, *(genre for genre in found or [_DOCUMENTARY] if genre != _SPORTS)]
    return tuple(found) or genres.guessed(number)


def _seasons(number: int, year: int | None, type_: str, row: dict[str, str] | None) -> tuple[int, ...]:
    if type_ == "tv_miniseries":
        count = 1
    elif row and "Season" in row["duration"]:
        count = int(row["duration"].split()[0])
    else:
        count = 1 + pick(min(12, max(1, 2026 - (year or 2010))), number, "seasons")
    return tuple(6 + pick(8, number, "episodes", season) for season in range(count))


def _critic_score(number: int, rating: float | None) -> int | None:
    if rating is None or chance(number, "critics") < 0.15:
        return None
    return max(1, min(99, round(rating * 10) - 10 + pick(20, number, "score")))


def _netflix_row(rows: dict[tuple[str, str], list[dict[str, str]]], kind: str, values: Facts) -> dict[str, str] | None:
    for row in rows.get((kind, rawdata.normalised(values["title"])), []):
        gap = int(row["release_year"]) - (values.get("year") or 0)
        # Netflix gives a programme the year of its newest season.
        if abs(gap) <= 1 or (kind == "tv" and 0 <= gap <= 12):
            return row
    return None


def _credits(row: dict[str, str], people: dict[str, Person]) -> tuple[Credit, ...]:
    directors = [people[name] for name in row["director"].split(", ") if name in people]
    cast = [people[name] for name in row["cast"].split(", ") if name in people]
    return tuple([Credit(p.id, "Director") for p in directors[:2]] + [Credit(p.id) for p in cast[:6]])


def load_people(folder: Path) -> dict[int, Person]:
    """Return everybody the data knows, by TMDB id."""
    found = {}
    for row in rawdata.json_lines(folder / "tmdb_exports/derived/person_ids.derived.json.gz"):
        found[row["id"]] = Person(row["id"], row["name"], "Acting", row["popularity"])
    for kind in ("movie", "tv"):
        for body in rawdata.tmdb_bodies(folder, kind).values():
            for row in (body.get("credits") or {}).get("cast", []):
                found[row["id"]] = Person(row["id"], row["name"], "Acting", float(row.get("popularity") or 1.0))
    for body in rawdata.tmdb_bodies(folder, "person").values():
        department = body["known_for_department"] or "Acting"
        found[body["id"]] = Person(body["id"], body["name"], department, body["popularity"], body["gender"])
    return found
