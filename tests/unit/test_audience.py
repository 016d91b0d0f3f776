"""Whose ID tokens are taken: those for the clients that the deploy wrote down."""

from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from marquee import audience
from tests.fakes.api_gateway import call

NAME = "/marquee/test/clients"


@pytest.fixture
def clients(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """A function that knows where the clients are written; the list has each reading of them."""
    audience._clients.cache_clear()
    monkeypatch.setenv("CLIENTS_PARAMETER", NAME)
    with mock_aws():
        readings: list[str] = []
        ssm = audience.aws.ssm()
        original = ssm.get_parameter
        monkeypatch.setattr(ssm, "get_parameter", lambda **of: readings.append(of["Name"]) or original(**of))
        yield readings
    audience._clients.cache_clear()


def write(value: str) -> None:
    boto3.client("ssm").put_parameter(Name=NAME, Value=value, Type="String", Overwrite=True)


def at(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    monkeypatch.setattr(audience.time, "time", lambda: 1_800_000_000 + seconds)


def test_token_for_a_client_of_ours_is_taken_and_the_list_read_once(clients: list[str]) -> None:
    write("web,scripts")

    assert [audience.is_known(each) for each in ("web", "scripts", "web")] == [True, True, True]
    assert clients == [NAME]


def test_token_for_another_client_of_the_pool_is_refused_with_a_reading_a_minute(clients, monkeypatch) -> None:
    write("web,scripts")
    at(monkeypatch, 0)

    assert not any(audience.is_known(each) for each in ("other", "web,scripts", "", "None", "we"))
    assert len(clients) == 2

    at(monkeypatch, audience.REREAD_SECONDS)
    assert not audience.is_known("other")
    assert len(clients) == 3


def test_client_that_replaced_another_is_known_within_a_minute(clients, monkeypatch) -> None:
    write("web")
    at(monkeypatch, 0)
    assert audience.is_known("web")
    write("web-2")

    at(monkeypatch, audience.REREAD_SECONDS)

    assert audience.is_known("web-2")


def test_before_the_web_app_is_there_nobody_is_known(clients) -> None:
    assert not audience.is_known("web")


def test_viewer_with_a_token_for_somebody_else_is_not_signed_in(clients) -> None:
    write("web")

    answer = call("GET", "/me/export")

    assert (answer.status, answer.code) == (401, "unauthorized")
    assert "for somebody else" in answer.body
