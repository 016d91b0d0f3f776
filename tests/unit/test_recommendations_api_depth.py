"""How far recommendations look: past what the viewer knows, past a filter, and what they say where they stop."""

from collections.abc import Iterable, Sequence
from typing import Any

import pytest
from botocore.exceptions import ClientError

from guide_api import gathering, stores
from guide_api.budget import CALLS
from marquee import clock
from marquee.models.titles import Title
from marquee.repositories.marks import MarkRepository
from tests.fakes.api_gateway import Answer, call
from tests.fakes.changes import change
from tests.fakes.guide import (
    COMEDY,
    CRIME,
    NETFLIX,
    PRIME,
    cache_all,
    choose,
    mark,
    mark_many,
    open_guide,
    put,
    put_many,
)
from tests.fakes.requests import counted
from tests.fakes.titles import details, listing, title, tmdb
from tests.unit.conftest import Cloud


@pytest.fixture
def guide(cloud: Cloud) -> Cloud:
    """Anna has one service and one genre."""
    open_guide(cloud)
    choose(cloud, NETFLIX, genres=(COMEDY,))
    return cloud


def films(numbers: Iterable[int], genre: str = COMEDY, source: str = NETFLIX, **facts: Any) -> list[Title]:
    """Return films under one pair; a smaller number is better known, better rated and newer."""
    return [
        title(
            str(number),
            f"GB:{source}:{genre}",
            listing=listing(title=f"Film {number}", popularity=100 - number / 10, tmdb_id=number, **facts),
            details=details(user_rating=9.9 - number / 100, genre_ids=(genre,), release_date=f"{2020 - number}-01-01"),
            tmdb=tmdb(tmdb_id=number, votes=500),
        )
        for number in numbers
    ]


def watch(guide: Cloud, numbers: Iterable[int]) -> None:
    mark_many(guide, "watched", map(str, numbers), set_name="watched")


def ask(path: str = "/recommendations", **query: Any) -> Answer:
    answer = call("GET", path, query={"limit": "50", **query})
    assert answer.status == 200, answer.body
    return answer


def ids(answer: Answer) -> set[str]:
    return {each["id"] for each in answer.json["recommendations"]}


def test_type_that_stands_below_a_hundred_and_fifty_others_is_found(guide: Cloud) -> None:
    put_many(guide, [*films(range(1, 151)), *films([151], type="short_film")])

    assert ids(ask(type="short_film")) == {"151"}


def test_viewer_who_has_watched_the_best_two_hundred_gets_what_comes_after(guide: Cloud) -> None:
    put_many(guide, films(range(1, 221)))
    watch(guide, range(1, 201))

    assert ids(ask()) == set(map(str, range(201, 221)))


def test_pair_that_was_not_among_the_first_is_read_where_those_say_little(
    guide: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("guide_api.recommending.PAIR_QUERIES", 1)
    choose(guide, NETFLIX, PRIME, genres=(COMEDY, CRIME))
    put(guide, *films([1]), *films([2], CRIME), *films([3], source=PRIME), *films([4], CRIME, PRIME))

    assert ids(ask()) == {"1", "2", "3", "4"}


@pytest.mark.parametrize("query", [{}, {"type": "movie"}, {"genre": COMEDY}], ids=["any", "films", "comedies"])
def test_who_has_watched_all_there_is_hears_so(guide: Cloud, query: dict[str, str]) -> None:
    put_many(guide, films(range(1, 131)))
    watch(guide, range(1, 131))

    answer = ask(**query).json

    assert answer["recommendations"] == []
    assert answer["reason"].startswith("Nothing ")
    assert "first" not in answer["reason"]


@pytest.mark.parametrize("path", ["/recommendations", "/titles/1/similar"])
def test_where_not_all_could_be_read_the_answer_speaks_of_the_first_only(
    guide: Cloud, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr(gathering, "FURTHER_ROWS_OF_A_PAIR", 1)
    monkeypatch.setattr("guide_api.budget.CALLS", CALLS)
    put_many(guide, films(range(1, 151)))
    watch(guide, range(1, 150))

    with counted() as made:
        answer = ask(path).json

    assert answer["recommendations"] == []
    assert "looked at first" in answer["reason"]
    assert made.total() <= CALLS


def test_where_everything_looked_at_was_rated_long_ago_the_answer_speaks_of_the_first_only(
    guide: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("guide_api.recommending.RATINGS", 60)
    put_many(guide, films(range(1, 281)))
    mark_many(guide, "rating", map(str, range(1, 281)))
    assert ask().json["reason"].startswith("Nothing ")

    monkeypatch.setattr("guide_api.budget.CALLS", CALLS)

    assert "looked at first" in ask().json["reason"]


def test_many_that_have_left_hide_no_arrival(guide: Cloud) -> None:
    put(guide, *films([1]))
    for number in range(2, 72):
        stores.arrivals().record(change(str(number), kind="left", hours=number / 60))
    stores.arrivals().record(change("1", hours=2))

    (found,) = ask().json["recommendations"]

    assert "New on Netflix" in {reason["text"] for reason in found["reasons"]}


def crime_share(found: Sequence[dict[str, Any]]) -> float:
    return sum(CRIME in each["genre_ids"] for each in found) / len(found)


def test_four_crime_films_that_i_love_make_no_wall_of_crime(guide: Cloud) -> None:
    choose(guide, NETFLIX, genres=(COMEDY, CRIME))
    put_many(guide, [*films(range(1, 151), CRIME), *films(range(201, 351))])
    mark("rating", "1", "2", "3", "4", rating=9)

    found = ask(limit="20").json["recommendations"]

    assert 0.3 <= crime_share(found[:10]) <= 0.7
    assert crime_share(found) <= 0.7


def test_failure_to_learn_what_was_rated_is_one_even_where_nothing_is_left_to_compare(
    guide: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(guide, *films([1]))
    cache_all(guide, 1)
    assert ids(ask()) == {"1"}
    gone = films([1])[0].attributions[f"GB:{NETFLIX}:{COMEDY}"].model_copy(update={"left_at": clock.now()})
    guide.titles.apply(
        "1", lambda now: now and now.model_copy(update={"attributions": {f"GB:{NETFLIX}:{COMEDY}": gone}})
    )
    assert ids(ask()) == set()

    def refuse(*_: object) -> frozenset[str]:
        raise ClientError({"Error": {"Code": "AccessDenied", "Message": ""}}, "BatchGetItem")

    monkeypatch.setattr(MarkRepository, "rated", refuse)
    monkeypatch.setattr("guide_api.recommending.RATINGS", 1)
    mark_many(guide, "rating", ["7", "8"])

    assert call("GET", "/recommendations").status == 503


def test_no_read_outlives_the_block_beside_it(cloud: Cloud) -> None:
    open_guide(cloud)
    done = []

    with pytest.raises(ZeroDivisionError), stores.meanwhile(lambda: done.append(sum(range(1_000_000)))):
        raise ZeroDivisionError

    assert done
