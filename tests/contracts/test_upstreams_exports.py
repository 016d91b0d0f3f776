"""The simulated files.tmdb.org serves the id exports of the last three months, of any length."""

import gzip
import json
import zlib
from typing import Any

import httpx
import pytest

from local.catalogue import Catalogue, made
from local.providers import Providers
from local.settings import Settings
from local.upstreams.state import State

# The clock of these tests stands at 20:26 UTC of this day.
TODAY, YESTERDAY, TOMORROW = "05_28_2026", "05_27_2026", "05_29_2026"
COLUMNS = {
    "movie_ids": {"adult", "id", "original_title", "popularity", "video"},
    "tv_series_ids": {"id", "original_name", "popularity"},
    "person_ids": {"adult", "id", "name", "popularity"},
    "keyword_ids": {"id", "name"},
    "tv_network_ids": {"id", "name"},
    "production_company_ids": {"id", "name"},
}


def fetch(client: httpx.Client, name: str, day: str = TODAY) -> httpx.Response:
    return client.get(f"/tmdb/p/exports/{name}_{day}.json.gz")


def rows(client: httpx.Client, name: str, day: str = TODAY) -> list[dict[str, Any]]:
    response = fetch(client, name, day)
    assert response.status_code == 200
    return [json.loads(line) for line in gzip.decompress(response.content).decode().split("\n")[:-1]]


@pytest.mark.parametrize("name", COLUMNS)
def test_each_line_of_an_export_has_the_columns_of_its_file(client: httpx.Client, control, name: str):
    control("PUT", "/archive", json={"movie": 200, "tv": 200, "person": 200})

    found = rows(client, name)

    assert found
    assert all(set(row) == COLUMNS[name] for row in found)
    assert len({row["id"] for row in found}) == len(found)


def test_export_lists_the_catalogue_and_the_made_ids(client: httpx.Client, control, catalogue: Catalogue):
    control("PUT", "/archive", json={"movie": 12_000})

    ids = [row["id"] for row in rows(client, "movie_ids")]

    assert set(ids) == {n for kind, n in catalogue.by_tmdb if kind == "movie"} | {made.id_of(n) for n in range(12_000)}
    assert ids != sorted(ids)
    assert control("GET", "/archive")["types"]["movie"]["listed"] == len(ids)


def test_names_hold_line_separators_that_end_no_line_and_some_ids_are_adult(client: httpx.Client, control):
    control("PUT", "/archive", json={"movie": 12_000})

    found = rows(client, "movie_ids")

    assert sum("\u2028" in row["original_title"] for row in found) == 2
    assert 100 < sum(row["adult"] for row in found) < 150
    assert rows(client, "adult_movie_ids") == [row for row in found if row["adult"]]


def test_export_needs_no_key_and_takes_nothing_from_the_rate(client: httpx.Client, control, state: State):
    control("PUT", "/limits", json={"tmdb": {"requests": 1}})

    assert [fetch(client, "movie_ids").status_code for _ in range(5)] == [200] * 5

    assert state.tmdb.window.remaining == 1
    assert control("GET", "/counts")["tmdb_files"]["by_status"] == {"200": 5}
    assert control("GET", "/counts")["tmdb"]["requests"] == 0


def test_file_arrives_packed_and_not_as_an_encoding(client: httpx.Client):
    response = client.get(f"/tmdb/p/exports/movie_ids_{TODAY}.json.gz", headers={"Accept-Encoding": "gzip"})

    assert "content-encoding" not in response.headers
    assert response.headers["content-type"] == "application/gzip"
    assert response.headers["last-modified"] == "Thu, 28 May 2026 07:40:00 GMT"
    assert client.head(f"/tmdb/p/exports/movie_ids_{TODAY}.json.gz").headers["etag"] == response.headers["etag"]


@pytest.mark.parametrize(
    "file",
    [
        f"movie_ids_{TOMORROW}.json.gz",
        "movie_ids_02_26_2026.json.gz",
        "movie_ids_13_01_2026.json.gz",
        "movie_ids_2026_05_28.json.gz",
        f"tv_ids_{TODAY}.json.gz",
        f"movie_ids_{TODAY}.json",
    ],
    ids=["of tomorrow", "of over three months ago", "no day", "another order", "no such name", "not packed"],
)
def test_file_that_is_not_there_is_forbidden(client: httpx.Client, file: str):
    response = client.get(f"/tmdb/p/exports/{file}")

    assert response.status_code == 403
    assert response.headers["content-type"].startswith("application/xml")
    assert "<Code>AccessDenied</Code>" in response.text


@pytest.mark.parametrize(("moment", "status"), [("07:59:59", 403), ("08:00:00", 200)])
def test_file_of_a_day_is_there_from_eight_o_clock(client: httpx.Client, control, moment: str, status: int):
    control("PUT", "/archive", json={"as_of_clock": f"2026-05-29T{moment}Z"})

    assert fetch(client, "tv_series_ids", TOMORROW).status_code == status
    assert fetch(client, "tv_series_ids", TODAY).status_code == 200


def test_file_can_be_taken_away_and_brought_back(client: httpx.Client, control):
    control("PUT", "/archive", json={"missing": [f"movie_ids_{TODAY}*", "person_ids_*"]})
    names = [("movie_ids", TODAY), ("movie_ids", YESTERDAY), ("person_ids", YESTERDAY), ("tv_series_ids", TODAY)]

    assert [fetch(client, *each).status_code for each in names] == [403, 200, 403, 200]

    control("PUT", "/archive", json={"missing": []})
    assert [fetch(client, *each).status_code for each in names] == [200] * 4


def test_etag_changes_with_what_the_file_says_and_with_nothing_else(client: httpx.Client, control):
    before = fetch(client, "movie_ids")

    assert fetch(client, "movie_ids").headers["etag"] == before.headers["etag"]
    assert fetch(client, "movie_ids").content == before.content
    assert fetch(client, "movie_ids", YESTERDAY).headers["etag"] != before.headers["etag"]
    control("PUT", "/archive", json={"new": {"2026-05-28": {"movie": 1}}})
    assert fetch(client, "movie_ids").headers["etag"] != before.headers["etag"]


def test_ids_appear_from_their_day_on_and_vanish_after_the_day_they_went(client: httpx.Client, control):
    control("PUT", "/archive", json={"movie": 10, "new": {"2026-05-28": {"movie": [901]}}, "gone": {"movie": [278]}})
    control("PUT", "/archive", json={"as_of_clock": "2026-05-29T09:00:00Z"})

    listed = {day: {row["id"] for row in rows(client, "movie_ids", day)} for day in (YESTERDAY, TODAY, TOMORROW)}

    assert [901 in ids for ids in listed.values()] == [False, True, True]
    assert [278 in ids for ids in listed.values()] == [True, True, False]


def test_broken_export_ends_within_its_first_lines(client: httpx.Client, control):
    control("PUT", "/archive", json={"movie": 20_000})
    control("PUT", "/faults", json={"provider": "tmdb_files", "path": "/exports/movie_ids*", "malformed": True})

    unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
    unpacker.decompress(fetch(client, "movie_ids").content)

    assert not unpacker.eof
    assert len(rows(client, "tv_series_ids")) > 100


def test_exports_are_read_where_the_key_belongs():
    simulated, real = Settings.from_env({}), Settings.from_env({"TMDB_ACCESS_TOKEN": "token"})

    assert Providers.of(simulated).tmdb_exports_url == "http://localhost:8081/tmdb/p/exports"
    assert Providers.of(real).tmdb_exports_url == "https://files.tmdb.org/p/exports"
