"""What the guide answers about titles. The names of a card are R0's."""

from guide_api.offers import LeftAnswer, ListedAt, OfferAnswer, Sources, left_answers, offer_answers
from marquee.guide import card
from marquee.models import Shape
from marquee.models.titles import Card, CastMember, Offer, Title
from marquee.models.viewers import Marked


class HitAnswer(Shape):
    """A title that was found; services are those of the viewer's country, the last three what the viewer said of it."""

    id: str
    title: str
    year: int | None
    type: str
    poster: str | None
    user_rating: float | None
    popularity: float | None
    release_date: str | None
    source_ids: list[str]
    genre_ids: list[str]
    imdb_id: str | None
    tmdb_id: int | None
    tmdb_type: str | None
    followed: bool
    watched: bool
    hidden: bool


class CardAnswer(HitAnswer):
    """A title in a list."""

    plot_overview: str | None


class TitlesAnswer(Shape):
    """A page of titles; `next` is the cursor of the page that follows, null on the last."""

    titles: list[CardAnswer]
    next: str | None


class AgeAnswer(Shape):
    """When each provider's part was fetched; null where there is none."""

    listing: str
    watchmode: str | None
    tmdb: str | None


class TitleAnswer(CardAnswer):
    """A title whole, with everything the providers say of it."""

    my_rating: int | None
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
    left: list[LeftAnswer]
    as_of: AgeAnswer
    attribution: str = "Titles and offers: WatchMode. Facts and images: TMDB. TMDB's offers: JustWatch."


def hit_answer(shown: Card, region: str, marked: Marked) -> HitAnswer:
    """Return a found title as a viewer in `region` sees it."""
    return HitAnswer(**_card_values(shown, region, marked))


def card_answer(shown: Card, region: str, marked: Marked) -> CardAnswer:
    """Return a card as a viewer in `region` sees it."""
    return CardAnswer(**_card_values(shown, region, marked))


def title_answer(
    title: Title,
    offers: list[Offer],
    region: str,
    *,
    marked: Marked,
    my_rating: int | None,
    listed_at: ListedAt,
    sources: Sources,
) -> TitleAnswer:
    """Return a title as a viewer in `region` sees it; WatchMode's words go before TMDB's."""
    details, tmdb = title.details, title.tmdb
    here = [offer for offer in offers if offer.region == region]
    ways = offer_answers(title, here, listed_at, sources)
    return TitleAnswer(
        **_card_values(card(title), region, marked),
        my_rating=my_rating,
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
        offers=ways,
        left=left_answers(here, ways, sources),
        as_of=AgeAnswer(
            listing=title.listing.as_of,
            watchmode=details.as_of if details else None,
            tmdb=tmdb.as_of if tmdb else None,
        ),
    )


def _card_values(shown: Card, region: str, marked: Marked) -> dict[str, object]:
    return {
        **shown.model_dump(exclude={"availability", "genre_ids"}),
        "source_ids": list(shown.availability.get(region, ())),
        "genre_ids": list(shown.genre_ids),
        "followed": shown.id in marked.followed,
        "watched": shown.id in marked.watched,
        "hidden": shown.id in marked.hidden,
    }
