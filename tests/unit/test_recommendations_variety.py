"""That recommendations are no wall of one genre, franchise or person."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from marquee.models.recommendations import Candidate
from marquee.recommendations import recommend, taste
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
