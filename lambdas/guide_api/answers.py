"""What the guide answers about titles. The names of a card are R0's."""

from collections.abc import Mapping

from pydantic import BaseModel

from marquee.guide import card, placements
from marquee.models.titles import Card, CastMember, Offer, OfferOption, Title

# (region, source id, genre id) → when the pair was last listed to its last page.
ListedAt = Mapping[tuple[str, str, str], str]


class CardAnswer(BaseModel):
    """A title in a list; services are those of the viewer's country."""

    id: str
    title: str
    year: int | None
    type: str
    plot_overview: str | None
    poster: str | None
    user_rating: float | None
    release_date: str | None
    source_ids: list[str]
    genre_ids: list[str]
    imdb_id: str | None
    tmdb_id: int | None
    tmdb_type: str | None


class TitlesAnswer(BaseModel):
    """A page of titles; `next` is the cursor of the page that follows, null on the last."""

    titles: list[CardAnswer]
    next: str | None


class OfferAnswer(BaseModel):
    """One way to watch a title: who says so (`provider`), since when, and when it was last confirmed.

    `type` is sub, free, ads, rent, buy or tve; null while only the list names the service.
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


class AgeAnswer(BaseModel):
    """When each provider's part was fetched; null where there is none."""

    listing: str
    watchmode: str | None
    tmdb: str | None


class TitleAnswer(CardAnswer):
    """A title whole, with everything the providers say of it."""

    enrichment_state: str
    backdrop: str | None
    runtime_minutes: int | None
    certification: str | None
    original_language: str | None
    critic_score: float | None
    trailer: str | None
    networks: list[str]
    cast: list[CastMember]
    makers: list[str]
    seasons: int | None
    similar_ids: list[str]
    offers: list[OfferAnswer]
    as_of: AgeAnswer
    attribution: str = "Titles and offers: WatchMode. Facts and images: TMDB. TMDB's offers: JustWatch."


def card_answer(shown: Card, region: str) -> CardAnswer:
    """Return a card as a viewer in `region` sees it."""
    return CardAnswer(**_card_values(shown, region))


def title_answer(
    title: Title, offers: list[Offer], region: str, listed_at: ListedAt, source_names: Mapping[str, str]
) -> TitleAnswer:
    """Return a title as a viewer in `region` sees it; WatchMode's words go before TMDB's."""
    details, tmdb = title.details, title.tmdb
    return TitleAnswer(
        **_card_values(card(title), region),
        enrichment_state=title.enrichment_state,
        backdrop=(details and details.backdrop) or (tmdb and tmdb.backdrop) or None,
        runtime_minutes=(details and details.runtime_minutes) or (tmdb and tmdb.runtime_minutes) or None,
        certification=(tmdb and tmdb.certification) or (details and details.certification) or None,
        original_language=(details and details.original_language) or (tmdb and tmdb.original_language) or None,
        critic_score=details.critic_score if details else None,
        trailer=details.trailer if details else None,
        networks=list(details.networks) if details else [],
        cast=list(tmdb.cast) if tmdb else [],
        makers=list(tmdb.makers) if tmdb else [],
        seasons=tmdb.seasons if tmdb else None,
        similar_ids=list(details.similar_ids) if details else [],
        offers=[
            answer
            for offer in offers
            if offer.region == region
            for answer in _offer_answers(offer, _confirmed(title, offer, listed_at), source_names)
        ],
        as_of=AgeAnswer(
            listing=title.listing.as_of,
            watchmode=details.as_of if details else None,
            tmdb=tmdb.as_of if tmdb else None,
        ),
    )


def _card_values(shown: Card, region: str) -> dict[str, object]:
    values = shown.model_dump(exclude={"availability", "genre_ids"})
    return values | {"source_ids": list(shown.availability.get(region, ())), "genre_ids": list(shown.genre_ids)}


def _confirmed(title: Title, offer: Offer, listed_at: ListedAt) -> str:
    """Return when a listing last confirmed the service: a quiet listing writes nothing to the title itself."""
    pairs = (
        place.key for place in placements(title) if (place.region, place.source_id) == (offer.region, offer.source_id)
    )
    return max((listed_at.get(pair, "") for pair in pairs), default="")


def _offer_answers(offer: Offer, confirmed: str, source_names: Mapping[str, str]) -> list[OfferAnswer]:
    """Return each provider's offers; the bare word of the listing only where WatchMode's details say nothing."""
    name = source_names.get(offer.source_id) or offer.name
    answers = [
        _offer_answer(offer, name, provider, option, part.first_seen, part.last_seen)
        for provider, part in (("watchmode", offer.watchmode), ("tmdb", offer.tmdb))
        if part and not part.left_at
        for option in part.options
    ]
    listed, detailed = offer.listing, offer.watchmode
    if listed and not listed.left_at and not (detailed and not detailed.left_at):
        bare = OfferOption(type="")
        last_seen = max(confirmed, listed.first_seen)
        answers.append(_offer_answer(offer, name, "watchmode", bare, listed.first_seen, last_seen))
    return answers


def _offer_answer(
    offer: Offer, name: str | None, provider: str, option: OfferOption, first_seen: str, last_seen: str
) -> OfferAnswer:
    return OfferAnswer(
        **option.model_dump(exclude={"type"}),
        type=option.type or None,
        source_id=offer.source_id,
        name=name,
        region=offer.region,
        provider=provider,
        first_seen=first_seen,
        last_seen=last_seen,
    )
