"""The arrivals log: one row a change, read newest first across services and months."""

from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marquee import clock
from marquee.models.changes import ArrivalKind, Change
from marquee.repositories import arrivals
from marquee.repositories.arrivals import PLACE, TOP, ArrivalLog, ArrivalsRequest, to_item
from tests.fakes.table import MemoryTable
from tests.unit.conftest import Cloud

NOW = datetime.now(UTC)
SOURCES = ("9", "26", "203")


def ago(hours: int) -> str:
    return clock.timestamp(NOW - timedelta(hours=hours))


def change(kind: ArrivalKind, source_id: str, title_id: str, at: str, region: str = "GB") -> Change:
    return Change(
        kind=kind,
        title_id=title_id,
        title="A title",
        type="movie",
        region=region,
        source_id=source_id,
        provider="watchmode",
        at=at,
    )


def place(found: Change) -> tuple[str, str, str]:
    return found.at, found.title_id, str(found.source_id)


def walk(log: ArrivalLog, sources: list[str], wanted: ArrivalsRequest, executor: Executor) -> list[list[Change]]:
    """Return all pages."""
    pages, below = [], wanted.below
    for _ in range(500):
        rows, stopped = log.newest(sources, ArrivalsRequest(**{**vars(wanted), "below": below}), executor)
        pages.append([row.change() for row in rows])
        if stopped is None:
            return pages
        assert stopped < below
        assert PLACE.fullmatch(stopped)
        below = stopped
    raise AssertionError("the walk does not end")


@pytest.fixture(scope="module")
def executor() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(4)


@pytest.fixture(scope="module", autouse=True)
def _few_rows_a_query() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(arrivals, "FILTERED_ROWS", 3)
        yield


CHANGES = st.builds(
    change,
    st.sampled_from(["arrived", "left"]),
    st.sampled_from(SOURCES),
    st.sampled_from(["1", "2", "12", "123"]),
    st.one_of(st.sampled_from([0, 1, 2]), st.sampled_from([24, 24 * 45, 24 * 390])).map(ago),
    st.sampled_from(["GB", "GB", "GB", "US"]),
)


@settings(max_examples=150, deadline=None)
@given(
    stored=st.lists(CHANGES, max_size=60),
    sources=st.lists(st.sampled_from(SOURCES), min_size=1, unique=True),
    since=st.integers(0, 24 * 395).map(ago),
    kind=st.sampled_from([None, "arrived", "left"]),
    limit=st.integers(1, 6),
)
def test_pages_hold_every_change_once_and_in_order(
    executor: ThreadPoolExecutor,
    stored: list[Change],
    sources: list[str],
    since: str,
    kind: ArrivalKind | None,
    limit: int,
) -> None:
    log = ArrivalLog(MemoryTable())
    standing: dict[tuple[str | None, tuple[str, str, str]], Change] = {}
    for each in stored:
        log.record(each)
        standing.setdefault((each.region, place(each)), each)
    expected = [
        each
        for (region, _), each in standing.items()
        if region == "GB" and each.source_id in sources and each.at >= since and kind in (None, each.kind)
    ]

    pages = walk(log, sources, ArrivalsRequest(region="GB", since=since, limit=limit, kind=kind), executor)

    found = [each for page in pages for each in page]
    assert sorted(map(place, found)) == sorted(map(place, expected))
    positions = [(each.at, f"{each.at}#{each.title_id}#{each.source_id}") for each in found]
    assert positions == sorted(positions, reverse=True)
    assert max(map(len, pages)) <= limit


def test_page_costs_one_query_for_each_service_and_month(executor: ThreadPoolExecutor) -> None:
    table = MemoryTable()
    log = ArrivalLog(table)
    for number in range(500):
        log.record(change("arrived", "203", str(number), ago(1)))

    rows, stopped = log.newest(["203", "26"], ArrivalsRequest("GB", ago(2), 20), executor)

    assert (len(rows), stopped) == (20, rows[-1].position)
    # At the turn of a month the day to come, or the hour before, lies in another one.
    assert table.queries <= 4
    assert table.rows_read <= 25


def test_nothing_is_read_below_the_time_that_is_wanted_or_of_no_service(executor: ThreadPoolExecutor) -> None:
    table = MemoryTable()

    assert ArrivalLog(table).newest(SOURCES, ArrivalsRequest("GB", ago(24), 4, ago(48)), executor) == ([], None)
    assert ArrivalLog(table).newest([], ArrivalsRequest("GB", ago(24), 4), executor) == ([], None)
    assert table.queries == 0


def test_many_services_and_months_end_a_page_short_with_its_cursor(executor: ThreadPoolExecutor) -> None:
    table = MemoryTable()
    log = ArrivalLog(table)
    log.record(change("left", "7", "1", ago(24 * 380)))
    sources = [str(number) for number in range(100)]

    rows, stopped = log.newest(sources, ArrivalsRequest("GB", ago(24 * 390), 20), executor)

    assert (rows, stopped is None) == ([], False)
    assert table.queries <= 200
    assert sum(map(len, walk(log, sources, ArrivalsRequest("GB", ago(24 * 390), 20), executor))) == 1


def test_change_is_written_once_and_what_stands_there_is_told(cloud: Cloud) -> None:
    log, first = ArrivalLog(cloud.catalogue), change("arrived", "203", "1", ago(1))

    assert log.record(first) == (first, True)
    assert log.record(first.model_copy(update={"title": "Renamed"})) == (first, False)

    (item,) = cloud.items(cloud.catalogue).values()
    assert item["id"] == {"S": first.id}
    assert int(item["expires_at"]["N"]) == int((NOW - timedelta(hours=1) + timedelta(days=400)).timestamp())


def test_season_is_kept_for_ever_under_its_title(cloud: Cloud) -> None:
    log = ArrivalLog(cloud.catalogue)
    third = Change(kind="new_season", title_id="1", title="A", type="tv_series", season=3, provider="tmdb", at=ago(9))

    assert log.record(third) == (third, True)
    assert log.record(third.model_copy(update={"at": ago(1)})) == (third, False)

    item = to_item(third)
    assert (item["PK"], item["SK"]) == ("title:1", "season:00003")
    assert "expires_at" not in item


def test_log_is_read_from_the_table_as_it_is_deployed(cloud: Cloud, executor: ThreadPoolExecutor) -> None:
    log = ArrivalLog(cloud.catalogue)
    stored = [change("arrived" if n % 3 else "left", SOURCES[n % 3], str(n), ago(200 * n)) for n in range(30)]
    for each in stored:
        log.record(each)

    for kind in (None, "arrived", "left"):
        wanted = ArrivalsRequest("GB", ago(24 * 390), 4, TOP, kind)
        found = [each for page in walk(log, list(SOURCES), wanted, executor) for each in page]
        assert found == [each for each in stored if kind in (None, each.kind)]


@pytest.mark.parametrize("text", ["", "x", "2026-13", "0001-01", "9999-99-99#1#2", "zzzz-zz"])
def test_what_is_no_place_is_told_apart(text: str) -> None:
    assert not PLACE.fullmatch(text)
