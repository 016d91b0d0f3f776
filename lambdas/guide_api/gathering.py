"""Candidates of a recommendation, from reads that say little of each: rows of the index, arrivals and the shelf."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from guide_api import stores
from guide_api.candidates import Probe, card_features, change_features, in_turn
from guide_api.shelf import Shelf
from guide_api.viewer import Viewer
from marquee import clock
from marquee.models.changes import Change
from marquee.models.recommendations import Candidate
from marquee.repositories.arrivals import ArrivalsRequest
from marquee.repositories.guide_index import Filter, FoundRow, PageRequest

# Rows of all pairs together that are looked at, and that are read to find so many where some are left out.
ROWS_WANTED = 640
ROWS_READ = 1600
ROWS_OF_A_PAIR = 100
# Arrivals are kept by month, and four weeks never touch a third one: two Queries a service.
RECENT = timedelta(days=28)
ARRIVAL_SERVICES = 8
ARRIVALS = 60


@dataclass(frozen=True)
class Search:
    """For whom, at which moment and where to look, and what of it counts."""

    viewer: Viewer
    now: str
    places: tuple[Probe, ...]
    filter: Filter


def gather(search: Search, shelf: Shelf) -> list[Candidate]:
    """Return what can be watched by the word of the index, the arrivals and the shelf, each title once."""
    rows = stores.executor().map(lambda place: top_rows(search, place), search.places)
    # The oldest first: of two arrivals of a title the later one counts.
    arrived = {change.title_id: change for change in reversed(arrivals(search))}
    cards = {row.title: row for page in rows for row in page}
    mine = frozenset(search.viewer.chosen.sources)
    # What says most of a title comes last.
    features = {
        **{title_id: change_features(change) for title_id, change in arrived.items()},
        **{title_id: card_features(row.card()) for title_id, row in cards.items()},
        **{title_id: each for title_id, each in shelf.features.items() if shelf.services[title_id] & mine},
    }
    return [
        Candidate(
            features=each,
            listed=shelf.listed.get(title_id, {}),
            arrived=(str(arrived[title_id].source_id), arrived[title_id].at) if title_id in arrived else None,
        )
        for title_id, each in features.items()
        if title_id not in search.filter.without and (not search.filter.types or each.type in search.filter.types)
    ]


def top_rows(search: Search, place: Probe) -> list[FoundRow]:
    """Return the first rows of a pair in an order, by one Query."""
    share, most = (together // len(search.places) for together in (ROWS_WANTED, ROWS_READ))
    # A row that the filter leaves out is read all the same.
    depth = share * (3 if search.filter.types else 1) + len(search.filter.without)
    page = PageRequest(search.viewer.region, place.sort, min(depth, most, ROWS_OF_A_PAIR), filter=search.filter)
    return stores.index().pair_page(place.source_id, place.genre_id, page)[0][:share]


def arrivals(search: Search) -> list[Change]:
    """Return what arrived on the viewer's services lately, newest first; of many services, others each day."""
    services = in_turn(serving(search.viewer), search.now[:10], str)[:ARRIVAL_SERVICES]
    since = clock.timestamp(clock.parse(search.now) - RECENT)
    # Nothing is above this moment: a moment ahead of time could lie in a third month.
    wanted = ArrivalsRequest(search.viewer.region, since, ARRIVALS, below=f"{search.now}~")
    rows, _ = stores.arrivals().newest(services, wanted, stores.executor())
    return [change for row in rows if (change := row.change()).kind == "arrived"]


def pairs(viewer: Viewer, genres: Iterable[str]) -> list[tuple[str, str]]:
    """Return the pairs of some genres on the viewer's services."""
    return [(source_id, genre_id) for source_id in serving(viewer) for genre_id in genres]


def serving(viewer: Viewer) -> list[str]:
    """Return the services of the viewer that there are in the viewer's country."""
    known = stores.known().sources
    return [each for each in viewer.chosen.sources if each in known and viewer.region in known[each].regions]
