"""Every event is counted once and archived once, whatever happens to its records on the way."""

from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activity_consumer import handler
from marquee import aws
from marquee.errors import Conflict
from marquee.repositories import activity as repository
from tests.fakes.activity import (
    DAY,
    OTHER_SHARD,
    SHARD,
    Record,
    Told,
    archived,
    by_viewer,
    counters,
    deliver,
    empty,
    lines,
    numbered,
    objects,
    quarantined,
    rated,
    reported,
    tally,
)
from tests.fakes.interruptions import Crash, before_requests, colliding, crashing, overtaking
from tests.fakes.titles import listed, title
from tests.unit.conftest import Cloud

BAD = Told("bad").data().replace(b"title_viewed", b"title_sung")
EVENTS = (
    Told("a"),
    by_viewer("b", "title_watched", ingested_at=f"{DAY}T23:59:59.000Z"),
    rated("c", 7, user_id="anna"),
    Told("d", "title_followed", title_id=12),
    reported("e"),
    Told("f", "title_watched", timestamp=f"{DAY}T00:00:00.000Z", ingested_at=f"{DAY}T00:00:01.000Z"),
)


@pytest.fixture(autouse=True)
def consumer(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    """A consumer that trusts the producer of the events, in a catalogue with one of their titles."""
    handler.consumer.cache_clear()
    monkeypatch.setenv("TRUSTED_PRODUCERS", "demo")
    monkeypatch.setattr(handler.consumer()._activity, "_sleep", lambda seconds: None)
    listed(cloud.titles, title("11"))


def crash_after(requests: int, records: list[Record], shard: str = SHARD) -> bool:
    """Deliver a batch to a function that dies before one of its requests; returns whether it came to that."""
    die = crashing(requests)
    with ExitStack() as stack:
        for client in (aws.dynamodb(), aws.s3(), aws.sqs()):
            stack.enter_context(before_requests(client, die))
        with suppress(Crash):
            deliver(records, shard)
            return False
    return True


def viewer(cloud: Cloud) -> None:
    cloud.viewers_table.put({"PK": "userpref:anna", "SK": "settings"})


def marks(cloud: Cloud) -> set[str]:
    return {sk for pk, sk in cloud.items(cloud.viewers_table) if pk == "user:anna" and ":" in sk}


DIVISIONS = {
    "as it was": [(0, 7)],
    "in halves": [(0, 3), (3, 7)],
    "one by one": [(n, n + 1) for n in range(7)],
    "with what came before and after": [(0, 2), (0, 7), (3, 9)],
    "in a larger batch": [(0, 9)],
}


@pytest.mark.parametrize("division", DIVISIONS.values(), ids=DIVISIONS.keys())
def test_batch_killed_after_any_step_is_made_good_however_it_comes_again(
    cloud: Cloud, division: list[tuple[int, int]]
) -> None:
    more = [Told("g"), Told("h")]
    records, crashes = numbered([*EVENTS, BAD, *more]), 0
    while True:
        empty(cloud)
        viewer(cloud)
        died = crash_after(crashes, records[:7])
        for begin, end in [*division, (7, 9)]:
            assert deliver(records[begin:end]) == []

        assert counters(cloud.operations) == tally([*EVENTS, *more])
        assert archived() == lines([*EVENTS, *more])
        assert quarantined(cloud).keys() == {BAD}
        assert marks(cloud) == {"watched:11", "rating:11"}
        assert cloud.messages("ENRICHMENT_QUEUE_URL")
        if not died:
            break
        crashes += 1
    assert crashes > 10


@dataclass(frozen=True)
class Delivery:
    """A batch of a shard, from a little before where it stands; it may die on the way."""

    shard: int
    back: int
    size: int
    dies_after: int | None


DELIVERIES = st.builds(
    Delivery, st.integers(0, 1), st.integers(0, 3), st.integers(1, 5), st.none() | st.integers(0, 14)
)
KNOWN = st.sampled_from([*EVENTS, BAD])


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.tuples(st.lists(KNOWN, max_size=7), st.lists(KNOWN, max_size=5)), st.lists(DELIVERIES, max_size=9))
def test_counters_and_archive_are_those_of_the_events_whatever_the_deliveries(
    cloud: Cloud, sent: tuple[list[Told | bytes], list[Told | bytes]], deliveries: list[Delivery]
) -> None:
    empty(cloud)
    shards, names, stands = [numbered(sent[0]), numbered(sent[1], first=100)], (SHARD, OTHER_SHARD), [0, 0]
    for each in deliveries:
        begin = max(0, stands[each.shard] - each.back)
        records = shards[each.shard][begin : begin + each.size]
        if not records:
            continue
        if each.dies_after is None or not crash_after(each.dies_after, records, names[each.shard]):
            deliver(records, names[each.shard])
            stands[each.shard] = max(stands[each.shard], begin + len(records))
    for shard, begin, name in zip(shards, stands, names, strict=True):
        if shard[begin:]:
            deliver(shard[begin:], name)

    events = [each for each in (*sent[0], *sent[1]) if isinstance(each, Told)]
    assert counters(cloud.operations) == tally(events)
    assert archived() == lines(events)
    assert quarantined(cloud).keys() == ({BAD} & {*sent[0], *sent[1]})


