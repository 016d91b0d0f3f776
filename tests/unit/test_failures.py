"""The inbox of failures: the same failure is one record, whatever happens to it, and the counts are right."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marquee.errors import NotFound
from marquee.repositories.failures import FailureRepository
from tests.fakes.failures import failure
from tests.unit.conftest import Cloud

A, B, C = "a" * 32, "b" * 32, "c" * 32


@pytest.fixture
def inbox(cloud: Cloud) -> FailureRepository:
    return FailureRepository(cloud.operations)


def test_same_failure_again_is_the_same_record_with_one_more_attempt(inbox: FailureRepository) -> None:
    inbox.add(failure(A))
    inbox.add(failure(A, message_id="m2", reason="still down", first_at="2026-11-02T05:00:00.000Z"))

    found = inbox.require(A)
    assert (found.attempts, found.reason, found.first_at) == (2, "still down", failure().first_at)
    assert inbox.open_by_source() == {"listing": 1}


def test_batch_that_comes_again_counts_each_of_its_messages_once_and_opens_nothing_that_was_closed(
    inbox: FailureRepository,
) -> None:
    batch = [failure(A, message_id=name) for name in ("m1", "m2", "m3")]
    for each in batch:
        inbox.add(each)
    inbox.discard(A, "ann", "seen to")

    for each in batch:
        inbox.add(each)

    assert (inbox.require(A).attempts, inbox.require(A).state) == (3, "discarded")


def test_message_that_is_delivered_twice_counts_once(inbox: FailureRepository) -> None:
    for _ in range(2):
        inbox.add(failure(A))

    assert inbox.require(A).attempts == 1
    assert inbox.open_by_source() == {"listing": 1}


def test_discarded_failure_keeps_who_and_why_and_is_listed_as_such(inbox: FailureRepository) -> None:
    inbox.add(failure(A))

    for _ in range(2):
        inbox.discard(A, "admin:anna", "not worth it")

    found = inbox.require(A)
    assert (found.state, found.who, found.note) == ("discarded", "admin:anna", "not worth it")
    assert [each.id for each in inbox.list()[0]] == []
    assert [each.id for each in inbox.list(state="discarded")[0]] == [A]
    assert inbox.open_by_source() == {}


def test_closed_failure_expires_and_an_open_one_does_not(inbox: FailureRepository, cloud: Cloud) -> None:
    inbox.add(failure(A))
    assert "expires_at" not in cloud.items(cloud.operations)[f"failure:{A}", "record"]

    inbox.replayed(inbox.require(A), "cli:anna")

    assert "expires_at" in cloud.items(cloud.operations)[f"failure:{A}", "record"]


def test_failure_that_fails_again_after_its_replay_is_open_again(inbox: FailureRepository) -> None:
    inbox.add(failure(A))
    inbox.replayed(inbox.require(A), "cli:anna")
    assert inbox.open_by_source() == {}

    inbox.add(failure(A, message_id="m2"))

    assert (inbox.require(A).state, inbox.require(A).attempts) == ("open", 2)
    assert inbox.open_by_source() == {"listing": 1}


def test_replay_that_was_overtaken_by_the_same_failure_leaves_it_open(inbox: FailureRepository) -> None:
    inbox.add(failure(A))
    read = inbox.require(A)
    inbox.add(failure(A, message_id="m2"))

    assert not inbox.replayed(read, "cli:anna")
    assert inbox.require(A).state == "open"
    assert inbox.open_by_source() == {"listing": 1}


def test_list_is_the_latest_first_page_by_page_without_payloads(inbox: FailureRepository) -> None:
    for day, name in enumerate((A, B, C), start=1):
        inbox.add(failure(name, last_at=f"2026-11-0{day}T05:00:00.000Z", payload="secret"))

    first, following = inbox.list(limit=2)
    second, end = inbox.list(limit=2, below=following)

    assert [each.id for each in (*first, *second)] == [C, B, A]
    assert end is None
    assert {each.payload for each in first} == {""}


def test_list_shows_only_what_is_asked_for(inbox: FailureRepository) -> None:
    inbox.add(failure(A))
    inbox.add(failure(B, source="enrichment", kind="enrichment"))

    assert [each.id for each in inbox.list(source="enrichment")[0]] == [B]
    assert [each.id for each in inbox.list(kind="message")[0]] == [A]
    assert inbox.open_by_source() == {"enrichment": 1, "listing": 1}


def test_failure_that_there_is_not_cannot_be_discarded(inbox: FailureRepository) -> None:
    with pytest.raises(NotFound):
        inbox.discard(A, "admin:anna", "why")


STEPS = st.lists(
    st.tuples(st.sampled_from([A, B]), st.sampled_from(["fails", "delivered", "replayed", "discarded"])), max_size=10
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_open_ones_are_counted_right_in_any_order_of_what_happens(cloud: Cloud, steps: list[tuple[str, str]]) -> None:
    for key in cloud.items(cloud.operations):
        cloud.operations.delete(*key)
    inbox, told = FailureRepository(cloud.operations), Counter[str]()
    for name, step in steps:
        known = inbox.get(name)
        if step == "fails" or (step == "delivered" and not known):
            told[name] += 1
            inbox.add(failure(name, message_id=f"m{told[name]}"))
        elif step == "delivered" and known:
            inbox.add(failure(name, message_id=known.message_id))
        elif known and step == "replayed":
            inbox.replayed(known, "who")
        elif known:
            inbox.discard(name, "who", "why")

    found = [each for name in (A, B) if (each := inbox.get(name))]
    assert {each.id: each.attempts for each in found} == dict(told)
    assert sum(inbox.open_by_source().values()) == len(inbox.list()[0]) == sum(each.state == "open" for each in found)
