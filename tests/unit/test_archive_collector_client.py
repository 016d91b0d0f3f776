"""How whole items are asked for: one call with everything, and further ones only for many seasons."""

import pytest

from marquee.clients.tmdb_archive import MOST_PARTS, PARTS
from marquee.errors import RateLimited, UpstreamNotFound, UpstreamUnavailable
from marquee.models.archive import MediaType
from tests.fakes.operations import CountedTable
from tests.fakes.tmdb import refusal
from tests.fakes.tmdb_archive import FakeTmdbArchive


@pytest.fixture
def tmdb() -> FakeTmdbArchive:
    return FakeTmdbArchive()


def fetch(tmdb: FakeTmdbArchive, table: CountedTable, media_type: MediaType, id: int) -> dict[str, object]:
    client = tmdb.client(table)
    with client.reserve(1, deadline=tmdb.clock() + 60) as reservation:
        body = client.body(media_type, id, reservation)
        assert reservation.made == len(tmdb.asked[id])
    return body


@pytest.mark.parametrize("media_type", PARTS)
def test_one_call_brings_everything(tmdb: FakeTmdbArchive, table: CountedTable, media_type: MediaType) -> None:
    tmdb.add(media_type, 7, unheard_of=[{"a": None}])

    assert fetch(tmdb, table, media_type, 7) == tmdb.items[media_type, 7]

    [asked] = tmdb.asked[7]
    assert set(asked.split(",")) >= set(PARTS[media_type])
    assert len(asked.split(",")) <= MOST_PARTS


@pytest.mark.parametrize(("seasons", "calls"), [(0, 1), (9, 1), (10, 2), (29, 2), (30, 3), (80, 5)])
def test_seasons_that_do_not_come_with_the_series_come_twenty_a_call(
    tmdb: FakeTmdbArchive, table: CountedTable, seasons: int, calls: int
) -> None:
    tmdb.add_series(7, seasons)

    body = fetch(tmdb, table, "tv", 7)

    assert {name for name in body if name.startswith("season/")} == {f"season/{n}" for n in range(1, seasons + 1)}
    assert len(tmdb.asked[7]) == calls


@pytest.mark.parametrize("missing", [2, 31])
def test_series_without_a_season_that_it_lists_is_no_usable_answer(
    tmdb: FakeTmdbArchive, table: CountedTable, missing: int
) -> None:
    tmdb.add_series(7, 31)
    del tmdb.items["tv", 7][f"season/{missing}"]

    with pytest.raises(UpstreamUnavailable, match=f"season/{missing} is listed by series 7"):
        fetch(tmdb, table, "tv", 7)

    assert f"season/{missing}" in ",".join(tmdb.asked[7][1:]).split(",")


@pytest.mark.parametrize("seasons", [None, [None], [{"season_number": None}], [{"name": "no number"}]])
def test_seasons_that_cannot_be_read_are_left_to_the_body(
    tmdb: FakeTmdbArchive, table: CountedTable, seasons: object
) -> None:
    tmdb.add("tv", 7, seasons=seasons)

    assert fetch(tmdb, table, "tv", 7)["seasons"] == seasons
    assert len(tmdb.asked[7]) == 1


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (refusal(404, 34, "The resource you requested could not be found."), UpstreamNotFound),
        (refusal(429, 25, "Your request count is over the allowed limit."), RateLimited),
        (refusal(500, 11, "Internal error."), UpstreamUnavailable),
    ],
    ids=["gone", "too many", "broken"],
)
def test_what_tmdb_refuses_is_said_in_our_errors(
    tmdb: FakeTmdbArchive, table: CountedTable, fault: object, error: type[Exception]
) -> None:
    tmdb.faults[7] = fault  # type: ignore[assignment]

    with pytest.raises(error):
        fetch(tmdb, table, "movie", 7)


def test_client_shows_no_key(tmdb: FakeTmdbArchive, table: CountedTable) -> None:
    assert "secret" not in repr(tmdb.client(table))
