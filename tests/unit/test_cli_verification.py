"""Verifying a run: from the API over the consumer to archive and counters, and what may be wrong there."""

import json
from datetime import timedelta

import pytest

from cli.readings import Readings, days_of
from cli.tally import Counts
from cli.verification import Difference
from marquee import clock, keys
from marquee.messages.activity import event_id
from tests.fakes.events_cloud import EventsCloud
from tests.unit.conftest import Cloud


@pytest.fixture
def events(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> EventsCloud:
    """An environment in memory."""
    found = EventsCloud(cloud)
    found.install(monkeypatch)
    return found


def places(found: list[Difference]) -> set[tuple[str, str]]:
    return {(each.where, each.what) for each in found}


def test_consumed_run_equals_its_tally(events: EventsCloud) -> None:
    tally = events.run(bad=0.2, duplicates=0.1, bad_records=5)
    events.consume()

    assert tally.accepted.events > 150
    assert events.differences(tally) == []


def test_run_that_was_consumed_again_and_again_still_equals_its_tally(events: EventsCloud) -> None:
    tally = events.run(count=100, duplicates=0.1)
    events.consume()
    events.inlet.kinesis.records.reverse()
    events.consume()

    assert events.differences(tally) == []


def test_counters_of_an_earlier_run_are_taken_into_account(events: EventsCloud) -> None:
    events.run(count=50)
    events.consume()
    events.inlet.kinesis.records.clear()

    tally = events.run(count=50)
    events.consume()

    assert tally.before is not None
    assert tally.before.events == 50
    assert events.differences(tally) == []


def test_event_that_was_lost_is_missing_everywhere(events: EventsCloud) -> None:
    tally = events.run(count=30)
    del events.inlet.kinesis.records[7]
    events.consume()

    found = places(events.differences(tally))
    assert {("archive", "events"), ("archive", "checksum"), ("counters", "events")} <= found
    assert sum(what.startswith("event ") for _, what in found) == 1


def test_event_of_which_nobody_knew_counts_if_the_archive_has_it(events: EventsCloud) -> None:
    tally = events.run(count=30)
    events.consume()
    unsure = tally.model_copy(update={"accepted": Counts(), "good": 35, "unknown": list(range(35))})

    assert events.differences(unsure) == []


def test_event_that_stands_twice_is_found(events: EventsCloud) -> None:
    tally = events.run(count=30)
    events.consume()
    events.rewrite(lambda lines: lines.append(lines[0]))

    (difference,) = events.differences(tally)
    assert (difference.where, difference.expected, difference.found) == ("archive", 1, 2)


def test_event_that_was_changed_on_the_way_is_found(events: EventsCloud) -> None:
    tally = events.run(count=30)
    events.consume()

    def change(lines: list[str]) -> None:
        line = json.loads(lines[0])
        lines[0] = json.dumps(line | {"payload": line["payload"] | {"more": 1}})

    events.rewrite(change)

    assert places(events.differences(tally)) == {("archive", "checksum")}


def test_bad_event_in_the_archive_is_found(events: EventsCloud) -> None:
    tally = events.run(count=40, bad=0.3)
    events.consume()
    key = tally.bad_key(2)
    events.rewrite(lambda lines: lines.append(json.dumps(json.loads(lines[0]) | {"event_id": event_id("demo", key)})))

    assert places(events.differences(tally)) == {("archive", f"bad event {key}")}


@pytest.mark.parametrize("name", ["views", "watches", "ratings", "rating_sum", "follows", "score"])
def test_counter_that_is_off_is_found(events: EventsCloud, name: str) -> None:
    tally = events.run(count=60)
    events.consume()
    day, names = tally.started_at[:10], {"#name": name}
    row = keys.activity(day), keys.title("11")
    events.cloud.operations.update(*row, "ADD #name :one", {":one": 1}, ExpressionAttributeNames=names)

    assert places(events.differences(tally)) == {("counters", f"{day} title 11")}


def test_events_of_others_do_not_disturb_the_archive(events: EventsCloud) -> None:
    tally = events.run(count=30)
    tally.before = None
    events.run(count=30)
    events.consume()

    assert events.differences(tally) == []


def test_bad_record_that_the_quarantine_lacks_and_unexpected_answer_are_found(events: EventsCloud) -> None:
    tally = events.run(count=10, bad_records=1)
    tally.surprises["500 Internal server error"] = 1
    (record,) = tally.bad_records

    found = places(events.differences(tally))
    assert {("quarantine", f"record {record} (unknown type)"), ("answers", "500 Internal server error")} <= found


def test_archive_is_read_for_the_time_of_the_run_only(events: EventsCloud) -> None:
    tally = events.run(count=10)
    events.consume()
    later = clock.timestamp(clock.parse(tally.started_at) + timedelta(hours=1))
    earlier = clock.timestamp(clock.parse(tally.started_at) - timedelta(days=3))
    readings = Readings.of(events.place)

    assert len(list(readings.archived(tally.started_at, tally.ended_at))) == 10
    assert list(readings.archived(later, later)) == []
    assert list(readings.archived(earlier, earlier)) == []


def test_days_are_those_between_in_utc() -> None:
    since, until = clock.parse("2026-02-27T23:59:00Z"), clock.parse("2026-03-01T00:30:00+02:00")

    assert days_of(since, until) == ["2026-02-27", "2026-02-28"]
