"""A short part of `make chaos`, and the proof that it finds what it looks for."""

import os
from collections.abc import Iterator
from typing import Any

import pytest

from marquee import aws
from tests.chaos.faults import KINDS
from tests.chaos.running import Tally, exhaust, mix, try_one
from tests.chaos.scenario import Feed, Scenario
from tests.chaos.scenarios import SCENARIOS
from tests.chaos.world import World, message

SEED = 11
# Of the requests of a function so many are tried here, `make chaos` tries all.
EVERY = 7
QUICK = {
    *("activity_consumer", "title_consumer", "preference_watch", "notification_fanout", "digest_sender"),
    *("failure_inbox", "ingest_api", "availability_watch"),
}


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with World() as found:
        yield found


@pytest.mark.parametrize("make", [each for each in SCENARIOS if each.name in QUICK], ids=lambda each: each.name)
def test_function_loses_nothing_whatever_happens_to_its_requests(world: World, make: type[Scenario]) -> None:
    tally = exhaust(world, make, SEED, every=EVERY)
    mix(world, make, tally, SEED, 1)

    assert [str(each) for each in tally.losses] == []
    assert tally.survived.total() > len(KINDS)


class Notes(Scenario):
    """A function that sends a message once; how it remembers that it has is what a test is about."""

    name, holds = "notes", "one message"

    def prepare(self) -> None:
        feed = Feed(self.take)
        feed.add(message("note", "note"))
        self.feeds.append(feed)

    def take(self, event: dict[str, Any], _: object) -> dict[str, Any]:
        raise NotImplementedError

    def is_done(self) -> bool:
        return self.cloud.operations.get("note", "note", consistent=True) is not None

    def mark(self) -> None:
        self.cloud.operations.put({"PK": "note", "SK": "note"})

    def send(self) -> None:
        aws.sqs().send_message(QueueUrl=os.environ["LISTING_QUEUE_URL"], MessageBody="note")

    def check(self) -> None:
        assert len(self.world.received("LISTING")) == 1


class MarksFirst(Notes):
    def take(self, event: dict[str, Any], _: object) -> dict[str, Any]:
        if not self.is_done():
            self.mark()
            self.send()
        return {}


class SendsFirst(Notes):
    def take(self, event: dict[str, Any], _: object) -> dict[str, Any]:
        if not self.is_done():
            self.send()
            self.mark()
        return {}


def lost(tally: Tally) -> set[str]:
    return {each.faults for each in tally.losses}


def test_message_that_is_marked_before_it_is_sent_is_found_to_be_lost(world: World) -> None:
    found = lost(exhaust(world, MarksFirst, SEED))

    assert {"killed after #1", "killed before #2", "throttled #2", "outage #2"} <= found
    assert not {"killed before #0", "killed before #1", "killed after #2", "throttled #1"} & found


def test_message_that_is_sent_before_it_is_marked_is_found_to_come_twice(world: World) -> None:
    found = lost(exhaust(world, SendsFirst, SEED))

    assert {"killed after #1", "killed before #2", "answer lost #1", "overtaken #1"} <= found
    assert not {"killed before #1", "killed after #2", "throttled #1"} & found


def test_same_seed_is_the_same_run(world: World) -> None:
    (make,) = (each for each in SCENARIOS if each.name == "notification_fanout")
    runs = []
    for _ in range(2):
        assert try_one(world, make, [], SEED) is None
        runs.append(list(world.injector.requests))

    assert runs[0] == runs[1]
