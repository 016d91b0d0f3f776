"""Candidates of a recommendation, from reads that say little of each: rows of the index, arrivals and the shelf."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from guide_api import stores
from guide_api.candidates import SORTS, Pair, Probe, card_features, change_features, in_turn
from guide_api.shelf import Shelf
from guide_api.viewer import Viewer
from marquee import clock
from marquee.models.changes import Change
from marquee.models.recommendations import Candidate
from marquee.repositories.arrivals import ArrivalsRequest
from marquee.repositories.guide_index import Filter, FoundRow, PageRequest, Sort

# Rows of all pairs together that are looked at, and that one round reads to find so many where some are left out.
ROWS_WANTED = 640
ROWS_READ = 1600
ROWS_OF_A_PAIR = 100
# With fewer titles than this, pairs are read on: deeper than their top, or that were not looked at yet.
ENOUGH = 60
FURTHER_QUERIES = 32
FURTHER_ROWS_OF_A_PAIR = 250
# Arrivals are kept by month, and four weeks never touch a third one: two Queries a service, unless much has left.
RECENT = timedelta(days=28)
ARRIVAL_SERVICES = 8
ARRIVAL_QUERIES = 32
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


@dataclass(frozen=True)
class Gathered:
    """Candidates, and whether these are all that the pairs have."""

    candidates: tuple[Candidate, ...]
    complete: bool


def gather(search: Search, shelf: Shelf) -> Gathered:
    """Return what can be watched by the word of the index, the arrivals and the shelf, each title once."""
    rows, complete = read_rows(search)
    # The oldest first: of two arrivals of a title the later one counts.
    arrived = {change.title_id: change for change in reversed(arrivals(search))}
    mine = frozenset(search.viewer.chosen.sources)
    # What says most of a title comes last.
    features = {
        **{title_id: change_features(change) for title_id, change in arrived.items()},
        **{title_id: card_features(row.card()) for title_id, row in rows.items()},
        **{title_id: each for title_id, each in shelf.features.items() if shelf.services[title_id] & mine},
    }
    candidates = (
        Candidate(
            features=each,
            listed=shelf.listed.get(title_id, {}),
            arrived=(str(arrived[title_id].source_id), arrived[title_id].at) if title_id in arrived else None,
        )
        for title_id, each in features.items()
        if title_id not in search.filter.without and (not search.filter.types or each.type in search.filter.types)
    )
    return Gathered(tuple(candidates), complete)


def read_rows(search: Search) -> tuple[dict[str, FoundRow], bool]:
    """Return rows of the pairs by title, and whether they are all.

    The tops of the pairs are enough, unless the viewer knows most of them or the filter leaves little.
    """
    tops = list(stores.executor().map(partial(top_rows, search), search.places))
    rows = {row.title: row for found, _ in tops for row in found}
    unread = unread_after(search, [stopped for _, stopped in tops])
    queries = FURTHER_QUERIES
    while unread and queries and len(rows) < ENOUGH:
        due = list(unread.items())[:queries]
        depth = min(ROWS_READ // len(due), FURTHER_ROWS_OF_A_PAIR)
        pages = stores.executor().map(partial(rows_on, search, depth), due)
        for (pair, (sort, _)), (found, stopped) in zip(due, pages, strict=True):
            rows |= {row.title: row for row in found}
            del unread[pair]
            if stopped:
                unread[pair] = (sort, stopped)
        queries -= len(due)
    return rows, not unread


def top_rows(search: Search, place: Probe) -> tuple[list[FoundRow], str | None]:
    """Return the first rows of a pair in an order, and where they end, None at the end of the pair.

    The top of a pair is the same for everybody, so it is read by one Query for all who have the pair, and kept.
    """
    share, most = (together // len(search.places) for together in (ROWS_WANTED, ROWS_READ))
    page = PageRequest(search.viewer.region, place.sort, min(most, ROWS_OF_A_PAIR))
    found, stopped = stores.tops().get(
        (place, page), lambda: stores.index().pair_page(place.source_id, place.genre_id, page)
    )
    rows = [row for row in found if may_show(row, search.filter)]
    return rows[:share], rows[share - 1].position if len(rows) > share else stopped


def may_show(row: FoundRow, wanted: Filter) -> bool:
    """Return whether a row is of a type that is wanted, and none of the titles that are left out."""
    return row.title not in wanted.without and (not wanted.types or row.item["type"]["S"] in wanted.types)


def unread_after(search: Search, stops: Sequence[str | None]) -> dict[Pair, Place]:
    """Return where to read on in each pair, in one order: below its top, or where it was not looked at yet, from there.

    A pair that ended in any order is known whole.
    """
    unread: dict[Pair, Place] = {}
    ended: set[Pair] = set()
    for place, stopped in zip(search.places, stops, strict=True):
        pair = (place.source_id, place.genre_id)
        if stopped is None:
            ended.add(pair)
        else:
            unread.setdefault(pair, (place.sort, stopped))
    unread |= {pair: (SORTS[0], None) for pair in search.pairs if pair not in unread}
    return {pair: at for pair, at in unread.items() if pair not in ended}


def rows_on(search: Search, depth: int, place: tuple[Pair, Place]) -> tuple[list[FoundRow], str | None]:
    """Return the next rows of a pair, by one Query, and where they end, None at the end of the pair."""
    pair, (sort, after) = place
    return stores.index().pair_page(*pair, PageRequest(search.viewer.region, sort, depth, after, search.filter))


def arrivals(search: Search) -> list[Change]:
    """Return what arrived on the viewer's services lately, newest first; of many services, others each day."""
    services = in_turn(serving(search.viewer), search.now[:10], str)[:ARRIVAL_SERVICES]
    since = clock.timestamp(clock.parse(search.now) - RECENT)
    # Nothing is above this moment: a moment ahead of time could lie in a third month.
    wanted = ArrivalsRequest(search.viewer.region, since, ARRIVALS, below=f"{search.now}~", kind="arrived")

    def read() -> list[Change]:
        rows, _ = stores.arrivals().newest(services, wanted, stores.executor(), queries=ARRIVAL_QUERIES)
        return [row.change() for row in rows]

    return stores.latest().get((search.viewer.region, *services), read)


def pairs(viewer: Viewer, genres: Iterable[str]) -> list[Pair]:
    """Return the pairs of some genres on the viewer's services."""
    return [(source_id, genre_id) for source_id in serving(viewer) for genre_id in genres]


def serving(viewer: Viewer) -> list[str]:
    """Return the services of the viewer that there are in the viewer's country."""
    known = stores.known().sources
    return [each for each in viewer.chosen.sources if each in known and viewer.region in known[each].regions]
