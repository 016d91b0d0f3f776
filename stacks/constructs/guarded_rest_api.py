"""The REST API from outside: throttled, logged without personal data, one shape for every error."""

from __future__ import annotations

import json
from dataclasses import dataclass

from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_cognito as cognito
from constructs import Construct

from stacks.config import EnvironmentConfig
from stacks.constructs.acknowledge import acknowledge
from stacks.constructs.firewall import firewall
from stacks.constructs.log_group import log_group
from stacks.constructs.python_function import PythonFunction

STAGE = "api"
INGEST_PATHS = ("/ingest", "/ingest/batch")
_TEXT_OF_GATEWAY = "$context.error.messageString"


@dataclass(frozen=True)
class _Answer:
    """What API Gateway says when it answers itself; without a `status` each error keeps its own."""

    kind: apigateway.ResponseType
    status: str | None
    code: str
    message: str


_TYPE = apigateway.ResponseType
_ANSWERS = {
    "BadBody": _Answer(_TYPE.BAD_REQUEST_BODY, "400", "invalid_input", "The body must be a JSON object."),
    "BadParameters": _Answer(_TYPE.BAD_REQUEST_PARAMETERS, "400", "invalid_input", "A parameter is wrong."),
    "NotSignedIn": _Answer(
        _TYPE.UNAUTHORIZED,
        "401",
        "unauthorized",
        "Sign in and send the ID token in the Authorization header.",
    ),
    "Expired": _Answer(_TYPE.EXPIRED_TOKEN, "401", "unauthorized", "The ID token has expired; sign in again."),
    "WrongKey": _Answer(_TYPE.INVALID_API_KEY, "403", "forbidden", "Send a valid API key in the X-API-Key header."),
    "AccessDenied": _Answer(_TYPE.ACCESS_DENIED, "403", "forbidden", "You may not do this."),
    # API Gateway asks for a signature on routes that it does not know: to the caller they do not exist.
    "NoRoute": _Answer(_TYPE.MISSING_AUTHENTICATION_TOKEN, "404", "not_found", "There is no such route."),
    "TooLarge": _Answer(_TYPE.REQUEST_TOO_LARGE, "413", "too_large", "The body is too large."),
    "Throttled": _Answer(_TYPE.THROTTLED, "429", "too_many_requests", "Too many requests; try again soon."),
    "TimedOut": _Answer(_TYPE.INTEGRATION_TIMEOUT, "504", "timeout", "The answer took too long; try again."),
    "Default4xx": _Answer(_TYPE.DEFAULT_4_XX, None, "bad_request", _TEXT_OF_GATEWAY),
    "Default5xx": _Answer(_TYPE.DEFAULT_5_XX, None, "internal_error", "Something went wrong on our side."),
}


