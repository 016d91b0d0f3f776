"""The REST API from outside: throttled, logged without personal data, one shape for every error."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import cast

from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_cognito as cognito
from constructs import Construct

from stacks.config import EnvironmentConfig
from stacks.constructs.acknowledge import acknowledge
from stacks.constructs.api_function import ApiFunction
from stacks.constructs.firewall import firewall
from stacks.constructs.gateway_answers import gateway_answers
from stacks.constructs.log_group import log_group
from stacks.constructs.route_throttles import DEAR

STAGE = "api"
INGEST_PATHS = ("/ingest", "/ingest/batch")


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
        gateway_answers(self.api)

    def to(self, function: ApiFunction) -> apigateway.LambdaIntegration:
        """Return the way to a function: one permission for all its routes, because its policy has no room for more."""
        return apigateway.LambdaIntegration(function.alias, scope_permission_to_method=False)

    def route(
        self,
        method: str,
        path: str,
        integration: apigateway.Integration,
        *,
        has_body: bool = False,
        required: Sequence[str] = (),
        public_because: str = "",
    ) -> None:
        """Add one method; one with a body wants a JSON object; `public_because` opens it to everyone and says why.

        A request without one of the `required` parameters of its query never gets to the function.
        """
        resource = self.api.root.resource_for_path(path)
        added = resource.add_method(
            method,
            integration,
            authorization_type=None if public_because else apigateway.AuthorizationType.COGNITO,
            authorizer=None if public_because else self._authorizer,
            request_validator=self._validator if has_body or required else None,
            request_models={"application/json": self._json_object} if has_body else None,
            request_parameters={f"method.request.querystring.{name}": True for name in required} or None,
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
                method_options=_throttles(config),
            ),
        )
        acknowledge(
            api.node.find_child("CloudWatchRole"),
            "IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]",
            "The one policy that AWS documents for API Gateway's account-wide right to write logs.",
        )
        if config.tls_only:
            _refuse_old_tls(api)
        self.firewall_pass = firewall(api, config=config) if config.waf_requests_per_5_minutes else None
        if self.firewall_pass is None:
            acknowledge(api.deployment_stage, "APIG3", "The local cloud has nobody to keep out.")
        acknowledge(
            api.deployment_stage,
            "APIG6",
            "Execution logs go to a group without retention that no stack owns and hold what callers send; "
            "the access log and the functions' own logs cover each request.",
        )
        return api


def _refuse_old_tls(api: apigateway.RestApi) -> None:
    """Take TLS 1.2 and 1.3 with forward secrecy only; left alone, an API still takes TLS 1.0."""
    resource = cast(apigateway.CfnRestApi, api.node.default_child)
    resource.security_policy = "SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09"
    # Policies of this kind want to be told; the stricter mode is for APIs with a domain name of their own.
    resource.endpoint_access_mode = "BASIC"


def _throttles(config: EnvironmentConfig) -> dict[str, apigateway.MethodDeploymentOptions]:
    """Return the routes that have limits of their own."""
    limits = {route: (throttle.rate, throttle.burst) for route, throttle in DEAR.items()}
    # What each producer may send, times the producers: none can use up what the others may.
    producers = max(1, len(config.producers))
    for path in INGEST_PATHS:
        limits["POST", path] = (config.ingest_requests_per_second * producers, config.ingest_burst * producers)
    return {
        f"{path}/{method}": apigateway.MethodDeploymentOptions(throttling_rate_limit=rate, throttling_burst_limit=burst)
        for (method, path), (rate, burst) in limits.items()
    }


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
