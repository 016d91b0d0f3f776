from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from marquee.clients.tmdb import TmdbClient, TmdbMovie, TmdbTv, image_url
from marquee.governor import tmdb_limits
from marquee.repositories.governors import Governor
from marquee.traffic import TrafficClass
from tests.fakes.clock import FakeClock
from tests.fakes.provider import FakeProvider

VIEWER = TrafficClass.VIEWER
NETFLIX = {"provider_id": 8, "provider_name": "Netflix", "logo_path": "/n.jpg", "display_priority": 0}
MOVIE = {
    "id": 550,
    "title": "Fight Club",
    "overview": "",
    "tagline": "",
    "release_date": "",
    "runtime": 0,
    "imdb_id": "tt0137523",
    "vote_average": 0.0,
    "vote_count": 0,
    "softcore": False,
    "credits": {"cast": [{"id": 1, "name": "Edward Norton", "character": ""}], "crew": []},
    "watch/providers": {"results": {"GB": {"link": "https://tmdb.test/", "flatrate": [NETFLIX]}}},
    "release_dates": {
        "results": [
            {
                "iso_3166_1": "GB",
                "release_dates": [
                    {"certification": "15", "type": 4},
                    {"certification": "", "type": 3},
                    {"certification": "18", "type": 3},
                ],
            }
        ]
    },
}
SERIES = {
    "id": 1396,
    "name": "Breaking Bad",
    "original_name": "Breaking Bad",
    "first_air_date": "2008-01-20",
    "episode_run_time": [],
    "external_ids": {"imdb_id": "tt0903747"},
    "content_ratings": {"results": [{"iso_3166_1": "GB", "rating": "18"}]},
    "vote_average": 9,
    "vote_count": 3,
}


@pytest.fixture
def make_client(table):
    def make(*answers):
        clock, provider = FakeClock(), FakeProvider(*answers)
        governor = Governor(table, tmdb_limits(), clock=clock, sleep=clock.sleep)
        return TmdbClient("https://tmdb.test/3", "key", governor, transport=provider.transport), provider

    return make


def test_a_movie_is_read_with_everything_about_it_in_one_request(make_client):
    client, provider = make_client(httpx.Response(200, json=MOVIE))
    movie = client.movie(550, VIEWER)
    assert movie.media_type == "movie"
    assert movie.age_rating("GB") == "18"
    assert movie.age_rating("US") is None
    assert movie.watch_providers["GB"].flatrate[0].provider_name == "Netflix"
    assert movie.credits.cast[0].name == "Edward Norton"
    (request,) = provider.requests
    assert request.url.path == "/3/movie/550"
    assert dict(request.url.params) == {
        "language": "en-GB",
        "append_to_response": "credits,external_ids,keywords,watch/providers,release_dates",
    }


def test_what_tmdb_does_not_know_is_none(make_client):
    client, _ = make_client(httpx.Response(200, json=MOVIE))
    movie = client.movie(550, VIEWER)
    assert (movie.overview, movie.tagline, movie.release_date, movie.runtime_minutes) == (None,) * 4
    assert movie.rating is None
    assert movie.credits.cast[0].character is None


def test_a_series_has_the_same_names_as_a_movie(make_client):
    client, provider = make_client(httpx.Response(200, json=SERIES))
    series = client.tv(1396, VIEWER)
    assert (series.media_type, series.title, series.release_date) == ("tv", "Breaking Bad", "2008-01-20")
    assert (series.imdb_id, series.rating, series.runtime_minutes) == ("tt0903747", 9.0, None)
    assert series.age_rating("GB") == "18"
    assert series.watch_providers == {}
    assert provider.requests[0].url.path == "/3/tv/1396"


def test_the_type_of_a_title_decides_where_its_id_is_looked_up(make_client):
    client, _ = make_client(httpx.Response(200, json=MOVIE), httpx.Response(200, json=SERIES))
    assert isinstance(client.title("movie", 550, VIEWER), TmdbMovie)
    assert isinstance(client.title("tv", 1396, VIEWER), TmdbTv)


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        ({"movie_results": [{"id": 1, "media_type": "movie"}], "tv_results": []}, ("movie", 1)),
        ({"movie_results": [], "tv_results": [{"id": 2, "media_type": "tv"}]}, ("tv", 2)),
        ({"movie_results": [], "tv_results": [], "person_results": [{"id": 3}]}, None),
    ],
    ids=["movie", "series", "neither"],
)
def test_an_imdb_id_leads_to_a_title(make_client, results, expected):
    client, provider = make_client(httpx.Response(200, json=results))
    found = client.find_by_imdb("tt0137523", VIEWER)
    assert (found and (found.media_type, found.id)) == expected
    assert provider.paths == ["/3/find/tt0137523"]


def test_an_id_cannot_lead_to_another_path(make_client):
    client, provider = make_client(httpx.Response(200, json={}))
    client.find_by_imdb("../movie/1?x=", VIEWER)
    assert provider.requests[0].url.raw_path.startswith(b"/3/find/..%2Fmovie%2F1%3Fx%3D?")


def test_the_titles_of_a_batch_share_writes_whatever_thread_asks(make_client, table):
    client, provider = make_client(httpx.Response(200, json=MOVIE))
    table.requests.clear()
    with client.reserve(38, VIEWER) as reservation, ThreadPoolExecutor(4) as pool:
        titles = list(pool.map(lambda n: client.movie(n, VIEWER, reservation=reservation), range(38)))
    assert len(titles) == len(provider.requests) == 38
    assert table.requests["UpdateItem"] <= 6


def test_an_image_has_an_address_in_the_wanted_size():
    assert image_url("/abc.jpg", "w500") == "https://image.tmdb.org/t/p/w500/abc.jpg"
    assert image_url(None, "w500") is None
