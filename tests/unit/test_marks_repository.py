from collections import defaultdict
from functools import partial
from typing import get_args

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from marquee import clock
from marquee.errors import AccountErased, Conflict, InvalidInput
from marquee.models.viewers import Mark, MarkKind
from marquee.repositories import marks as module
from marquee.repositories.accounts import AccountRepository
from marquee.repositories.followers import has_followers
from marquee.repositories.marks import MarkRepository
from tests.fakes.interruptions import before_requests, colliding, overtaking
from tests.unit.conftest import Cloud

KINDS: tuple[MarkKind, ...] = get_args(MarkKind)
NOON, LATER = "2026-03-10T12:00:00.000Z", "2026-03-10T12:00:00.001Z"
# Kind and title, and the rating of a rating; None takes the mark back.
Change = tuple[MarkKind, str, int | None]
CHANGES = st.tuples(st.sampled_from(KINDS), st.sampled_from(["1", "2"]), st.sampled_from([None, 3, 8]))


def repository(cloud: Cloud) -> MarkRepository:
    return MarkRepository(cloud.viewers_table, sleep=lambda _: None)


def mark(kind: MarkKind = "follow", title_id: str = "1", *, at: str = NOON, rating: int | None = None) -> Mark:
    given_rating = rating if kind == "rating" else None
    return Mark(kind=kind, title_id=title_id, title="A title", year=1999, rating=given_rating, at=at)


def change(cloud: Cloud, wanted: Change) -> None:
    kind, title_id, rating = wanted
    if rating is None:
        repository(cloud).remove("anna", kind, title_id)
    else:
        repository(cloud).put("anna", mark(kind, title_id, at=clock.now(), rating=rating))


def empty(cloud: Cloud) -> None:
    cloud.viewers_table.batch_write(deletes=cloud.items(cloud.viewers_table))


def everywhere(cloud: Cloud) -> dict[str, set[str]]:
    """Return the titles of Anna by kind of mark, after making sure that every trace of them says the same."""
    found: dict[str, dict[str, set[str]]] = {each: defaultdict(set) for each in ("marks", "order")}
    followers = set()
    for pk, sk in cloud.items(cloud.viewers_table):
        kind, _, rest = sk.partition(":")
        if pk == "user:anna" and rest:
            found["marks"][kind].add(rest)
        elif pk == "marked:anna":
            assert rest.partition("#")[2] not in found["order"][kind], "a mark stands twice in the order"
            found["order"][kind].add(rest.partition("#")[2])
        elif sk == "follower:anna":
            followers.add(pk.removeprefix("title:"))
    marks, marked = found["marks"], repository(cloud).marked("anna")
    assert marks == found["order"]
    assert followers == marks.get("follow", set()) == marked.followed
    assert (marks.get("watched", set()), marks.get("hidden", set())) == (marked.watched, marked.hidden)
    return marks


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(CHANGES, st.none() | CHANGES), max_size=5))
@example([(("rating", "1", 3), None), (("rating", "1", None), ("rating", "1", 8))])
@example([(("follow", "1", 3), ("follow", "1", 3)), (("follow", "1", None), ("follow", "1", None))])
def test_mark_stands_everywhere_or_nowhere_whoever_comes_in_between(
    cloud: Cloud, changes: list[tuple[Change, Change | None]]
) -> None:
    empty(cloud)
    expected: dict[str, set[str]] = {}
    for mine, other in changes:
        writes = [partial(change, cloud, other)] if other else []
        with before_requests(cloud.viewers_table.client, overtaking(*writes)):
            change(cloud, mine)
        expected = everywhere(cloud)
        assert (mine[1] in expected.get(mine[0], set())) == (mine[2] is not None)

    for kind in KINDS:
        found, following = repository(cloud).page("anna", kind, 10, None)
        assert ({each.title_id for each in found}, following) == (expected.get(kind, set()), None)


@pytest.mark.parametrize("kind", KINDS)
def test_mark_set_ten_times_is_one_and_keeps_its_moment(cloud: Cloud, kind: MarkKind) -> None:
    repository(cloud).put("anna", mark(kind, at=NOON, rating=7))
    for _ in range(10):
        repository(cloud).put("anna", mark(kind, at=LATER, rating=7))

    assert everywhere(cloud) == {kind: {"1"}}
    assert repository(cloud).page("anna", kind, 10, None) == ([mark(kind, at=NOON, rating=7)], None)


