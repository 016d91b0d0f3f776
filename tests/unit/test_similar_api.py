"""`GET /titles/{id}/similar`: what is like a title, and can be watched."""

from typing import Any

import pytest

from marquee.models.titles import Title
from tests.fakes.api_gateway import call
from tests.fakes.guide import COMEDY, CRIME, DRAMA, NETFLIX, PRIME, cache_all, choose, mark, open_guide, put
from tests.fakes.titles import details, listing, title, tmdb
from tests.unit.conftest import Cloud


@pytest.fixture
def guide(cloud: Cloud) -> Cloud:
    open_guide(cloud)
    choose(cloud, NETFLIX, genres=(COMEDY,))
    return cloud


def film(number: int, genre: str = CRIME, source: str = NETFLIX, similar: tuple[str, ...] = (), **known: Any) -> Title:
    """Return a film of one genre on one service."""
    return title(
        str(number),
        f"GB:{source}:{genre}",
        listing=listing(title=f"Film {number}", tmdb_id=number, tmdb_type="movie", year=2000),
        details=details(user_rating=7.0, similar_ids=similar),
        tmdb=tmdb(tmdb_id=number, votes=100, **known),
    )


def similar(number: int = 1, user: str = "anna", **query: Any) -> dict[str, Any]:
    answer = call("GET", f"/titles/{number}/similar", user=user, query=query)
    assert answer.status == 200, answer.body
    found: dict[str, Any] = answer.json
    return found


def ids(answer: dict[str, Any]) -> list[str]:
    return [each["id"] for each in answer["recommendations"]]


def test_titles_of_the_same_kind_on_my_services_are_found_and_say_why(guide: Cloud) -> None:
    put(guide, film(1), film(2), film(3, source=PRIME), film(4, genre=DRAMA))

    answer = similar()

    assert ids(answer) == ["2"]
    (found,) = answer["recommendations"]
    assert found["on"] == [NETFLIX]
    assert all(reason["text"] for reason in found["reasons"])
    assert found["reasons"]
    assert answer["reason"] is None
    assert answer["lists"]["state"] == "missing"


def test_what_watchmode_names_is_found_wherever_it_stands(guide: Cloud) -> None:
    put(guide, film(1, similar=("2", "3", "404", "1")), film(2, genre=DRAMA), film(3, genre=DRAMA, source=PRIME))

    assert ids(similar()) == ["2"]


def test_what_tmdb_lists_is_found_where_the_title_has_things_in_common_with_it(guide: Cloud) -> None:
    put(guide, film(1, keywords=("heist",)), film(2, genre=DRAMA, keywords=("heist",)))
    cache_all(guide, 2)

    assert ids(similar()) == ["2"]


def test_what_i_watched_or_hid_is_left_out_but_not_what_i_follow_or_rated(guide: Cloud) -> None:
    put(guide, *(film(number) for number in range(1, 6)), film(6, similar=("2",)))
    mark("watched", "2")
    mark("hidden", "3")
    mark("follow", "4")
    mark("rating", "5", rating=8)

    assert set(ids(similar())) == {"4", "5", "6"}
    assert "2" not in ids(similar(6))


def test_limit_is_kept(guide: Cloud) -> None:
    put(guide, *(film(number) for number in range(1, 12)))

    assert len(ids(similar(limit="4"))) == 4


def test_viewer_without_services_is_told_to_choose_some(guide: Cloud) -> None:
    put(guide, film(1), film(2))

    answer = similar(user="ben")

    assert (answer["recommendations"], "services" in answer["reason"]) == ([], True)


def test_title_like_no_other_says_so(guide: Cloud) -> None:
    put(guide, film(1))

    answer = similar()

    assert (answer["recommendations"], "like this" in answer["reason"]) == ([], True)


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        pytest.param("/titles/404/similar", 404, "not_found", id="no such title"),
        pytest.param("/titles/abc/similar", 400, "invalid_input", id="no id"),
        pytest.param("/titles/1/similar?limit=51", 400, "invalid_input", id="too many"),
        pytest.param("/titles/1/similar?type=movie", 400, "unknown_parameter", id="a parameter of another route"),
    ],
)
def test_what_cannot_be_answered_is_refused(guide: Cloud, path: str, status: int, code: str) -> None:
    put(guide, film(1))
    route, _, query = path.partition("?")

    answer = call("GET", route, query=dict([query.split("=")]) if query else {})

    assert (answer.status, answer.code) == (status, code)


def test_similar_titles_are_for_those_who_are_signed_in(guide: Cloud) -> None:
    assert call("GET", "/titles/1/similar", user=None).status == 401
