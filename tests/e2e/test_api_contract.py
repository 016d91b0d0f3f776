"""The running API against its own document: whatever is asked, the answer is one that the document names."""

from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from docs import openapi
from tests.e2e.cloud import Cloud
from tests.waiting import ANSWER_SECONDS

CHECKS_OF_FORM = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
CHECKS = [*CHECKS_OF_FORM, negative_data_rejection]

# Each kind of right and wrong input of each route, and some at random.
SIGNED_IN = settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
# An event in a batch is one as it comes alone, and every kind of it comes alone.
BATCH = settings(SIGNED_IN, max_examples=30, phases=[Phase.generate])
# Who asks is looked at before what is asked.
NOBODY = settings(SIGNED_IN, max_examples=3, phases=[Phase.generate])

document = schemathesis.openapi.from_path(openapi.DOCUMENT)


@document.exclude(path="/ingest/batch").parametrize()
@SIGNED_IN
def test_every_answer_is_one_that_the_document_names(case: schemathesis.Case, cloud: Cloud) -> None:
    conforms(case, cloud, CHECKS if _is_wrong_as_a_whole(case) else CHECKS_OF_FORM)


@document.include(path="/ingest/batch").parametrize()
@BATCH
def test_every_answer_to_a_batch_is_one_that_the_document_names(case: schemathesis.Case, cloud: Cloud) -> None:
    # Of a batch, what is right is taken, whatever else is in it.
    conforms(case, cloud, CHECKS_OF_FORM)


def conforms(case: schemathesis.Case, cloud: Cloud, checks: list[Any]) -> None:
    """Check what the demo viewer, who is no operator, is answered."""
    # Whoever erases an account is somebody else afterwards.
    erases = (case.method.upper(), case.path) == ("DELETE", "/me")
    token = cloud.token(cloud.new_user()) if erases else cloud.viewer_token
    headers = {"Authorization": token, "X-API-Key": cloud.outputs.ingest_api_key}
    case.call_and_validate(base_url=cloud.outputs.api_url, headers=headers, checks=checks, timeout=ANSWER_SECONDS)


@document.parametrize()
@NOBODY
def test_nobody_is_answered_but_where_the_document_says_so(case: schemathesis.Case, cloud: Cloud) -> None:
    is_open = not case.operation.definition.raw.get("security")

    answer = case.call(base_url=cloud.outputs.api_url, timeout=ANSWER_SECONDS)

    case.validate_response(answer, checks=CHECKS_OF_FORM)
    # 404 and 405: cases with another method or path than the route's are no requests to it.
    assert is_open or answer.status_code in (401, 403, 404, 405), answer.text


def _is_wrong_as_a_whole(case: schemathesis.Case) -> bool:
    """Say whether what was made wrong in `case` has to be refused once it has arrived.

    A list in a query has no types on its way: `[5]`, `5` and `["5"]` arrive as the same text, so what was made wrong in
    one may arrive right.
    """
    parameters = case.operation.definition.raw.get("parameters", [])
    lists = {each["name"] for each in parameters if each["in"] == "query" and _may_be_list(each["schema"])}
    return not lists & set(case.query or {})


def _may_be_list(schema: dict[str, Any]) -> bool:
    return any(each.get("type") == "array" for each in [schema, *schema.get("anyOf", [])])
