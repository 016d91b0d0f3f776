"""What is recommended to a viewer: gathered by few reads, chosen in two stages. No provider is asked.

| read | requests |
|---|---|
| the viewer's choice and settings; services and genres, where they have not been read a moment ago | 1 and 2 Queries |
| all marks; the latest ratings, follows and watched titles, and their records | 1 Get, 3 Queries, 1 BatchGet |
| the records of the most promising | 1 BatchGet |
| (for titles like another one: that one) | (1 Get) |
| of a viewer with more than 250 ratings: which of the most promising are rated | 1 BatchGet |
| more records, where few of the first can be recommended | as many as are left |
| what a warm function keeps and all share: rows of pairs, arrivals, TMDB's lists | as many as are left |
| the count of how lists are used, once a minute | 1 Update |

An answer takes twelve requests at most, whoever asks and whatever there is (budget.py). A function that knows what is
shared takes seven or eight. One that is new looks at less and gets on by some requests with each answer; what it has
read it uses for an hour. The first stage scores rows of the index, which say little; the second scores records, which
are the truth about where a title can be watched.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice

from guide_api import stores
from guide_api.budget import Budget
from guide_api.candidates import liked_genres, probes, title_features
from guide_api.gathering import ENOUGH, Search, gather, pairs
from guide_api.shelf import Shelf
from guide_api.viewer import Viewer
from marquee import clock, guide, recommendations
from marquee.models.recommendations import Candidate, Features, Opinion, OpinionKind, Recommendation
from marquee.models.titles import Card, Title
from marquee.models.viewers import Mark, Marked, MarkKind
from marquee.recommendations import Taste
from marquee.repositories.guide_index import Filter
from marquee.repositories.table import BATCH_GET

# The latest marks that a taste is made of: the records of their titles are one batch.
OPINIONS: tuple[tuple[MarkKind, OpinionKind, int], ...] = (
    ("rating", "rated", 60),
    ("follow", "followed", 20),
    ("watched", "watched", 20),
)
# So many of the latest ratings are known without a read for each title.
RATINGS = 250
PAIR_QUERIES = 16
# Records are read in batches until enough can be recommended: variety needs some to choose from.
RECORDS = 80
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
    """Who asks, what they have marked, what they rated last and whether they rated more, their taste, the moment."""

    viewer: Viewer
    marked: Marked
    rated: frozenset[str]
    rated_more: bool
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


def asker_of(viewer: Viewer, budget: Budget) -> Asker:
    """Return a viewer with the taste that their latest marks tell."""
    marks, executor = stores.marks(), stores.executor()
    with stores.meanwhile(partial(marks.marked, viewer.id)) as marked:
        pages = list(executor.map(partial(_latest, viewer.id), OPINIONS))
        latest = [
            (mark, kind) for (page, _), (_, kind, most) in zip(pages, OPINIONS, strict=True) for mark in page[:most]
        ]
        titles = stores.titles().get_many({mark.title_id for mark, _ in latest}, consistent=False)
    if not latest:
        budget.give_back()
    opinions = [
        Opinion(_features(titles[mark.title_id]), kind, mark.at, mark.rating)
        for mark, kind in latest
        if mark.title_id in titles
    ]
    rated, following = pages[0]
    return Asker(
        viewer=viewer,
        marked=marked.result(),
        rated=frozenset(mark.title_id for mark in rated),
        rated_more=following is not None,
        taste=recommendations.taste(viewer.chosen.genres, opinions),
        now=clock.now(),
    )


def _latest(user_id: str, wanted: tuple[MarkKind, OpinionKind, int]) -> tuple[list[Mark], str | None]:
    kind, _, most = wanted
    # What was rated a moment ago is not recommended: of the others `marked` knows at once.
    if kind == "rating":
        return stores.marks().page(user_id, kind, RATINGS, None, consistent=True)
    return stores.marks().page(user_id, kind, most, None)


def recommend(asker: Asker, wanted: Wanted, budget: Budget) -> Recommended:
    """Return what the viewer can watch and has said nothing of, the best first."""
    viewer = asker.viewer
    known = asker.marked.watched | asker.marked.hidden | asker.marked.followed | asker.rated
    all_pairs = pairs(viewer, wanted.genres or viewer.chosen.genres)
    places = probes(all_pairs, liked_genres(asker.taste.genres), asker.now[:10], PAIR_QUERIES)
    wide = Filter(types=wanted.types, without=known)
    counting, asking = stores.shelves().reserve(viewer.region, budget), asker.rated_more and budget.take()
    pool = gather(Search(viewer, asker.now, tuple(all_pairs), tuple(places), wide), budget)
    budget.give_back(asking)
    # The genres of what has just arrived are not known yet.
    fitting = [each for each in pool.candidates if wanted.fits(each.features) or not each.features.genre_ids]
    ranked = recommendations.promising(fitting, asker.taste, asker.now, len(fitting))
    right = list(unknown_yet(asker, wanted, ranked, budget))
    found = recommendations.recommend([each for each, _ in right], asker.taste, asker.now, wanted.limit)
    stores.shelves().used(pool.shelf, asker.now, counting)
    complete = pool.complete and next(ranked, None) is None
    return Recommended(tuple(found), {card.id: card for _, card in right}, pool.shelf, complete)


def unknown_yet(
    asker: Asker, wanted: Wanted, ranked: Iterator[Candidate], budget: Budget
) -> Iterator[tuple[Candidate, Card]]:
    """Yield those that fit, can be watched and were never rated, batch after batch until they are enough.

    The first batch is one that every answer reads; further ones are read as far as the budget allows.
    """
    enough, records = 0, Budget(budget.left + 1)
    size = min(BATCH_GET, max(RECORDS, 2 * wanted.limit))
    while enough < min(ENOUGH, 2 * wanted.limit) and records.take(1 + asker.rated_more):
        batch = list(islice(ranked, size))
        if not batch:
            return
        if asker.rated_more:
            with stores.meanwhile(partial(stores.marks().rated, asker.viewer.id, _ids(batch))) as reading:
                there = list(watchable(asker, batch))
            rated = reading.result()
        else:
            there, rated = list(watchable(asker, batch)), frozenset()
        for candidate, card in there:
            if candidate.features.title_id not in rated and wanted.fits(candidate.features):
                enough += 1
                yield candidate, card


def similar(asker: Asker, subject: Title, limit: int, budget: Budget) -> Recommended:
    """Return what is like a title and can be watched, the most alike first."""
    viewer, like = asker.viewer, _features(subject)
    without = asker.marked.watched | asker.marked.hidden | {subject.id}
    all_pairs = pairs(viewer, sorted(like.genre_ids))
    places = probes(all_pairs, (), asker.now[:10], PAIR_QUERIES)
    counting = stores.shelves().reserve(viewer.region, budget)
    gathered = gather(Search(viewer, asker.now, tuple(all_pairs), tuple(places), Filter(without=without)), budget)
    pool = {each.features.title_id: each for each in gathered.candidates}
    told = dict.fromkeys(subject.details.similar_ids if subject.details else ())
    named = [title_id for title_id in told if title_id not in without][:NAMED]
    # Of what WatchMode names, but no other read has brought, nothing is known yet except the id.
    first = [replace(pool.pop(each, Candidate(Features(each, "", ""))), named_similar=True) for each in named]
    alike = recommendations.similar(like, pool.values(), asker.taste, asker.now, BATCH_GET - len(first))
    complete = gathered.complete and len(first) + len(alike) < BATCH_GET
    right = list(watchable(asker, [*first, *(each.candidate for each in alike)]))
    found = recommendations.similar(like, [each for each, _ in right], asker.taste, asker.now, limit)
    stores.shelves().used(gathered.shelf, asker.now, counting)
    return Recommended(tuple(found), {card.id: card for _, card in right}, gathered.shelf, complete)


def watchable(asker: Asker, batch: Iterable[Candidate]) -> Iterator[tuple[Candidate, Card]]:
    """Yield the candidates that one of the viewer's services has now, as their records tell them, by one batch read."""
    given = {each.features.title_id: each for each in batch}
    titles = stores.titles().get_many(given, consistent=False)
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
