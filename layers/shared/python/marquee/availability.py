"""The rules of arrivals and departures: where a title is, and which change of that is news. Pure.

WatchMode's latest word on a service decides, be it its list's or its details'; TMDB's counts only where WatchMode
never said one. A change is news if somebody looked before and found it otherwise: what is found by the first look at a
pair or a title may have been there for years.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from marquee import clock
from marquee.models.changes import ArrivalKind, Change
from marquee.models.listings import History, PairListing
from marquee.models.titles import ListedOffer, Offer, ProviderOffer, Title

# Who says something of an offer: WatchMode's list, WatchMode's details, TMDB. They are the names of its parts.
Voice = Literal["listing", "watchmode", "tmdb"]
VOICES: tuple[Voice, ...] = ("listing", "watchmode", "tmdb")

# A look longer ago than this says too little about when something changed.
NEWS_SECONDS = timedelta(days=14).total_seconds()


@dataclass(frozen=True)
class Word:
    """What one voice last said of a title on a service, and when."""

    as_of: str
    present: bool
    voice: Voice


@dataclass(frozen=True)
class Transition:
    """One write of an offer after which a title is on a service and was not before, or the other way round.

    Or the list names a service for the first time that a first answer of a provider had named a little earlier: that
    answer could not tell whether the title had just come, the listings of the pair can.

    `before` is the word that decided until then, `voice` the one that spoke: a write changes one part of an offer.
    """

    kind: ArrivalKind
    old: Offer | None
    new: Offer
    before: Word | None
    voice: Voice

    @property
    def place(self) -> tuple[str, str]:
        """Return where it happened, as (region, source id)."""
        return self.new.region, self.new.source_id

    @property
    def provider(self) -> str:
        """Return who told it: the list is WatchMode's."""
        return _provider(self.voice)


def word(offer: Offer | None) -> Word | None:
    """Return the word that decides whether a title is on a service; of two at one moment, that it is there."""
    if offer is None:
        return None
    words = [each for voice in VOICES[:2] if (each := _word(offer, voice))]
    return max(words, key=lambda each: (each.as_of, each.present)) if words else _word(offer, "tmdb")


def present(offer: Offer | None) -> bool:
    """Return whether a title is on a service."""
    decisive = word(offer)
    return decisive is not None and decisive.present


def left_at(offer: Offer) -> str | None:
    """Return since when a title is no more on a service where it was; None if it is, or never left."""
    decisive = word(offer)
    return None if decisive is None or decisive.present else decisive.as_of


def transition(old: Offer | None, new: Offer) -> Transition | None:
    """Return what a write of an offer has changed about where the title is, None if nothing.

    A service that only TMDB names has no number of WatchMode's: nobody can choose it or ask for its arrivals.
    """
    before, after = word(old), word(new)
    if after is None or not new.source_id.isdigit():
        return None
    if after.present == present(old) and not (after.present and _first_listed(old, new)):
        return None
    words = [_word(new, voice) for voice in VOICES if getattr(old, voice, None) != getattr(new, voice)]
    spoke = [each.voice for each in words if each and each.present == after.present]
    return Transition("arrived" if after.present else "left", old, new, before, (spoke or [after.voice])[0])


def _first_listed(old: Offer | None, new: Offer) -> bool:
    """Return whether the list now names, for the first time or again, what only first answers had named so far."""
    if old is None or new.listing is None or new.listing.left_at is not None:
        return False
    if old.listing is None:
        return all(part is None or part.asked_before is None for part in (old.watchmode, old.tmdb))
    left, details = old.listing.left_at, old.watchmode
    return left is not None and details is not None and details.asked_before is None and details.first_seen > left


def concerned(change: Transition, title: Title) -> set[tuple[str, str, str]]:
    """Return the pairs whose complete listings say whether a change is news, as (region, source id, genre id)."""
    if change.voice == "tmdb":
        return set()
    places = (key.split(":") for key in title.attributions)
    return {(region, source, genre) for region, source, genre in places if (region, source) == change.place}


def news(change: Transition, title: Title, histories: Iterable[History]) -> Change | None:
    """Return a transition as it is told, None if it is none to tell.

    `histories` are the complete listings known of the pairs that are `concerned`.
    """
    listings = sorted((each for history in histories for each in history), key=lambda each: each.as_of)
    held = [each.as_of for each in listings if title.id in each.title_ids]
    missed = [each.as_of for each in listings if title.id not in each.title_ids]
    if change.kind == "arrived":
        at = _arrived_at(change, held)
        checked_before = _last_missed(change, at, missed, title)
    else:
        at = getattr(change.new, change.voice).left_at
        checked_before = _last_held(change, at, held)
    if checked_before is None or _contradicted(change, listings, title.id):
        return None
    region, source_id = change.place
    return _told(
        title,
        kind=change.kind,
        region=region,
        source_id=source_id,
        provider=change.provider,
        at=at,
        checked_before=checked_before,
    )


