"""What the folder of real data says about each title, before it becomes a title."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from local.catalogue import genres, rawdata
from local.catalogue.models import Credit, Offer
from local.catalogue.rawdata import Key

Facts = dict[str, Any]

_TV_BY_DEFAULT = 5_000
_PROGRAMMES = Path(__file__).with_name("programmes.csv")


def gather_facts(folder: Path, titles: int | None = None) -> dict[Key, Facts]:
    """Collect what the data says about each TMDB id; the sources follow in order of trust and the first word stands."""
    facts: dict[Key, Facts] = {}

    def tell(key: Key, values: Facts) -> None:
        known = facts.setdefault(key, {})
        for name, value in values.items():
            if value not in (None, "", [], ()):
                known.setdefault(name, value)

    for body in rawdata.watchmode_bodies(folder).values():
        facts[_key(body)] = _of_watchmode_body(body)
    for row in rawdata.json_file(folder / "watchmode/open/list_titles.json")["titles"]:
        tell(_key(row), {**row, "listed": True})
    for record in rawdata.json_lines(folder / "watchmode/open/enriched_titles.jsonl.gz"):
        row = record["body"]
        names = ("id", "title", "year", "type", "imdb_id", "user_rating")
        tell(_key(row), {name: row[name] for name in names} | {"overview": row["plot_overview"]})
    listed = rawdata.tv_list(folder)
    for key, programme in _known_programmes(listed):
        tell(key, programme)
    for kind in ("movie", "tv"):
        for body in rawdata.tmdb_bodies(folder, kind).values():
            tell((kind, body["id"]), _of_tmdb_body(body))
    for (kind, number), item in {(kind, item["id"]): item for kind, item in rawdata.list_items(folder)}.items():
        tell((kind, number), _of_list_item(item))
    for row in rawdata.table(folder / "tmdb5000/tmdb_5000_movies.csv.gz"):
        tell(("movie", int(row["id"])), _of_tmdb_5000(row))
    for entry in listed[:_TV_BY_DEFAULT]:
        tell(("tv", entry["i"]), _of_tv_entry(entry))
    for row in rawdata.id_map(folder):
        key = (row["TMDB Type"], int(row["TMDB ID"]))
        if key in facts or (titles and len(facts) < titles):
            tell(key, {"title": row["Title"], "year": int(row["Year"] or 0) or None, "imdb_id": row["IMDB ID"]})
    for entry in listed:
        if titles and len(facts) >= titles:
            break
        if titles or ("tv", entry["i"]) in facts:
            tell(("tv", entry["i"]), _of_tv_entry(entry))
    return {key: values for key, values in facts.items() if values.get("title")}


def _known_programmes(listed: list[Facts]) -> Iterator[tuple[Key, Facts]]:
    """Yield the programmes whose services and genres this project knows by hand, with their TMDB ids."""
    known = {(row["title"], int(row["year"])): row for row in rawdata.table(_PROGRAMMES)}
    for entry in listed:
        row = known.pop((entry["t"], entry["y"]), None)
        if row:
            numbers = {name: tuple(map(int, row[name].split())) for name in ("services", "genres")}
            facts = {"services": numbers["services"], "genre_ids": numbers["genres"], "type": row["type"]}
            yield ("tv", entry["i"]), {**_of_tv_entry(entry), **facts}


def _key(row: Facts) -> Key:
    return row["tmdb_type"], row["tmdb_id"]


def _year(date: str | None) -> int | None:
    return int(date[:4]) if date else None


def _of_tv_entry(entry: Facts) -> Facts:
    return {"title": entry["t"], "year": entry["y"], "popularity": entry["p"]}


def _of_list_item(item: Facts) -> Facts:
    date = item.get("release_date") or item.get("first_air_date")
    return {
        "title": item.get("title") or item.get("name"),
        "original_title": item.get("original_title") or item.get("original_name"),
        "release_date": date,
        "year": _year(date),
        "language": item["original_language"],
        "countries": tuple(item.get("origin_country", ())),
        "tmdb_genres": genres.of_tmdb(item["genre_ids"]),
        "popularity": item["popularity"],
        "user_rating": round(item["vote_average"], 1) if item["vote_count"] else None,
        "vote_count": item["vote_count"],
        "overview": item["overview"],
        "poster_path": item["poster_path"],
        "backdrop_path": item["backdrop_path"],
    }


def _of_tmdb_body(body: Facts) -> Facts:
    external = body.get("external_ids") or {}
    seasons = [s["episode_count"] for s in body.get("seasons", ()) if s["season_number"]]
    specials = sum(s["episode_count"] for s in body.get("seasons", ()) if s["season_number"] == 0)
    runtimes = body.get("episode_run_time") or [body.get("runtime")]
    cast = (body.get("credits") or {}).get("cast", [])[:12]
    item = {**body, "genre_ids": [genre["id"] for genre in body["genres"]]}
    return {
        **_of_list_item(item),
        "imdb_id": body.get("imdb_id") or external.get("imdb_id"),
        "runtime": runtimes[0],
        "seasons": tuple(seasons),
        "specials": specials,
        "end_year": _year(body.get("last_air_date")) if body.get("status") in ("Ended", "Canceled") else None,
        "tagline": body.get("tagline"),
        "credits": tuple(Credit(row["id"], None, row.get("character") or None) for row in cast),
    }


def _of_tmdb_5000(row: dict[str, str]) -> Facts:
    keywords = genres.of_words(word["name"] for word in ast.literal_eval(row["keywords"]))
    votes = int(row["vote_count"])
    return {
        "title": row["title"],
        "original_title": row["original_title"],
        "release_date": row["release_date"],
        "year": _year(row["release_date"]),
        "language": row["original_language"],
        "countries": tuple(c["iso_3166_1"] for c in ast.literal_eval(row["production_countries"])),
        "tmdb_genres": genres.of_tmdb(genre["id"] for genre in ast.literal_eval(row["genres"])),
        "keyword_genres": keywords,
        # 2017 used another scale: ten times today's.
        "popularity": round(float(row["popularity"]) / 10, 4),
        "user_rating": float(row["vote_average"]) if votes else None,
        "vote_count": votes,
        "runtime": int(float(row["runtime"] or 0)) or None,
        "overview": row["overview"],
        "tagline": row["tagline"],
        "companies": tuple(c["name"] for c in ast.literal_eval(row["production_companies"])),
    }


def _of_watchmode_body(body: Facts) -> Facts:
    same = ("id", "title", "original_title", "type", "year", "end_year", "release_date", "imdb_id", "user_rating")
    facts = {name: body[name] for name in (*same, "critic_score", "us_rating")}
    facts |= {"runtime": body["runtime_minutes"], "overview": body["plot_overview"]}
    facts |= {"genre_ids": tuple(body["genres"] or ()), "network_ids": tuple(body["networks"] or ())}
    if "sources" in body:
        facts["offers"] = tuple(
            Offer(row["source_id"], row.get("region", "US"), row["type"], row["format"], row["price"], row["web_url"])
            for row in body["sources"]
        )
    return facts
