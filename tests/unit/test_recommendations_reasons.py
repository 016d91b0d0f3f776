"""What is told of a recommendation, and that it is true."""

from typing import Any

import pytest
from hypothesis import given

from marquee.features import rating
from marquee.models.recommendations import Candidate, Features, Opinion, Reason
from marquee.reasons import alike, kinship, told
from marquee.recommendations import recommend, taste
from tests.unit.recommending import CHOSEN, MOMENT, NOW, OPINIONS, POOLS, day, film, marked, rated

CRIME, COMEDY, DRAMA = "1", "2", "3"
TODAY = MOMENT.date()
HEAT = film(50, CRIME, DRAMA, title="Heat", people=frozenset({"De Niro", "Mann"}), keywords=frozenset({"heist"}))


def reasons(candidate: Candidate | Features, *opinions: Opinion, chosen: tuple[str, ...] = ()) -> dict[str, Reason]:
    whole = candidate if isinstance(candidate, Candidate) else Candidate(candidate)
    return {each.kind: each for each in told(whole, taste(chosen, opinions), TODAY)}


@pytest.mark.parametrize(
    "related",
    [
        pytest.param(film(1, people=frozenset({"Mann"})), id="person"),
        pytest.param(film(1, keywords=frozenset({"heist"})), id="keyword"),
        pytest.param(film(1, CRIME, DRAMA), id="two genres"),
    ],
)
def test_reason_names_the_title_that_was_rated_high_and_is_related(related: Features) -> None:
    found = reasons(related, rated(HEAT, 9), rated(film(51, COMEDY), 10))

    assert found["rated"] == Reason("rated", title_id="50", title="Heat", rating=9)


@pytest.mark.parametrize(
    ("opinion", "unrelated"),
    [
        pytest.param(rated(HEAT, 6), film(1, CRIME, DRAMA), id="rated six"),
        pytest.param(rated(HEAT, 9), film(1, CRIME), id="one genre is not enough"),
        pytest.param(rated(HEAT, 9), film(1, title="Heat"), id="nor is the name"),
        pytest.param(rated(HEAT, 9), film(1), id="nothing in common"),
    ],
)
def test_no_title_is_named_that_was_not_liked_or_is_not_related(opinion: Opinion, unrelated: Features) -> None:
    assert "rated" not in reasons(unrelated, opinion)


@pytest.mark.parametrize("kind", ["followed", "watched"])
def test_followed_and_watched_titles_are_named_as_such(kind: str) -> None:
    assert reasons(film(1, CRIME, DRAMA), marked(HEAT, kind))[kind].title_id == "50"


def test_most_related_of_the_liked_titles_is_named() -> None:
    ronin = film(51, CRIME, people=frozenset({"De Niro"}), title="Ronin")

    found = reasons(film(1, CRIME, DRAMA, people=frozenset({"De Niro", "Mann"})), rated(ronin, 9), rated(HEAT, 9))

    assert found["rated"].title == "Heat"


def test_shared_person_and_keyword_are_named_with_the_title_that_has_them() -> None:
    found = reasons(film(1, people=frozenset({"Mann"}), keywords=frozenset({"heist"})), rated(HEAT, 9))

    assert found["person"] == Reason("person", title_id="50", title="Heat", name="Mann")
    assert found["keyword"] == Reason("keyword", title_id="50", title="Heat", name="heist")


def test_people_of_disliked_titles_are_no_reason() -> None:
    assert set(reasons(film(1, people=frozenset({"Mann"})), rated(HEAT, 2))) == {"well_rated"}


def test_genre_is_told_if_it_was_chosen_or_liked() -> None:
    assert reasons(film(1, COMEDY), chosen=(COMEDY,))["genre"].genre_id == COMEDY
    assert reasons(film(1, CRIME), rated(HEAT, 9))["genre"].genre_id == CRIME
    assert "genre" not in reasons(film(1, COMEDY), rated(HEAT, 9), chosen=(CRIME,))


@pytest.mark.parametrize(
    ("candidate", "reason"),
    [
        (Candidate(film(1), arrived=("203", NOW)), Reason("arrived", source_id="203")),
        (Candidate(film(1), {"trending": 4}), Reason("trending")),
        (Candidate(film(1), {"popular": 4}), Reason("popular")),
        (Candidate(film(1), {"hidden_gems": 4}), Reason("hidden_gem")),
        (Candidate(film(1, rating=8.1, votes=9), {"award_winning": 1}), Reason("acclaimed", votes=9, average=8.1)),
        (Candidate(film(1, rating=8.4, votes=5000)), Reason("acclaimed", votes=5000, average=8.4)),
        (Candidate(film(1, release_date=day(180))), Reason("new_release")),
    ],
)
def test_what_is_so_for_everybody_is_told(candidate: Candidate, reason: Reason) -> None:
    assert told(candidate, taste((), ()), TODAY) == (reason,)


