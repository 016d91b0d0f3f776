"""What every command has: sentences instead of tracebacks, exit codes, completion, a profile."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import (
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    ProfileNotFound,
)
from httpx import ConnectTimeout
from typer.main import get_command
from typer.testing import CliRunner

from cli import __main__, environment, terminal
from cli.errors import OperatorError, sentence
from local.settings import PROJECT


def refusal(code: str, message: str = "why") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "Query")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (refusal("AccessDeniedException"), "You have not the right to do this: Query was refused (why)."),
        (refusal("ExpiredToken"), "Your AWS credentials have expired; sign in again."),
        (refusal("UnrecognizedClientException"), "AWS does not know your credentials; name another profile"),
        (refusal("ThrottlingException", "slow down."), "Query failed: slow down."),
        (NoCredentialsError(), "There are no AWS credentials here; name a profile with --profile"),
        (NoRegionError(), "It is not known in which region to look"),
        (ProfileNotFound(profile="ops"), "The config profile (ops) could not be found; `aws configure list-profiles`"),
        (EndpointConnectionError(endpoint_url="http://x"), "Nobody answers: Could not connect"),
        (ConnectTimeout(""), "Nobody answers: ConnectTimeout."),
        (OperatorError("As it is."), "As it is."),
    ],
    ids=lambda each: type(each).__name__ if isinstance(each, Exception) else "",
)
def test_what_goes_wrong_is_one_sentence(error: Exception, said: str) -> None:
    assert sentence(error).startswith(said)
    assert "\n" not in sentence(error)


@pytest.mark.usefixtures("quiet")
def test_missing_local_cloud_ends_with_1_and_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("MARQUEE_LOCAL_DIR", str(tmp_path))
    monkeypatch.setattr(sys, "argv", ["marquee", "status"])

    with pytest.raises(SystemExit) as ended:
        __main__.main()

    assert ended.value.code == 1
    assert capsys.readouterr().err == "error: No local cloud is running here; start one with `make run`.\n"


@pytest.mark.usefixtures("quiet")
def test_unknown_command_is_wrong_use(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["marquee", "weather"])

    with pytest.raises(SystemExit) as ended:
        __main__.main()

    assert ended.value.code == 2
    assert "weather" in capsys.readouterr().err


def test_profile_and_environment_may_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "")
    monkeypatch.setenv("MARQUEE_ENV", "staging")
    asked: list[tuple[str, str]] = []

    def found(name: str) -> None:
        asked.append((name, os.environ["AWS_PROFILE"]))
        raise OperatorError("That is enough.")

    monkeypatch.setattr("cli.status.environment", found)

    CliRunner().invoke(__main__.app, ["--profile", "ops", "status"])
    CliRunner().invoke(__main__.app, ["--profile", "ops", "status", "--env", "prod"])

    assert asked == [("staging", "ops"), ("prod", "ops")]
    assert environment.LOCAL == "local"


def test_every_command_takes_json_and_an_environment_but_where_it_makes_no_sense() -> None:
    def commands(group: Any, path: str = "") -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for name in group.list_commands(None):
            command = group.get_command(None, name)
            if hasattr(command, "list_commands"):
                found |= commands(command, f"{name} ")
            else:
                found[path + name] = {option for each in command.params for option in each.opts}
        return found

    every = commands(get_command(__main__.app))

    assert {name for name, options in every.items() if "--env" not in options} == set()
    assert {name for name, options in every.items() if "--json" not in options} <= {"library export", "archive train"}
    documented = (PROJECT / "docs" / "command.md").read_text(encoding="utf-8")
    assert [name for name in every if f"`{name}" not in documented] == []


def test_status_does_not_wait_for_the_modules_of_other_commands() -> None:
    asked = "import sys; from cli.__main__ import Commands; Commands(name='marquee').get_command(None, 'status'); "
    asked += "print([each for each in sys.modules if each in ('cli.archive', 'cli.events', 'deepdiff', 'plotext')])"

    where = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    said = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True, env=where)

    assert said.stdout.strip() == "[]"


def test_shell_completes_what_there_is() -> None:
    assert terminal.known_environments() == ["local", "dev", "staging", "prod"]
