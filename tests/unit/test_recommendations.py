"""Which titles are recommended, and in which order."""

import math
import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marquee.models.recommendations import Candidate, Opinion, Recommendation
from marquee.recommendations import promising, recommend, similar, taste
from tests.unit.recommending import CHOSEN, NOW, OPINIONS, POOLS, day, film, rated

CRIME, COMEDY, DRAMA = "1", "2", "3"
NOBODY = taste((), ())


def order(*candidates: Candidate, likes: object = NOBODY) -> list[str]:
    """Return the ids of candidates in the order in which they are recommended."""
    return ids(recommend(candidates, likes, NOW, len(candidates)))  # type: ignore[arg-type]


def ids(found: list[Recommendation]) -> list[str]:
    return [each.candidate.features.title_id for each in found]


def alone(number: int, *genres: str, **known: object) -> Candidate:
    return Candidate(film(number, *genres, **known))


@pytest.mark.parametrize(
    "shared",
    [
        pytest.param({"genre_ids": frozenset({CRIME})}, id="genre"),
        pytest.param({"people": frozenset({"De Niro"})}, id="person"),
        pytest.param({"keywords": frozenset({"heist"})}, id="keyword"),
        pytest.param({"year": 1995}, id="year"),
        pytest.param({"language": "fr"}, id="language"),
        pytest.param({"title": "Heat 2"}, id="franchise"),
    ],
)
def test_what_a_title_shares_with_liked_ones_lifts_it_and_with_disliked_ones_lowers_it(
    shared: dict[str, object],
) -> None:
    known = {
        **{"title": "Heat", "genre_ids": frozenset({CRIME}), "people": frozenset({"De Niro"})},
        **{"keywords": frozenset({"heist"}), "year": 1995, "language": "fr"},
    }
    # Both are as old as each other where the year is not the point: newness has a say of its own.
    like, other = alone(9, **shared), alone(1, **({"year": 1970} if "year" in shared else {}))

    assert order(other, like, likes=taste((), [rated(film(50, **known), 9)])) == ["9", "1"]
    assert order(other, like, likes=taste((), [rated(film(50, **known), 1)])) == ["1", "9"]


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        pytest.param(alone(9, rating=8.5, votes=500), alone(1, rating=5.0, votes=500), id="better rated"),
        pytest.param(alone(9, rating=8.0, votes=9000), alone(1, rating=8.0, votes=9), id="by more people"),
        pytest.param(alone(9, popularity=90.0), alone(1, popularity=10.0), id="better known"),
        pytest.param(alone(9, release_date=day(20)), alone(1, release_date=day(4000)), id="just out"),
        pytest.param(alone(9, year=2024), alone(1, year=1984), id="this year's"),
        pytest.param(Candidate(film(9), {"trending": 3}), alone(1), id="trending"),
        pytest.param(Candidate(film(9), {"popular": 1}), Candidate(film(1), {"popular": 40}), id="higher on a list"),
        pytest.param(Candidate(film(9), arrived=("203", NOW)), alone(1), id="arrived"),
    ],
)
def test_better_of_two_comes_first(better: Candidate, worse: Candidate) -> None:
    assert order(worse, better) == ["9", "1"]


def test_few_enthusiasts_do_not_beat_many_who_are_pleased() -> None:
    crowd = [alone(number, rating=6.5, votes=1000) for number in range(10, 20)]

    found = order(alone(1, rating=10.0, votes=2), alone(2, rating=8.2, votes=4000), *crowd)

    assert found.index("2") < found.index("1")


def test_unknown_rating_and_popularity_stand_between_good_and_bad() -> None:
    rated_ones = [alone(1, rating=9.0, popularity=95.0), alone(2, rating=3.0, popularity=5.0)]

    assert order(*rated_ones, alone(3)) == ["1", "3", "2"]


def test_title_is_as_well_known_as_its_popularity_says_whether_or_not_anybody_has_voted() -> None:
    # The more votes the better known, were it not for the popularity.
    pool = [alone(number, popularity=99.0 - number, votes=1000 * (number % 2)) for number in range(10)]

    assert order(*pool) == [str(number) for number in range(10)]


def test_title_of_unknown_popularity_is_as_well_known_as_the_one_of_its_rank_by_votes() -> None:
    pool = [alone(number, popularity=90.0 + number, votes=100 * number) for number in range(1, 10)]

    found = order(*pool, alone(50, votes=950), alone(51, votes=450), alone(52, votes=50), alone(53, votes=10**9))

    assert found.index("9") - found.index("50") in (-1, 1)
    assert found.index("9") < found.index("51") < found.index("1")
    assert found.index("52") > found.index("2")
    assert abs(found.index("53") - found.index("9")) <= 2


@pytest.mark.parametrize(
    "known",
    [
        pytest.param([{"popularity": 99.0}, {"popularity": 10.0}], id="popularity"),
        pytest.param([{"votes": 5000}, {"votes": 5}], id="votes"),
        pytest.param([{"release_date": day(20)}, {"release_date": day(9000)}], id="release date"),
        pytest.param([{"year": 2024}, {"year": 1950}], id="year"),
    ],
)
def test_what_is_not_known_of_a_title_is_neither_for_nor_against_it(known: list[dict[str, object]]) -> None:
    better, worse = (alone(number, **each) for number, each in zip((9, 1), known, strict=True))

    assert order(worse, alone(5), better) == ["9", "5", "1"]


