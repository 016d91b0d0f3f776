"""`marquee events` at the terminal: what is printed, what is written, how it ends."""

import asyncio
import json
import os
import signal
import sys
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import Result
from typer.testing import CliRunner

from cli import __main__ as command
from cli import events as event_commands
from cli import generation, subjects
from cli.errors import OperatorError
from cli.tally import Tally
from tests.fakes.events_cloud import EventsCloud
from tests.fakes.ingest_cloud import IngestTransport
from tests.unit.conftest import Cloud

GENERATE = ("events", "generate", "--rate", "100000", "--seed", "1", "--batch", "20")


@pytest.fixture
def events(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> EventsCloud:
    """The environment that every command finds, in memory."""
    found = EventsCloud(cloud)
    found.install(monkeypatch)
    monkeypatch.setattr(event_commands, "environment", lambda name: found.place)
    answer_with(monkeypatch, IngestTransport())
    return found


def answer_with(monkeypatch: pytest.MonkeyPatch, transport: httpx.AsyncBaseTransport) -> None:
    real = generation.generate.func if isinstance(generation.generate, partial) else generation.generate
    monkeypatch.setattr(generation, "generate", partial(real, transport=transport))


def marquee(*arguments: object) -> Result:
    return CliRunner().invoke(command.app, [str(each) for each in arguments])


def result(ended: Result) -> Any:
    """Return the JSON that a command printed; the functions that ran in the process have logged lines before it."""
    lines = ended.stdout.splitlines()
    return json.loads("\n".join(lines[lines.index("{") :]))


def test_generated_run_is_verified_against_its_tally(events: EventsCloud, tmp_path: Path) -> None:
    file = tmp_path / "tally.json"

    generated = marquee(*GENERATE, "--count", 200, "--bad", "5%", "--duplicates", 0.02, "--tally", file)
    events.consume()
    verified = marquee("events", "verify", file, "--wait", 0)

    assert (generated.exit_code, verified.exit_code) == (0, 0)
    assert f"All {Tally.read(file).accepted.events} events are where they should be, once." in verified.stdout


def test_verification_waits_for_events_under_way(
    events: EventsCloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "tally.json"
    marquee(*GENERATE, "--count", 50, "--tally", file)
    pauses = [events.consume]
    monkeypatch.setattr(event_commands, "pause", lambda: pauses.pop()())

    assert marquee("events", "verify", file, "--wait", 60).exit_code == 0
    assert pauses == []


def test_differences_are_printed_and_end_with_an_error(events: EventsCloud, tmp_path: Path) -> None:
    file = tmp_path / "tally.json"
    marquee(*GENERATE, "--count", 30, "--tally", file)

    verified = marquee("events", "verify", file, "--wait", 0)
    as_json = marquee("events", "verify", file, "--wait", 0, "--json")

    assert (verified.exit_code, as_json.exit_code) == (1, 1)
    assert "differences" in verified.stdout
    found = result(as_json)["differences"]
    assert {"where": "archive", "what": "events", "expected": 30, "found": 0} in found


def test_json_is_the_tally_and_nothing_else(events: EventsCloud) -> None:
    found = result(marquee(*GENERATE, "--count", 40, "--bad", "50%", "--json"))

    assert (found["sent"], found["accepted"]["events"], found["unknown"]) == (40, found["good"], [])


def test_run_ends_after_its_seconds(events: EventsCloud) -> None:
    found = result(marquee(*GENERATE, "--seconds", 0.2, "--json"))

    assert 0 < found["sent"] == found["accepted"]["events"]


def test_unexpected_answer_ends_with_an_error(events: EventsCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    class Defect(IngestTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            answer = await super().handle_async_request(request)
            return httpx.Response(500, json={"error": "Internal server error"}) if len(self.calls) == 2 else answer

    answer_with(monkeypatch, Defect())

    ended = marquee(*GENERATE, "--count", 21)

    assert ended.exit_code == 1
    assert "answered 500 Internal server error" in ended.stdout


def test_interrupted_run_ends_with_its_tally(
    events: EventsCloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer_with(monkeypatch, IngestTransport(lambda call: os.kill(os.getpid(), signal.SIGINT) if call == 5 else None))
    file = tmp_path / "tally.json"

    ended = marquee(*GENERATE, "--tally", file)
    events.consume()

    assert ended.exit_code == 0
    assert Tally.read(file).accepted.events >= 61
    assert events.differences(Tally.read(file)) == []


def test_run_that_is_interrupted_twice_still_says_what_is_unknown(
    events: EventsCloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stuck(IngestTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            if len(self.calls) < 3:
                return await super().handle_async_request(request)
            os.kill(os.getpid(), signal.SIGINT)
            # Only being cancelled ends this.
            return await asyncio.Future[httpx.Response]()

    answer_with(monkeypatch, Stuck())
    file = tmp_path / "tally.json"

    ended = marquee(*GENERATE, "--tally", file)

    found = Tally.read(file)
    assert isinstance(ended.exception, OperatorError)
    assert found.accepted.events == 41
    assert len(found.unknown) == found.good - 41 > 0


def test_costly_type_is_sent_when_it_is_named_only(events: EventsCloud) -> None:
    def types(*options: str) -> set[str]:
        found = result(marquee(*GENERATE, "--count", 200, "--json", *options))
        return {event_type for of_day in found["accepted"]["types"].values() for event_type in of_day}

    assert "availability_reported" not in types()
    assert types("--types", "availability_reported,title_rated") == {"availability_reported", "title_rated"}


def test_titles_and_viewers_of_files_are_spoken_of(events: EventsCloud, tmp_path: Path) -> None:
    titles, viewers = tmp_path / "titles", tmp_path / "viewers"
    titles.write_text("11\n12\n")
    viewers.write_text("anna")

    marquee(*GENERATE, "--count", 60, "--types", "title_viewed", "--titles", titles, "--viewers", viewers)

    payloads = [each.payload for each in events.inlet.events().values()]
    assert {each["title_id"] for each in payloads} == {"11", "12"}
    assert {each.get("user_id") for each in payloads} == {"anna", None}


def test_titles_of_a_viewers_guide_are_read_page_by_page() -> None:
    def guide(request: httpx.Request) -> httpx.Response:
        assert request.headers["Authorization"] == "the-token"
        if request.url.params.get("next"):
            return httpx.Response(200, json={"titles": [{"id": "3"}], "next": None})
        return httpx.Response(200, json={"titles": [{"id": "1"}, {"id": "2"}], "next": "more"})

    with httpx.Client(
        base_url="https://api.test", headers={"Authorization": "the-token"}, transport=httpx.MockTransport(guide)
    ) as client:
        assert list(subjects.guide_titles(client)) == ["1", "2", "3"]


@pytest.mark.parametrize("share", ["five", "105%", "-1%", "1.5", "nan"])
def test_share_that_is_none_is_refused(events: EventsCloud, share: str) -> None:
    ended = marquee(*GENERATE, "--bad", share)

    assert ended.exit_code == 2
    assert "is no share" in ended.output


def test_unknown_type_is_told_with_the_known_ones(events: EventsCloud) -> None:
    ended = marquee(*GENERATE, "--types", "title_sung")

    assert isinstance(ended.exception, OperatorError)
    assert "no event type 'title_sung'; there are session_started, " in str(ended.exception)


@pytest.mark.usefixtures("quiet")
def test_error_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch, capsys: Any, tmp_path: Path) -> None:
    file = tmp_path / "tally.json"
    file.write_text("{}")
    monkeypatch.setattr(sys, "argv", ["marquee", "events", "verify", str(file)])

    with pytest.raises(SystemExit) as ended:
        command.main()

    assert ended.value.code == 1
    assert capsys.readouterr().err.startswith(f"error: {file} is no tally of `marquee events generate`")
