"""Candidates of a recommendation, from reads that say little of each: rows of the index, arrivals and the shelf.

All of it is the same for everybody who has the same services and genres, so a warm function keeps it. What it does not
have yet, or has not renewed for a while, is read as far as the budget of the answer allows; the next one goes on.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from itertools import islice

from guide_api import stores
from guide_api.budget import Budget
from guide_api.candidates import SORTS, Pair, Probe, change_features, in_turn
from guide_api.held import Rows, Spot, read_rows
from guide_api.shelf import Shelf
from guide_api.viewer import Viewer
from marquee import clock
from marquee.models.changes import Change
from marquee.models.recommendations import Candidate, Features
from marquee.repositories.arrivals import ArrivalsRequest
from marquee.repositories.guide_index import Filter, PageRequest, Sort

# Rows of all pairs together that are looked at, and how many are read of a pair: at its top, and further down.
ROWS_WANTED = 640
ROWS_OF_A_PAIR = 100
FURTHER_ROWS_OF_A_PAIR = 250
# With fewer titles than this, pairs are read on: deeper than their top, or that were not looked at yet.
ENOUGH = 60
# Arrivals are kept by month, and four weeks never touch a third one: two Queries a service.
RECENT = timedelta(days=28)
ARRIVAL_SERVICES = 8
ARRIVALS = 60

# Where to read on: an order, and the position in it, None at its beginning.
Place = tuple[Sort, str | None]


@dataclass(frozen=True)
class Search:
    """For whom, at which moment and where to look: in all of the pairs, first at the tops that are named."""

    viewer: Viewer
    now: str
    pairs: tuple[Pair, ...]
    places: tuple[Probe, ...]
    filter: Filter

    def may_show(self, features: Features) -> bool:
        """Return whether a title is of a type that is wanted, and none of those that are left out."""
        return features.title_id not in self.filter.without and (
            not self.filter.types or features.type in self.filter.types
        )

    def spot(self, pair: Pair, place: Place, rows: int) -> Spot:
        """Return some rows of a pair in the viewer's country."""
        sort, after = place
        return Spot(pair, PageRequest(self.viewer.region, sort, rows, after))


@dataclass(frozen=True)
class Gathered:
    """Candidates, whether these are all that the pairs have, and the shelf that they were also taken from."""

    candidates: tuple[Candidate, ...]
    complete: bool
    shelf: Shelf


def gather(search: Search, budget: Budget) -> Gathered:
    """Return what can be watched by the word of the index, the arrivals and the shelf, each title once."""
    tops = [search.spot((each.source_id, each.genre_id), (each.sort, None), ROWS_OF_A_PAIR) for each in search.places]
    # Without a row of the pairs there may be nothing to recommend; one request is for the shelf, which another function
    # may have read whole, or which gets on by it.
    first = Budget(max(0, budget.left - 1))
    budget.left -= first.left
    turn = read_pages(tops[: len(search.pairs)], first, renew=False)
    budget.give_back(first.left)
    stores.shelves().read_on(search.viewer.region, budget, most=1)
    rows, complete = read_on(search, turn, budget)
    arrivals(search, budget, renew=False)
    read_pages(tops, budget, renew=False)
    shelf = stores.shelves().of(search.viewer.region, budget)
    arrived = arrivals(search, budget)
    pages = read_pages(tops, budget)
    rows |= rows_of(search, [page for spot, page in pages.items() if turn.get(spot) is not page], len(pages))
    return Gathered(tuple(candidates(search, rows, arrived, shelf)), complete, shelf)


def candidates(
    search: Search, rows: Mapping[str, Features], arrived: Mapping[str, Change], shelf: Shelf
) -> Iterable[Candidate]:
    """Yield each title that may be shown once, with what says most of it."""
    mine = frozenset(search.viewer.chosen.sources)
    features = {
        **{title_id: change_features(change) for title_id, change in arrived.items()},
        **rows,
        **{title_id: each for title_id, each in shelf.features.items() if shelf.services[title_id] & mine},
    }
    for title_id, each in features.items():
        # Rows have been looked at.
        if title_id in rows or search.may_show(each):
            change = arrived.get(title_id)
            on = (str(change.source_id), change.at) if change else None
            yield Candidate(features=each, listed=shelf.listed.get(title_id, {}), arrived=on)


