"""What has changed about where a title can be watched."""

import hashlib
from typing import Literal

from marquee.models import Model

ArrivalKind = Literal["arrived", "left"]
ChangeKind = Literal["arrived", "left", "new_season"]


class Change(Model):
    """A title arrived on a service in a country, left it, or got a new season.

    `at` is the moment of the provider's word that tells the change, `checked_before` the last one known at which it
    was otherwise, and `noticed_at` when Marquee first read that word: with a long listing, some time after `at`.
    A new season has a `season` and neither a region nor a service.
    """

    kind: ChangeKind
    title_id: str
    title: str
    type: str
    year: int | None = None
    region: str | None = None
    source_id: str | None = None
    season: int | None = None
    provider: str
    at: str
    checked_before: str | None = None
    noticed_at: str | None = None

    @property
    def id(self) -> str:
        """Return the same short text for the same change, however often it is seen."""
        told = f"{self.kind}|{self.title_id}|{self.region}|{self.source_id}|{self.season}|{self.at}"
        return hashlib.sha256(told.encode()).hexdigest()[:16]
