"""The demo catalogue as it lies in the repository: facts, one title a line."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from local.catalogue.catalogue import Catalogue
from local.catalogue.models import Credit, Genre, Network, Offer, Person, Provider, Source, Title
from local.catalogue.offers import shared_offer

PATH = Path(__file__).with_name("demo.json")
REFERENCE_PATH = Path(__file__).with_name("reference.json")

COLUMNS = (
    "id", "title", "type", "year", "end_year", "release_date", "original_title", "language", "countries", "imdb_id",
    "tmdb_id", "tmdb_type", "genre_ids", "runtime", "seasons", "user_rating", "vote_count", "critic_score",
    "us_rating", "popularity", "network_ids", "poster", "poster_path", "backdrop_path", "credits", "offers",
)  # fmt: skip
_TUPLES = {"countries", "genre_ids", "seasons", "network_ids"}


def load_reference() -> dict[str, Any]:
    """Return sources, genres, providers, networks, countries and languages, as `Catalogue` takes them."""
    data = json.loads(REFERENCE_PATH.read_text(encoding="utf-8"))
    return {
        "sources": [Source(**{**row, "regions": tuple(row["regions"])}) for row in data["sources"]],
        "genres": [Genre(**row) for row in data["genres"]],
        "providers": [Provider(**row) for row in data["providers"]],
        "networks": [Network(**row) for row in data["networks"]],
        "countries": [tuple(row) for row in data["countries"]],
        "languages": [tuple(row) for row in data["languages"]],
    }


def load_demo() -> Catalogue:
    """Load the catalogue that the repository ships."""
    data = json.loads(PATH.read_text(encoding="utf-8"))
    people = [Person(*row) for row in data["people"]]
    return Catalogue(map(title_of, data["titles"]), people=people, **load_reference())


def title_of(row: list[Any]) -> Title:
    """Read a title from its row."""
    facts = dict(zip(COLUMNS, row, strict=True))
    for name in _TUPLES:
        facts[name] = tuple(facts[name])
    facts["credits"] = tuple(Credit(*credit) for credit in facts["credits"])
    facts["offers"] = tuple(map(_offer_of, facts["offers"]))
    return Title(**facts)


def write_demo(titles: Iterable[Title], people: Iterable[Person]) -> None:
    """Write the demo catalogue, one title a line so that a change shows as a line."""
    rows = ",\n".join(_json(_row(title)) for title in titles)
    names = ",\n".join(_json([p.id, p.name, p.department, p.popularity]) for p in people)
    text = f'{{"columns": {_json(COLUMNS)},\n"people": [\n{names}\n],\n"titles": [\n{rows}\n]}}\n'
    PATH.write_text(text, encoding="utf-8")


def write_reference(**parts: Iterable[Any]) -> None:
    """Write sources, genres and the other lists of reference, one entry a line."""
    blocks = []
    for name, entries in parts.items():
        rows = ",\n".join(_json(entry if isinstance(entry, tuple) else asdict(entry)) for entry in entries)
        blocks.append(f'"{name}": [\n{rows}\n]')
    REFERENCE_PATH.write_text("{" + ",\n".join(blocks) + "}\n", encoding="utf-8")


def _row(title: Title) -> list[Any]:
    facts = {name: getattr(title, name) for name in COLUMNS}
    facts["credits"] = [_short([c.person_id, c.job, c.character]) for c in title.credits]
    facts["offers"] = [_offer_text(offer) for offer in title.offers]
    return list(facts.values())


def _short(values: list[Any]) -> list[Any]:
    while values and values[-1] is None:
        values.pop()
    return values


def _offer_text(offer: Offer) -> str:
    values = _short([offer.source_id, offer.region, offer.type, offer.format, offer.price])
    return " ".join("-" if value is None else str(value) for value in values)


def _offer_of(text: str) -> Offer:
    source_id, region, type_, *rest = text.split(" ")
    format_ = rest[0] if rest and rest[0] != "-" else None
    return shared_offer(int(source_id), region, type_, format_, float(rest[1]) if len(rest) > 1 else None)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
