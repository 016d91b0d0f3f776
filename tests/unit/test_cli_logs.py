"""`marquee logs`: lines as people read them, from the functions of the environment alone."""

import json
import time
from typing import Any

import boto3
import pytest
from typer.testing import CliRunner, Result

from cli import logs
from cli.__main__ import app
from cli.environment import Environment
from cli.errors import OperatorError
from cli.log_lines import log_line
from tests.fakes.client import PreparedClient
from tests.unit.conftest import Cloud

GROUP = "/aws/marquee/TitleConsumerLogs"
STARTED = "START RequestId: 7234 Version: $LATEST"
EMF: dict[str, Any] = {
    "_aws": {"CloudWatchMetrics": [{"Namespace": "Marquee", "Metrics": [{"Name": "TitleEvents"}]}]},
    "TitleEvents": [11.0],
}


def said(level: str, message: str, **more: object) -> str:
    return json.dumps({"level": level, "message": message, "function_request_id": "r-1", "service": "s", **more})


class Desk:
    """A function with a log, and the command on it."""

    def __init__(self) -> None:
        self.logs = boto3.client("logs")
        self.logs.create_log_group(logGroupName=GROUP)
        self.logs.create_log_stream(logGroupName=GROUP, logStreamName="s")
        configuration = {"FunctionName": "title-consumer-1", "LoggingConfig": {"LogGroup": GROUP}}
        clients = {"lambda": PreparedClient(configuration), "logs": self.logs}
        outputs = {"FunctionTitleConsumer": "title-consumer-1", "FunctionTitleIngestion": "title-ingestion-1"}
        self.place = Environment("dev", outputs, clients.__getitem__, lambda _: "")

    def log(self, *lines: str, ago: float = 1.0) -> None:
        """Write lines as the function does."""
        events = [{"timestamp": round((time.time() - ago) * 1000), "message": each} for each in lines]
        self.logs.put_log_events(logGroupName=GROUP, logStreamName="s", logEvents=events)

    def run(self, *arguments: str) -> Result:
        return CliRunner().invoke(app, ["logs", *arguments, "--env", "dev"], catch_exceptions=False)

    def messages(self, *options: str) -> list[str]:
        lines = self.run("title_consumer", "--json", *options).stdout.splitlines()
        return [json.loads(each)["message"] for each in lines]


@pytest.fixture
def desk(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Desk:
    found = Desk()
    monkeypatch.setattr(logs, "environment", lambda name: found.place)
    return found


def test_lines_are_shown_with_level_message_and_fields(desk: Desk) -> None:
    desk.log(said("INFO", "pair listed", titles=19))

    shown = desk.run("title_consumer").stdout

    assert "INFO     pair listed titles=19" in shown


def test_routine_lines_are_shown_only_if_asked_for(desk: Desk) -> None:
    desk.log(STARTED, json.dumps(EMF), said("INFO", "pair listed"))

    assert desk.messages() == ["pair listed"]
    assert desk.messages("--all") == [STARTED, "TitleEvents [11.0]", "pair listed"]


@pytest.mark.parametrize(
    ("options", "found"),
    [
        (("--level", "warning"), ["slow", "broken"]),
        (("--grep", "BROK"), ["broken"]),
        (("--request", "r-2"), ["broken"]),
        (("--limit", "1"), ["broken"]),
        (("--minutes", "1"), ["listed", "slow", "broken"]),
        (("--minutes", "20"), ["old", "listed", "slow", "broken"]),
    ],
)
def test_lines_can_be_chosen(desk: Desk, options: tuple[str, ...], found: list[str]) -> None:
    desk.log(said("INFO", "old"), ago=900)
    desk.log(said("INFO", "listed"), said("WARNING", "slow"))
    desk.log(said("ERROR", "broken", function_request_id="r-2"))

    assert desk.messages(*options) == found


def test_following_shows_each_new_line_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    rounds = iter(("first", "second"))

    def pause() -> None:
        try:
            desk.log(said("INFO", next(rounds)), ago=0)
        except StopIteration:
            raise KeyboardInterrupt from None

    monkeypatch.setattr(logs, "_pause", pause)
    desk.log(said("INFO", "before"))

    ended = CliRunner().invoke(app, ["logs", "title_consumer", "--json", "--follow", "--env", "dev"])

    told = [json.loads(each)["message"] for each in ended.stdout.splitlines() if each.startswith("{")]
    assert told == ["before", "first", "second"]


def test_functions_are_listed_without_a_name(desk: Desk) -> None:
    assert json.loads(desk.run("--json").stdout) == ["title_consumer", "title_ingestion"]


def test_function_that_is_not_ours_is_not_read(desk: Desk) -> None:
    with pytest.raises(OperatorError, match="did you mean title_consumer"):
        desk.run("title_consumers")
    with pytest.raises(OperatorError, match="there are title_consumer, title_ingestion"):
        desk.run("payroll")


def test_function_without_a_log_is_a_sentence(desk: Desk) -> None:
    desk.logs.delete_log_group(logGroupName=GROUP)

    with pytest.raises(OperatorError, match="has never run, or was removed"):
        desk.run("title_consumer")


def test_unknown_level_is_wrong_use(desk: Desk) -> None:
    assert desk.run("title_consumer", "--level", "loud").exit_code == 2


@pytest.mark.parametrize(
    ("text", "level", "message"),
    [
        ("plain text", "INFO", "plain text"),
        ("2026-11-21T10:00:00Z 7234 Task timed out after 3.00 seconds", "ERROR", None),
        ('{"level": "WARN", "message": {"a": 1}}', "WARNING", '{"a": 1}'),
        ('{"type": "platform.report", "record": {"status": "timeout"}}', "ERROR", "report: timeout"),
        ('["a list"]', "INFO", '["a list"]'),
        ('{"level": 30, "message": "a number as level"}', "INFO", "a number as level"),
    ],
)
def test_whatever_a_line_is_it_is_shown(text: str, level: str, message: str | None) -> None:
    line = log_line(1_795_252_675_697, text)

    assert (line.level, line.message, line.at) == (level, message or text, "2026-11-21T09:17:55.697Z")
    assert not line.routine


def test_what_lambda_says_of_each_run_is_routine() -> None:
    assert log_line(0, '{"type": "platform.start", "record": {"requestId": "r-1"}}').routine
    assert log_line(0, STARTED).routine
