"""The running API against its own document: whatever is asked, the answer is one that the document names."""

import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from docs import openapi
from tests.e2e.cloud import Cloud

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
]

document = schemathesis.openapi.from_path(openapi.DOCUMENT)


@document.parametrize()
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_answer_is_one_that_the_document_names(case: schemathesis.Case, cloud: Cloud) -> None:
    # Whoever erases an account is somebody else afterwards.
    erases = (case.method.upper(), case.path) == ("DELETE", "/me")
    token = cloud.token(cloud.new_user()) if erases else cloud.viewer_token
    headers = {"Authorization": token, "X-API-Key": cloud.outputs.ingest_api_key}
    # Of a batch, what is right is taken, whatever else is in it.
    checks = [each for each in CHECKS if each is not negative_data_rejection or case.path != "/ingest/batch"]
    case.call_and_validate(base_url=cloud.outputs.api_url, headers=headers, checks=checks)
