import json
from typing import Any

import pytest

from marquee import errors, rest
from tests.unit.conftest import FakeContext


def request(body: str | None = None, content_type: str | None = "application/json") -> dict[str, Any]:
    return {
        "resource": "/things",
        "path": "/things",
        "httpMethod": "PUT",
        "headers": {"Content-Type": content_type} if content_type else {},
        "multiValueHeaders": {},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "requestContext": {"stage": "api", "path": "/api/things"},
        "body": body,
        "isBase64Encoded": False,
    }


def answer_when(error: Exception | None, event: dict[str, Any]) -> tuple[int, str]:
    """Return status and code of the answer of a route that raises `error`."""
    app = rest.make_app()

    @app.put("/things")
    def put_thing() -> dict[str, str]:
        if error:
            raise error
        return {}

    answer = rest.resolve(app, event, FakeContext())  # type: ignore[arg-type]
    return answer["statusCode"], json.loads(answer["body"]).get("error", {}).get("code", "")


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        pytest.param(errors.InvalidInput("No.", code="no_such_colour"), (400, "no_such_colour"), id="input"),
        pytest.param(errors.NotFound("No."), (404, "not_found"), id="not found"),
        pytest.param(errors.Conflict("No."), (409, "conflict"), id="conflict"),
        pytest.param(errors.UpstreamUnavailable("tmdb", "down"), (503, "upstream_unavailable"), id="provider"),
        pytest.param(errors.SettingsError("secret detail"), (500, "internal_error"), id="settings"),
        pytest.param(RuntimeError("secret detail"), (500, "internal_error"), id="defect"),
    ],
)
def test_each_error_has_its_status(error: Exception, expected: tuple[int, str]) -> None:
    assert answer_when(error, request()) == expected


def test_a_defect_tells_the_caller_nothing_of_the_inside() -> None:
    answer = rest.answer_defect(RuntimeError("secret detail"))

    assert "secret" not in str(answer.body)


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [
        pytest.param("application/json", 200, id="json"),
        pytest.param("Application/JSON; charset=utf-8", 200, id="json with a character set"),
        pytest.param(None, 200, id="not said"),
        pytest.param("multipart/form-data", 415, id="form without boundary"),
        pytest.param("text/plain", 415, id="text"),
    ],
)
def test_body_has_to_be_json(content_type: str | None, expected: int) -> None:
    assert answer_when(None, request("{}", content_type))[0] == expected
