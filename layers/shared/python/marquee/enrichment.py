"""The rules of enrichment: what a title lacks, which titles come first, and when a part is stale. Pure."""

from datetime import timedelta
from typing import Literal

from marquee import clock
from marquee.models.titles import Details, Title, TmdbFacts

# The needs by which titles without details are found (sparse index `pending_enrichment`).
CARD = "card"
DETAILS = "details"
# The one partition of the sparse index `refresh_due`.
REFRESH_BUCKET = "due"

TmdbType = Literal["movie", "tv"]

WATCHMODE = "watchmode"
TMDB = "tmdb"

# What somebody follows is asked of TMDB each day, which costs nothing, so that news of it is fresh.
FOLLOWED_REFRESH = timedelta(days=1)
# What many viewers look at is fetched anew each week; WatchMode's free plan allows to keep data for 30 days
# (UPSTREAM 1.2), so everything else follows before that.
WANTED_REFRESH = timedelta(days=7)
REFRESH = timedelta(days=28)
WANTED = 90.0
EARLY = 0.75
# TMDB's terms: data is kept for six months at most.
TMDB_KEPT = timedelta(days=180)


def demand(title: Title) -> float:
    """Return how much viewers want a title, 0 to 100: most if anybody follows it, else its popularity or rating."""
    if title.followed:
        return 100.0
    if title.listing.popularity is not None:
        return title.listing.popularity
    rating = title.tmdb.rating if title.tmdb else None
    return 10 * rating if rating is not None else 0.0


def needs(title: Title) -> str | None:
    """Return what a title lacks: a card, WatchMode's details, or nothing that a provider could give."""
    if title.enrichment_state == "pending":
        return CARD
    if title.details is None and WATCHMODE not in title.unknown_to:
        return DETAILS
    return None


def tmdb_key(title: Title) -> tuple[TmdbType, int] | None:
    """Return type and id of a title at TMDB, as the list, WatchMode's details or TMDB itself name them."""
    for part in (title.listing, title.details, title.tmdb):
        if part and part.tmdb_id and part.tmdb_type in ("movie", "tv"):
            return ("movie" if part.tmdb_type == "movie" else "tv"), part.tmdb_id
    return None


def imdb_id(title: Title) -> str | None:
    """Return the id of a title at IMDb, by which TMDB can be asked for it as well."""
    return title.listing.imdb_id or (title.details.imdb_id if title.details else None)


def schedule(title: Title) -> dict[str, str]:
    """Return the keys of the sparse indexes under which sweeps find the title."""
    found: dict[str, str] = {}
    if need := needs(title):
        found |= {"enrichment_due": need, "enrichment_rank": f"{100 - demand(title):06.2f}#{title.id}"}
    if title.enrichment_state != "pending":
        found |= {"refresh_bucket": REFRESH_BUCKET, "refresh_due": refresh_due(title)}
    return found


def refresh_due(title: Title) -> str:
    """Return when a title has to be looked at again: when TMDB's part is stale, which costs nothing to fetch anew.

    WatchMode's part is looked at on the same occasion; by itself it would hold the place in the queue for as long as
    there are no credits for it. It decides only for a title that TMDB was never asked for.
    """
    if tmdb := title.tmdb.as_of if title.tmdb else title.unknown_to.get(TMDB):
        return clock.timestamp(clock.parse(tmdb) + _kept(title, TMDB))
    watchmode = title.details.as_of if title.details else title.unknown_to.get(WATCHMODE)
    return clock.timestamp(clock.parse(watchmode or title.listing.as_of) + _kept(title, WATCHMODE))


def is_stale(title: Title, as_of: str, now: str, provider: str = WATCHMODE) -> bool:
    """Return whether a provider's part fetched at `as_of` is old enough to be fetched anew when the title is looked at.

    That is a little before it has to be, so that both parts are fetched on one occasion.
    """
    return clock.parse(as_of) + EARLY * _kept(title, provider) <= clock.parse(now)


def may_keep_tmdb(facts: TmdbFacts, now: str) -> bool:
    """Return whether TMDB's terms still allow to show what was fetched."""
    return clock.parse(facts.as_of) + TMDB_KEPT > clock.parse(now)


def with_details(title: Title, details: Details) -> Title:
    """Return the title with WatchMode's details, unless it has later ones."""
    if title.details is not None and title.details.as_of >= details.as_of:
        return title
    return _settled(title, details=details, answered=WATCHMODE)


def with_tmdb(title: Title, facts: TmdbFacts) -> Title:
    """Return the title with TMDB's facts, unless it has later ones."""
    if title.tmdb is not None and title.tmdb.as_of >= facts.as_of:
        return title
    return _settled(title, tmdb=facts, answered=TMDB)


def without(title: Title, provider: str, as_of: str) -> Title:
    """Return the title after a provider has said at `as_of` that it does not know it: its part is gone."""
    part = title.details if provider == WATCHMODE else title.tmdb
    if part is not None and part.as_of >= as_of:
        return title
    attribute = "details" if provider == WATCHMODE else "tmdb"
    gone = title.model_copy(update={attribute: None, "unknown_to": {**title.unknown_to, provider: as_of}})
    return _settled(gone)


def without_expired(title: Title, now: str) -> Title:
    """Return the title without what TMDB's terms no longer allow to keep; TMDB may be asked for it again."""
    if title.tmdb is None or may_keep_tmdb(title.tmdb, now):
        return title
    return _settled(title.model_copy(update={"tmdb": None}))


def _settled(title: Title, *, answered: str | None = None, **parts: Details | TmdbFacts) -> Title:
    """Return the title with its state: done with any part, failed when nobody is left to ask, else pending."""
    unknown_to = {provider: as_of for provider, as_of in title.unknown_to.items() if provider != answered}
    title = title.model_copy(update={**parts, "unknown_to": unknown_to})
    has_part = title.details is not None or title.tmdb is not None
    at_tmdb = tmdb_key(title) is not None or imdb_id(title) is not None
    nobody_left = WATCHMODE in unknown_to and (TMDB in unknown_to or not at_tmdb)
    state = "done" if has_part else "failed" if nobody_left else "pending"
    return title.model_copy(update={"enrichment_state": state})


def _kept(title: Title, provider: str) -> timedelta:
    if title.followed and provider == TMDB:
        return FOLLOWED_REFRESH
    return WANTED_REFRESH if demand(title) >= WANTED else REFRESH
