"""What every answer of the API tells caches and browsers, whichever function gives it."""

from typing import Any

import pytest
from aws_lambda_powertools.event_handler import Response

from ingest_api.handler import lambda_handler as ingest
from marquee import rest
from marquee.answer_headers import HEADERS, guarded
from tests.unit.conftest import FakeContext
from tests.unit.test_rest import request

KEPT_BY_NOBODY = {name: [value] for name, value in HEADERS.items()}


def headers_of(answer: dict[str, Any]) -> dict[str, list[str]]:
    """The headers of an answer but for its media type."""
    return {name: value for name, value in answer["multiValueHeaders"].items() if name != "Content-Type"}


@pytest.mark.parametrize(
    "event",
    [
        pytest.param(request("{}"), id="answer"),
        pytest.param(request("{"), id="body that is no JSON"),
        pytest.param(request("{}", "text/plain"), id="body of another type"),
        pytest.param(request() | {"path": "/elsewhere", "resource": "/elsewhere"}, id="unknown route"),
        pytest.param(request() | {"queryStringParameters": {"x": "1"}}, id="unknown parameter"),
    ],
)
def test_every_answer_is_kept_by_nobody_and_taken_for_no_page(event: dict[str, Any]) -> None:
    app = rest.make_app()

    @app.put("/things")
    def put_thing() -> dict[str, str]:
        return {}

    answer = rest.resolve(app, event, FakeContext())  # type: ignore[arg-type]

    assert headers_of(answer) == KEPT_BY_NOBODY


def test_answers_to_producers_say_the_same() -> None:
    event = request() | {"path": "/elsewhere", "resource": "/elsewhere", "httpMethod": "POST"}

    assert headers_of(ingest(event, FakeContext())) == KEPT_BY_NOBODY  # type: ignore[arg-type]


def test_a_route_that_says_how_long_its_answer_may_be_kept_is_left_alone() -> None:
    app = rest.make_app()

    @app.put("/things")
    def put_thing() -> Response[str]:
        return Response(200, "text/calendar", "…", headers={"cache-control": "private, max-age=900"})

    answer = rest.resolve(app, request("{}"), FakeContext())  # type: ignore[arg-type]

    assert headers_of(answer) == {"cache-control": ["private, max-age=900"], "X-Content-Type-Options": ["nosniff"]}


def test_an_answer_without_headers_gets_them() -> None:
    assert guarded({"statusCode": 204}) == {"statusCode": 204, "multiValueHeaders": KEPT_BY_NOBODY}
