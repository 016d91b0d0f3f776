import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import count

import httpx
import pytest

from marquee.clients.http import Calls
from marquee.clients.tmdb import TmdbClient
from marquee.clients.tmdb_lists import ListedTitle, TitlePage
from marquee.clients.translation import UnexpectedShape
from marquee.errors import UpstreamRejected
from marquee.governor import tmdb_limits
from marquee.repositories.governors import Governor
from marquee.traffic import TrafficClass
from tests.fakes.clock import FakeClock
from tests.fakes.operations import CountedTable
from tests.fakes.provider import Answer, FakeProvider
from tests.fakes.tmdb import refusal

SCHEDULED = TrafficClass.SCHEDULED
MOVIE = {"id": 550, "title": "Fight Club", "release_date": "1999-10-15", "vote_average": 8, "genre_ids": [18, 53]}
SERIES = {"id": 1396, "name": "Breaking Bad", "first_air_date": "2008-01-20", "softcore": False}


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def connect(table: CountedTable, clock: FakeClock):
    def made(*answers: Answer) -> tuple[TmdbClient, FakeProvider]:
        provider = FakeProvider(*answers)
        governor = Governor(table, tmdb_limits(), clock=clock, sleep=clock.sleep)
        return TmdbClient("https://tmdb.test/3", "key", governor, transport=provider.transport), provider

    return made


@pytest.fixture
def read(connect):
    def page(*rows: object) -> TitlePage:
        # Python writes infinity in JSON as it reads it.
        client, _ = connect(httpx.Response(200, content=json.dumps({"results": rows}).encode()))
        return client.page("trending/all/day", 1, {}, SCHEDULED)

    return page


def test_page_is_asked_for_by_path_number_and_filters(connect):
    client, provider = connect(httpx.Response(200, json={"results": []}))
    client.page("discover/tv", 2, {"with_genres": "18", "watch_region": "GB"}, SCHEDULED)

    (request,) = provider.requests
    assert request.url.path == "/3/discover/tv"
    assert dict(request.url.params) == {"language": "en-GB", "page": "2", "with_genres": "18", "watch_region": "GB"}


def test_movies_and_series_are_read_under_the_same_names(read):
    page = read(MOVIE, {**SERIES, "media_type": "tv"})

    assert page == TitlePage(
        (
            ListedTitle(id=550, title="Fight Club", release_date="1999-10-15", vote_average=8.0, genre_ids=(18, 53)),
            ListedTitle(id=1396, media_type="tv", title="Breaking Bad", release_date="2008-01-20"),
        ),
        unreadable=0,
    )


def test_nulls_and_empty_texts_stand_for_nothing_known(read):
    names = ("overview", "poster_path", "vote_average", "vote_count", "popularity", "genre_ids", "adult", "media_type")
    page = read({**MOVIE, **dict.fromkeys(names), "release_date": ""}, {**MOVIE, "overview": ""})

    first, second = page.titles
    assert (first.overview, first.vote_average, first.vote_count, first.genre_ids) == (None, 0.0, 0, ())
    assert (first.adult, first.media_type, first.release_date, second.overview) == (False, None, None, None)


def test_persons_are_no_titles_and_no_failures(read):
    assert read({"id": 1, "name": "Somebody", "media_type": "person"}, MOVIE) == read(MOVIE)


@pytest.mark.parametrize(
    "row",
    [
        pytest.param({"title": "No id"}, id="no id"),
        pytest.param({"id": "x", "title": "Odd id"}, id="an id that is no number"),
        pytest.param({"id": 1}, id="no title"),
        pytest.param({"id": 1, "title": ""}, id="an empty title"),
        pytest.param({**MOVIE, "vote_average": "many"}, id="an average that is no number"),
        pytest.param({**MOVIE, "popularity": float("inf")}, id="endless popularity"),
        pytest.param(None, id="null"),
        pytest.param("text", id="a text"),
        pytest.param([], id="a list"),
    ],
)
def test_row_that_cannot_be_read_is_counted_and_the_others_are_kept(read, row: object):
    page = read(MOVIE, row, SERIES)

    assert [each.id for each in page.titles] == [550, 1396]
    assert page.unreadable == 1


@pytest.mark.parametrize("body", [{}, {"results": None}, {"results": "none"}, [], 7])
def test_answer_that_is_no_page_is_a_failure(connect, body: object):
    client, provider = connect(httpx.Response(200, json=body))

    with pytest.raises(UnexpectedShape):
        client.page("tv/popular", 1, {}, SCHEDULED)
    assert len(provider.requests) == 1


def test_calls_are_counted_with_those_that_had_to_be_repeated(connect):
    client, _ = connect(refusal(503, 9, "Offline."), refusal(500, 11, "Error."), httpx.Response(200, json=MOVIE))
    client.movie(550, SCHEDULED)
    earlier = client.calls

    client.movie(550, SCHEDULED)

    assert earlier == Calls(made=3, failed=2)
    assert client.calls.since(earlier) == Calls(made=1, failed=0)


def test_calls_of_all_threads_are_counted(connect):
    numbers = count(1)
    page = httpx.Response(200, json={"results": []})
    client, provider = connect(lambda _: refusal(400, 22, "No.") if next(numbers) % 4 == 0 else page)

    def ask(number: int) -> None:
        with suppress(UpstreamRejected):
            client.page("tv/popular", number, {}, SCHEDULED)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(ask, range(40)))

    assert client.calls == Calls(made=40, failed=10) == Calls(len(provider.requests), 10)
