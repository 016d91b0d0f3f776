"""Rows of the guide index as recommendations compare them, which are kept: read once, for all who have the pair."""

from dataclasses import dataclass

from guide_api.candidates import Pair, card_features
from marquee.models.recommendations import Features
from marquee.repositories.guide_index import GuideIndex, PageRequest


@dataclass(frozen=True)
class Spot:
    """Some rows of a pair."""

    pair: Pair
    page: PageRequest


@dataclass(frozen=True)
class Rows:
    """The titles of some rows in their order, and where they end, None at the end of the pair."""

    found: tuple[Features, ...]
    stopped: str | None


def read_rows(index: GuideIndex, spot: Spot) -> Rows:
    """Return the rows of a spot, by one Query."""
    found, stopped = index.pair_page(*spot.pair, spot.page)
    return Rows(tuple(card_features(row.card()) for row in found), stopped)
