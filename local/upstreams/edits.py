"""Changes to the catalogue that the control endpoint makes, and the truth that it tells about titles."""

from dataclasses import replace
from typing import Any

from local.catalogue import Catalogue, Genre, Offer, Source, Title
from local.catalogue.models import OFFER_TYPES
from local.catalogue.offers import shared_offer
from local.upstreams.state import Change, State

_FACTS: dict[str, type | tuple[type, ...]] = {
    "title": str,
    "year": (int, type(None)),
    "end_year": (int, type(None)),
    "release_date": (str, type(None)),
    "user_rating": (int, float, type(None)),
    "critic_score": (int, type(None)),
    "runtime": (int, type(None)),
    "overview": (str, type(None)),
    "poster": bool,
    "popularity": (int, float),
    "genres": list,
    "seasons": list,
}


class EditError(Exception):
    """A change that cannot be made."""


class UnknownItem(EditError):
    """The title, source or genre to change does not exist."""


def truth(title: Title) -> dict[str, Any]:
    """Return all that decides where a title is listed and what its card shows."""
    sources: dict[str, list[int]] = {}
    for offer in title.offers:
        numbers = sources.setdefault(offer.region, [])
        if offer.source_id not in numbers:
            numbers.append(offer.source_id)
    return {
        "id": title.id,
        "title": title.title,
        "type": title.type,
        "year": title.year,
        "imdb_id": title.imdb_id,
        "tmdb_id": title.tmdb_id,
        "tmdb_type": title.tmdb_type,
        "user_rating": title.user_rating,
        "runtime": title.runtime,
        "release_date": title.release_date,
        "genres": list(title.genre_ids),
        "sources": {region: sorted(numbers) for region, numbers in sorted(sources.items())},
    }


def find(
    catalogue: Catalogue, *, source: int | None, genre: int | None, region: str | None, type_: str | None
) -> list[int]:
    """Return the ids of the titles that match; a source without a region matches in any region."""
    sets = []
    if source is not None:
        regions = [region] if region else [place[0] for place in catalogue.by_source if place[1] == source]
        sets.append(set().union(*(catalogue.by_source.get((code, source), set()) for code in regions)))
    elif region:
        sets.append(catalogue.by_region.get(region, set()))
    if genre is not None:
        sets.append(catalogue.by_genre.get(genre, set()))
    if type_:
        sets.append(catalogue.by_type.get(type_, set()))
    return sorted(set.intersection(*sets) if sets else catalogue.titles)


def title(catalogue: Catalogue, key: str) -> Title:
    """Return the title with an id, in any form that WatchMode takes."""
    found = catalogue.by_watchmode_key(key)
    if found is None:
        raise UnknownItem(f"There is no title {key}")
    return found


def change_title(state: State, key: str, facts: dict[str, Any]) -> Title:
    """Change facts of a title."""
    old = title(state.catalogue, key)
    for name, value in facts.items():
        if name not in _FACTS:
            raise EditError(f"{name} cannot be changed; {', '.join(_FACTS)} can")
        if not isinstance(value, _FACTS[name]):
            raise EditError(f"{name} has the wrong type: {value!r}")
    changed = dict(facts)
    if "genres" in changed:
        changed["genre_ids"] = tuple(int(number) for number in changed.pop("genres"))
        if unknown := set(changed["genre_ids"]) - state.catalogue.genres.keys():
            raise UnknownItem(f"There is no genre {min(unknown)}")
    if "seasons" in changed:
        changed["seasons"] = _seasons(old, changed["seasons"])
    new = replace(old, **changed)
    state.catalogue.replace(new)
    _log(state, "titles_details_changed", new)
    return new


def _seasons(old: Title, episodes: list[Any]) -> tuple[int, ...]:
    """Return the number of episodes of each season; a single film has none."""
    if old.tmdb_type != "tv":
        raise EditError(f"{old.title} is no programme and has no seasons")
    if not all(type(count) is int and count > 0 for count in episodes):
        raise EditError("seasons must be a list with the number of episodes of each")
    return tuple(episodes)


