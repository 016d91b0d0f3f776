"""Pages of what a search finds: the tiers of answers one after another, each in order of popularity."""

import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from operator import attrgetter

from marquee.repositories.search_index import FoundHit, Hits, SearchIndex
from marquee.search import Leads, Lookup, Question

# Rows of a list that are read at once: few when hardly any will be dropped, else many; and how often.
FEW, MANY = 10, 100
ROUNDS = 6
PLACE = re.compile(r"[0-3]#[0-9]{3}\.[0-9]{2}#[0-9]{19}")
Keep = Callable[[FoundHit], bool]


@dataclass(frozen=True)
class Place:
    """How far a search has come: the tier, and the position in it."""

    tier: int = 0
    position: str = ""

    def __str__(self) -> str:
        return f"{self.tier}#{self.position}"


@dataclass(frozen=True)
class Wanted:
    """What is asked, from where on, how many titles, and which of those found are wanted (None: all)."""

    question: Question
    limit: int
    after: Place = Place()
    keep: Keep | None = None


@dataclass(frozen=True)
class HitPage:
    """Titles in order and the place after which the next page begins, None at the end."""

    hits: tuple[FoundHit, ...]
    next: Place | None


def read_place(text: str) -> Place:
    """Return a place that was written as text (`PLACE`)."""
    tier, _, position = text.partition("#")
    return Place(int(tier), position)


def find(wanted: Wanted, index: SearchIndex, executor: Executor) -> HitPage:
    """Return the next titles that answer a question, all lists of the index read side by side.

    A list holds more than is wanted when its word is common and the others are rare; it is read a bounded number of
    times, and then a short page goes out with its cursor.
    """
    lists = [
        (tier, leads)
        for tier, together in enumerate(wanted.question.tiers)
        for leads in together
        if tier >= wanted.after.tier
    ]
    found = list(executor.map(partial(_read, wanted, index), *zip(*lists, strict=True)))
    shown: list[tuple[Place, FoundHit]] = []
    for tier in range(wanted.after.tier, len(wanted.question.tiers)):
        hits, certain_to = merge([each for each, (of, _) in zip(found, lists, strict=True) if of == tier])
        shown += [(Place(tier, hit.position), hit) for hit in hits]
        if len(shown) > wanted.limit:
            shown = shown[: wanted.limit]
            return HitPage(tuple(hit for _, hit in shown), shown[-1][0])
        if certain_to is not None:
            return HitPage(tuple(hit for _, hit in shown), Place(tier, certain_to))
    return HitPage(tuple(hit for _, hit in shown), None)


def merge(lists: Sequence[Hits]) -> Hits:
    """Return the titles of a tier that are certain to be next, once each, and how far that certainty reaches."""
    certain_to = min((stopped for _, stopped in lists if stopped is not None), default=None)
    by_position = {
        hit.position: hit for hits, _ in lists for hit in hits if certain_to is None or hit.position <= certain_to
    }
    return sorted(by_position.values(), key=attrgetter("position")), certain_to


def _read(wanted: Wanted, index: SearchIndex, tier: int, leads: Leads) -> Hits:
    """Return titles of a tier from one of its leads: one more than a page takes, or all that a few Queries reach.

    What two common words have in common may be rare, so the next lead is tried before one is followed. All are in one
    order: the one that has come furthest knows all that the others know.
    """
    start = wanted.after.position if tier == wanted.after.tier else ""
    plain = wanted.keep is None and len(wanted.question.words) == 1
    rows = wanted.limit + FEW if plain else MANY
    untried, reached = list(leads), dict[Lookup, tuple[list[FoundHit], str]]()
    for _ in range(ROUNDS):
        lookup = untried.pop(0) if untried else furthest(reached)
        if lookup.prefix:
            whole = index.words(lookup, start)
            if whole is not None:
                return _fitting(wanted, tier, whole), None
            lookup = lookup.beginning
        found, position = reached.get(lookup, ([], start))
        hits, stopped = index.page(lookup, position, rows)
        found = [*found, *_fitting(wanted, tier, hits)]
        if stopped is None or len(found) > wanted.limit:
            return found, stopped
        reached[lookup], rows = (found, stopped), MANY
    return reached[furthest(reached)]


def furthest(reached: Mapping[Lookup, tuple[list[FoundHit], str]]) -> Lookup:
    """Return the list of which the most is known."""
    return max(reached, key=lambda lookup: reached[lookup][1])


def _fitting(wanted: Wanted, tier: int, hits: Sequence[FoundHit]) -> list[FoundHit]:
    return [hit for hit in hits if hit.tier(wanted.question) == tier and (wanted.keep is None or wanted.keep(hit))]