def read_pages(spots: Iterable[Spot], budget: Budget, *, renew: bool = True) -> dict[Spot, Rows]:
    """Return the rows of those spots that are kept or may be read."""
    return stores.pages().get_many(spots, partial(read_rows, stores.index()), budget, stores.executor(), renew=renew)


def rows_of(search: Search, pages: Iterable[Rows], of: int) -> dict[str, Features]:
    """Return the first titles of some pages that may be shown, as many of each as is its share of so many pages."""
    share = ROWS_WANTED // max(1, of)
    shown = (islice(filter(search.may_show, page.found), share) for page in pages)
    return {each.title_id: each for part in shown for each in part}


def read_on(search: Search, tops: Mapping[Spot, Rows], budget: Budget) -> tuple[dict[str, Features], bool]:
    """Return the rows of some tops and those below where they are few, and whether these are all that the pairs have.

    The tops of the pairs are enough, unless the viewer knows most of them or the filter leaves little.
    """
    rows, unread = rows_of(search, tops.values(), len(tops)), unread_after(search, tops)
    if len(rows) < ENOUGH:
        rows = rows_of(search, tops.values(), 1)
    while unread and len(rows) < ENOUGH:
        due = [search.spot(pair, place, FURTHER_ROWS_OF_A_PAIR) for pair, place in unread.items()]
        pages = read_pages(due, budget, renew=False)
        if not pages:
            break
        for spot, page in pages.items():
            rows |= {each.title_id: each for each in page.found if search.may_show(each)}
            del unread[spot.pair]
            if page.stopped is not None:
                unread[spot.pair] = (spot.page.sort, page.stopped)
    return rows, not unread


def unread_after(search: Search, tops: Mapping[Spot, Rows]) -> dict[Pair, Place]:
    """Return where to read on in each pair, in one order: below its top, or where it was not looked at yet, from there.

    A pair that ended in any order is known whole.
    """
    ended = {spot.pair for spot, page in tops.items() if page.stopped is None}
    unread: dict[Pair, Place] = {}
    for spot, page in tops.items():
        unread.setdefault(spot.pair, (spot.page.sort, page.stopped))
    unread |= {pair: (SORTS[0], None) for pair in search.pairs if pair not in unread}
    return {pair: at for pair, at in unread.items() if pair not in ended}


def arrivals(search: Search, budget: Budget, *, renew: bool = True) -> dict[str, Change]:
    """Return what arrived lately on the viewer's services by title, the last of several; of many, others each day."""
    services = in_turn(serving(search.viewer), search.now[:10], str)[:ARRIVAL_SERVICES]
    since = clock.timestamp(clock.parse(search.now) - RECENT)
    months = dict.fromkeys((search.now[:7], since[:7]))
    keys = [(search.viewer.region, service, month) for month in months for service in services]

    def read(key: tuple[str, str, str]) -> list[Change]:
        region, service, month = key
        # Nothing is above this moment: a moment ahead of time could lie in a third month.
        below = f"{search.now}~" if month == search.now[:7] else search.now[:7]
        wanted = ArrivalsRequest(region, since, ARRIVALS, below=below, kind="arrived")
        return [row.change() for row in stores.arrivals().of_service(wanted, service)[0]]

    found = stores.latest().get_many(keys, read, budget, stores.executor(), renew=renew)
    latest = sorted((each for part in found.values() for each in part if each.at >= since), key=_moment)[-ARRIVALS:]
    return {change.title_id: change for change in latest}


def _moment(change: Change) -> tuple[str, str]:
    return change.at, change.title_id


def pairs(viewer: Viewer, genres: Iterable[str]) -> list[Pair]:
    """Return the pairs of some genres on the viewer's services."""
    return [(source_id, genre_id) for source_id in serving(viewer) for genre_id in genres]


def serving(viewer: Viewer) -> list[str]:
    """Return the services of the viewer that there are in the viewer's country."""
    known = stores.known().sources
    return [each for each in viewer.chosen.sources if each in known and viewer.region in known[each].regions]
