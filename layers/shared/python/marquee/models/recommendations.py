"""What a recommendation is made of: titles as they are compared, what a viewer thinks of some, and reasons."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

OpinionKind = Literal["rated", "followed", "watched"]
# What follows from what the viewer has said, and what is so for everybody.
PersonalReason = Literal["rated", "followed", "watched", "similar", "person", "keyword", "genre"]
GeneralReason = Literal[
    "arrived", "new_release", "trending", "trending_here", "popular", "hidden_gem", "acclaimed", "well_rated"
]
ReasonKind = Literal[PersonalReason, GeneralReason]


@dataclass(frozen=True)
class Features:
    """A title as it is compared with others.

    Genres are WatchMode's ids; `rating` is 0 to 10, given by `votes` people; `popularity` is a percentile, 0 to 100.
    """

    title_id: str
    title: str
    type: str
    genre_ids: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()
    keywords: frozenset[str] = frozenset()
    year: int | None = None
    release_date: str | None = None
    language: str | None = None
    rating: float | None = None
    votes: int = 0
    popularity: float | None = None


@dataclass(frozen=True)
class Opinion:
    """What a viewer has said of a title at a moment (clock.timestamp); `rating` is 1 to 10 where it was rated."""

    features: Features
    kind: OpinionKind
    at: str
    rating: int | None = None


@dataclass(frozen=True)
class Candidate:
    """A title that could be recommended, and what speaks for it beside itself.

    `listed` maps categories of the cache (popular, trending, hidden_gems, award_winning), and `trending_here` for what
    our own viewers do, to the best rank there, from 1. `arrived` is the service and the moment of a recent arrival
    there. `named_similar`: WatchMode says so.
    """

    features: Features
    listed: Mapping[str, int] = field(default_factory=dict)
    arrived: tuple[str, str] | None = None
    named_similar: bool = False


@dataclass(frozen=True)
class Reason:
    """Why a title is recommended; which of the rest is set depends on `kind`.

    `title_id`, `title` and `rating` name the title of the viewer's that it follows from, `name` a person or a keyword.
    """

    kind: ReasonKind
    title_id: str | None = None
    title: str | None = None
    rating: int | None = None
    name: str | None = None
    genre_id: str | None = None
    source_id: str | None = None
    votes: int | None = None
    average: float | None = None


@dataclass(frozen=True)
class Recommendation:
    """A candidate with its score (only comparable within one answer) and at least one reason, the weightiest first."""

    candidate: Candidate
    score: float
    reasons: tuple[Reason, ...]
