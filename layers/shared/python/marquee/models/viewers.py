"""What a viewer has chosen, set and marked."""

from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from marquee.models import Model

DigestFrequency = Literal["daily", "weekly"]
EmailDigest = Literal["off", "daily", "weekly"]
MarkKind = Literal["follow", "rating", "watched", "hidden"]


class Preferences(Model):
    """The services and genres a viewer chose, as ids in numeric order."""

    sources: tuple[str, ...] = ()
    genres: tuple[str, ...] = ()

    def pairs(self) -> frozenset[tuple[str, str]]:
        """Return every (source, genre) that follows from the choice."""
        return frozenset((source, genre) for source in self.sources for genre in self.genres)


class Settings(Model):
    """How a viewer wants to be served; without a `region` it is the first one that Marquee serves."""

    region: str | None = None
    email_digest: EmailDigest = "off"

    def region_among(self, served: Sequence[str]) -> str:
        """Return the viewer's country if it is served, else the first one that is."""
        return next((region for region in served if region == self.region), served[0])


class Profile(Model):
    """What a viewer has chosen and set."""

    preferences: Preferences = Field(default_factory=Preferences)
    settings: Settings = Field(default_factory=Settings)


class Mark(Model):
    """What a viewer has said of one title; `rating` is 1 to 10 for a rating, None for the others.

    Name and year are those of the moment `at`, so that an export can be read without the catalogue.
    """

    kind: MarkKind
    title_id: str
    title: str
    year: int | None = None
    rating: int | None = None
    at: str


class Marked(Model):
    """The ids of all titles that a viewer follows, has watched and has hidden."""

    followed: frozenset[str] = frozenset()
    watched: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()


class ChosenPair(Model):
    """A (source, genre) with the number of viewers who chose both."""

    source_id: str
    genre_id: str
    viewers: int
