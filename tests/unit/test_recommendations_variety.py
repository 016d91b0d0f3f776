"""That recommendations are no wall of one genre, franchise or person."""

from collections import Counter
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marquee.models.recommendations import Candidate
from marquee.recommendations import promising, recommend, taste
from tests.unit.recommending import NOW, film, rated

CRIME, COMEDY, DRAMA = "1", "2", "3"


def several(genre: str, first: int, rating: float = 7.0, number: int = 10) -> list[Candidate]:
    return [Candidate(film(first + place, genre, rating=rating, votes=500)) for place in range(number)]


@given(
    st.permutations([CRIME, COMEDY, DRAMA]),
    st.lists(st.floats(0, 10), min_size=3, max_size=3),
    st.frozensets(st.sampled_from([CRIME, COMEDY, DRAMA])),
    st.integers(10, 20),
)
def test_no_genre_has_more_than_six_of_the_first_ten_while_there_are_others(
    genres: list[str], ratings: list[float], chosen: frozenset[str], limit: int
) -> None:
    pool = [
        each
        for place, (genre, rating) in enumerate(zip(genres, ratings, strict=True))
        for each in several(genre, 100 * place, rating)
    ]

    found = recommend(pool, taste(chosen, ()), NOW, limit)

    top = [each.candidate.features for each in found[:10]]
    counts = Counter(genre for each in top for genre in each.genre_ids)
    assert max(counts.values()) <= 6


def test_pool_of_one_genre_is_recommended_whole() -> None:
    assert len(recommend(several(CRIME, 0), taste([CRIME], ()), NOW, 10)) == 10


def test_where_all_share_one_genre_others_still_take_turns() -> None:
    pool = [
        *(Candidate(film(place, DRAMA, CRIME, rating=8.0, votes=500)) for place in range(10)),
        *(Candidate(film(20 + place, DRAMA, COMEDY, rating=6.0, votes=500)) for place in range(10)),
    ]

    found = recommend(pool, taste([DRAMA], ()), NOW, 10)

    assert sum(CRIME in each.candidate.features.genre_ids for each in found) == 6


def test_parts_of_one_franchise_do_not_follow_each_other() -> None:
    parts = [Candidate(film(number, CRIME, title=f"Heat {number}", rating=8.0, votes=500)) for number in range(1, 6)]
    learnt = taste((), [rated(film(90, CRIME, title="Heat"), 9)])

    found = recommend([*parts, *several(CRIME, 10), *several(COMEDY, 30)], learnt, NOW, 10)

    heat = [place for place, each in enumerate(found) if each.candidate.features.title.startswith("Heat")]
    assert heat[0] == 0
    assert len(heat) < 5


def test_films_of_one_director_leave_room_for_others() -> None:
    same = [Candidate(film(number, rating=7.2, votes=500, people=frozenset({"Mann"}))) for number in range(10)]
    others = [
        Candidate(film(20 + number, rating=7.0, votes=500, people=frozenset({f"Maker {number}"})))
        for number in range(10)
    ]

    found = recommend([*same, *others], taste((), ()), NOW, 10)

    assert sum("Mann" in each.candidate.features.people for each in found) < 6


def test_variety_does_not_cost_the_best_its_place() -> None:
    best = Candidate(film(99, CRIME, rating=9.5, votes=90_000))

    assert recommend([*several(CRIME, 0), *several(COMEDY, 20), best], taste((), ()), NOW, 5)[0].candidate == best


def genres_of(found: list[Candidate]) -> Counter[str]:
    return Counter(genre for each in found for genre in each.features.genre_ids)


def test_most_promising_leave_room_for_other_genres_however_much_one_is_liked() -> None:
    pool = [*several(CRIME, 0, 9.0, 400), *several(COMEDY, 1000, 5.0, 60)]
    learnt = taste([CRIME, COMEDY], [rated(film(9000 + number, CRIME), 9) for number in range(3)])

    first = list(promising(pool, learnt, NOW, 300))[:100]

    assert genres_of(first) == {CRIME: 60, COMEDY: 40}
    top = [each.candidate for each in recommend(first, learnt, NOW, 10)]
    assert max(genres_of(top).values()) <= 6


def test_most_promising_are_the_best_where_no_genre_has_too_many() -> None:
    pool = [each for genre, first in ((CRIME, 0), (COMEDY, 100)) for each in several(genre, first, number=20)]
    best = [Candidate(film(500 + place, DRAMA, rating=9.9, votes=5000)) for place in range(5)]

    assert list(promising([*pool, *best], taste((), ()), NOW, 5)) == best


@pytest.mark.parametrize("genres", [(CRIME,), ()], ids=["one genre", "genres unknown"])
def test_most_promising_of_a_pool_of_one_kind_are_its_best_in_order(genres: tuple[str, ...]) -> None:
    pool = [Candidate(film(place, *genres, popularity=float(place))) for place in range(80)]

    assert list(promising(pool, taste((), ()), NOW, 20)) == pool[:-21:-1]


def test_titles_of_unknown_genres_do_not_fill_the_first_stage() -> None:
    arrived = [Candidate(film(place), arrived=("203", NOW)) for place in range(100)]

    first = list(promising([*arrived, *several(CRIME, 200, 2.0, 50)], taste((), ()), NOW, 50))

    assert genres_of(first)[CRIME] == 20


def test_first_stage_of_many_takes_no_time_even_where_one_genre_has_most_of_them() -> None:
    pool = [
        Candidate(film(place, *(CRIME for _ in range(place % 3)), f"g{place % 20}", f"h{place % 17}", rating=7.0))
        for place in range(1500)
    ]

    began = process_time()
    found = list(promising(pool, taste([CRIME], ()), NOW, 300))

    assert len(found) == 300
    # It takes a tenth of that; the bound only tells a rule that has become quadratic.
    assert process_time() - began < 1.0
