"""What is read off a title before it is compared."""

import math
from datetime import date

import pytest

from marquee.features import franchise, popularity, rating, released
from tests.unit.recommending import film


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("The Godfather", "godfather"),
        ("The Godfather: Part II", "godfather"),
        ("The Hangover Part III", "hangover"),
        ("Toy Story 2", "toy story"),
        ("Rocky IV", "rocky"),
        ("Harry Potter and the Goblet of Fire", "harry potter"),
        ("Star Wars: Episode IV - A New Hope", "star wars"),
        ("Amélie", "amelie"),
        ("1984", "1984"),
        ("The", "the"),
        ("2: Two", "2"),
        (": Two", "two"),
        ("…", ""),
    ],
)
def test_parts_of_a_franchise_have_the_same_name(title: str, name: str) -> None:
    assert franchise(title) == name


@pytest.mark.parametrize(
    ("one", "other"), [("American Pie", "American Beauty"), ("1984", "1917"), ("Love Actually", "Love")]
)
def test_likeness_of_names_is_no_franchise(one: str, other: str) -> None:
    assert franchise(one) != franchise(other)


def test_day_that_cannot_be_read_is_unknown() -> None:
    assert released(film(1, release_date="2024-05-01T00:00:00Z")) == date(2024, 5, 1)
    assert released(film(1, release_date="May 2024")) is None


@pytest.mark.parametrize("number", [None, math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_unknown(number: float | None) -> None:
    assert rating(film(1, rating=number)) is None
    assert popularity(film(1, popularity=number)) is None


def test_numbers_stay_within_their_scale() -> None:
    assert rating(film(1, rating=11.0)) == 10
    assert popularity(film(1, popularity=-3.0)) == 0
