"""`marquee run`, `fetch`, `jobs` and `failures`: what is started, shown, replayed and discarded."""

import io
import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from typer.testing import CliRunner, Result

from cli import failures, job_shown, jobs, run, terminal
from cli.__main__ import app
from cli.environment import Environment
from marquee.errors import AlreadyRunning, NotFound
from marquee.messages.archive import HarvestMessage
from marquee.models.operations import Failure
from marquee.operations_runs import RUNS
from marquee.repositories.audit import AuditLog
from marquee.repositories.failures import FailureRepository
from tests.unit.conftest import Cloud

Done = Callable[[str], None]


class Lambda:
    """Takes invocations; `work` is done with the id of the job before the invocation is answered."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.work: Done = lambda job_id: None

    def invoke(self, *, FunctionName: str, InvocationType: str, Payload: str) -> dict[str, Any]:  # noqa: N803
        payload = json.loads(Payload)
        self.asked.append({"function": FunctionName, "how": InvocationType, **payload})
        self.work(payload["job_id"])
        return {"StatusCode": 202, "Payload": io.BytesIO(b"")}


class Desk:
    """An environment with functions and queues, and the command on it."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        self.functions = Lambda()
        self.inbox = FailureRepository(cloud.operations)
        sqs = boto3.client("sqs")
        self.queue = sqs.create_queue(QueueName="work")["QueueUrl"]
        self.harvests = sqs.create_queue(QueueName="harvests")["QueueUrl"]
        outputs = {
            f"Function{''.join(map(str.capitalize, each.function.split('_')))}": each.function for each in RUNS.values()
        }
        outputs |= {"OperationsTable": cloud.operations.name, "EventStream": cloud.stream}
        letters = sqs.create_queue(QueueName="letters")["QueueUrl"]
        outputs |= {"HarvestQueueUrl": self.harvests, "ArchiveDeadLetterQueueUrl": letters}
        self.place = Environment(
            "dev", outputs, lambda name: self.functions if name == "lambda" else boto3.client(name), lambda _: ""
        )

    def run(self, *arguments: str, **more: Any) -> Result:
        return CliRunner().invoke(app, [*arguments, "--env", "dev"], catch_exceptions=False, **more)

    def told(self, *arguments: str) -> Any:
        """Return the JSON that a command printed; functions that ran in the process have logged lines before it."""
        lines = self.run(*arguments, "--json").stdout.splitlines()
        return json.loads("\n".join(lines[lines.index("{") :]))

    def fail(self, number: int, **changed: Any) -> Failure:
        """Have something fail."""
        values = {
            **{"id": f"{number:032x}", "kind": "message", "source": "enrichment", "reason": "no answer"},
            **{"first_at": "2026-11-21T10:00:00.000Z", "last_at": f"2026-11-21T10:00:{number:02}.000Z"},
            **{"way": "send", "target": self.queue, "payload": '{"title_id": "1", "user_id": "ann"}'},
            **changed,
        }
        return self.inbox.add(Failure.model_validate(values))

    def sent(self) -> list[str]:
        """Return and remove the messages of the queue that failures come from."""
        sqs, found = boto3.client("sqs"), []
        while batch := sqs.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10).get("Messages"):
            for each in batch:
                found.append(each["Body"])
                sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=each["ReceiptHandle"])
        return found


