"""The simulated TMDB lists what changed as the real one does, and what changed reads otherwise afterwards."""

from typing import Any

import pytest
from provider_schemas import check, tmdb_validator

from local.catalogue import made

FILM = 278
KINDS = ("movie", "tv", "person")
OF_ONE = {
    "movie": "/3/movie/{movie_id}/changes",
    "tv": "/3/tv/{series_id}/changes",
    "person": "/3/person/{person_id}/changes",
}


def listed(tmdb, kind: str, **window: str) -> list[int]:
    first = tmdb(f"/{kind}/changes", **window).json()
    pages = range(1, first["total_pages"] + 1)
    return [row["id"] for page in pages for row in tmdb(f"/{kind}/changes", page=page, **window).json()["results"]]


@pytest.mark.parametrize("kind", KINDS)
def test_share_of_the_ids_changes_each_day_and_each_id_in_its_turn(tmdb, control, kind: str):
    control("PUT", "/archive", json={kind: 30_000, "changed_share": 0.1})

    days = [listed(tmdb, kind, start_date=day, end_date=day) for day in ("2026-05-26", "2026-05-27", "2026-05-28")]

    body = tmdb(f"/{kind}/changes").json()
    check(tmdb_validator(f"/3/{kind}/changes"), body)
    assert len(body["results"]) == 100
    assert all(2_900 < len(ids) < 3_300 for ids in days)
    assert len(set().union(*days)) == sum(map(len, days))
    assert 0 < sum(row["adult"] is None for row in body["results"]) < 12


def test_without_dates_the_last_24_hours_are_meant(tmdb, control):
    control("PUT", "/archive", json={"changed_share": 0, "changed": {"2026-05-26": {"movie": [1]}}})
    control("PUT", "/archive", json={"changed": {"2026-05-27": {"movie": [2]}, "2026-05-28": {"movie": [3]}}})

    assert listed(tmdb, "movie") == [3, 2]


def test_window_includes_both_ends_and_names_each_id_once(tmdb, control):
    days = {f"2026-05-{day}": {"tv": [day, 1396]} for day in (14, 15, 27, 28)}
    control("PUT", "/archive", json={"changed_share": 0, "changed": days})

    assert listed(tmdb, "tv", start_date="2026-05-14", end_date="2026-05-28") == [28, 1396, 27, 15, 14]
    assert listed(tmdb, "tv", start_date="2026-05-15", end_date="2026-05-27") == [27, 1396, 15]
    assert listed(tmdb, "tv", start_date="2026-05-20", end_date="2026-05-20") == []


def test_changes_of_days_to_come_are_not_told(tmdb, control):
    control("PUT", "/archive", json={"changed_share": 0, "changed": {"2026-05-29": {"movie": [FILM]}}})
    window = {"start_date": "2026-05-28", "end_date": "2026-05-30"}

    assert listed(tmdb, "movie", **window) == []

    control("PUT", "/archive", json={"as_of_clock": "2026-05-29T00:00:01Z"})
    assert listed(tmdb, "movie", **window) == [FILM]


@pytest.mark.parametrize(
    ("parameters", "status", "code"),
    [
        ({"start_date": "2026-05-13", "end_date": "2026-05-28"}, 422, 20),
        ({"start_date": "2026-05-28", "end_date": "2026-05-27"}, 422, 20),
        ({"start_date": "2026-05-13"}, 422, 20),
        ({"start_date": "28-05-2026"}, 400, 23),
        ({"end_date": "2026-02-30"}, 400, 23),
        ({"page": "501"}, 400, 22),
        ({"page": "0"}, 400, 22),
    ],
)
def test_what_is_wrong_gets_its_code(tmdb, parameters: dict[str, Any], status: int, code: int):
    response = tmdb("/movie/changes", **parameters)

    assert (response.status_code, response.json()["status_code"]) == (status, code)


def test_old_window_is_answered_and_no_hit_is_one_empty_page(tmdb, control):
    control("PUT", "/archive", json={"changed_share": 0})

    body = tmdb("/person/changes", start_date="2024-01-01", end_date="2024-01-15").json()

    assert body == {"results": [], "page": 1, "total_pages": 1, "total_results": 0}


@pytest.mark.parametrize("kind", KINDS)
def test_changes_of_one_id_are_those_of_its_days(tmdb, control, kind: str):
    number = made.id_of(5)
    changed = {"2026-05-20": {kind: [number]}, "2026-05-28": {kind: [number]}}
    control("PUT", "/archive", json={kind: 10, "changed_share": 0, "changed": changed})

    body = tmdb(f"/{kind}/{number}/changes").json()

    check(tmdb_validator(OF_ONE[kind]), body)
    assert [item["time"] for item in body["changes"][0]["items"]] == ["2026-05-28 12:00:00 UTC"]
    assert tmdb(f"/{kind}/{number}", append_to_response="changes").json()["changes"] == body
    assert tmdb(f"/{kind}/{made.id_of(6)}/changes").json() == {"changes": []}
    assert tmdb(f"/{kind}/999999999/changes").status_code == 404


@pytest.mark.parametrize(("kind", "number"), [("movie", FILM), ("tv", made.id_of(5)), ("person", made.id_of(5))])
def test_details_read_otherwise_from_the_day_of_a_change_on(tmdb, control, kind: str, number: int):
    control("PUT", "/archive", json={kind: 10, "changed_share": 0, "changed": {"2026-05-29": {kind: [number]}}})
    before = tmdb(f"/{kind}/{number}").json()

    assert tmdb(f"/{kind}/{number}").json() == before

    control("PUT", "/archive", json={"as_of_clock": "2026-05-29T12:00:00Z"})
    assert tmdb(f"/{kind}/{number}").json() != before
    assert tmdb(f"/{kind}/{made.id_of(6)}").json() == tmdb(f"/{kind}/{made.id_of(6)}").json()


def test_made_ids_whose_turn_it_was_read_otherwise(tmdb, control):
    control("PUT", "/archive", json={"movie": 100, "changed_share": 0.1})
    before = {number: tmdb(f"/movie/{number}").json() for number in map(made.id_of, range(100))}

    control("PUT", "/archive", json={"as_of_clock": "2026-05-29T12:00:00Z"})

    changed = {number for number, body in before.items() if tmdb(f"/movie/{number}").json() != body}
    told = set(listed(tmdb, "movie", start_date="2026-05-29", end_date="2026-05-29"))
    assert changed == told & before.keys()
    assert len(changed) == 10


def test_edited_title_is_among_the_changes(tmdb, control):
    control("PUT", "/archive", json={"changed_share": 0})
    control("PUT", "/titles/movie-278", json={"runtime": 143})

    assert listed(tmdb, "movie") == [FILM]
    assert listed(tmdb, "tv") == []


def test_flags_of_what_is_gone_are_null(tmdb, control):
    changed = {"2026-05-28": {"movie": [FILM]}}
    control("PUT", "/archive", json={"changed_share": 0, "changed": changed, "gone": {"movie": [FILM]}})

    assert tmdb("/movie/changes").json()["results"] == [{"id": FILM, "adult": None, "softcore": None}]
