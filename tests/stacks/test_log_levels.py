"""One level for the logger and for Lambda, which drops by itself whatever is below its own."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from aws_cdk import App, Duration, Stack
from aws_lambda_powertools import Logger

from stacks.config_checks import LOG_LEVELS
from stacks.constructs.python_function import PythonFunction
from tests.stacks.test_config import loaded

Levels = dict[str, tuple[str, str]]


@pytest.fixture(scope="module")
def levels(tmp_path_factory: pytest.TempPathFactory) -> Levels:
    """What a function is given at each configured level: the logger's level and Lambda's."""
    folder: Path = tmp_path_factory.mktemp("levels")
    app = App(outdir=str(folder))
    for level in LOG_LEVELS:
        PythonFunction(
            Stack(app, level),
            "guide_api",
            config=loaded(change={"log_level": level}),
            description="Logs",
            timeout=Duration.seconds(1),
            memory_mb=128,
            environment={},
        )
    found: Levels = {}
    for stack in app.synth().stacks:
        resources = stack.template["Resources"].values()
        (function,) = [body["Properties"] for body in resources if body["Type"] == "AWS::Lambda::Function"]
        logger_level = function["Environment"]["Variables"]["POWERTOOLS_LOG_LEVEL"]
        found[stack.stack_name] = (logger_level, function["LoggingConfig"]["ApplicationLogLevel"])
    return found


@pytest.mark.parametrize(
    ("configured", "of_lambda"), [("DEBUG", "DEBUG"), ("INFO", "INFO"), ("WARNING", "WARN"), ("ERROR", "ERROR")]
)
def test_logger_and_lambda_are_given_one_level_and_agree(
    levels: Levels, monkeypatch: pytest.MonkeyPatch, configured: str, of_lambda: str
) -> None:
    assert levels[configured] == (configured, of_lambda)

    # Lambda passes its level on like this; a logger that writes what Lambda would drop warns, which fails a test.
    monkeypatch.setenv("POWERTOOLS_LOG_LEVEL", configured)
    monkeypatch.setenv("AWS_LAMBDA_LOG_LEVEL", of_lambda)
    assert Logger(service=f"logs at {configured}").log_level == getattr(logging, configured)


def test_every_level_there_is_has_been_tried(levels: Levels) -> None:
    assert levels.keys() == set(LOG_LEVELS) == {"DEBUG", "INFO", "WARNING", "ERROR"}
