"""What is recommended to a viewer: gathered by bounded reads, chosen in two stages. No provider is asked.

| read | requests at most |
|---|---|
| the viewer's choice and settings; services and genres, where they have not been read a moment ago | 3 Queries |
| (for titles like another one: that one) | (1 Get) |
| all marks; the latest ratings, follows and watched titles, and their records | 1 Get, 3 Queries, 1 BatchGet |
| the top rows of the viewer's pairs (of the genres of that one), kept for a minute | 32 Queries (24) |
| more rows of those pairs, where that is little: 1,600 a round, 8,000 in all | 32 Queries |
| what arrived on the viewer's services in four weeks, 16 Queries, more where much has left; kept too | 32 Queries |
| the records of the most promising, and which of them the viewer has rated | 2 BatchGets, thrice (1, once) |
| the shelf, where it is older than five minutes, or than half a minute while lists are missing | see shelf.py |
| the count of how lists are used, once a minute | 2 Updates |

A warm function thus answers with 8 to 12 requests, all of them about the viewer and the titles that come out.
None of it grows with the catalogue or with what the viewer has done. The first stage scores rows of the index, which
say little; the second scores records, which are the truth about where a title can be watched at this moment.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from guide_api import stores
from guide_api.candidates import liked_genres, probes, title_features
from guide_api.gathering import ENOUGH, Search, gather, pairs
from guide_api.shelf import Shelf
from guide_api.viewer import Viewer
from marquee import clock, guide, recommendations
from marquee.models.recommendations import Candidate, Features, Opinion, OpinionKind, Recommendation
from marquee.models.titles import Card, Title
from marquee.models.viewers import Marked, MarkKind
from marquee.recommendations import Taste
from marquee.repositories.guide_index import Filter
from marquee.repositories.table import BATCH_GET

# The latest marks that a taste is made of: the records of their titles are one batch.
OPINIONS: tuple[tuple[MarkKind, OpinionKind, int], ...] = (
    ("rating", "rated", 60),
    ("follow", "followed", 20),
    ("watched", "watched", 20),
)
PAIR_QUERIES = 32
SIMILAR_PAIR_QUERIES = 24
# Records are read in batches until enough can be recommended: variety needs some to choose from.
ROUNDS = 3
NAMED = 40


@dataclass(frozen=True)
class Wanted:
    """How many recommendations are wanted, and of which types and genres; empty is any."""

    limit: int
    types: tuple[str, ...] = ()
    genres: tuple[str, ...] = ()

    def fits(self, features: Features) -> bool:
        """Return whether a title is of a type and a genre that are wanted."""
        return (not self.types or features.type in self.types) and (
            not self.genres or not features.genre_ids.isdisjoint(self.genres)
        )


@dataclass(frozen=True)
class Asker:
    """Who asks, what they have marked and rated lately, their taste, and the moment."""

    viewer: Viewer
    marked: Marked
    rated: frozenset[str]
    taste: Taste
    now: str

    def on(self, card: Card) -> tuple[str, ...]:
        """Return the services of the viewer that have a title in the viewer's country."""
        mine = self.viewer.chosen.sources
        return tuple(each for each in card.availability.get(self.viewer.region, ()) if each in mine)


@dataclass(frozen=True)
class Recommended:
    """What is recommended, the cards of those by title, the shelf, and whether all there is was looked at."""

    found: tuple[Recommendation, ...]
    cards: Mapping[str, Card]
    shelf: Shelf
    complete: bool


def asker_of(viewer: Viewer) -> Asker:
    """Return a viewer with the taste that their latest marks tell."""
    marks, executor = stores.marks(), stores.executor()
    with stores.meanwhile(partial(marks.marked, viewer.id)) as marked:
        pages = executor.map(lambda each: marks.page(viewer.id, each[0], each[2], None)[0], OPINIONS)
        latest = [(mark, kind) for page, (_, kind, _) in zip(pages, OPINIONS, strict=True) for mark in page]
        titles = stores.titles().get_many({mark.title_id for mark, _ in latest})
    opinions = [
        Opinion(_features(titles[mark.title_id]), kind, mark.at, mark.rating)
        for mark, kind in latest
        if mark.title_id in titles
    ]
    rated = frozenset(mark.title_id for mark, kind in latest if kind == "rated")
    taste = recommendations.taste(viewer.chosen.genres, opinions)
    return Asker(viewer, marked.result(), rated, taste, clock.now())