@pytest.fixture
def desk(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Desk:
    found = Desk(cloud)
    for module in (failures, jobs, run):
        monkeypatch.setattr(module, "environment", lambda name: found.place)
    monkeypatch.setattr(job_shown, "PAUSE_SECONDS", 0)
    return found


def test_run_starts_the_function_in_the_name_of_who_asks_and_sees_to_its_end(desk: Desk) -> None:
    desk.functions.work = lambda job_id: desk.cloud.jobs.succeeded(job_id, counts={"sources": 7})

    ended = desk.run("run", "reference")

    (asked,) = desk.functions.asked
    assert (asked["function"], asked["how"], asked["started_by"]) == ("reference_refresh", "Event", terminal.operator())
    assert ended.exit_code == 0
    assert "succeeded" in ended.stdout
    assert "sources" in ended.stdout


def test_run_that_failed_ends_with_1_and_says_why(desk: Desk) -> None:
    desk.functions.work = lambda job_id: void(desk.cloud.jobs.end(job_id, "failed", errors=["the key was refused"]))

    ended = desk.run("run", "listing")

    assert ended.exit_code == 1
    assert "the key was refused" in ended.stdout


def test_run_is_waited_for_or_not(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = desk.told("run", "enrichment", "--no-wait")
    monkeypatch.setattr(job_shown, "pause", lambda: desk.cloud.jobs.succeeded(begun["id"], counts={}))

    assert begun["state"] == "running"
    assert desk.told("jobs", begun["id"], "--follow")["state"] == "succeeded"


def test_what_runs_already_is_not_started_twice(desk: Desk) -> None:
    desk.run("run", "listing", "--no-wait")

    with pytest.raises(AlreadyRunning, match="A run of listing is under way"):
        desk.run("run", "listing", "--no-wait")
    assert len(desk.functions.asked) == 1


def test_input_goes_to_the_function(desk: Desk) -> None:
    desk.run("run", "recount", "--input", '{"repair": true}', "--no-wait")
    desk.run("fetch", "weekly", "--no-wait")
    desk.run("run", "tmdb_cache", "--no-wait")

    assert desk.functions.asked[0]["repair"] is True
    assert [each["scheduleType"] for each in desk.functions.asked[1:]] == ["weekly", "daily"]


def test_archive_is_harvested_by_its_queue(desk: Desk) -> None:
    told = desk.told("run", "archive", "--input", '{"mode": "full"}', "--no-wait")

    (message,) = boto3.client("sqs").receive_message(QueueUrl=desk.harvests)["Messages"]
    sent = HarvestMessage.model_validate_json(message["Body"])
    assert (sent.job_id, sent.request.mode, sent.request.started_by) == (told["id"], "full", terminal.operator())


@pytest.mark.parametrize(
    "arguments",
    [
        ("run", "weather"),
        ("run", "recount", "--input", "[1]"),
        ("run", "recount", "--input", "{"),
        ("run", "archive", "--input", '{"mode": "some"}'),
        ("fetch", "hourly"),
        ("jobs", "--state", "lost"),
        ("failures", "replay"),
        ("failures", "replay", "--all", "--source", "enrichment"),
        ("failures", "discard", "f-1", "--note", " "),
    ],
    ids=" ".join,
)
def test_wrong_use_ends_with_2(desk: Desk, arguments: tuple[str, ...]) -> None:
    assert desk.run(*arguments).exit_code == 2
    assert desk.functions.asked == []


def test_jobs_are_listed_latest_first_and_chosen(desk: Desk) -> None:
    for kind in ("listing", "reference", "listing"):
        job_id = desk.cloud.jobs.start(kind, started_by="schedule", input={})
        desk.cloud.jobs.succeeded(job_id, counts={"done": 2})
    running = desk.cloud.jobs.start("digest", started_by="schedule", input={})

    page = desk.told("jobs", "--limit", "2")
    rest = desk.told("jobs", "--next", page["next"])

    assert page["jobs"][0]["id"] in (running, *[each["id"] for each in page["jobs"]])
    assert len({each["id"] for each in (*page["jobs"], *rest["jobs"])}) == 4
    assert [each["kind"] for each in desk.told("jobs", "--kind", "listing")["jobs"]] == ["listing"] * 2
    assert [each["id"] for each in desk.told("jobs", "--state", "running")["jobs"]] == [running]
    assert "done 2" in desk.run("jobs").stdout
    assert "There are no such runs." in desk.run("jobs", "--kind", "weather").stdout


def test_failures_are_listed_and_shown_without_naming_viewers(desk: Desk) -> None:
    desk.fail(1)
    desk.fail(2, source="listing", attempts=3)

    told = desk.told("failures", "list")
    shown = desk.told("failures", "show", f"{1:032x}")

    assert [each["source"] for each in told["failures"]] == ["listing", "enrichment"]
    assert told["open"] == {"enrichment": 1, "listing": 1}
    assert json.loads(shown["payload"]) == {"title_id": "1", "user_id": "…"}
    assert "ann" not in desk.run("failures", "show", f"{1:032x}").stdout
    assert "Open: enrichment 1, listing 1" in desk.run("failures", "list").stdout


def test_what_the_archive_could_not_collect_is_one_line(desk: Desk) -> None:
    sqs = boto3.client("sqs")
    letters = desk.place.outputs["ArchiveDeadLetterQueueUrl"]
    sqs.send_message(QueueUrl=letters, MessageBody="{}")

    assert desk.told("failures", "list")["open"] == {"archive_collector": 1}
    refused = desk.run("failures", "replay", "--source", "archive_collector")
    assert refused.exit_code == 2
    assert "marquee archive replay" in " ".join(refused.output.replace("│", "").split())


def test_replay_gives_failures_back_once(desk: Desk) -> None:
    for number in (1, 2):
        desk.fail(number)

    first = desk.run("failures", "replay", f"{1:032x}")
    again = desk.run("failures", "replay", f"{1:032x}")

    assert (first.exit_code, again.exit_code) == (0, 0)
    assert len(desk.sent()) == 1
    assert "1 of 1 failures are replayed." in first.stdout
    assert "1 were closed before, and nothing was done." in again.stdout
    assert desk.inbox.open_by_source() == {"enrichment": 1}


@pytest.mark.parametrize(("options", "number"), [(("--all",), 3), (("--source", "enrichment"), 2)])
def test_many_failures_are_replayed_when_it_is_agreed_to(desk: Desk, options: tuple[str, ...], number: int) -> None:
    for each in (1, 2):
        desk.fail(each)
    desk.fail(3, source="listing")

    refused = desk.run("failures", "replay", *options, input="n\n")
    agreed = desk.run("failures", "replay", *options, "--yes")

    assert (refused.exit_code, agreed.exit_code) == (1, 0)
    assert len(desk.sent()) == number


def test_failure_that_cannot_be_given_back_stays_open_and_says_why(desk: Desk) -> None:
    desk.fail(1, way="publish", attributes={"event_id": "e-1"})

    ended = desk.run("failures", "replay", f"{1:032x}")

    assert ended.exit_code == 1
    assert "stays open: The event is not kept any more" in ended.stdout
    assert desk.inbox.open_by_source() == {"enrichment": 1}


def test_discarded_failure_keeps_the_note_and_who_wrote_it(desk: Desk) -> None:
    desk.fail(1)

    ended = desk.run("failures", "discard", f"{1:032x}", "--note", "a test")

    found = desk.inbox.require(f"{1:032x}")
    assert ended.exit_code == 0
    assert (found.state, found.note, found.who) == ("discarded", "a test", terminal.operator())
    assert desk.inbox.open_by_source() == {}


def test_unknown_failure_is_a_sentence_and_nothing_is_done(desk: Desk) -> None:
    desk.fail(1)

    with pytest.raises(NotFound, match="There is no failure"):
        desk.run("failures", "replay", f"{1:032x}", f"{9:032x}")
    assert desk.sent() == []


def test_what_operators_do_here_is_written_down(desk: Desk) -> None:
    desk.fail(1)
    desk.run("failures", "replay", f"{1:032x}")
    desk.run("run", "reference", "--no-wait")

    entries, _ = AuditLog(desk.cloud.operations).list()

    assert [(each.what, each.outcome) for each in entries] == [
        ("marquee run reference", "done"),
        ("marquee failures replay", "done"),
    ]


def void(_: object) -> None:
    """Drop what something returns."""


def test_list_has_one_row_for_each_failure_with_its_id_whole(desk: Desk) -> None:
    desk.fail(1, reason="1 validation error\n  job_id\n    Extra inputs are not permitted " + "again and " * 50)

    (row,) = [line for line in desk.run("failures", "list").stdout.splitlines() if f"{1:032x}" in line]

    assert "1 validation error job_id Extra" in row
