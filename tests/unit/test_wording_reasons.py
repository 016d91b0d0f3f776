"""How the reasons of a recommendation read."""

from typing import get_args

import pytest

from marquee import wording
from marquee.models.recommendations import GeneralReason, PersonalReason, Reason

SERVICES, GENRES = {"203": "Netflix"}, {"5": "Crime"}
HEAT = {"title_id": "1", "title": "Heat"}


@pytest.mark.parametrize(
    ("reason", "text"),
    [
        (Reason("rated", **HEAT, rating=9), "Because you rated Heat 9"),
        (Reason("followed", **HEAT), "Because you follow Heat"),
        (Reason("watched", **HEAT), "Because you watched Heat"),
        (Reason("similar", **HEAT), "Similar to Heat"),
        (Reason("person", **HEAT, name="Al Pacino"), "Al Pacino, as in Heat"),
        (Reason("person", name="Al Pacino"), "With Al Pacino"),
        (Reason("keyword", **HEAT, name="heist"), "“heist”, as in Heat"),
        (Reason("keyword", name="heist"), "About “heist”"),
        (Reason("genre", genre_id="5"), "Because you like Crime"),
        (Reason("genre", genre_id="99"), "Because you like its genre"),
        (Reason("arrived", source_id="203"), "New on Netflix"),
        (Reason("arrived", source_id="99"), "New on one of your services"),
        (Reason("new_release"), "Recent release"),
        (Reason("trending"), "Trending now"),
        (Reason("popular"), "Popular now"),
        (Reason("hidden_gem", genre_id="5"), "Hidden gem in Crime"),
        (Reason("hidden_gem"), "Hidden gem"),
        (Reason("acclaimed", average=8.44, votes=12_345), "Acclaimed: 8.4 of 10 by 12,345 people"),
        (Reason("acclaimed"), "Acclaimed"),
        (Reason("trending_here"), "Trending among viewers here"),
        (Reason("well_rated", average=7.0), "Well rated: 7.0 of 10"),
        (Reason("well_rated", average=5.2, votes=40), "Rated 5.2 of 10 by 40 people"),
        (Reason("well_rated"), "On one of your services"),
    ],
)
def test_reason_reads_like_a_sentence(reason: Reason, text: str) -> None:
    assert wording.reason(reason, SERVICES, GENRES) == text


@pytest.mark.parametrize("kind", [*get_args(PersonalReason), *get_args(GeneralReason)])
def test_reason_of_every_kind_has_words_even_without_anything_to_name(kind: str) -> None:
    assert wording.reason(Reason(kind), {}, {})  # type: ignore[arg-type]


def test_name_from_outside_stays_on_its_line() -> None:
    assert wording.reason(Reason("similar", title="Two\nlines\u202e"), {}, {}) == "Similar to Two lines"
