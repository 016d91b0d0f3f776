"""What trusted producers tell of viewers becomes their marks."""

import itertools
from functools import partial

import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activity_consumer import handler
from marquee import aws
from marquee.models.viewers import Mark, MarkKind
from marquee.repositories import marks as module
from marquee.repositories.accounts import AccountRepository
from marquee.repositories.followers import has_followers
from marquee.repositories.marks import MarkRepository
from tests.fakes.activity import (
    DAY,
    NEXT_DAY,
    NOON,
    TAKEN_AT,
    Told,
    by_viewer,
    consume,
    counters,
    deliver,
    numbered,
    quarantined,
    rated,
    tally,
)
from tests.fakes.interruptions import before_requests, colliding, overtaking
from tests.fakes.titles import listed, listing, title
from tests.unit.conftest import Cloud

EARLIER, LATER = f"{DAY}T11:00:00.000Z", f"{DAY}T13:00:00.000Z"
FOLLOWED = by_viewer("a", "title_followed")


@pytest.fixture(autouse=True)
def known(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    """A viewer and a title, and a consumer that trusts one producer."""
    handler.consumer.cache_clear()
    monkeypatch.setenv("TRUSTED_PRODUCERS", "demo,other")
    monkeypatch.setattr(handler.consumer()._follow_ups._marks, "_sleep", lambda seconds: None)
    listed(cloud.titles, title("11", listing=listing(title="Alien", year=1979)))
    cloud.viewers.change_settings("anna", region="GB")


def marks(cloud: Cloud) -> MarkRepository:
    return MarkRepository(cloud.viewers_table, sleep=lambda seconds: None)


def mark(cloud: Cloud, kind: MarkKind) -> Mark | None:
    return marks(cloud).get("anna", kind, "11")


def alien(kind: MarkKind, at: str = NOON, rating: int | None = None) -> Mark:
    return Mark(kind=kind, title_id="11", title="Alien", year=1979, rating=rating, at=at)


def test_what_a_trusted_producer_tells_becomes_marks_of_the_viewer(cloud: Cloud) -> None:
    consume(FOLLOWED, by_viewer("b", "title_watched", producer="other"), rated("c", 8, user_id="anna"))

    assert mark(cloud, "follow") == alien("follow")
    assert mark(cloud, "watched") == alien("watched")
    assert mark(cloud, "rating") == alien("rating", rating=8)
    assert has_followers(cloud.viewers_table, "11")


@pytest.mark.parametrize(
    "event",
    [
        pytest.param(by_viewer("a", "title_watched", producer="stranger"), id="a producer that is not trusted"),
        pytest.param(by_viewer("a", "title_watched", producer=""), id="a producer without a name"),
        pytest.param(Told("a", "title_watched"), id="no viewer"),
        pytest.param(by_viewer("a", "title_viewed"), id="only looked at"),
        pytest.param(by_viewer("a", "title_watched", "nobody"), id="unknown viewer"),
        pytest.param(by_viewer("a", "title_watched", title_id=99), id="unknown title"),
    ],
)
def test_other_events_are_counted_and_mark_nothing(cloud: Cloud, event: Told) -> None:
    before = cloud.items(cloud.viewers_table)

    assert consume(event) == []

    assert cloud.items(cloud.viewers_table) == before
    assert counters(cloud.operations) == tally([event])
    assert quarantined(cloud) == {}


@pytest.mark.parametrize("chosen", ["", ","], ids=["none", "commas"])
def test_nobody_is_trusted_where_nobody_is_named(cloud: Cloud, monkeypatch: pytest.MonkeyPatch, chosen: str) -> None:
    monkeypatch.setenv("TRUSTED_PRODUCERS", chosen)
    handler.consumer.cache_clear()

    consume(FOLLOWED, by_viewer("b", "title_watched", producer=""))

    assert (mark(cloud, "follow"), mark(cloud, "watched")) == (None, None)


def test_viewer_who_has_been_erased_gets_no_mark(cloud: Cloud) -> None:
    erase = partial(AccountRepository(cloud.viewers_table).erase, "anna", cloud.viewers, float("inf"))

    def erase_before_the_mark(operation: str) -> None:
        if operation == "TransactWriteItems" and ("event:a", "applied") in cloud.items(cloud.operations):
            erase_once()

    erase_once = partial(overtaking(erase), "TransactWriteItems")
    with before_requests(aws.dynamodb(), erase_before_the_mark):
        assert consume(FOLLOWED) == []

    assert {pk.partition(":")[0] for pk, _ in cloud.items(cloud.viewers_table)} == {"erased"}
    assert deliver(numbered([by_viewer("b", "title_watched")], first=2)) == []
    assert mark(cloud, "watched") is None


def test_viewer_with_as_many_marks_as_there_may_be_gets_no_more_and_holds_nothing_up(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SETS", {**module.SETS, "follow": ("followed", 1)})
    marks(cloud).put("anna", Mark(kind="follow", title_id="12", title="Aliens", at=NOON))

    assert consume(FOLLOWED, by_viewer("b", "title_watched")) == []

    assert (mark(cloud, "follow"), mark(cloud, "watched")) == (None, alien("watched"))


@pytest.mark.parametrize("at", [NOON, LATER], ids=["at the same moment", "later"])
def test_what_the_viewer_said_later_stays(cloud: Cloud, at: str) -> None:
    marks(cloud).put("anna", alien("rating", at, rating=9))

    consume(rated("a", 3, user_id="anna"))

    assert mark(cloud, "rating") == alien("rating", at, rating=9)


def test_moment_to_come_does_not_win_over_what_the_viewer_says_then(cloud: Cloud) -> None:
    consume(by_viewer("a", "title_watched", timestamp=f"{NEXT_DAY}T00:00:02.000Z"))

    assert mark(cloud, "watched") == alien("watched", TAKEN_AT)


def test_mark_that_the_viewer_has_taken_back_does_not_return_with_the_record(cloud: Cloud) -> None:
    records = numbered([FOLLOWED, rated("b", 3, user_id="anna")])
    deliver(records)
    marks(cloud).remove("anna", "follow", "11")
    marks(cloud).remove("anna", "rating", "11")

    deliver(records)
    deliver(numbered([FOLLOWED], first=9))

    assert (mark(cloud, "follow"), mark(cloud, "rating")) == (None, None)


def test_record_whose_mark_cannot_be_set_now_comes_again_and_is_counted_once(cloud: Cloud) -> None:
    events = [by_viewer("b", "title_watched"), FOLLOWED, rated("c", 8, user_id="anna")]
    seen = itertools.count()

    def collide(operation: str) -> object:
        # The first transaction counts the events, the second is the first mark; ten attempts of the second mark fail.
        if operation == "TransactWriteItems" and 2 <= next(seen) < 2 + module.ATTEMPTS:
            return colliding(1)(operation)
        return None

    with before_requests(aws.dynamodb(), collide):
        assert consume(*events) == ["2"]
    assert (mark(cloud, "watched"), mark(cloud, "follow")) == (alien("watched"), None)

    assert deliver(numbered(events)[1:]) == []

    assert mark(cloud, "follow") == alien("follow")
    assert counters(cloud.operations) == tally(events)


def test_mark_that_can_never_be_written_is_set_aside_and_holds_nothing_up(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = handler.consumer()._follow_ups._marks._table
    write, unusable = table.transact, ClientError({"Error": {"Code": "ValidationException"}}, "TransactWriteItems")

    def transact(actions: list[object]) -> None:
        if "follow:11" in str(actions):
            raise unusable
        write(actions)  # type: ignore[arg-type]

    monkeypatch.setattr(table, "transact", transact)

    assert consume(FOLLOWED, by_viewer("b", "title_watched")) == []

    assert mark(cloud, "watched") == alien("watched")
    ((original, reason),) = quarantined(cloud).items()
    assert (original, "cannot be applied" in reason) == (FOLLOWED.data(), True)


MOMENTS = st.sampled_from([EARLIER, NOON, LATER])
TOLD = st.one_of(
    st.tuples(st.just("title_rated"), MOMENTS, st.sampled_from([3, 8])),
    st.tuples(st.sampled_from(["title_watched", "title_followed"]), MOMENTS, st.none()),
)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(TOLD, max_size=5, unique=True), st.data())
def test_marks_are_the_same_in_whatever_order_the_events_come(
    cloud: Cloud, told: list[tuple[str, str, int | None]], data: st.DataObject
) -> None:
    found = []
    for order in (told, data.draw(st.permutations(told))):
        for table in (cloud.operations, cloud.viewers_table):
            table.batch_write(deletes=cloud.items(table))
        cloud.viewers.change_settings("anna", region="GB")
        for number, (event_type, at, rating) in enumerate(order, start=1):
            more = (("user_id", "anna"), *((("rating", rating),) if rating else ()))
            event = Told(f"{number}", event_type, timestamp=at, more=more)
            deliver(numbered([event, event], first=2 * number))
        kinds: tuple[MarkKind, ...] = ("follow", "watched", "rating")
        found.append([mark(cloud, kind) for kind in kinds])
        pages = [marks(cloud).page("anna", kind, 10, None) for kind in kinds]
        assert pages == [([each] if each else [], None) for each in found[-1]]

    assert found[0] == found[1]
    latest = {kind: max((at for event_type, at, _ in told if event_type == kind), default=None) for kind, _, _ in told}
    assert {each.at for each in found[0] if each} == set(latest.values())
