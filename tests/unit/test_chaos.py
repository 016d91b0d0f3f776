"""A short part of `make chaos`, and the proof that it finds what it looks for."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from marquee import aws
from marquee.repositories.pace import Pace
from tests.chaos import clocks
from tests.chaos.running import MIXED, Tally, exhaust, mix, sample, try_one
from tests.chaos.scenario import Feed, Scenario
from tests.chaos.scenarios import SCENARIOS
from tests.chaos.world import World, message

SEED = 11
# So many faults of each function are tried here, of some hundreds; `make chaos` tries all.
FAULTS = 3
PROJECT = Path(__file__).resolve().parents[2]
# Functions that write nothing.
ONLY_ANSWER = {"archive_api"}


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with World() as found:
        yield found


@pytest.mark.parametrize("make", SCENARIOS, ids=lambda each: each.name)
def test_function_loses_nothing_whatever_happens_to_its_requests(world: World, make: type[Scenario]) -> None:
    tally = sample(world, make, SEED, FAULTS)

    assert [str(each) for each in tally.losses] == []
    assert tally.survived.total() > 0


def test_mixture_of_faults_and_wrong_clocks_loses_nothing(world: World) -> None:
    (make,) = (each for each in SCENARIOS if each.name == "notification_fanout")
    tally = exhaust(world, make, SEED, every=10)
    mix(world, make, tally, SEED, 2)

    assert [str(each) for each in tally.losses] == []
    assert tally.survived[MIXED] == 2


def test_every_function_has_a_scenario_or_only_answers() -> None:
    functions = {each.parent.name for each in (PROJECT / "lambdas").glob("*/handler.py")}

    assert functions - {each.name for each in SCENARIOS} == ONLY_ANSWER


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


def test_wrong_clocks_let_no_call_too_many_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clocks, "ROUNDS", 1)
    tally = clocks.run("governor", SEED)

    assert [str(each) for each in tally.losses] == []
    assert set(tally.survived) == set(clocks.KINDS)


def test_governor_that_believes_every_clock_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clocks, "ROUNDS", 2)
    monkeypatch.setattr(Pace, "_check_clock", lambda self: None)
    reasons = " ".join(each.reason for each in clocks.run("governor", SEED).losses)

    assert "are permitted" in reasons
    assert "a clock that is right waits" in reasons


def test_same_seed_is_the_same_run(world: World) -> None:
    (make,) = (each for each in SCENARIOS if each.name == "notification_fanout")
    runs = []
    for _ in range(2):
        assert try_one(world, make, [], SEED) is None
        runs.append(list(world.injector.requests))

    assert runs[0] == runs[1]
