from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marquee.errors import Conflict
from marquee.models.viewers import ChosenPair, Preferences
from marquee.repositories.viewers import ViewerRepository
from tests.fakes.viewers_table import ViewersTable
from tests.unit.conftest import Cloud

IDS = st.sets(st.integers(1, 12), max_size=6).map(lambda ids: tuple(map(str, sorted(ids))))
CHOICES = st.builds(Preferences, sources=IDS, genres=IDS)
NOTHING = Preferences()
MANY = Preferences(sources=tuple(map(str, range(1, 151))), genres=("4",))


def choice(*sources: str, genres: tuple[str, ...] = ("4",)) -> Preferences:
    return Preferences(sources=sources, genres=genres)


def chosen_keys(chosen: Preferences) -> set[str]:
    return {f"source:{each}" for each in chosen.sources} | {f"genre:{each}" for each in chosen.genres}


def keys_of(table: ViewersTable, user: str) -> set[str]:
    return {sk for pk, sk in table.stored if pk == f"userpref:{user}"}


def test_nothing_chosen_yet_is_empty() -> None:
    assert ViewerRepository(ViewersTable()).preferences("anna") == NOTHING


def test_choice_comes_back_in_numeric_order(cloud: Cloud) -> None:
    cloud.viewers.replace_preferences("anna", Preferences(sources=("203", "26"), genres=("10", "4")))

    assert cloud.viewers.preferences("anna") == Preferences(sources=("26", "203"), genres=("4", "10"))


@given(st.lists(CHOICES, min_size=1, max_size=4))
def test_choice_is_exactly_the_last_one(wanted: list[Preferences]) -> None:
    table = ViewersTable()
    viewers = ViewerRepository(table)
    for each in wanted:
        viewers.replace_preferences("anna", each)

    assert viewers.preferences("anna") == wanted[-1]
    assert keys_of(table, "anna") - {"settings"} == chosen_keys(wanted[-1])


def test_only_what_differs_is_written() -> None:
    table = ViewersTable()
    viewers = ViewerRepository(table)
    viewers.replace_preferences("anna", choice("1", "2", "3"))
    kept = table.stored["userpref:anna", "source:2"]
    table.stream.clear()

    viewers.replace_preferences("anna", choice("2", "3", "4"))

    assert set(table.stream) == {
        ("userpref:anna", "settings"),
        ("userpref:anna", "source:1"),
        ("userpref:anna", "source:4"),
    }
    assert table.stored["userpref:anna", "source:2"] is kept


def test_same_choice_again_writes_nothing() -> None:
    table = ViewersTable()
    viewers = ViewerRepository(table)
    viewers.replace_preferences("anna", choice("1"))
    table.transactions.clear()

    viewers.replace_preferences("anna", choice("1"))

    assert table.transactions == []


def test_choice_larger_than_a_transaction_is_written_whole() -> None:
    table = ViewersTable()
    viewers = ViewerRepository(table)

    viewers.replace_preferences("anna", MANY)

    assert viewers.preferences("anna") == MANY
    assert max(table.transactions) <= 100


@settings(max_examples=50, deadline=None)
@given(before=CHOICES, mine=CHOICES, other=CHOICES, moment=st.integers(0, 1))
def test_two_replacements_at_once_never_mix(
    before: Preferences, mine: Preferences, other: Preferences, moment: int
) -> None:
    table = ViewersTable()
    viewers = ViewerRepository(table)
    viewers.replace_preferences("anna", before)
    replace = partial(viewers.replace_preferences, "anna", other)
    table.meanwhile = [*[lambda: None] * moment, replace]

    viewers.replace_preferences("anna", mine)

    assert viewers.preferences("anna") == mine
    whole = [chosen_keys(each) for each in (NOTHING, before, mine, other)]
    assert all({sk for _, sk in state} - {"settings"} in whole for state in table.states)


def test_large_replacement_that_is_overtaken_midway_ends_as_one_choice() -> None:
    table = ViewersTable()
    viewers = ViewerRepository(table)
    table.meanwhile = [lambda: None, partial(viewers.replace_preferences, "anna", choice("7", "999"))]

    viewers.replace_preferences("anna", MANY)

    assert viewers.preferences("anna") == MANY


def test_replacement_that_always_loses_gives_up_loudly() -> None:
    table = ViewersTable()
    viewers = ViewerRepository(table)
    table.meanwhile = [partial(viewers.replace_preferences, "anna", choice(str(n))) for n in range(10, 200)]

    with pytest.raises(Conflict):
        viewers.replace_preferences("anna", choice("1"))


def test_viewers_do_not_see_each_other() -> None:
    viewers = ViewerRepository(ViewersTable())

    viewers.replace_preferences("anna", choice("1"))
    viewers.replace_preferences("ann", choice("2"))

    assert (viewers.preferences("anna"), viewers.preferences("ann")) == (choice("1"), choice("2"))


def test_pairs_are_counted_and_one_that_nobody_chose_is_not_named(cloud: Cloud) -> None:
    for user, sources in (("anna", ("1", "2")), ("ben", ("2",))):
        cloud.viewers.replace_preferences(user, choice(*sources))
        cloud.viewers.recount(user)
    cloud.viewers.replace_preferences("anna", choice("2"))
    cloud.viewers.recount("anna")

    assert list(cloud.viewers.chosen_pairs()) == [ChosenPair(source_id="2", genre_id="4", viewers=2)]


def test_viewer_who_is_counted_twice_at_once_counts_once() -> None:
    table = ViewersTable()
    viewers = ViewerRepository(table)
    viewers.replace_preferences("anna", choice("1", "2"))
    table.meanwhile = [lambda: viewers.recount("anna")]

    viewers.recount("anna")

    assert [each.viewers for each in viewers.chosen_pairs()] == [1, 1]


@pytest.mark.parametrize("size", [150, 1000])
def test_large_choice_is_counted_whole(size: int) -> None:
    table = ViewersTable()
    viewers = ViewerRepository(table)
    viewers.replace_preferences("anna", Preferences(sources=tuple(map(str, range(size // 10))), genres=("1", "2")))

    viewers.recount("anna")

    assert len(list(viewers.chosen_pairs())) == size // 10 * 2
    assert max(table.transactions) <= 100
