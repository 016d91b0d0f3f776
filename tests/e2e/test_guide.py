"""What viewers see, against the truth of the providers."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from tests.e2e.cloud import Cloud
from tests.e2e.pipeline import choose, guide, truth, watchmode_requests
from tests.waiting import wait_until

pytestmark = pytest.mark.usefixtures("settled")

NEW_PAIR_SECONDS = 30
ENRICHED_SECONDS = 60


@pytest.fixture
def new_viewers(cloud: Cloud) -> Iterator[list[httpx.Client]]:
    """Two viewers who have just signed up; what they chose is gone afterwards."""
    with ExitStack() as stack:
        viewers = [stack.enter_context(cloud.api(cloud.new_user())) for _ in range(2)]
        yield viewers
        for viewer in viewers:
            choose(viewer, [], [])


def test_everybody_may_read_services_and_genres(anonymous: httpx.Client) -> None:
    sources = anonymous.get("/sources").raise_for_status().json()["sources"]
    genres = anonymous.get("/genres").raise_for_status().json()["genres"]

    assert {"id": "203", "name": "Netflix"}.items() <= next(each for each in sources if each["id"] == "203").items()
    assert len(genres) == 37
    assert {"id": "33", "name": "Anime", "tmdb_id": None} in genres


def test_every_title_of_the_demo_viewer_is_enriched_within_a_minute(viewer: httpx.Client) -> None:
    def all_enriched() -> bool:
        return all(title["plot_overview"] for title in guide(viewer).values())

    wait_until(all_enriched, ENRICHED_SECONDS, "every title to be enriched")


def test_each_pair_shows_exactly_the_titles_that_the_provider_has_there(cloud: Cloud, viewer: httpx.Client) -> None:
    chosen = viewer.get("/preferences").json()

    for source in chosen["sources"]:
        for genre in chosen["genres"]:
            shown = guide(viewer, source=source, genre=genre)
            assert set(shown) == truth(cloud, source, genre), f"service {source}, genre {genre}"


def test_each_card_names_only_services_and_genres_that_the_provider_gave(cloud: Cloud, viewer: httpx.Client) -> None:
    titles = guide(viewer)
    with cloud.control() as control:
        facts = {title_id: control.get(f"/titles/{title_id}").raise_for_status().json() for title_id in titles}

    for title_id, title in titles.items():
        assert set(title["source_ids"]) <= set(map(str, facts[title_id]["sources"]["GB"])), title["title"]
        assert set(title["genre_ids"]) <= set(map(str, facts[title_id]["genres"])), title["title"]


def test_new_pair_shows_its_titles_without_a_scheduled_run(cloud: Cloud, new_viewers: list[httpx.Client]) -> None:
    viewer = new_viewers[0]

    choose(viewer, ["409"], ["8"])

    expected = truth(cloud, "409", "8")
    assert expected
    wait_until(lambda: set(guide(viewer)) == expected, NEW_PAIR_SECONDS, "the titles of a new pair")


def test_two_viewers_see_only_their_own_choice(new_viewers: list[httpx.Client]) -> None:
    one, other = new_viewers
    choose(one, ["203"], ["4"])
    choose(other, ["372"], ["2"])

    assert one.get("/preferences").json() == {"sources": ["203"], "genres": ["4"]}
    assert other.get("/preferences").json() == {"sources": ["372"], "genres": ["2"]}
    assert all(title["source_ids"].count("203") for title in guide(one).values())


def test_title_that_somebody_looks_at_gets_offers_of_both_providers_with_their_age(
    cloud: Cloud, viewer: httpx.Client
) -> None:
    title_id = min(truth(cloud, "203", "4"), key=int)
    # A test before this one may have looked at it.
    had = viewer.get(f"/titles/{title_id}").raise_for_status().json()["as_of"]["watchmode"]

    def offers() -> dict[str, dict[str, object]]:
        title = viewer.get(f"/titles/{title_id}").raise_for_status().json()
        found = {offer["provider"]: offer for offer in title["offers"] if offer["source_id"] == "203" and offer["type"]}
        return found if title["as_of"]["watchmode"] else {}

    found = wait_until(offers, 30, "WatchMode's details of a title")
    assert set(found) == {"watchmode", "tmdb"}
    assert all(offer["type"] == "sub" and offer["last_seen"] >= offer["first_seen"] for offer in found.values())
    assert had or watchmode_requests(cloud)["/v1/title/{id}/details"] >= 1


ORDERS: dict[str, Callable[[dict[str, Any]], float | str]] = {
    "rating": lambda title: title["user_rating"] or 0,
    "popularity": lambda title: title["popularity"] or 0,
    "newest": lambda title: title["release_date"] or str(title["year"] or ""),
}


@pytest.mark.parametrize("sort", ORDERS)
def test_all_pages_of_every_order_together_are_what_the_provider_has_for_the_viewer(
    cloud: Cloud, viewer: httpx.Client, sort: str
) -> None:
    chosen = viewer.get("/preferences").json()
    expected = set().union(*(truth(cloud, source, genre) for source in chosen["sources"] for genre in chosen["genres"]))

    titles = guide(viewer, sort=sort, limit="17")

    values = [ORDERS[sort](title) for title in titles.values()]
    assert values == sorted(values, reverse=True)  # type: ignore[type-var]
    assert set(titles) == expected


@pytest.mark.parametrize(
    ("method", "path", "body", "code", "named"),
    [
        pytest.param(
            "PUT", "/preferences", {"sources": ["203", "99"], "genres": []}, "unknown_ids", "99", id="service"
        ),
        pytest.param("PUT", "/preferences", {"sources": [], "genres": [77]}, "unknown_ids", "77", id="genre"),
        pytest.param("PUT", "/preferences", {"sources": "203", "genres": []}, "invalid_input", "203", id="wrong type"),
        pytest.param(
            "PUT", "/preferences", {"sources": [], "genres": [], "x": 5}, "invalid_input", "x", id="unknown field"
        ),
        pytest.param(
            "PUT", "/preferences", {"sources": ["1"] * 40000, "genres": []}, "body_too_large", "65536", id="size"
        ),
        pytest.param("GET", "/titles?limit=101", None, "invalid_input", "101", id="limit"),
        pytest.param("GET", "/titles?next=bad", None, "invalid_cursor", "bad", id="cursor"),
        pytest.param("GET", "/titles?source=98765", None, "unknown_ids", "98765", id="filter"),
        pytest.param("GET", "/titles?colour=blue", None, "unknown_parameter", "colour", id="parameter"),
        pytest.param("GET", "/titles/abc", None, "invalid_input", "abc", id="title id"),
    ],
)
def test_bad_input_is_refused_with_a_code_and_the_value(
    viewer: httpx.Client, method: str, path: str, body: object, code: str, named: str
) -> None:
    answer = viewer.request(method, path, json=body)

    assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)
    assert named in answer.text


def test_unknown_title_is_not_found(viewer: httpx.Client) -> None:
    answer = viewer.get("/titles/999999999")

    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")