@pytest.mark.parametrize("at", [pytest.param(LATER, id="later"), pytest.param(NOON, id="in the same millisecond")])
def test_another_rating_replaces_the_one_before(cloud: Cloud, at: str) -> None:
    repository(cloud).put("anna", mark("rating", at=NOON, rating=7))

    repository(cloud).put("anna", mark("rating", at=at, rating=3))

    assert repository(cloud).page("anna", "rating", 10, None) == ([mark("rating", at=at, rating=3)], None)
    assert repository(cloud).get("anna", "rating", "1") == mark("rating", at=at, rating=3)


def test_mark_taken_back_ten_times_is_gone_and_only_the_first_time_says_that_it_was_there(cloud: Cloud) -> None:
    repository(cloud).put("anna", mark())

    assert [repository(cloud).remove("anna", "follow", "1") for _ in range(10)] == [True, *[False] * 9]
    assert everywhere(cloud) == {}


def test_followers_of_a_title_are_known_and_those_of_others_do_not_count(cloud: Cloud) -> None:
    repository(cloud).put("anna", mark(title_id="1"))
    repository(cloud).put("ben", mark(title_id="1"))
    repository(cloud).put("ben", mark("watched", "2"))
    repository(cloud).remove("anna", "follow", "1")

    assert [has_followers(cloud.viewers_table, title_id) for title_id in ("1", "2", "11")] == [True, False, False]
    repository(cloud).remove("ben", "follow", "1")
    assert not has_followers(cloud.viewers_table, "1")


@pytest.mark.parametrize("kind", ["follow", "watched", "hidden"])
def test_more_than_there_may_be_are_refused_with_the_limit(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, kind: MarkKind
) -> None:
    monkeypatch.setattr(module, "SETS", {each: (name, 2) for each, (name, _) in module.SETS.items()})
    for title_id in ("1", "2"):
        repository(cloud).put("anna", mark(kind, title_id))

    with pytest.raises(InvalidInput) as refusal:
        repository(cloud).put("anna", mark(kind, "3"))

    assert (refusal.value.code, refusal.value.details) == ("limit_reached", {"limit": 2})
    assert everywhere(cloud) == {kind: {"1", "2"}}
    repository(cloud).put("anna", mark(kind, "1"))
    repository(cloud).remove("anna", kind, "1")
    repository(cloud).put("anna", mark(kind, "3"))
    assert everywhere(cloud) == {kind: {"2", "3"}}


def test_largest_sets_fit_into_one_item() -> None:
    bytes_of_an_id = 12  # DynamoDB: two digits a byte, and one or two more; an id has at most 19 digits

    assert sum(most for _, most in module.SETS.values()) * bytes_of_an_id < 400_000


def test_marks_that_meet_are_tried_again(cloud: Cloud) -> None:
    with before_requests(cloud.viewers_table.client, colliding(5)):
        repository(cloud).put("anna", mark())

    assert everywhere(cloud) == {"follow": {"1"}}


def test_mark_that_always_meets_others_gives_up_loudly_and_leaves_nothing(cloud: Cloud) -> None:
    with before_requests(cloud.viewers_table.client, colliding(1_000)), pytest.raises(Conflict):
        repository(cloud).put("anna", mark())

    assert everywhere(cloud) == {}


def test_erased_viewer_marks_nothing(cloud: Cloud) -> None:
    AccountRepository(cloud.viewers_table).erase("anna", cloud.viewers, deadline=float("inf"))

    for kind in KINDS:
        with pytest.raises(AccountErased):
            repository(cloud).put("anna", mark(kind, rating=5))
    assert everywhere(cloud) == {}


MOMENTS = st.sampled_from([NOON, LATER, "2026-03-11T00:00:00.000Z"])
TITLES = st.integers(1, 9).map(str)
TIMED = st.dictionaries(TITLES, MOMENTS, max_size=7)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=TIMED, meanwhile=TIMED, removed=st.sets(TITLES, max_size=3), size=st.integers(1, 4))
def test_pages_hold_every_mark_once_in_order_while_others_come_and_go(
    cloud: Cloud, before: dict[str, str], meanwhile: dict[str, str], removed: set[str], size: int
) -> None:
    empty(cloud)
    for title_id, at in before.items():
        repository(cloud).put("anna", mark("rating", title_id, at=at, rating=5))
    walked, after = repository(cloud).page("anna", "rating", size, None)
    for title_id in removed:
        repository(cloud).remove("anna", "rating", title_id)
    for title_id in meanwhile.keys() - before.keys():
        repository(cloud).put("anna", mark("rating", title_id, at=meanwhile[title_id], rating=5))
    while after:
        page, after = repository(cloud).page("anna", "rating", size, after)
        walked += page

    ids, moments = [each.title_id for each in walked], [each.at for each in walked]
    assert len(ids) == len(set(ids))
    assert moments == sorted(moments, reverse=True)
    assert before.keys() - removed <= set(ids) <= before.keys() | meanwhile.keys()
