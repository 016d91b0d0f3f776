"""Where a title can be watched, for titles whose real offers no data tells.

The rules are shares per service: a service that matches takes that part of the titles, always the same ones.
"""

from dataclasses import dataclass, replace
from functools import cache

from local.catalogue.chance import chance, pick
from local.catalogue.models import Offer, Source, Title

_BOTH = ("GB", "US")
_FILMS = frozenset({"movie", "short_film", "tv_movie"})


@dataclass(frozen=True, slots=True)
class Rule:
    """A service takes `share` of the titles that match; empty conditions match everything."""

    source_id: int
    share: float
    regions: tuple[str, ...] = ("GB",)
    genres: frozenset[int] = frozenset()
    countries: frozenset[str] = frozenset()
    films: bool | None = None
    foreign: bool = False
    since: int = 0
    until: int = 9999

    def matches(self, title: Title) -> bool:
        """Tell whether the service would carry this kind of title."""
        return (
            (not self.genres or bool(self.genres.intersection(title.genre_ids)))
            and (not self.countries or bool(self.countries.intersection(title.countries)))
            and (self.films is None or self.films == (title.type in _FILMS))
            and not (self.foreign and title.language == "en")
            and self.since <= (title.year or 2000) <= self.until
        )


_GB = frozenset({"GB"})

RULES = (
    Rule(203, 0.12, regions=_BOTH, since=1980),
    Rule(26, 0.22, regions=_BOTH),
    Rule(372, 0.40, regions=_BOTH, genres=frozenset({3, 8, 21}), countries=frozenset({"US"})),
    Rule(372, 0.06, regions=_BOTH),
    Rule(371, 0.06, regions=_BOTH, films=False, since=2019),
    Rule(371, 0.01, regions=_BOTH, films=True, since=2019),
    Rule(409, 0.45, countries=_GB, films=False),
    Rule(409, 0.06),
    Rule(413, 0.20, countries=_GB, films=False),
    Rule(413, 0.05),
    Rule(407, 0.20, countries=_GB, films=False),
    Rule(407, 0.08),
    Rule(418, 0.04),
    Rule(416, 0.10, countries=_GB, films=False),
    Rule(406, 0.13, since=1995),
    Rule(444, 0.06, regions=_BOTH),
    Rule(445, 0.25, genres=frozenset({6, 23, 34, 36}), films=False),
    Rule(181, 0.30, films=True, foreign=True, regions=_BOTH),
    Rule(410, 0.25, films=True, until=1980),
    Rule(252, 0.35, genres=frozenset({11}), regions=_BOTH),
    Rule(80, 0.75, genres=frozenset({33}), regions=_BOTH),
    Rule(376, 0.30, countries=_GB, films=False, until=2015),
    Rule(17, 0.20, countries=_GB, genres=frozenset({5, 13})),
    Rule(392, 0.30, genres=frozenset({23})),
    Rule(421, 0.10, genres=frozenset({6, 36}), regions=_BOTH),
    Rule(391, 0.04, regions=_BOTH),
    Rule(296, 0.05, regions=_BOTH),
    Rule(365, 0.03),
    Rule(157, 0.10, regions=("US",)),
    Rule(387, 0.10, regions=("US",)),
)

# Whoever has the first has the second: the same titles sold through another door.
_COMPANIONS = {406: (408, 0.9), 252: (253, 0.8), 376: (377, 0.8), 17: (18, 0.8)}

_SHOPS = ((24, _BOTH), (349, _BOTH), (140, _BOTH), (344, _BOTH), (411, ("GB",)), (417, ("GB",)), (398, _BOTH))
_RENT = {"GB": (2.49, 3.49, 4.49), "US": (2.99, 3.99, 4.99)}
_BUY = {"GB": (4.99, 7.99, 9.99, 13.99), "US": (7.99, 9.99, 14.99, 19.99)}


@cache
def shared_offer(
    source_id: int, region: str, type_: str, format_: str | None = None, price: float | None = None
) -> Offer:
    """Return the one offer object with these values: thousands of titles share it."""
    return Offer(source_id, region, type_, format_, price)


def assign_offers(
    title: Title, known: dict[int, tuple[str, ...]], sources: dict[int, Source], *, guess: bool = True
) -> Title:
    """Give a title its offers: the services known to carry it, else (with `guess`) what the rules say.

    `known` maps a source to the regions in which it carries the title.
    """
    carried = dict(known)
    if guess and not known:
        for rule in RULES:
            if rule.matches(title) and chance(title.id, rule.source_id, rule.share) < rule.share:
                carried[rule.source_id] = rule.regions
    for source_id, (companion, share) in _COMPANIONS.items():
        if source_id in carried and chance(title.id, companion) < share:
            carried.setdefault(companion, carried[source_id])
    offers = [
        shared_offer(source_id, region, sources[source_id].type, _format(title, source_id))
        for source_id, regions in sorted(carried.items())
        for region in regions
        if region in sources[source_id].regions
    ]
    return replace(title, offers=tuple(offers + _shop_offers(title, sources)))


def _format(title: Title, source_id: int) -> str:
    recent = (title.year or 2000) >= 2015
    return "4K" if recent and chance(title.id, source_id, "4K") < 0.6 else "HD"


def _shop_offers(title: Title, sources: dict[int, Source]) -> list[Offer]:
    film = title.type in _FILMS
    offers = []
    if chance(title.id, "sold") < (0.8 if film else 0.35):
        for source_id, regions in _SHOPS:
            if chance(title.id, source_id, "sold") >= (0.5 if film else 0.3):
                continue
            for region in sorted(set(regions).intersection(sources[source_id].regions)):
                rent = _RENT[region][pick(3, title.id, "rent")]
                buy = _BUY[region][pick(4, title.id, "buy")]
                if film:
                    offers.append(shared_offer(source_id, region, "rent", "HD", rent))
                if film and _format(title, source_id) == "4K":
                    offers.append(shared_offer(source_id, region, "buy", "4K", buy))
                offers.append(shared_offer(source_id, region, "buy", "HD", buy))
    return offers
