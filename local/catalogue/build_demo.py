"""Make the shipped demo catalogue from the folder of real data: `python -m local.catalogue.build_demo <folder>`.

Only facts go in: ids, names, years, genres, services, ratings. Overviews are made from facts when they are served.
"""

import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from local.catalogue import rawdata
from local.catalogue.chance import chance
from local.catalogue.demo import load_reference, write_demo, write_reference
from local.catalogue.models import Credit, Genre, Network, Provider, Source, Title

_MOVIES, _PROGRAMMES = 440, 320
_DOCUMENTARY = 6
_RARE_GENRES = {10, 12, 18, 19, 32}
# Charité and The Misfit of Demon King Academy: two WatchMode ids each.
_SHARED_TMDB_IDS = {70837, 97617}
_LANGUAGES = {"en", "ja", "ko", "es", "fr", "de", "it", "da", "sv", "hi"}
# What TMDB calls the services of WatchMode's directory.
_PROVIDERS = {
    17: 87, 24: 10, 26: 9, 80: 283, 140: 3, 157: 15, 181: 11, 203: 8, 252: 99, 253: 204, 344: 192, 349: 2, 365: 613,
    371: 350, 372: 337, 376: 380, 377: 197, 387: 1899, 391: 300, 398: 68, 401: 100, 406: 39, 407: 103, 408: 29,
    409: 38, 410: 224, 411: 130, 412: 189, 413: 41, 417: 35, 418: 333, 421: 190, 422: 432, 441: 40, 444: 531,
    445: 524, 463: 538, 18: 196, 81: 603, 126: 199, 234: 43, 247: 600, 269: 205, 369: 188,
}  # fmt: skip
_AMERICAN = {157, 387}
_NETWORKS = (
    Network(1, "HBO", "US", 49),
    Network(2, "National Geographic", "US", 43),
    Network(3, "YouTube", None, 247),
    Network(4, "SBS", "KR", 156),
    Network(5, "DC Universe", "US", 2243),
    Network(6, "Viceland", "US", 1339),
    Network(7, "ABC", "US", 2),
    Network(8, "AMC", "US", 174),
    Network(9, "PBS", "US", 14),
)
_ON_NETWORK = {
    "Game of Thrones": 1, "House of the Dragon": 1, "Succession": 1, "The White Lotus": 1, "The Last of Us": 1,
    "True Detective": 1, "Chernobyl": 1, "The Sopranos": 1, "The Wire": 1, "Euphoria": 1, "Breaking Bad": 8,
    "Better Call Saul": 8, "The Walking Dead": 8, "Grey's Anatomy": 7, "Lost": 7, "Modern Family": 7,
}  # fmt: skip


def main(folder: Path) -> None:
    """Write both files of the demo catalogue."""
    write_reference(**_reference(folder))
    # Both read the lists of reference when they are imported.
    from local.catalogue.facts import gather_facts
    from local.catalogue.recorded import build_titles, load_people

    people = load_people(folder)
    facts = gather_facts(folder)
    for values in facts.values():
        # Recorded offers are of other regions and years than the rest.
        values.pop("offers", None)
        if not values.get("genre_ids"):
            values.pop("genre_ids", None)
    titles = build_titles(folder, facts, load_reference()["sources"], people)
    chosen = [_facts_only(title) for title in _choose(titles)]
    # In no order, so that a cut to any number stays a mixture.
    chosen.sort(key=lambda title: chance(title.id, "order"))
    chosen = _edge_cases(chosen[:14]) + chosen[14:]
    named = {credit.person_id for title in chosen for credit in title.credits}
    write_demo(chosen, [people[number] for number in sorted(named)])
    print(f"{len(chosen)} titles, {len(named)} people")


