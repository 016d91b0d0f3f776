"""What providers answer, put into the words of the catalogue. Pure."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from marquee.clients.tmdb import image_url
from marquee.clients.tmdb_models import TmdbMovie, TmdbTv
from marquee.clients.watchmode_models import TitleDetails
from marquee.models.reference import Genre, Source
from marquee.models.titles import CastMember, Details, Offer, OfferOption, ProviderOffer, TmdbFacts

POSTER, BACKDROP = "w342", "w1280"
CAST = 12
KEYWORDS = 20
# TMDB's ways of paying, in the words of WatchMode's offers; `ads` is TMDB's alone.
WAYS = {"flatrate": "sub", "free": "free", "ads": "ads", "rent": "rent", "buy": "buy"}
# Which services of WatchMode's charge that way.
CHARGING = {"sub": ("sub", "tve"), "free": ("free",), "ads": ("free",), "rent": ("purchase",), "buy": ("purchase",)}
MAKERS = ("Director", "Creator")

# What JustWatch (so TMDB) and WatchMode call differently, by TMDB's number of the service and WatchMode's. Both were
# read from the providers' own lists of services in Great Britain; numbers stay when a service is renamed.
SAME_SERVICE = {
    2: "349",  # Apple TV, later Apple TV Store: AppleTV, which sells and rents
    3: "140",  # Google Play Movies: Google Play
    9: "26",  # Amazon Prime Video: Prime Video
    10: "24",  # Amazon Video: Amazon, which sells and rents
    43: "234",  # Starz: STARZ (Via Amazon Prime), the only one that WatchMode has in Great Britain
    68: "398",  # Microsoft Store: Windows Store
    103: "407",  # Channel 4: All 4, its name until 2023
    119: "26",  # Amazon Prime Video under another number, outside the United States
    194: "234",  # Starz Play Amazon Channel: STARZ (Via Amazon Prime)
    205: "269",  # Sundance Now Amazon Channel: SundanceNow Doc Club (Via Amazon Prime)
    283: "80",  # Crunchyroll: Crunchyroll Premium where it is paid for; the free one has the name itself
    333: "418",  # My5: 5, its name since 2025
    350: "371",  # Apple TV Plus, later Apple TV: AppleTV+
    600: "247",  # Shout! Factory Amazon Channel: Shout! Factory TV (Via Amazon Prime)
    613: "365",  # Freevee: Amazon Freevee
    1796: "203",  # Netflix basic with Ads: Netflix, at its lowest price
    2100: "26",  # Amazon Prime Video with Ads: Prime Video, at its lowest price
}

# (region, source id)
Service = tuple[str, str]
# The name of each service and the ways to watch there.
Options = dict[Service, tuple[str | None, list[OfferOption]]]


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


def tmdb_facts(answer: TmdbMovie | TmdbTv, region: str, as_of: str, genres: Iterable[Genre]) -> TmdbFacts:
    """Return TMDB's facts as the catalogue keeps them, with the certificate of `region`.

    Of its genres only those are kept that are among `genres`, WatchMode's.
    """
    cast = sorted(answer.credits.cast, key=lambda each: 999 if each.order is None else each.order)[:CAST]
    named = {genre.id for genre in answer.genres}
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
        genre_ids=tuple(genre.id for genre in genres if genre.tmdb_id in named),
        cast=tuple(CastMember(name=each.name, character=each.character) for each in cast),
        makers=tuple(dict.fromkeys(each.name for each in answer.credits.crew if each.job in MAKERS)),
        keywords=tuple(each.name for each in answer.keywords[:KEYWORDS]),
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
    """Return the offers of TMDB (they are JustWatch's) by service, in WatchMode's numbers where it has the service.

    One that WatchMode does not know is `tmdb-<provider id>`. There are no prices, and one link for all.
    """
    known = {source.id: source for source in sources}
    by_name = {plain(source.name): source for source in known.values()}
    found: Options = defaultdict(lambda: (None, []))
    for region in regions:
        offered = answer.watch_providers.get(region)
        for way, type_ in WAYS.items() if offered else ():
            option = OfferOption(type=type_, web_url=offered.link if offered else None)
            for provider in getattr(offered, way):
                namesake, alias = by_name.get(plain(provider.provider_name)), SAME_SERVICE.get(provider.provider_id)
                source = _service([each for each in (namesake, known.get(alias or "")) if each], type_)
                key = (region, source.id if source else f"tmdb-{provider.provider_id}")
                name, options = found[key]
                if option not in options:  # a service at two prices is named twice
                    found[key] = (name or provider.provider_name, [*options, option])
    return dict(found)


def provider_offers(
    stored: Sequence[Offer], provider: str, current: Options, as_of: str, asked_before: str | None
) -> Mapping[Service, tuple[str | None, ProviderOffer]]:
    """Return what one provider's part of each offer becomes: still there, new, or gone since `as_of`.

    `asked_before` is when the provider was last asked for all offers of the title. None if it never was, or knows the
    title no longer: then what is stored was about another title or is withdrawn, and ended when it was last seen. An
    answer that is older than what is stored changes nothing.
    """
    parts = {(offer.region, offer.source_id): part for offer in stored if (part := getattr(offer, provider))}
    if any(max(part.last_seen, part.left_at or "") > as_of for part in parts.values()):
        return {}
    before = {service: part for service, part in parts.items() if not part.left_at}
    renumbered = _renumbered(stored, before, current)
    changed: dict[Service, tuple[str | None, ProviderOffer]] = {}
    for service, (name, options) in current.items():
        since = {"first_seen": as_of, "asked_before": asked_before}
        if known := before.get(service):
            since = {"first_seen": known.first_seen, "asked_before": known.asked_before}
        elif service in renumbered:
            since = {"first_seen": before[renumbered[service]].first_seen, "asked_before": None}
        changed[service] = (name, ProviderOffer(options=tuple(options), last_seen=as_of, **since))
    for service in before.keys() - current.keys():
        never_left = asked_before is None or service in renumbered.values()
        left_at = before[service].last_seen if never_left else as_of
        changed[service] = (None, before[service].model_copy(update={"left_at": left_at}))
    return changed


def moved(part: ProviderOffer | None, as_of: str) -> bool:
    """Return whether a provider's answer of that moment says that a title came to a service or left it."""
    return part is not None and (part.left_at == as_of or (part.first_seen == as_of and part.asked_before is not None))


def _renumbered(
    stored: Iterable[Offer], before: Mapping[Service, ProviderOffer], current: Options
) -> dict[Service, Service]:
    """Return which services are old ones under another number: WatchMode knows them by now, or is understood to."""
    gone = {
        (offer.region, plain(offer.name)): (offer.region, offer.source_id)
        for offer in stored
        if offer.name and (offer.region, offer.source_id) in before.keys() - current.keys()
    }
    return {
        service: gone[place]
        for service, (name, _) in current.items()
        if service not in before and (place := (service[0], plain(name or ""))) in gone
    }


def _service(candidates: Sequence[Source], way: str) -> Source | None:
    """Return the service that charges in a way, of those that a provider's name or number may mean, else the first."""
    charging = [source for source in candidates if source.type in CHARGING[way]]
    return next(iter(charging or candidates), None)


def plain(name: str) -> str:
    """Return a service's name without case, accents, spaces and signs: "Apple TV+" and "Apple TV Plus" are one.

    So are "Acorn TV (Via Amazon Prime)", as WatchMode calls a channel, and "AcornTV Amazon Channel", as TMDB does.
    """
    folded = unicodedata.normalize("NFKD", name.replace("+", " plus ")).casefold()
    return re.sub(r"[^a-z0-9]", "", folded.replace("(via amazon prime)", "amazon channel"))
