"""What could not be collected is shown with its reasons, and goes back to the collectors without being lost."""

import json
from typing import Any

import pytest

from marquee import archive_letters
from marquee.archive_letters import DeadLetters, replayed
from marquee.messages.archive import CollectRequest
from marquee.queue import Queue
from tests.fakes.archive_place import ArchivePlace
from tests.fakes.interruptions import Crash, before_requests, crashing
from tests.unit.conftest import Cloud

DEAD, IDS = "ArchiveDeadLetterQueueUrl", "ArchiveQueueUrl"
OUTAGE = "UpstreamUnavailable: tmdb: HTTP 503"


@pytest.fixture
def place(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> ArchivePlace:
    return ArchivePlace.within(cloud, monkeypatch)


def letter(chunk: int, ids: tuple[int, ...], reason: str = OUTAGE) -> str:
    """Return what a collector puts into the dead-letter queue."""
    reasons = dict.fromkeys(ids, reason) if reason else {}
    request = CollectRequest(job_id="job-1", media_type="movie", chunk=chunk, ids=ids, reasons=reasons)
    return request.model_dump_json()


def bury(place: ArchivePlace, *bodies: str) -> None:
    for body in bodies:
        place.sqs.send_message(QueueUrl=place.outputs[DEAD], MessageBody=body)


def test_everything_goes_back_to_the_collectors_with_its_reasons(place: ArchivePlace) -> None:
    letters = [letter(number, (number, number + 100)) for number in range(23)]
    bury(place, *letters)

    found = place.run("replay", "--json")

    assert json.loads(found.stdout) == {"messages": 23, "ids": 46, "left": 0}
    assert place.messages(IDS) == sorted(letters)
    assert place.messages(DEAD) == []


def test_only_messages_with_the_reason_go_back(place: ArchivePlace) -> None:
    outage, broken = letter(1, (1, 2)), letter(2, (3,), "ValidationError: id")
    bury(place, outage, broken)

    found = place.run("replay", "--reason", "http 503")

    assert place.messages(IDS) == [outage]
    assert place.messages(DEAD) == [broken]
    assert "1 messages with 2 ids" in found.stdout
    assert "1 messages that were looked at stay" in found.stdout


def test_no_more_go_back_than_asked_for(place: ArchivePlace) -> None:
    bury(place, *(letter(number, (number,)) for number in range(15)))

    place.run("replay", "--limit", "12")

    assert len(place.messages(IDS)) == 12
    assert len(place.messages(DEAD)) == 3


def test_what_nobody_can_read_stays(place: ArchivePlace) -> None:
    bury(place, "{", letter(1, (1,)))

    assert json.loads(place.run("replay", "--json").stdout) == {"messages": 1, "ids": 1, "left": 1}
    assert place.messages(DEAD) == ["{"]


def test_list_says_why_and_takes_nothing_away(place: ArchivePlace) -> None:
    bodies = [letter(1, (1, 2)), letter(2, (3,), ""), "nonsense"]
    bury(place, *bodies)

    rows: list[dict[str, Any]] = json.loads(place.run("replay", "--list", "--json").stdout)
    shown = place.run("replay", "--list").stdout

    assert sorted(row["ids"] for row in rows) == [[], [1, 2], [3]]
    assert {"1": OUTAGE, "2": OUTAGE} in [row["reasons"] for row in rows]
    assert [row["readable"] for row in sorted(rows, key=lambda row: len(row["ids"]))] == [False, True, True]
    assert f"{OUTAGE} (2)" in " ".join(shown.split())
    assert archive_letters.UNTOLD in " ".join(shown.split())
    assert place.messages(DEAD) == sorted(bodies)
    assert place.messages(IDS) == []


def test_list_can_be_of_one_reason(place: ArchivePlace) -> None:
    bury(place, letter(1, (1,)), letter(2, (2,), "other"))

    rows = json.loads(place.run("replay", "--list", "--reason", "OTHER", "--json").stdout)

    assert [row["ids"] for row in rows] == [[2]]
    assert len(place.messages(DEAD)) == 2


def test_empty_queue_is_said_to_be_empty(place: ArchivePlace) -> None:
    assert "no such message" in place.run("replay", "--list").stdout
    assert "0 messages with 0 ids" in place.run("replay").stdout


@pytest.mark.parametrize("after", range(6))
def test_nothing_is_lost_when_it_is_stopped(place: ArchivePlace, after: int) -> None:
    letters = [letter(number, (number,)) for number in range(12)]
    bury(place, *letters)
    sqs = place.sqs
    queue = Queue(sqs, place.outputs[IDS])

    with before_requests(sqs, crashing(after)), pytest.raises(Crash):
        list(replayed(DeadLetters(sqs, place.outputs[DEAD]), queue, reason="", limit=None))
    hidden = place.sqs.get_queue_attributes(QueueUrl=place.outputs[DEAD], AttributeNames=["All"])["Attributes"]

    there = int(hidden["ApproximateNumberOfMessages"]) + int(hidden["ApproximateNumberOfMessagesNotVisible"])
    assert len(set(place.messages(IDS))) + there >= 12