def test_being_on_a_list_is_no_drawback_beside_rows_without_votes() -> None:
    rows = [alone(number, popularity=95.0) for number in range(10)]
    best = Candidate(film(60, popularity=99.0, votes=100_000), {"popular": 1})
    listed = Candidate(film(50, popularity=95.0, votes=40), {"popular": 30})

    assert list(promising([*rows, listed, best], NOBODY, NOW, 2)) == [best, listed]


def test_title_among_well_known_ones_is_taken_to_be_as_well_known_as_they_are() -> None:
    assert order(alone(1, popularity=99.0), alone(2, popularity=90.0), alone(3))[-1] == "2"


def test_newcomer_gets_the_chosen_genres_first_and_the_best_of_them() -> None:
    pool = [
        *(alone(number, COMEDY, rating=5.0 + number / 10, votes=500) for number in range(10)),
        *(alone(20 + number, DRAMA, rating=5.0 + number / 10, votes=500) for number in range(10)),
    ]

    found = ids(recommend(pool, taste([COMEDY], ()), NOW, 4))

    assert found[0] == "9"
    assert sum(int(each) < 10 for each in found) >= 3


def test_ties_go_by_title_id() -> None:
    assert order(alone(3), alone(1), alone(2)) == ["1", "2", "3"]


@given(POOLS, CHOSEN, OPINIONS, st.integers(0, 30), st.randoms())
def test_order_in_which_candidates_come_does_not_matter(
    pool: list[Candidate], chosen: frozenset[str], opinions: list[Opinion], limit: int, chance: random.Random
) -> None:
    learnt = taste(chosen, opinions)
    shuffled = chance.sample(pool, len(pool))

    assert recommend(shuffled, learnt, NOW, limit) == recommend(pool, learnt, NOW, limit)
    assert list(promising(shuffled, learnt, NOW, limit)) == list(promising(pool, learnt, NOW, limit))
    subject = film(99, CRIME)
    assert similar(subject, shuffled, learnt, NOW, limit) == similar(subject, pool, learnt, NOW, limit)


@given(POOLS, CHOSEN, OPINIONS, st.integers(0, 30))
def test_as_many_as_there_are_up_to_the_limit_each_once_with_a_score_and_reasons(
    pool: list[Candidate], chosen: frozenset[str], opinions: list[Opinion], limit: int
) -> None:
    learnt = taste(chosen, opinions)

    found = recommend([*pool, *pool], learnt, NOW, limit)

    assert len(found) == min(limit, len(pool)) == len(list(promising(pool, learnt, NOW, limit)))
    assert len(set(ids(found))) == len(found)
    assert all(math.isfinite(each.score) and 1 <= len(each.reasons) <= 3 for each in found)


@given(POOLS, CHOSEN, OPINIONS, st.integers(0, 30))
def test_fewer_are_the_first_of_more_and_the_very_first_is_the_most_promising(
    pool: list[Candidate], chosen: frozenset[str], opinions: list[Opinion], limit: int
) -> None:
    learnt = taste(chosen, opinions)

    everything = recommend(pool, learnt, NOW, 30)

    assert recommend(pool, learnt, NOW, limit) == everything[:limit]
    assert [each.candidate for each in everything[:1]] == list(promising(pool, learnt, NOW, 1))


def test_more_like_the_title_comes_first_among_similar_ones() -> None:
    subject = film(50, CRIME, DRAMA, title="Heat", people=frozenset({"Mann"}), keywords=frozenset({"heist"}))
    sequel = alone(1, CRIME, DRAMA, title="Heat 2", people=frozenset({"Mann"}))
    related, distant, other = alone(2, CRIME, keywords=frozenset({"heist"})), alone(3, CRIME, COMEDY), alone(4, COMEDY)

    found = similar(subject, [other, distant, related, sequel, Candidate(subject)], NOBODY, NOW, 10)

    assert ids(found) == ["1", "2", "3"]


def test_title_that_watchmode_names_is_similar_whatever_else_is_known() -> None:
    named = Candidate(film(2, COMEDY), named_similar=True)

    assert ids(similar(film(50, CRIME), [alone(1, CRIME), named], NOBODY, NOW, 10)) == ["2", "1"]


def test_own_taste_decides_between_equally_similar_titles() -> None:
    pool = [alone(1, CRIME, COMEDY), alone(2, CRIME, DRAMA)]

    assert ids(similar(film(50, CRIME), pool, taste([DRAMA], ()), NOW, 2)) == ["2", "1"]


def test_answer_over_as_many_candidates_as_the_api_has_takes_milliseconds() -> None:
    words = [f"word{number}" for number in range(60)]
    chance = random.Random(1)
    films = [
        film(
            number, *chance.sample(words, 3), people=frozenset(chance.sample(words, 8)), keywords=frozenset(words[:20])
        )
        for number in range(200)
    ]
    learnt = taste(words[:5], [rated(each, 8) for each in films[100:]])
    pool = [Candidate(each) for each in films[:100]]

    began = time.process_time()
    found = recommend(pool, learnt, NOW, 50)

    assert len(found) == 50
    # It takes a tenth of that; the bound only tells a rule that has become quadratic.
    assert time.process_time() - began < 0.5


def test_list_says_nothing_for_a_title_that_is_poorly_rated() -> None:
    trending = {"trending": 1}
    candidates = [
        Candidate(film(number, rating=stars, votes=100), listed=listed)
        for number, stars, listed in ((1, 4.2, {}), (2, 4.2, trending), (3, 7.0, {}), (4, 7.0, trending))
    ]

    scores = {
        each.candidate.features.title_id: each.score
        for each in recommend(candidates, taste((), ()), NOW, len(candidates))
    }

    assert scores["1"] == scores["2"]
    assert scores["4"] > scores["3"]
