"""The rules of listing: how events about listings change a title. Pure.

Order does not matter. Facts are decided by their `as_of`; presence under a pair by the latest word on that pair,
where a complete listing (`PairListing`) is a word on every title, named or not. The one exception is how long a
title has been gone: `left_at` is the first absence that was noticed.
"""

from marquee import guide
from marquee.messages.titles import TitleListed
from marquee.models.operations import PairListing
from marquee.models.titles import Attribution, Listing, Title


def facts(payload: TitleListed, as_of: str) -> Listing:
    """Return what a `title.listed` payload says of the title itself."""
    return Listing(
        title=payload.title,
        type=payload.type,
        year=payload.year,
        imdb_id=payload.imdb_id,
        tmdb_id=payload.tmdb_id,
        tmdb_type=payload.tmdb_type,
        popularity=payload.popularity_percentile,
        as_of=as_of,
    )


def with_listing(title: Title | None, title_id: str, listing: Listing) -> Title:
    """Return the title with the newer of the two listings; what enrichment gave stays.

    Only another TMDB id takes TMDB's facts away, because they are another title's.
    """
    if title is None:
        return Title(id=title_id, listing=listing)
    if _rank(listing) <= _rank(title.listing):
        return title
    changed: dict[str, object] = {"listing": listing}
    if title.enrichment_state == "failed" and guide.fingerprint(listing) != guide.fingerprint(title.listing):
        changed |= {"enrichment_state": "pending", "unknown_to": {}}
    if (listing.tmdb_type, listing.tmdb_id) != (title.listing.tmdb_type, title.listing.tmdb_id) and title.tmdb:
        # What is stored is about another title.
        changed |= {"tmdb": None, "enrichment_state": "done" if title.details else "pending"}
    return title.model_copy(update=changed)


def seen(title: Title, place: guide.Placement, as_of: str, last: PairListing | None) -> Title:
    """Return the title as seen under a pair at `as_of`; `last` is the last complete listing of that pair, if any.

    A complete listing later than every sighting decides: the title is there if that listing holds it, else it left.
    """
    key = guide.attribution_key(place.region, place.source_id, place.genre_id)
    known = title.attributions.get(key, Attribution(first_seen=as_of, as_of=as_of))
    latest = max(known.as_of, as_of)
    left_at = known.left_at if (known.left_at or "") >= as_of else None
    if last is not None and last.as_of >= max(latest, left_at or ""):
        if title.id in last.title_ids:
            left_at = None
        elif last.as_of > latest:
            left_at = left_at or last.as_of
    return _attributed(title, key, Attribution(first_seen=min(known.first_seen, as_of), as_of=latest, left_at=left_at))


def still_there(title: Title, place: guide.Placement, as_of: str) -> Title:
    """Return the title as part of a complete listing of the pair at `as_of`: a departure before that is undone.

    A title that was never seen under the pair waits for its own `title.listed`, which carries the facts.
    """
    key = guide.attribution_key(place.region, place.source_id, place.genre_id)
    known = title.attributions.get(key)
    if known is None or known.left_at is None or known.left_at > as_of:
        return title
    return _attributed(title, key, known.model_copy(update={"left_at": None}))


def departed(title: Title, place: guide.Placement, as_of: str) -> Title:
    """Return the title as missing from a complete listing of the pair at `as_of`; a later sighting stands."""
    key = guide.attribution_key(place.region, place.source_id, place.genre_id)
    known = title.attributions.get(key)
    if known is None or not known.present or known.as_of > as_of:
        return title
    return _attributed(title, key, known.model_copy(update={"left_at": as_of}))


def _attributed(title: Title, key: str, attribution: Attribution) -> Title:
    if title.attributions.get(key) == attribution:
        return title
    return title.model_copy(update={"attributions": {**title.attributions, key: attribution}})


def _rank(listing: Listing) -> tuple[str, str]:
    """Later goes before earlier; two words of one moment are ordered by their text, so that any order ends alike."""
    return listing.as_of, listing.model_dump_json()
