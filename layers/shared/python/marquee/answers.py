"""What providers answer, put into the words of the catalogue. Pure."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from marquee.clients.tmdb import image_url
from marquee.clients.tmdb_models import TmdbMovie, TmdbTv
from marquee.clients.watchmode_models import TitleDetails
from marquee.models.reference import Source
from marquee.models.titles import CastMember, Details, Offer, OfferOption, ProviderOffer, TmdbFacts

POSTER, BACKDROP = "w342", "w1280"
CAST = 12
# TMDB's ways of paying, in the words of WatchMode's offers; `ads` is TMDB's alone.
WAYS = {"flatrate": "sub", "free": "free", "ads": "ads", "rent": "rent", "buy": "buy"}
MAKERS = ("Director", "Creator")

# By (region, source id): the name of the service and the ways to watch there.
Options = dict[tuple[str, str], tuple[str | None, list[OfferOption]]]


def details(answer: TitleDetails, as_of: str) -> Details:
    """Return WatchMode's details as the catalogue keeps them."""
    return Details(
        plot_overview=answer.plot_overview,
        poster=answer.poster,
        backdrop=answer.backdrop,
        user_rating=answer.user_rating,
        critic_score=answer.critic_score,
        runtime_minutes=answer.runtime_minutes,
        release_date=answer.release_date,
        certification=answer.us_rating,
        original_language=answer.original_language,
        trailer=answer.trailer,
        genre_ids=tuple(map(str, answer.genres)),
        networks=answer.network_names,
        similar_ids=tuple(map(str, answer.similar_titles)),
        tmdb_id=answer.tmdb_id,
        tmdb_type=answer.tmdb_type,
        imdb_id=answer.imdb_id,
        as_of=as_of,
    )


def tmdb_facts(answer: TmdbMovie | TmdbTv, region: str, as_of: str) -> TmdbFacts:
    """Return TMDB's facts as the catalogue keeps them, with the certificate of `region`."""
    cast = sorted(answer.credits.cast, key=lambda each: 999 if each.order is None else each.order)[:CAST]
    return TmdbFacts(
        overview=answer.overview,
        poster=image_url(answer.poster_path, POSTER),
        backdrop=image_url(answer.backdrop_path, BACKDROP),
        rating=answer.rating,
        votes=answer.vote_count,
        popularity=answer.popularity,
        runtime_minutes=answer.runtime_minutes,
        release_date=answer.release_date,
        certification=answer.age_rating(region),
        original_language=answer.original_language,
        seasons=answer.number_of_seasons if isinstance(answer, TmdbTv) else None,
        cast=tuple(CastMember(name=each.name, character=each.character) for each in cast),
        makers=tuple(dict.fromkeys(each.name for each in answer.credits.crew if each.job in MAKERS)),
        imdb_id=answer.imdb_id,
        tmdb_id=answer.id,
        tmdb_type=answer.media_type,
        as_of=as_of,
    )


def watchmode_options(answer: TitleDetails, regions: Sequence[str]) -> Options:
    """Return WatchMode's offers by service; a service has a row for every way and quality."""
    found: Options = defaultdict(lambda: (None, []))
    for each in answer.sources or ():
        if each.region in regions:
            key = (each.region, str(each.source_id))
            option = OfferOption.model_validate(each, from_attributes=True)
            found[key] = (each.name, [*found[key][1], option])
    return dict(found)


def tmdb_options(answer: TmdbMovie | TmdbTv, regions: Sequence[str], sources: Iterable[Source]) -> Options:
    """Return the offers of TMDB (they are JustWatch's) by service.

    TMDB numbers services its own way; they are the same if they have the same name. One that WatchMode does not
    know is `tmdb-<provider id>`. There are no prices, and one link for all.
    """
    known = {plain(source.name): source.id for source in sources}
    found: Options = defaultdict(lambda: (None, []))
    for region in regions:
        offered = answer.watch_providers.get(region)
        for way, type_ in WAYS.items() if offered else ():
            for provider in getattr(offered, way):
                source_id = known.get(plain(provider.provider_name), f"tmdb-{provider.provider_id}")
                option = OfferOption(type=type_, web_url=offered.link if offered else None)
                key = (region, source_id)
                found[key] = (provider.provider_name, [*found[key][1], option])
    return dict(found)


def provider_offers(
    stored: Iterable[Offer], provider: str, current: Options, as_of: str
) -> Mapping[tuple[str, str], tuple[str | None, ProviderOffer]]:
    """Return what one provider's part of each offer becomes: still there, new, or gone since `as_of`."""
    before = {(offer.region, offer.source_id): part for offer in stored if (part := getattr(offer, provider))}
    changed: dict[tuple[str, str], tuple[str | None, ProviderOffer]] = {}
    for service, (name, options) in current.items():
        known = before.get(service)
        first_seen = known.first_seen if known and not known.left_at else as_of
        changed[service] = (name, ProviderOffer(options=tuple(options), first_seen=first_seen, last_seen=as_of))
    for service, known in before.items():
        if service not in current and not known.left_at:
            changed[service] = (None, known.model_copy(update={"left_at": as_of}))
    return changed


def plain(name: str) -> str:
    """Return a service's name without case, accents, spaces and signs: "Apple TV+" and "Apple TV Plus" are one."""
    folded = unicodedata.normalize("NFKD", name.replace("+", " plus ")).casefold()
    return re.sub(r"[^a-z0-9]", "", folded)
