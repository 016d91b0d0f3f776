"""What the guide answers about where a title can be watched, and where it no longer can."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from marquee import availability, clock
from marquee.guide import placements
from marquee.models import Shape
from marquee.models.reference import Source
from marquee.models.titles import Offer, OfferOption, ProviderOffer, Title

# (region, source id, genre id) → when the pair was last listed to its last page.
ListedAt = Mapping[tuple[str, str, str], str]
Sources = Mapping[str, Source]

# In the order in which viewers want them.
WAYS = ("sub", "free", "ads", "tve", "rent", "buy")
# What one provider calls otherwise than the other, though the viewer pays in the same way.
SAME_WAY = {"tve": "sub", "ads": "free"}
LEFT_SHOWN = timedelta(days=90)


class OfferAnswer(Shape):
    """One way to watch a title: who says so (`provider`), since when, and when it was last confirmed.

    `type` is sub, free, ads, rent, buy or tve; null for a shop that only the list names. `disputed` says whether the
    other provider does not name the service with this way of paying; null while it was never asked.
    """

    source_id: str
    name: str | None
    region: str
    type: str | None
    format: str | None
    price: float | None
    web_url: str | None
    ios_url: str | None
    android_url: str | None
    seasons: int | None
    episodes: int | None
    provider: str
    first_seen: str
    last_seen: str
    disputed: bool | None


class LeftAnswer(Shape):
    """A service that the title left in the last 90 days."""

    source_id: str
    name: str | None
    region: str
    left_at: str


def offer_answers(title: Title, offers: Iterable[Offer], listed_at: ListedAt, sources: Sources) -> list[OfferAnswer]:
    """Return the ways to watch: services with the best way first, then by name, each one's together."""
    services = [_of_service(title, offer, listed_at, sources) for offer in offers]
    offered = [sorted(answers, key=_rank) for answers in services if answers]
    offered.sort(key=lambda answers: (_rank(answers[0])[0], (answers[0].name or "").casefold(), answers[0].source_id))
    return [answer for answers in offered for answer in answers]


def left_answers(offers: Iterable[Offer], shown: Iterable[OfferAnswer], sources: Sources) -> list[LeftAnswer]:
    """Return the services that the title left lately, latest first; not those that somebody still says to have it."""
    offered = {answer.source_id for answer in shown}
    since = clock.timestamp(clock.parse(clock.now()) - LEFT_SHOWN)
    left = [
        LeftAnswer(source_id=offer.source_id, name=_name(offer, sources), region=offer.region, left_at=left_at)
        for offer in offers
        if offer.source_id not in offered and (left_at := availability.left_at(offer)) and left_at >= since
    ]
    return sorted(left, key=lambda each: (each.left_at, each.source_id), reverse=True)


def _of_service(title: Title, offer: Offer, listed_at: ListedAt, sources: Sources) -> list[OfferAnswer]:
    """Return each provider's ways on a service; the bare word of the list only where the details do not name it."""
    watchmode, tmdb = _there(offer.watchmode), _there(offer.tmdb)
    if not watchmode and offer.listing and not offer.listing.left_at:
        last_seen = max(_confirmed(title, offer, listed_at), offer.listing.first_seen)
        bare = OfferOption(type=_way_of(sources.get(offer.source_id)))
        watchmode = ProviderOffer(options=(bare,), first_seen=offer.listing.first_seen, last_seen=last_seen)
    heard_watchmode = title.details is not None or offer.listing is not None
    by_watchmode = _answers(offer, "watchmode", watchmode, tmdb, sources, heard=title.tmdb is not None)
    return by_watchmode + _answers(offer, "tmdb", tmdb, watchmode, sources, heard=heard_watchmode)


def _answers(
    offer: Offer,
    provider: str,
    said: ProviderOffer | None,
    other: ProviderOffer | None,
    sources: Sources,
    *,
    heard: bool,
) -> list[OfferAnswer]:
    """Return what one provider says of a service; `heard` is whether the other one has spoken, `other` what it said."""
    if said is None:
        return []
    return [
        OfferAnswer(
            **option.model_dump(exclude={"type"}),
            type=option.type or None,
            source_id=offer.source_id,
            name=_name(offer, sources),
            region=offer.region,
            provider=provider,
            first_seen=said.first_seen,
            last_seen=said.last_seen,
            disputed=not _agrees(option, other.options if other else ()) if heard else None,
        )
        for option in said.options
    ]


def _agrees(option: OfferOption, others: Sequence[OfferOption]) -> bool:
    """Return whether one of the other provider's options is paid for in the same way; an unknown way may be any."""
    way = SAME_WAY.get(option.type, option.type)
    return any(not way or not each.type or SAME_WAY.get(each.type, each.type) == way for each in others)


def _there(part: ProviderOffer | None) -> ProviderOffer | None:
    return part if part and not part.left_at else None


def _way_of(source: Source | None) -> str:
    """Return how a service is paid for, nothing where it both rents and sells."""
    return source.type if source and source.type in WAYS else ""


def _name(offer: Offer, sources: Sources) -> str | None:
    source = sources.get(offer.source_id)
    return source.name if source else offer.name


def _confirmed(title: Title, offer: Offer, listed_at: ListedAt) -> str:
    """Return when a listing last confirmed the service: a quiet listing writes nothing to the title itself."""
    pairs = (
        place.key for place in placements(title) if (place.region, place.source_id) == (offer.region, offer.source_id)
    )
    return max((listed_at.get(pair, "") for pair in pairs), default="")


def _rank(answer: OfferAnswer) -> tuple[int, bool, float]:
    # What is only known to be sold or rented stands with what is rented, and a way that is new to us comes last.
    way = answer.type or "rent"
    return WAYS.index(way) if way in WAYS else len(WAYS), answer.provider == "tmdb", answer.price or 0.0
