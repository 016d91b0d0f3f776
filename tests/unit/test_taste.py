"""What is learnt of a viewer."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marquee.models.recommendations import Opinion
from marquee.taste import taste, toward
from tests.unit.recommending import CHOSEN, OPINIONS, film, marked, rated

CRIME, COMEDY, DRAMA = "1", "2", "3"


def test_good_rating_speaks_for_what_the_title_has() -> None:
    liked = film(1, CRIME, people=frozenset({"De Niro"}), keywords=frozenset({"heist"}), language="en", year=1995)

    learnt = taste((), [rated(liked, 9)])

    assert learnt.genres[CRIME] > 0
    assert learnt.people["De Niro"] > 0
    assert learnt.keywords["heist"] > 0
    assert learnt.languages["en"] > 0
    assert learnt.years[1995] > learnt.years[1999] > 0


@pytest.mark.parametrize("rating", [1, 2, 3, 4])
def test_low_rating_speaks_against(rating: int) -> None:
    learnt = taste((), [rated(film(1, CRIME, people=frozenset({"Anybody"})), rating)])

    assert learnt.genres[CRIME] < 0
    assert learnt.people["Anybody"] < 0
    assert not learnt.liked


def test_high_rating_says_more_than_a_follow_and_that_more_than_watched() -> None:
    weights = [
        taste((), [opinion]).genres[CRIME]
        for opinion in (
            rated(film(1, CRIME), 10),
            marked(film(1, CRIME), "followed"),
            marked(film(1, CRIME), "watched"),
        )
    ]

    assert weights == sorted(weights, reverse=True)
    assert weights[-1] > 0


def test_low_rating_outweighs_that_the_same_title_was_watched_and_followed() -> None:
    bad = film(1, CRIME)

    learnt = taste((), [marked(bad, "watched"), rated(bad, 2, hours_ago=9), marked(bad, "followed")])

    assert learnt.genres[CRIME] < 0
    assert not learnt.liked


def test_recent_opinions_count_more() -> None:
    older = [rated(film(number, CRIME), 9, hours_ago=100 + number) for number in range(10)]
    newer = [rated(film(100 + number, COMEDY), 9, hours_ago=number) for number in range(10)]

    learnt = taste((), [*older, *newer])

    assert learnt.genres[COMEDY] > learnt.genres[CRIME] > 0


def test_chosen_genre_decides_at_first_and_fades_with_opinions() -> None:
    opinions = [rated(film(number, CRIME), 9, hours_ago=number) for number in range(20)]

    assert taste([COMEDY], ()).genres[COMEDY] > 0
    assert taste([COMEDY], opinions[:1]).genres[COMEDY] > taste([COMEDY], opinions[:1]).genres[CRIME]
    assert taste([COMEDY], opinions).genres[COMEDY] < taste([COMEDY], opinions).genres[CRIME]


def test_one_opinion_makes_a_weaker_taste_than_many_alike() -> None:
    many = [rated(film(number, CRIME), 9, hours_ago=number) for number in range(10)]

    assert taste((), many).genres[CRIME] > taste((), many[:1]).genres[CRIME]


def test_nothing_said_is_no_taste() -> None:
    learnt = taste((), ())

    assert not learnt.genres
    assert toward(learnt.genres, frozenset({CRIME})) == 0


def test_title_of_which_nothing_is_known_suits_neither_well_nor_badly() -> None:
    assert toward(taste([CRIME], ()).genres, frozenset()) == 0


@given(CHOSEN, OPINIONS, st.randoms())
def test_order_in_which_opinions_come_does_not_matter(
    chosen: frozenset[str], opinions: list[Opinion], chance: random.Random
) -> None:
    # Whoever rates twice at the same moment has no order to be asked for.
    opinions = list({each.features.title_id: each for each in opinions}.values())
    shuffled = chance.sample(opinions, len(opinions))

    assert taste(chosen, shuffled) == taste(chosen, opinions)


@given(CHOSEN, OPINIONS)
def test_every_weight_is_between_minus_one_and_one(chosen: frozenset[str], opinions: list[Opinion]) -> None:
    learnt = taste(chosen, opinions)

    named = (learnt.genres, learnt.people, learnt.keywords, learnt.languages, learnt.franchises)
    assert all(-1 <= weight <= 1 for weights in named for weight in weights.values())
    assert all(-1 <= weight <= 1 for weight in learnt.years.values())
