"""`GET /version`: open to everybody, and true."""

import json
from typing import Any

import pytest

from guide_api.handler import lambda_handler
from tests.unit.conftest import FakeContext


def asked() -> dict[str, Any]:
    event = {
        "resource": "/version",
        "path": "/version",
        "httpMethod": "GET",
        "headers": {},
        "multiValueHeaders": {},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "requestContext": {"stage": "api", "path": "/api/version"},
        "body": None,
        "isBase64Encoded": False,
    }
    answer: dict[str, Any] = lambda_handler(event, FakeContext())  # type: ignore[arg-type]
    return answer


def test_anybody_is_told_which_version_answers_and_where(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MARQUEE_VERSION", "v1.2.0-3-g2030707")
    monkeypatch.setenv("MARQUEE_ENVIRONMENT", "staging")

    answer = asked()

    assert answer["statusCode"] == 200
    assert json.loads(answer["body"]) == {"version": "v1.2.0-3-g2030707", "environment": "staging"}


def test_a_version_that_nobody_set_is_a_defect_and_no_made_up_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MARQUEE_VERSION", raising=False)

    assert asked()["statusCode"] == 500