def recommend(asker: Asker, wanted: Wanted) -> Recommended:
    """Return what the viewer can watch and has said nothing of, the best first."""
    viewer, shelf = asker.viewer, stores.shelves().of(asker.viewer.region)
    known = asker.marked.watched | asker.marked.hidden | asker.marked.followed | asker.rated
    all_pairs = pairs(viewer, wanted.genres or viewer.chosen.genres)
    places = probes(all_pairs, liked_genres(asker.taste.genres), asker.now[:10], PAIR_QUERIES)
    wide = Filter(types=wanted.types, without=known)
    pool = gather(Search(viewer, asker.now, tuple(all_pairs), tuple(places), wide), shelf)
    # The genres of what has just arrived are not known yet.
    fitting = [each for each in pool.candidates if wanted.fits(each.features) or not each.features.genre_ids]
    ranked = recommendations.promising(fitting, asker.taste, asker.now, ROUNDS * BATCH_GET)
    right = list(unknown_yet(asker, wanted, ranked))
    found = recommendations.recommend([each for each, _ in right], asker.taste, asker.now, wanted.limit)
    complete = pool.complete and len(ranked) == len(fitting)
    return Recommended(tuple(found), {card.id: card for _, card in right}, shelf, complete)


def unknown_yet(asker: Asker, wanted: Wanted, ranked: Sequence[Candidate]) -> Iterator[tuple[Candidate, Card]]:
    """Yield those that fit, can be watched and were never rated, batch after batch until they are enough."""
    enough = 0
    for start in range(0, len(ranked), BATCH_GET):
        if enough >= ENOUGH:
            return
        batch = ranked[start : start + BATCH_GET]
        with stores.meanwhile(partial(stores.marks().rated, asker.viewer.id, _ids(batch))) as reading:
            there = list(watchable(asker, batch))
        rated = reading.result()
        for candidate, card in there:
            if candidate.features.title_id not in rated and wanted.fits(candidate.features):
                enough += 1
                yield candidate, card


def similar(asker: Asker, subject: Title, limit: int) -> Recommended:
    """Return what is like a title and can be watched, the most alike first."""
    viewer, like = asker.viewer, _features(subject)
    shelf = stores.shelves().of(viewer.region)
    without = asker.marked.watched | asker.marked.hidden | {subject.id}
    all_pairs = pairs(viewer, sorted(like.genre_ids))
    places = probes(all_pairs, (), asker.now[:10], SIMILAR_PAIR_QUERIES)
    gathered = gather(Search(viewer, asker.now, tuple(all_pairs), tuple(places), Filter(without=without)), shelf)
    pool = {each.features.title_id: each for each in gathered.candidates}
    told = dict.fromkeys(subject.details.similar_ids if subject.details else ())
    named = [title_id for title_id in told if title_id not in without][:NAMED]
    # Of what WatchMode names, but no other read has brought, nothing is known yet except the id.
    first = [replace(pool.pop(each, Candidate(Features(each, "", ""))), named_similar=True) for each in named]
    alike = recommendations.similar(like, pool.values(), asker.taste, asker.now, BATCH_GET - len(first))
    complete = gathered.complete and len(first) + len(alike) < BATCH_GET
    right = list(watchable(asker, [*first, *(each.candidate for each in alike)]))
    found = recommendations.similar(like, [each for each, _ in right], asker.taste, asker.now, limit)
    return Recommended(tuple(found), {card.id: card for _, card in right}, shelf, complete)


def watchable(asker: Asker, batch: Iterable[Candidate]) -> Iterator[tuple[Candidate, Card]]:
    """Yield the candidates that one of the viewer's services has now, as their records tell them, by one batch read."""
    given = {each.features.title_id: each for each in batch}
    titles = stores.titles().get_many(given)
    for title_id, candidate in given.items():
        if title_id not in titles:
            continue
        card = guide.card(titles[title_id])
        if on := asker.on(card):
            # What has left the service again is not new there.
            arrived = candidate.arrived if candidate.arrived and candidate.arrived[0] in on else None
            yield replace(candidate, features=title_features(titles[title_id], card), arrived=arrived), card


def _features(title: Title) -> Features:
    return title_features(title, guide.card(title))


def _ids(candidates: Iterable[Candidate]) -> list[str]:
    return [each.features.title_id for each in candidates]