def new_season(old: Title, new: Title) -> Change | None:
    """Return that a series has got a new season, None if it has not, or nobody had counted this series before."""
    before, after = old.tmdb, new.tmdb
    if before is None or after is None or (before.tmdb_type, before.tmdb_id) != (after.tmdb_type, after.tmdb_id):
        return None
    if before.seasons is None or after.seasons is None or after.seasons <= before.seasons:
        return None
    return _told(
        new, kind="new_season", season=after.seasons, provider="tmdb", at=after.as_of, checked_before=before.as_of
    )


def _told(title: Title, **facts: Any) -> Change:
    known = title.listing
    return Change(title_id=title.id, title=known.title, type=known.type, year=known.year, **facts)


def _contradicted(change: Transition, listings: Sequence[PairListing], title_id: str) -> bool:
    """Return whether WatchMode's details tell what its list has told already, or denies.

    The two are of one provider, and the list is asked every day. Details that go on naming what the list has lost tell
    no arrival, and their end no second departure; what the latest complete listing still holds has not left.
    """
    old, new = (change.old.watchmode if change.old else None), change.new.watchmode
    if change.voice != "watchmode" or new is None:
        return False
    if change.kind == "arrived":
        return old is not None and old.left_at is None
    listed = change.new.listing
    told = listed is not None and listed.left_at is not None and listed.left_at > new.first_seen
    return told or (bool(listings) and title_id in listings[-1].title_ids)


def _word(offer: Offer, voice: Voice) -> Word | None:
    part = getattr(offer, voice)
    if part is None or _is_withdrawn(part):
        return None
    sighted = part.as_of if voice == "listing" else part.last_seen
    return Word(max(sighted, part.left_at or ""), part.left_at is None, voice)


def _provider(voice: Voice) -> str:
    return "tmdb" if voice == "tmdb" else "watchmode"


def _arrived_at(change: Transition, held: Sequence[str]) -> str:
    """Return the moment of the word that brought the title.

    A complete listing may bring a title back before its own sighting of the title is read. Then the sighting that is
    stored is from the time before the title left, and the first listing that holds it again tells when it came.
    """
    said = _word(change.new, change.voice)
    assert said is not None  # it is the voice that spoke
    before = change.before
    if getattr(change.old, change.voice, None) is None:
        return str(getattr(change.new, change.voice).first_seen)
    if before and said.as_of <= before.as_of:
        return next((as_of for as_of in held if as_of > before.as_of), said.as_of)
    return said.as_of


def _last_missed(change: Transition, at: str, missed: Sequence[str], title: Title) -> str | None:
    """Return when the title was last known not to be there, None if nobody had looked.

    What the list names for the first time was not there when a complete listing missed it, or when WatchMode's details
    named other services and not this one.

    TMDB's part is given up when it may not be kept any longer, or proves to be another title's. What TMDB names after
    that is found by a first look, although it was named before.
    """
    looked: list[str | None] = []
    if change.voice != "listing":
        looked.append(getattr(change.new, change.voice).asked_before)
    if change.voice == "listing":
        if change.before and not change.before.present and change.before.voice != "tmdb":
            looked.append(change.before.as_of)
        answered = [title.details.as_of] if title.details and change.new.watchmode is None else []
        looked += [as_of for as_of in (*missed, *answered) if clock.seconds_between(as_of, at) <= NEWS_SECONDS]
    return max((each for each in looked if each is not None and each < at), default=None)


def _last_held(change: Transition, at: str, held: Sequence[str]) -> str | None:
    """Return when the title was last known to be there, None if that does not make its absence news.

    WatchMode's first word on a service corrects what TMDB said of it; that is no departure.
    """
    before = change.before
    if before is None or _provider(before.voice) != change.provider:
        return None
    last = max([before.as_of, *(as_of for as_of in held if as_of < at)])
    if change.voice == "listing" and clock.seconds_between(last, at) > NEWS_SECONDS:
        return None
    return last


def _is_withdrawn(part: ListedOffer | ProviderOffer) -> bool:
    """Return whether a provider took its word back without saying that the title left (`answers.provider_offers`)."""
    return isinstance(part, ProviderOffer) and part.left_at is not None and part.left_at <= part.last_seen