def add_offer(state: State, key: str, values: dict[str, Any]) -> None:
    """Add an offer to a title; its type is the source's unless one is given."""
    if not {"source_id", "region"} <= values.keys() <= {"source_id", "region", "type", "format", "price"}:
        raise EditError("An offer needs source_id and region, and takes type, format and price")
    old = title(state.catalogue, key)
    source = _source(state.catalogue, int(values["source_id"]))
    type_ = values.get("type") or ("buy" if source.type == "purchase" else source.type)
    if type_ not in OFFER_TYPES:
        raise EditError(f"type must be one of {', '.join(OFFER_TYPES)}")
    region, price = str(values["region"]).upper(), values.get("price")
    offer = shared_offer(source.id, region, type_, values.get("format", "HD"), None if price is None else float(price))
    if offer not in old.offers:
        _set_offers(state, old, (*old.offers, offer))


def remove_offers(state: State, key: str, wanted: dict[str, str]) -> int:
    """Remove a title's offers that match every given value; return how many there were."""
    if unknown := wanted.keys() - {"source_id", "region", "type", "format"}:
        raise EditError(f"Unknown: {', '.join(sorted(unknown))}")
    old = title(state.catalogue, key)
    kept = tuple(o for o in old.offers if any(str(getattr(o, name)) != value for name, value in wanted.items()))
    _set_offers(state, old, kept)
    return len(old.offers) - len(kept)


def change_source(state: State, number: int, values: dict[str, Any]) -> Source:
    """Add a source, or change the name, type or regions of one."""
    if unknown := values.keys() - {"name", "type", "regions"}:
        raise EditError(f"Unknown: {', '.join(sorted(unknown))}")
    old = state.catalogue.sources.get(number) or Source(number, f"Source {number}", "sub", ("GB",))
    regions = tuple(values.get("regions", old.regions))
    new = replace(old, name=values.get("name", old.name), type=values.get("type", old.type), regions=regions)
    state.catalogue.sources[number] = new
    state.catalogue.touch()
    return new


def drop_source(state: State, number: int) -> int:
    """Drop a source from the directory and its offers from every title; return how many titles lost it."""
    catalogue = state.catalogue
    source = _source(catalogue, number)
    affected = find(catalogue, source=number, genre=None, region=None, type_=None)
    for place in affected:
        old = catalogue.titles[place]
        _set_offers(state, old, tuple(offer for offer in old.offers if offer.source_id != source.id))
    del catalogue.sources[number]
    catalogue.touch()
    return len(affected)


def change_genre(state: State, number: int, values: dict[str, Any]) -> Genre:
    """Add a genre, or change the name or TMDB number of one."""
    if unknown := values.keys() - {"name", "tmdb_id"}:
        raise EditError(f"Unknown: {', '.join(sorted(unknown))}")
    old = state.catalogue.genres.get(number) or Genre(number, f"Genre {number}", 0)
    new = replace(old, **values)
    state.catalogue.genres[number] = new
    state.catalogue.touch()
    return new


def drop_genre(state: State, number: int) -> int:
    """Drop a genre from the list and from every title; return how many titles lost it."""
    catalogue = state.catalogue
    if number not in catalogue.genres:
        raise UnknownItem(f"There is no genre {number}")
    affected = find(catalogue, source=None, genre=number, region=None, type_=None)
    for place in affected:
        old = catalogue.titles[place]
        new = replace(old, genre_ids=tuple(genre for genre in old.genre_ids if genre != number))
        catalogue.replace(new)
        _log(state, "titles_details_changed", new)
    del catalogue.genres[number]
    catalogue.touch()
    return len(affected)


def _source(catalogue: Catalogue, number: int) -> Source:
    if number not in catalogue.sources:
        raise UnknownItem(f"There is no source {number}")
    return catalogue.sources[number]


def _set_offers(state: State, old: Title, offers: tuple[Offer, ...]) -> None:
    if offers == old.offers:
        return
    new = replace(old, offers=offers)
    state.catalogue.replace(new)
    for region in sorted({offer.region for offer in {*old.offers} ^ {*offers}}):
        _log(state, "titles_sources_changed", new, region)


def _log(state: State, kind: str, changed: Title, region: str | None = None) -> None:
    state.changes.append(Change(state.clock(), kind, changed.id, region))