@pytest.mark.parametrize("kind", ["watched", "followed"])
def test_nobody_is_said_to_like_a_genre_for_having_watched_or_followed_a_title(kind: str) -> None:
    assert "genre" not in reasons(film(1, DRAMA), marked(film(51, DRAMA), kind))


def test_hidden_gem_is_one_of_the_genre_that_is_liked_most() -> None:
    gem = Candidate(film(1, COMEDY, CRIME), {"hidden_gems": 1})

    assert reasons(gem, chosen=(CRIME,))["hidden_gem"].genre_id == CRIME


@pytest.mark.parametrize("release_date", [None, "", "soon", day(181), day(-1), "2024-13-01"])
def test_what_is_not_just_out_is_not_called_new(release_date: str | None) -> None:
    assert set(reasons(film(1, release_date=release_date))) == {"well_rated"}


def test_rating_is_the_last_resort() -> None:
    rating = film(1, rating=6.1, votes=40)

    assert told(Candidate(rating), taste((), ()), TODAY) == (Reason("well_rated", votes=40, average=6.1),)


def test_three_weightiest_reasons_are_told() -> None:
    everything = Candidate(
        film(1, CRIME, DRAMA, people=frozenset({"Mann", "De Niro"}), rating=9.0, votes=9000, release_date=day(9)),
        {"popular": 1, "trending": 1},
        ("203", NOW),
    )

    found = told(everything, taste([CRIME], [rated(HEAT, 10)]), TODAY)

    assert [each.kind for each in found] == ["rated", "arrived", "person"]


def test_similar_title_says_what_it_shares() -> None:
    like = Candidate(film(1, people=frozenset({"Mann"}), keywords=frozenset({"heist"})))

    found = alike(HEAT, like, taste((), ()), TODAY)

    assert [(each.kind, each.title_id, each.name) for each in found] == [
        ("similar", "50", None),
        ("person", "50", "Mann"),
        ("keyword", "50", "heist"),
    ]


@pytest.mark.parametrize("genres", [(), (DRAMA,)], ids=["nothing", "one genre, as half the catalogue does"])
def test_title_that_shares_too_little_is_not_called_similar(genres: tuple[str, ...]) -> None:
    assert [each.kind for each in alike(HEAT, Candidate(film(1, *genres)), taste((), ()), TODAY)] == ["well_rated"]


def test_title_that_watchmode_names_is_called_similar_whatever_it_shares() -> None:
    named = Candidate(film(1, DRAMA), named_similar=True)

    assert [each.kind for each in alike(HEAT, named, taste((), ()), TODAY)] == ["similar"]


def true_of(reason: Reason, candidate: Candidate, chosen: frozenset[str], opinions: list[Opinion]) -> Any:
    """Return whether what a reason says follows from what was given."""
    features = candidate.features
    liked = [each for each in opinions if each.rating is None or each.rating >= 7]
    named = [each for each in liked if each.features.title_id == reason.title_id]
    match reason.kind:
        case "rated" | "followed" | "watched":
            return any(
                each.kind == reason.kind and each.rating == reason.rating and kinship(each.features, features) >= 0.25
                for each in named
            )
        case "person":
            return reason.name in features.people and any(reason.name in each.features.people for each in named)
        case "keyword":
            return reason.name in features.keywords and any(reason.name in each.features.keywords for each in named)
        case "genre":
            genres = chosen.union(*(each.features.genre_ids for each in liked if each.kind == "rated"))
            return reason.genre_id in features.genre_ids & genres
        case "arrived":
            return candidate.arrived and candidate.arrived[0] == reason.source_id
        case "hidden_gem":
            return "hidden_gems" in candidate.listed and reason.genre_id in {None, *features.genre_ids}
        case "trending" | "popular":
            return reason.kind in candidate.listed
        case "new_release":
            return features.release_date == "2024-05-01"
        case _:
            return reason.votes in (features.votes, None) and reason.average in (rating(features), None)


@given(POOLS, CHOSEN, OPINIONS)
def test_every_reason_is_true(pool: list[Candidate], chosen: frozenset[str], opinions: list[Opinion]) -> None:
    for each in recommend(pool, taste(chosen, opinions), NOW, 50):
        assert all(true_of(reason, each.candidate, chosen, opinions) for reason in each.reasons)
        assert len({reason.kind for reason in each.reasons}) == len(each.reasons)
