"""The rules of listing: how events about listings change a title. Pure.

Order does not matter. Facts are decided by their `as_of`; presence under a pair by the latest word on that pair,
where a complete listing is a word on every title, named or not. A title left with the first complete listing without
it after it was there last.
"""

from collections.abc import Collection

from marquee import guide
from marquee.messages.titles import TitleListed
from marquee.models.listings import History
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
    named = (listing.tmdb_type, listing.tmdb_id)
    before = (title.listing.tmdb_type, title.listing.tmdb_id)
    stored = (title.tmdb.tmdb_type, title.tmdb.tmdb_id) if title.tmdb else None
    if listing.tmdb_id and named not in (before, stored):
        # What is stored, or that there is nothing, was about another title; its own is fetched at once.
        unknown_to = {provider: as_of for provider, as_of in title.unknown_to.items() if provider != "tmdb"}
        changed |= {"tmdb": None, "unknown_to": unknown_to, "enrichment_state": "pending"}
    if title.enrichment_state == "failed" and guide.fingerprint(listing) != guide.fingerprint(title.listing):
        changed |= {"enrichment_state": "pending", "unknown_to": {}}
    return title.model_copy(update=changed)


def seen(title: Title, place: guide.Placement, as_of: str, history: History) -> Title:
    """Return the title as seen under a pair at `as_of`; `history` are the complete listings known of that pair."""
    known = title.attributions.get(attribution_key(place)) or Attribution(first_seen=as_of, as_of=as_of)
    sighted = {"first_seen": min(known.first_seen, as_of), "as_of": max(known.as_of, as_of)}
    return _attributed(title, place, judged(title.id, known.model_copy(update=sighted), history))


def reviewed(title: Title, place: guide.Placement, history: History) -> Title:
    """Return the title after the complete listings known of a pair have changed.

    A title that was never seen under the pair waits for its own `title.listed`, which carries the facts.
    """
    known = title.attributions.get(attribution_key(place))
    return title if known is None else _attributed(title, place, judged(title.id, known, history))


def without_unlisted(title: Title, place: guide.Placement, unlisted: Collection[tuple[str, str]]) -> Title:
    """Return the title after it has left a service under one pair, without pairs of that service nobody lists any more.

    What is no longer listed says "there" for ever; the pairs that are listed know better.
    """
    left = title.attributions.get(attribution_key(place))
    if left is None or left.left_at is None:
        return title
    for other, known in guide.placements(title).items():
        is_sibling = (other.region, other.source_id) == (place.region, place.source_id)
        if is_sibling and (other.source_id, other.genre_id) in unlisted and known.as_of < left.left_at:
            title = _attributed(title, other, known.model_copy(update={"left_at": left.left_at}))
    return title


def judged(title_id: str, known: Attribution, history: History) -> Attribution:
    """Return an attribution with the moment at which the title left its pair, None while it is there.

    What is stored counts as well: `history` does not reach back for ever.
    """
    last_there = max((known.as_of, *(each.as_of for each in history if title_id in each.title_ids)))
    absences = [each.as_of for each in history if each.as_of > last_there]
    if known.left_at is not None and known.left_at > last_there:
        absences.append(known.left_at)
    return known.model_copy(update={"left_at": min(absences, default=None)})


def attribution_key(place: guide.Placement) -> str:
    """Return under which key of `Title.attributions` a place is kept."""
    return guide.attribution_key(*place.key)


def _attributed(title: Title, place: guide.Placement, attribution: Attribution) -> Title:
    key = attribution_key(place)
    if title.attributions.get(key) == attribution:
        return title
    return title.model_copy(update={"attributions": {**title.attributions, key: attribution}})


def _rank(listing: Listing) -> tuple[str, str]:
    """Later goes before earlier; two words of one moment are ordered by their text, so that any order ends alike."""
    return listing.as_of, listing.model_dump_json()
