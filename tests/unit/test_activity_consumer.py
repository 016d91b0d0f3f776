"""What events of other systems come to: counters, archive, quarantine."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from activity_consumer import handler
from marquee import clock
from marquee.repositories import activity as repository
from tests.fakes.activity import (
    DAY,
    NEXT_DAY,
    OTHER_SHARD,
    SHARD,
    Told,
    archived,
    consume,
    counters,
    deliver,
    lines,
    numbered,
    objects,
    quarantined,
    rated,
    tally,
)
from tests.unit import events as title_events
from tests.unit.conftest import Cloud, FakeContext
from title_consumer import handler as title_consumer


@pytest.fixture(autouse=True)
def fresh_consumers() -> None:
    handler.consumer.cache_clear()
    title_consumer.consumer.cache_clear()


def changed(data: bytes, change: Callable[[dict[str, Any]], Any]) -> bytes:
    """Return an event with its payload changed in place."""
    body = json.loads(data)
    change(body["payload"])
    return json.dumps(body).encode()


def test_events_are_counted_by_title_and_day_and_by_type(cloud: Cloud) -> None:
    consume(
        Told("a"),
        Told("b", "title_watched"),
        rated("c", 7),
        rated("d", 4),
        Told("e", "title_followed", title_id=12),
        Told("f", timestamp=f"{NEXT_DAY}T00:00:00.000Z"),
    )

    eleven, twelve = f"activity:{DAY} title:11", f"activity:{DAY} title:12"
    assert counters(cloud.operations) == {
        (eleven, "views"): 1,
        (eleven, "watches"): 1,
        (eleven, "ratings"): 2,
        (eleven, "rating_sum"): 11,
        (eleven, "score"): 1 + 3 + 2 * 2,
        (twelve, "follows"): 1,
        (twelve, "score"): 2,
        (f"activity:{NEXT_DAY} title:11", "views"): 1,
        (f"activity:{NEXT_DAY} title:11", "score"): 1,
        (f"activity:{DAY} type:title_viewed", "events"): 1,
        (f"activity:{DAY} type:title_watched", "events"): 1,
        (f"activity:{DAY} type:title_rated", "events"): 2,
        (f"activity:{DAY} type:title_followed", "events"): 1,
        (f"activity:{NEXT_DAY} type:title_viewed", "events"): 1,
    }


def test_titles_have_a_place_among_those_of_the_day_and_types_a_row_a_shard(cloud: Cloud) -> None:
    deliver(numbered([Told("a")]))
    deliver(numbered([Told("b")], first=50), OTHER_SHARD)

    items = cloud.items(cloud.operations)
    rows = {sk: item.get("trending_day") for (pk, sk), item in items.items() if pk == f"activity:{DAY}"}
    assert rows == {
        "title:11": {"S": DAY},
        f"type:title_viewed#{SHARD}": None,
        f"type:title_viewed#{OTHER_SHARD}": None,
    }


@pytest.mark.parametrize("title_id", [12, "12", 12.0], ids=["number", "text", "number with a point"])
def test_title_is_the_same_however_its_id_is_written(cloud: Cloud, title_id: Any) -> None:
    consume(Told("a", title_id=title_id))

    assert counters(cloud.operations)[f"activity:{DAY} title:12", "views"] == 1


def test_archive_has_a_line_an_event_under_the_day_on_which_it_was_taken(cloud: Cloud) -> None:
    early = Told("a", "search_performed", ingested_at=f"{DAY}T23:59:59.999Z", more=(("query", "é\u2028\n\x85 end"),))
    late = [Told("b"), rated("c", 10)]

    consume(early, *late)

    assert objects() == {
        f"activity/day={DAY}/{SHARD}-1-3.ndjson.gz": [early.line()],
        f"activity/day={NEXT_DAY}/{SHARD}-1-3.ndjson.gz": [each.line() for each in late],
    }


def test_moments_are_stored_in_utc(cloud: Cloud) -> None:
    consume(Told("a", timestamp=f"{NEXT_DAY}T01:30:00+02:00", ingested_at=f"{NEXT_DAY}T02:00:00+02:00"))

    (line,) = archived()
    assert (line["timestamp"], line["ingested_at"]) == (f"{DAY}T23:30:00.000Z", f"{NEXT_DAY}T00:00:00.000Z")
    assert (f"activity:{DAY} title:11", "views") in counters(cloud.operations)


@pytest.mark.parametrize("count", [99, 250])
def test_more_events_than_a_transaction_takes_are_all_counted(cloud: Cloud, count: int) -> None:
    events = [
        Told(f"e{n:03}", title_id=n + 1, timestamp=f"2026-02-{n % 28 + 1:02}T00:00:00.000Z") for n in range(count)
    ]

    assert consume(*events) == []

    assert counters(cloud.operations) == tally(events)
    assert archived() == lines(events)


def test_same_event_in_two_records_is_one(cloud: Cloud) -> None:
    event = rated("a", 9)

    deliver(numbered([event, event, Told("b")]))
    deliver(numbered([Told("c"), event], first=4))
    deliver(numbered([event], first=50), OTHER_SHARD)

    assert counters(cloud.operations) == tally([event, Told("b"), Told("c")])
    assert archived() == lines([event, Told("b"), Told("c")])


GOOD = Told("a").data()
# What the filter lets through and no consumer can use.
BAD = {
    "unknown type": (GOOD.replace(b"title_viewed", b"title_sung"), "unknown event type"),
    "two types": (GOOD.replace(b"activity.title_viewed", b"activity.title_rated"), "carries 'title_viewed'"),
    "payload does not fit": (changed(GOOD, lambda body: body["payload"].update(title_id=0)), "payload.title_id"),
    "field missing": (changed(GOOD, lambda body: body["payload"].clear()), "title_id"),
    "no payload": (changed(GOOD, lambda body: body.pop("payload")), "payload: Field required"),
    "no producer": (changed(GOOD, lambda body: body.pop("producer")), "producer: Field required"),
    "no moment": (changed(GOOD, lambda body: body.update(timestamp="yesterday")), "timestamp: Value error"),
    "no such day": (
        changed(GOOD, lambda body: body.update(ingested_at="2026-02-30T00:00:00Z")),
        "ingested_at: Value error",
    ),
    "half a character": (changed(GOOD, lambda body: body["payload"].update(x="\ud800")), "cannot be told in JSON"),
    "no number": (changed(GOOD, lambda body: body["payload"].update(x=float("nan"))), "cannot be told in JSON"),
}
# What is no event at all, or somebody else's.
NOT_OURS = {
    "not JSON": b"\xff not JSON",
    "an array": b"[]",
    "no publisher": GOOD.replace(b"publishingComponent", b"publishing"),
    "name with half a character": GOOD.replace(b'"eventId":"a"', b'"eventId":"\\ud800"'),
    "unknown kind": GOOD.replace(b"activity.title_viewed", b"weather.changed"),
}


@pytest.mark.parametrize(("data", "reason"), BAD.values(), ids=BAD.keys())
def test_event_that_cannot_be_used_is_set_aside_with_the_reason_and_holds_nothing_up(
    cloud: Cloud, data: bytes, reason: str
) -> None:
    assert consume(data, Told("b"), data) == []

    ((original, why),) = quarantined(cloud).items()
    assert (original, reason in why) == (data, True), why
    notices = [json.loads(each) for each in cloud.messages("QUARANTINE_QUEUE_URL")]
    assert {each["reason"] for each in notices} == {why}
    assert (counters(cloud.operations), archived()) == (tally([Told("b")]), lines([Told("b")]))


@pytest.mark.parametrize(
    "data", [*(data for data, _ in BAD.values()), *NOT_OURS.values()], ids=[*BAD.keys(), *NOT_OURS.keys()]
)
def test_bad_record_is_set_aside_by_one_consumer_alone(cloud: Cloud, data: bytes) -> None:
    consume(data)
    here = quarantined(cloud)
    cloud.operations.batch_write(deletes=cloud.items(cloud.operations))

    title_consumer.lambda_handler(title_events.kinesis(data), FakeContext())  # type: ignore[arg-type]

    assert [data in here, data in quarantined(cloud)] in ([True, False], [False, True])


def test_batch_of_nothing_usable_leaves_no_object(cloud: Cloud) -> None:
    assert consume(BAD["unknown type"][0], NOT_OURS["not JSON"]) == []

    assert (objects(), counters(cloud.operations)) == ({}, {})


def test_claim_outlives_the_stream_and_counters_a_year(cloud: Cloud) -> None:
    consume(Told("a"))

    items = cloud.items(cloud.operations)
    claim, counter = items["event:a", "applied"], items[f"activity:{DAY}", "title:11"]
    days = [(int(item["expires_at"]["N"]) - clock.parse(clock.now()).timestamp()) / 86_400 for item in (claim, counter)]
    assert [round(each) for each in days] == [repository.CLAIM_DAYS, repository.COUNTER_DAYS]
    assert (claim["sequence"]["S"], claim["object"]["S"]) == ("1", f"activity/day={NEXT_DAY}/{SHARD}-1-1.ndjson.gz")