def test_batch_that_comes_ten_times_leaves_what_it_left_the_first_time(cloud: Cloud) -> None:
    viewer(cloud)
    records = numbered(EVENTS)
    deliver(records)
    first = [counters(cloud.operations), objects(), cloud.items(cloud.viewers_table)]
    asked = cloud.messages("ENRICHMENT_QUEUE_URL")

    for _ in range(9):
        assert deliver(records) == []

    assert [counters(cloud.operations), objects(), cloud.items(cloud.viewers_table)] == first
    assert (len(asked), cloud.messages("ENRICHMENT_QUEUE_URL")) == (1, [])


@pytest.mark.parametrize("step", ["TransactWriteItems", "PutObject"])
@pytest.mark.parametrize("shard", [SHARD, OTHER_SHARD], ids=["itself", "another shard"])
def test_events_that_somebody_takes_at_the_same_moment_count_once(cloud: Cloud, shard: str, step: str) -> None:
    records = numbered(EVENTS)
    others = records if shard == SHARD else numbered(EVENTS[2:4], first=100)

    overtake = overtaking(partial(deliver, others, shard), at=step)
    with before_requests(aws.dynamodb(), overtake), before_requests(aws.s3(), overtake):
        deliver(records)

    assert counters(cloud.operations) == tally(EVENTS)
    assert archived() == lines(EVENTS)


def test_transactions_that_meet_are_tried_again(cloud: Cloud) -> None:
    with before_requests(aws.dynamodb(), colliding(3)):
        deliver(numbered([Told("a")]))

    assert (counters(cloud.operations), archived()) == (tally([Told("a")]), lines([Told("a")]))


def test_batch_that_always_meets_others_fails_as_a_whole_and_leaves_nothing(cloud: Cloud) -> None:
    with before_requests(aws.dynamodb(), colliding(1_000)), pytest.raises(Conflict):
        deliver(numbered([Told("a")]))

    assert (counters(cloud.operations), archived()) == ({}, [])


@pytest.mark.parametrize("operation", ["put_object", "head_object"])
def test_archive_that_cannot_be_written_or_looked_at_fails_the_batch_and_loses_nothing(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, operation: str
) -> None:
    records = numbered(EVENTS)
    crash_after(2, records)
    error: Any = {"Error": {"Code": "403"}, "ResponseMetadata": {"HTTPStatusCode": 403}}

    def refuse(**_: object) -> None:
        raise ClientError(error, operation)

    with monkeypatch.context() as patch:
        patch.setattr(aws.s3(), operation, refuse)
        with pytest.raises(ClientError):
            deliver(records[:4])
    deliver(records[:4])
    deliver(records[4:])

    assert (counters(cloud.operations), archived()) == (tally(EVENTS), lines(EVENTS))


def test_claim_that_somebody_else_moves_fails_the_batch(cloud: Cloud) -> None:
    activity = repository.ActivityRepository(cloud.operations)
    activity.count([repository.Entry("a", repository.Claim("1", "here"), {})])

    with pytest.raises(Conflict):
        activity.move({"a": ("there", "elsewhere")})

    assert activity.claims(["a"]) == {"a": repository.Claim("1", "here")}


def test_events_of_one_batch_are_counted_in_few_transactions(cloud: Cloud) -> None:
    requests: list[str] = []
    events = [replace(EVENTS[0], id=f"e{n}") for n in range(96)]

    with before_requests(aws.dynamodb(), requests.append), before_requests(aws.s3(), requests.append):
        deliver(numbered(events))

    assert requests == ["BatchGetItem", "TransactWriteItems", "PutObject"]