class GuardedRestApi(Construct):
    """A REST API whose methods are added one by one, each behind sign-in unless it says otherwise."""

    def __init__(
        self, scope: Construct, construct_id: str, *, config: EnvironmentConfig, user_pool: cognito.IUserPool
    ) -> None:
        super().__init__(scope, construct_id)
        self.access_log = log_group(self, "AccessLog", config=config)
        self.api = self._rest_api(config)
        self._authorizer = apigateway.CognitoUserPoolsAuthorizer(self, "SignedIn", cognito_user_pools=[user_pool])
        self._validator = self.api.add_request_validator(
            "Validator", validate_request_body=True, validate_request_parameters=True
        )
        self._json_object = self.api.add_model(
            "JsonObject",
            content_type="application/json",
            schema=apigateway.JsonSchema(type=apigateway.JsonSchemaType.OBJECT),
        )
        for name, answer in _ANSWERS.items():
            self.api.add_gateway_response(
                name,
                type=answer.kind,
                status_code=answer.status,
                templates={"application/json": _error_body(answer)},
            )

    def to(self, function: PythonFunction) -> apigateway.LambdaIntegration:
        """Return the way to a function: one permission for all its routes, because its policy has no room for more."""
        return apigateway.LambdaIntegration(function.function, scope_permission_to_method=False)

    def route(
        self,
        method: str,
        path: str,
        integration: apigateway.Integration,
        *,
        has_body: bool = False,
        public_because: str = "",
    ) -> None:
        """Add one method; one with a body wants a JSON object; `public_because` opens it to everyone and says why."""
        resource = self.api.root.resource_for_path(path)
        added = resource.add_method(
            method,
            integration,
            authorization_type=None if public_because else apigateway.AuthorizationType.COGNITO,
            authorizer=None if public_because else self._authorizer,
            request_validator=self._validator if has_body else None,
            request_models={"application/json": self._json_object} if has_body else None,
        )
        if public_because:
            acknowledge(added, "APIG4", public_because)
            acknowledge(added, "COG4", public_because)

    def keyed_route(self, method: str, path: str, integration: apigateway.Integration) -> None:
        """Add one method for those who have an API key; who has none never gets to the function."""
        added = self.api.root.resource_for_path(path).add_method(
            method, integration, api_key_required=True, authorization_type=apigateway.AuthorizationType.NONE
        )
        acknowledge(added, "APIG4", "Programs send events: they have a key of their own instead of a person's token.")
        acknowledge(added, "COG4", "Programs send events: they have a key of their own instead of a person's token.")
        acknowledge(
            added, "APIG2", "The function checks bodies itself: the order and the words of its answers are R3's."
        )

    def _rest_api(self, config: EnvironmentConfig) -> apigateway.RestApi:
        api = apigateway.RestApi(
            self,
            "Api",
            rest_api_name=f"marquee-{config.name}",
            description="Marquee: guide, viewers and operators",
            endpoint_types=[apigateway.EndpointType.REGIONAL],
            # One per account and region, which API Gateway needs before any stage may write an access log.
            cloud_watch_role=True,
            deploy_options=apigateway.StageOptions(
                stage_name=STAGE,
                throttling_rate_limit=config.api_requests_per_second,
                throttling_burst_limit=config.api_burst,
                # A trace of the gateway would keep whole addresses: tokens of calendars, what is searched for.
                tracing_enabled=False,
                access_log_destination=apigateway.LogGroupLogDestination(self.access_log),
                access_log_format=_access_log_format(),
                method_options={
                    f"{path}/POST": apigateway.MethodDeploymentOptions(
                        # What each producer may send, times the producers: none can use up what the others may.
                        throttling_rate_limit=config.ingest_requests_per_second * max(1, len(config.producers)),
                        throttling_burst_limit=config.ingest_burst * max(1, len(config.producers)),
                    )
                    for path in INGEST_PATHS
                },
            ),
        )
        acknowledge(
            api.node.find_child("CloudWatchRole"),
            "IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]",
            "The one policy that AWS documents for API Gateway's account-wide right to write logs.",
        )
        if config.waf_requests_per_5_minutes:
            firewall(api, config=config)
        else:
            acknowledge(api.deployment_stage, "APIG3", "The local cloud has nobody to keep out.")
        acknowledge(
            api.deployment_stage,
            "APIG6",
            "Execution logs go to a group without retention that no stack owns and hold what callers send; "
            "the access log and the functions' own logs cover each request.",
        )
        return api


def _access_log_format() -> apigateway.AccessLogFormat:
    # Neither address, browser, caller nor the path with its ids: the route is enough to operate by.
    field = apigateway.AccessLogField
    return apigateway.AccessLogFormat.custom(
        json.dumps(
            {
                "request_id": field.context_request_id(),
                "trace_id": field.context_xray_trace_id(),
                "time": field.context_request_time(),
                "method": field.context_http_method(),
                "route": field.context_resource_path(),
                "status": field.context_status(),
                "latency_ms": field.context_response_latency(),
                "integration_latency_ms": field.context_integration_latency(),
                "response_bytes": field.context_response_length(),
                "error_type": field.context_error_response_type(),
            }
        )
    )


def _error_body(answer: _Answer) -> str:
    # The gateway's own text arrives in quotes.
    text = answer.message if answer.message == _TEXT_OF_GATEWAY else json.dumps(answer.message)
    return f'{{"error":{{"code":{json.dumps(answer.code)},"message":{text}}}}}'