def _reference(folder: Path) -> dict[str, Iterable[Any]]:
    british = rawdata.json_file(folder / "watchmode/open/sources_gb.json")
    american = next(rawdata.json_lines(folder / "watchmode/open/sources.jsonl.gz"))["body"]
    rows = british + [row for row in american if row["id"] in _AMERICAN]
    listed = next(rawdata.json_lines(folder / "tmdb_api/open/watch_provider_list.jsonl.gz"))["body"]["results"]
    sources = [_source(row) for row in sorted(rows, key=lambda row: row["id"])]
    wanted = set(_PROVIDERS.values())
    countries = next(rawdata.json_lines(folder / "tmdb_api/open/countries.jsonl.gz"))["body"]
    languages = next(rawdata.json_lines(folder / "tmdb_api/open/languages.jsonl.gz"))["body"]
    return {
        "sources": sources,
        "genres": [Genre(row["id"], row["name"], row["tmdb_id"]) for row in _genres(folder)],
        "providers": [_provider(row) for row in listed if row["provider_id"] in wanted],
        "networks": _NETWORKS,
        "countries": [(row["iso_3166_1"], row["english_name"]) for row in countries],
        "languages": [(row["iso_639_1"], row["english_name"], row["name"]) for row in languages],
    }


def _genres(folder: Path) -> list[dict[str, Any]]:
    return sorted(rawdata.json_file(folder / "watchmode/open/genres.json"), key=lambda row: row["id"])


def _source(row: dict[str, Any]) -> Source:
    names = Source.__dataclass_fields__.keys() - {"regions", "provider_id"}
    facts = {name: row[name] for name in names if name in row}
    return Source(**facts, regions=tuple(row["regions"]), provider_id=_PROVIDERS.get(row["id"]))


def _provider(row: dict[str, Any]) -> Provider:
    priorities = {country: rank for country, rank in row["display_priorities"].items() if country in ("GB", "US")}
    return Provider(row["provider_id"], row["provider_name"], row["logo_path"], priorities)


def _choose(titles: list[Title]) -> list[Title]:
    """Choose titles that people know, and enough of each kind."""
    programmes = [t for t in titles if t.tmdb_type == "tv" and t.language in _LANGUAGES and t.year and t.offers]
    by_hand = [t for t in programmes if t.title in _hand_known()]
    shared = [t for t in titles if t.tmdb_type == "tv" and t.tmdb_id in _SHARED_TMDB_IDS]
    known = [t for t in programmes if t.poster_path and t.vote_count >= 20]
    films = [t for t in titles if t.tmdb_type == "movie" and t.year]
    films.sort(key=lambda title: (-title.vote_count, title.id))
    rare = [t for t in films if _RARE_GENRES.intersection(t.genre_ids) and t.poster_path][:70]
    real = [t for t in films if _DOCUMENTARY in t.genre_ids][:25]
    odd = [t for t in films if t.type != "movie"][:20]
    recent = [t for t in films if (t.year or 0) >= 2025 and t.language == "en" and t.vote_count >= 20][:60]
    on_netflix = [t for t in films if any(offer.source_id == 203 for offer in t.offers)][:60]
    return [
        *list(dict.fromkeys([*titles[:75], *shared, *by_hand, *known]))[:_PROGRAMMES],
        *list(dict.fromkeys([*odd, *real, *recent, *rare, *on_netflix, *films]))[:_MOVIES],
    ]


def _hand_known() -> set[str]:
    return {row["title"] for row in rawdata.table(Path(__file__).with_name("programmes.csv"))}


def _facts_only(title: Title) -> Title:
    network = _ON_NETWORK.get(title.title)
    credits = tuple(Credit(c.person_id, c.job) for c in title.credits[:5])
    return replace(
        title,
        overview=None,
        tagline=None,
        original_title=None if title.original_title == title.title else title.original_title,
        popularity=round(title.popularity, 2),
        network_ids=(network,) if network else title.network_ids,
        credits=credits,
    )


def _edge_cases(titles: list[Title]) -> list[Title]:
    """Take facts away from some titles, as they are missing from some at the providers."""
    gone: list[dict[str, Any]] = [
        {"tmdb_id": None, "tmdb_type": None},
        {"tmdb_id": None, "tmdb_type": None, "imdb_id": None},
        {"year": None, "release_date": None, "end_year": None},
        {"year": None, "release_date": None, "end_year": None, "runtime": None},
        {"poster": False, "poster_path": None, "backdrop_path": None},
        {"poster": False, "poster_path": None, "backdrop_path": None, "imdb_id": None},
        {"user_rating": None, "vote_count": 0, "critic_score": None},
        {"user_rating": None, "vote_count": 0},
        {"runtime": None},
        {"genre_ids": ()},
        {"offers": ()},
        {"offers": (), "imdb_id": None},
    ]
    return [replace(title, **facts) for title, facts in zip(titles, gone, strict=False)] + titles[len(gone) :]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
