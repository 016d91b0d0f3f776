"""`GET /recommendations`: what is recommended to whom, and what is said of it."""

from typing import Any

import pytest

from guide_api import stores
from marquee import clock
from marquee.models.changes import Change
from marquee.models.titles import CastMember, Title
from tests.fakes.api_gateway import Answer, call
from tests.fakes.changes import hours_ago
from tests.fakes.guide import (
    COMEDY,
    CRIME,
    DRAMA,
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
from tests.fakes.titles import details, listing, title, tmdb
from tests.unit.conftest import Cloud


@pytest.fixture
def guide(cloud: Cloud) -> Cloud:
    open_guide(cloud)
    choose(cloud, NETFLIX, genres=(COMEDY, CRIME))
    return cloud


def film(number: int, *places: str, **facts: Any) -> Title:
    """Return a film that both providers know, on Netflix as a comedy unless said otherwise."""
    named = {"title": f"Film {number}", "popularity": 50.0, "year": 2015, "tmdb_id": number, "tmdb_type": "movie"}
    told = {"user_rating": 7.0, "release_date": "2015-05-05", **facts.pop("details", {})}
    known = {"tmdb_id": number, "votes": 500, **facts.pop("tmdb", {})}
    return title(
        str(number),
        *(places or (f"GB:{NETFLIX}:{COMEDY}",)),
        listing=listing(**{**named, **facts}),
        details=details(**told),
        tmdb=tmdb(**known),
    )


def ask(user: str = "anna", **query: Any) -> Answer:
    answer = call("GET", "/recommendations", user=user, query=query)
    assert answer.status == 200, answer.body
    return answer


def ids(answer: Answer) -> set[str]:
    return {each["id"] for each in answer.json["recommendations"]}


def arrive(title_id: str, source: str = NETFLIX, hours: float = 24, kind: str = "arrived", **facts: Any) -> None:
    told = {"kind": kind, "title_id": title_id, "title": "A title", "type": "movie", "region": "GB"}
    at = hours_ago(hours)
    stores.arrivals().record(Change(**{**told, "source_id": source, "provider": "watchmode", "at": at, **facts}))


def test_recommendation_is_a_card_with_reasons_and_my_services_that_have_it(guide: Cloud) -> None:
    put(guide, film(1, f"GB:{NETFLIX}:{COMEDY}", f"GB:{PRIME}:{COMEDY}"))
    cache_all(guide, 1)

    answer = ask().json

    (found,) = answer["recommendations"]
    assert (found["id"], found["title"], found["source_ids"], found["on"]) == (
        "1",
        "Film 1",
        [PRIME, NETFLIX],
        [NETFLIX],
    )
    assert (found["watched"], found["genre_ids"]) == (False, [COMEDY])
    assert found["reasons"]
    assert all(reason["kind"] and reason["text"] for reason in found["reasons"])
    assert (answer["next"], answer["reason"]) == (None, None)
    assert (answer["lists"]["state"], answer["lists"]["reason"]) == ("fresh", None)
    assert answer["lists"]["age_seconds"] == pytest.approx(3600, abs=60)
    assert "TMDB" in answer["attribution"]


def test_only_what_is_on_my_services_in_my_country_now_is_recommended(guide: Cloud) -> None:
    put(guide, film(1), film(2, f"GB:{PRIME}:{COMEDY}"), film(3, f"US:{NETFLIX}:{COMEDY}"), film(4))
    cache_all(guide, 1, 2, 3, 4)
    assert ids(ask()) == {"1", "4"}

    gone = film(4).attributions[f"GB:{NETFLIX}:{COMEDY}"].model_copy(update={"left_at": clock.now()})
    guide.titles.apply(
        "4", lambda now: now and now.model_copy(update={"attributions": {f"GB:{NETFLIX}:{COMEDY}": gone}})
    )

    assert ids(ask()) == {"1"}, "the shelf still has it, its record does not"


@pytest.mark.parametrize("kind", ["watched", "hidden", "follow", "rating"])
def test_what_i_have_marked_is_gone_at_once(guide: Cloud, kind: Any) -> None:
    put(guide, film(1), film(2))
    cache_all(guide, 1, 2)
    assert ids(ask()) == {"1", "2"}

    mark(kind, "1", rating=9 if kind == "rating" else None)

    assert ids(ask()) == {"2"}
    assert ids(ask("ben")) == set()


def test_what_i_rated_long_ago_is_left_out_as_well(guide: Cloud) -> None:
    put(guide, *(film(number) for number in range(1, 72)))
    mark("rating", *map(str, range(1, 71)), rating=5)

    assert ids(ask(limit="50")) == {"71"}


def test_viewer_who_has_watched_the_best_of_a_pair_gets_what_comes_after(guide: Cloud) -> None:
    put_many(guide, (film(number, popularity=100 - number / 2) for number in range(1, 121)))
    mark_many(guide, "watched", map(str, range(1, 81)), set_name="watched")
    choose(guide, NETFLIX, genres=(COMEDY,))

    found = ids(ask(limit="50"))

    assert len(found) >= 20
    assert found <= set(map(str, range(81, 121)))


def test_title_i_rated_well_is_the_reason_for_one_with_the_same_people(guide: Cloud) -> None:
    cast = (CastMember(name="A. Lead"), CastMember(name="B. Lead"))
    put(
        guide,
        film(1, tmdb={"cast": cast, "keywords": ("heist",)}),
        film(2, tmdb={"cast": cast, "keywords": ("heist",)}),
    )
    mark("rating", "1", rating=9)

    (found,) = ask().json["recommendations"]

    said = {(reason["kind"], reason["title_id"], reason["text"]) for reason in found["reasons"]}
    assert ("rated", "1", "Because you rated Film 1 9") in said


def test_viewer_with_services_only_gets_what_is_listed_and_has_arrived_there(guide: Cloud) -> None:
    choose(guide, NETFLIX, user="ben")
    put(guide, film(1), film(2), film(3))
    cache_all(guide, 1)
    arrive("2")

    assert ids(ask("ben")) == {"1", "2"}


def test_newcomer_with_services_and_genres_gets_titles_of_those_before_any_list_is_there(guide: Cloud) -> None:
    put(guide, film(1), film(2, f"GB:{NETFLIX}:{DRAMA}"))

    answer = ask()

    assert ids(answer) == {"1"}
    assert answer.json["lists"]["state"] == "missing"
    assert "popular" in answer.json["lists"]["reason"]


def test_viewer_who_chose_nothing_is_told_what_to_do(guide: Cloud) -> None:
    put(guide, film(1))
    cache_all(guide, 1)

    answer = ask("ben").json

    assert answer["recommendations"] == []
    assert "services" in answer["reason"]


def reasons(kind: str, **query: Any) -> dict[str, list[str]]:
    """Return the texts of one kind of reasons by title."""
    found = ask(**query).json["recommendations"]
    return {each["id"]: [told["text"] for told in each["reasons"] if told["kind"] == kind] for each in found}


def test_arrival_is_said_with_its_service(guide: Cloud) -> None:
    put(guide, film(1), film(2, f"GB:{PRIME}:{COMEDY}"), film(3))
    choose(guide, NETFLIX, PRIME, genres=(COMEDY,))
    arrive("1", hours=48)
    arrive("2", source=PRIME)
    arrive("3", hours=24 * 29)

    assert reasons("arrived") == {"1": ["New on Netflix"], "2": ["New on Prime Video"], "3": []}


def test_what_has_left_the_service_it_arrived_on_is_not_new_there(guide: Cloud) -> None:
    put(guide, film(1))
    choose(guide, NETFLIX, PRIME, genres=(COMEDY,))
    arrive("1", source=PRIME)
    arrive("1", source=PRIME, hours=2, kind="left")

    assert reasons("arrived") == {"1": []}


def test_type_and_genre_narrow_what_is_recommended(guide: Cloud) -> None:
    put(
        guide,
        film(1),
        film(2, type="tv_series"),
        film(3, f"GB:{NETFLIX}:{CRIME}"),
        film(4, f"GB:{NETFLIX}:{DRAMA}", details={"genre_ids": (DRAMA,)}),
    )
    cache_all(guide, 1, 2, 3, 4)
    arrive("4")

    assert ids(ask(type="tv_series")) == {"2"}
    assert ids(ask(type=["movie", "tv_series"], genre=COMEDY)) == {"1", "2"}
    assert ids(ask(genre=[CRIME, DRAMA])) == {"3", "4"}, "also of a genre that I did not choose"
    empty = ask(genre=CRIME, type="short_film").json
    assert (empty["recommendations"], "of this kind" in empty["reason"]) == ([], True)


@pytest.mark.parametrize(
    ("query", "code", "shown"),
    [
        pytest.param({"limit": "0"}, "invalid_input", "0", id="none"),
        pytest.param({"limit": "51"}, "invalid_input", "51", id="too many"),
        pytest.param({"limit": "x"}, "invalid_input", "x", id="no number"),
        pytest.param({"type": "opera"}, "invalid_input", "opera", id="unknown type"),
        pytest.param({"genre": "comedy"}, "invalid_input", "comedy", id="genre by its name"),
        pytest.param({"genre": [COMEDY, "99"]}, "unknown_ids", "99", id="no such genre"),
        pytest.param({"next": "x"}, "unknown_parameter", "next", id="there is one page"),
    ],
)
def test_what_cannot_be_used_is_refused_and_named(guide: Cloud, query: dict[str, Any], code: str, shown: str) -> None:
    answer = call("GET", "/recommendations", query=query)

    assert (answer.status, answer.code) == (400, code)
    assert shown in answer.body


def test_recommendations_are_for_those_who_are_signed_in(guide: Cloud) -> None:
    assert call("GET", "/recommendations", user=None).status == 401


def test_limit_is_kept_and_the_same_question_has_the_same_answer(guide: Cloud) -> None:
    put(guide, *(film(number) for number in range(1, 31)))

    first, again = ask(limit="7").json, ask(limit="7").json

    assert len(first["recommendations"]) == 7
    assert [each["id"] for each in first["recommendations"]] == [each["id"] for each in again["recommendations"]]


def test_lists_that_are_old_are_used_and_say_their_age(guide: Cloud) -> None:
    choose(guide, NETFLIX, user="ben")
    put(guide, film(1))
    cache_all(guide, 1, hours=24 * 10)

    answer = ask("ben").json

    assert [each["id"] for each in answer["recommendations"]] == ["1"]
    assert answer["lists"]["state"] == "stale"
    assert answer["lists"]["age_seconds"] == pytest.approx(10 * 86_400, abs=60)
    assert "renewed" in answer["lists"]["reason"]
