"""The API stack: which routes there are, who may call them, and how the gateway itself answers."""

from __future__ import annotations

import json
from typing import Any

import pytest

from marquee import keys
from marquee.answer_headers import HEADERS
from stacks.constructs.route_throttles import DEAR
from tests.stacks.assemblies import ROOT, Assembly, Resource, actions, statements

OPENAPI = ROOT / "docs" / "openapi.json"
MARKS = ("follows", "ratings", "watched", "hidden")
ROUTES = {
    ("GET", "/sources"): "NONE",
    ("GET", "/genres"): "NONE",
    # Deployments and monitors have no account.
    ("GET", "/version"): "NONE",
    ("GET", "/preferences"): "COGNITO_USER_POOLS",
    ("PUT", "/preferences"): "COGNITO_USER_POOLS",
    ("GET", "/titles"): "COGNITO_USER_POOLS",
    ("GET", "/titles/{id}"): "COGNITO_USER_POOLS",
    ("GET", "/titles/{id}/similar"): "COGNITO_USER_POOLS",
    ("GET", "/recommendations"): "COGNITO_USER_POOLS",
    ("GET", "/search"): "COGNITO_USER_POOLS",
    ("GET", "/arrivals"): "COGNITO_USER_POOLS",
    ("GET", "/settings"): "COGNITO_USER_POOLS",
    ("PUT", "/settings"): "COGNITO_USER_POOLS",
    **{("GET", f"/{kind}"): "COGNITO_USER_POOLS" for kind in MARKS},
    **{(method, f"/{kind}/{{title}}"): "COGNITO_USER_POOLS" for kind in MARKS for method in ("PUT", "DELETE")},
    ("GET", "/notifications"): "COGNITO_USER_POOLS",
    ("POST", "/notifications/read"): "COGNITO_USER_POOLS",
    ("POST", "/notifications/{id}/read"): "COGNITO_USER_POOLS",
    **{(method, "/calendar"): "COGNITO_USER_POOLS" for method in ("GET", "POST", "DELETE")},
    # The token in the address is the key.
    ("GET", "/calendar/{file}"): "NONE",
    # Those have API keys.
    ("POST", "/ingest"): "NONE",
    ("POST", "/ingest/batch"): "NONE",
    ("GET", "/me/export"): "COGNITO_USER_POOLS",
    ("DELETE", "/me"): "COGNITO_USER_POOLS",
    **{("GET", path): "COGNITO_USER_POOLS" for path in ("/dashboard", "/imports", "/imports/{id}")},
    **{("GET", f"/movies/{each}"): "COGNITO_USER_POOLS" for each in ("search", "filter", "top-rated", "{id}")},
    **{("GET", f"/imports/{{id}}/{each}"): "COGNITO_USER_POOLS" for each in ("failures", "failures.csv")},
    ("GET", "/movies/requests/{id}"): "COGNITO_USER_POOLS",
    **{(method, "/movies/{id}"): "COGNITO_USER_POOLS" for method in ("PUT", "DELETE")},
    **{("POST", path): "COGNITO_USER_POOLS" for path in ("/movies", "/imports", "/imports/{id}/{action}")},
    ("PUT", "/imports/{id}/mapping"): "COGNITO_USER_POOLS",
    ("GET", "/archive/{type}/{id}"): "COGNITO_USER_POOLS",
    ("POST", "/admin/reference/refresh"): "COGNITO_USER_POOLS",
    ("POST", "/admin/titles/refresh"): "COGNITO_USER_POOLS",
    ("POST", "/admin/titles/enrich"): "COGNITO_USER_POOLS",
    ("POST", "/admin/tmdb/refresh"): "COGNITO_USER_POOLS",
    ("POST", "/admin/library/recount"): "COGNITO_USER_POOLS",
    ("POST", "/admin/quality/measure"): "COGNITO_USER_POOLS",
    ("GET", "/admin/jobs"): "COGNITO_USER_POOLS",
    ("GET", "/admin/failures"): "COGNITO_USER_POOLS",
    ("GET", "/admin/failures/{id}"): "COGNITO_USER_POOLS",
    ("POST", "/admin/failures/{id}/replay"): "COGNITO_USER_POOLS",
    ("POST", "/admin/failures/{id}/discard"): "COGNITO_USER_POOLS",
    ("POST", "/admin/failures/replay"): "COGNITO_USER_POOLS",
    ("GET", "/admin/dynamodb/summary"): "COGNITO_USER_POOLS",
    ("GET", "/admin/system/lambdas"): "COGNITO_USER_POOLS",
    ("POST", "/admin/system/lambdas/logs"): "COGNITO_USER_POOLS",
    ("GET", "/admin/providers"): "COGNITO_USER_POOLS",
    ("GET", "/admin/quality"): "COGNITO_USER_POOLS",
    ("GET", "/admin/audit"): "COGNITO_USER_POOLS",
    ("POST", "/admin/archive/harvest"): "COGNITO_USER_POOLS",
    ("GET", "/admin/jobs/{id}"): "COGNITO_USER_POOLS",
}
WITH_BODY = {
    *(("PUT", path) for path in ("/preferences", "/settings", "/ratings/{title}")),
    ("POST", "/admin/failures/{id}/discard"),
    ("POST", "/admin/failures/replay"),
    ("POST", "/admin/system/lambdas/logs"),
    ("POST", "/admin/archive/harvest"),
    *(("POST", path) for path in ("/movies", "/imports")),
    *(("PUT", path) for path in ("/movies/{id}", "/imports/{id}/mapping")),
}


WITH_PARAMETERS = {("GET", "/search"): ["q"], ("GET", "/movies/search"): ["title"]}


def path_of(resources: dict[str, Any], reference: dict[str, Any]) -> str:
    if "Ref" not in reference:
        return ""
    properties = resources[reference["Ref"]]["Properties"]
    return f"{path_of(resources, properties['ParentId'])}/{properties['PathPart']}"


def methods_of(assembly: Assembly) -> dict[tuple[str, str], dict[str, Any]]:
    resources = assembly.templates["api"]["Resources"]
    return {
        (method.properties["HttpMethod"], path_of(resources, method.properties["ResourceId"])): method.properties
        for method in assembly.resources("AWS::ApiGateway::Method")
    }


def test_routes_are_explicit_and_signed_in_unless_public(dev: Assembly) -> None:
    methods = methods_of(dev)

    assert {route: method["AuthorizationType"] for route, method in methods.items()} == ROUTES
    # With scopes the authorizer would want an access token; ours is the ID token.
    assert not any("AuthorizationScopes" in method for method in methods.values())


def test_stage_is_called_api_and_throttled(assembly: Assembly) -> None:
    (stage,) = assembly.resources("AWS::ApiGateway::Stage")

    settings = stage.properties["MethodSettings"]
    (every_method,) = [each for each in settings if each["ResourcePath"] == "/*"]
    limits = (500, 1000) if assembly.environment == "prod" else (100, 200)
    assert stage.properties["StageName"] == "api"
    assert (every_method["ThrottlingRateLimit"], every_method["ThrottlingBurstLimit"]) == limits
    assert not any(each["DataTraceEnabled"] for each in settings)
    # A trace would keep whole addresses, and with them the tokens of calendars.
    assert not stage.properties.get("TracingEnabled", False)


def test_api_has_the_name_of_its_environment(assembly: Assembly) -> None:
    (api,) = assembly.resources("AWS::ApiGateway::RestApi")

    assert api.properties["Name"] == f"marquee-{assembly.environment}"


def test_guide_may_take_as_long_as_the_gateway_waits_and_has_a_whole_processor(dev: Assembly) -> None:
    guide = dev.function("guide_api").properties
    waits = [method.properties["Integration"] for method in dev.resources("AWS::ApiGateway::Method")]

    # Without a value of its own a method waits 29 seconds, the most there is by default.
    assert {integration.get("TimeoutInMillis", 29_000) for integration in waits} == {1000 * guide["Timeout"]}
    # Lambda gives one processor at 1,769 MB.
    assert guide["MemorySize"] == 1769


def test_api_url_ends_with_the_stage(dev: Assembly) -> None:
    assert json.dumps(dev.templates["api"]["Outputs"]["ApiUrl"]).count('"/api"') == 1


def test_access_log_is_json_without_personal_data(dev: Assembly) -> None:
    (stage,) = dev.resources("AWS::ApiGateway::Stage")

    fields = json.loads(stage.properties["AccessLogSetting"]["Format"])
    assert {"request_id", "method", "route", "status", "latency_ms"} <= fields.keys()
    values = " ".join(fields.values())
    assert not any(word in values for word in ("identity", "authorizer", "userAgent", "sourceIp", "$context.path"))


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("UNAUTHORIZED", "401", "unauthorized"),
        ("EXPIRED_TOKEN", "401", "unauthorized"),
        ("ACCESS_DENIED", "403", "forbidden"),
        ("MISSING_AUTHENTICATION_TOKEN", "404", "not_found"),
        ("BAD_REQUEST_BODY", "400", "invalid_input"),
        ("THROTTLED", "429", "too_many_requests"),
        ("DEFAULT_4XX", None, "bad_request"),
        ("DEFAULT_5XX", None, "internal_error"),
    ],
)
def test_gateway_answers_in_the_shape_of_every_other_error(
    dev: Assembly, kind: str, status: str | None, code: str
) -> None:
    answers = {
        answer.properties["ResponseType"]: answer.properties
        for answer in dev.resources("AWS::ApiGateway::GatewayResponse")
    }

    assert answers[kind].get("StatusCode") == status
    template = answers[kind]["ResponseTemplates"]["application/json"]
    error = json.loads(template.replace("$context.error.messageString", '"text of the gateway"'))["error"]
    assert error["code"] == code
    assert error["message"]


@pytest.mark.parametrize("header", HEADERS)
def test_gateway_says_of_its_answers_what_functions_say_of_theirs(dev: Assembly, header: str) -> None:
    for answer in dev.resources("AWS::ApiGateway::GatewayResponse"):
        told = answer.properties["ResponseParameters"]
        assert told[f"gatewayresponse.header.{header}"] == f"'{HEADERS[header]}'", answer.name
        assert len(told) == len(HEADERS), answer.name


def test_gateway_passes_only_json_objects_to_functions(dev: Assembly) -> None:
    checked = {route: method for route, method in methods_of(dev).items() if "RequestModels" in method}
    (validator,) = dev.resources("AWS::ApiGateway::RequestValidator")
    (model,) = dev.resources("AWS::ApiGateway::Model")

    assert checked.keys() == WITH_BODY
    for method in checked.values():
        assert method["RequestValidatorId"] == {"Ref": validator.logical_id}
        assert method["RequestModels"] == {"application/json": {"Ref": model.logical_id}}
    assert validator.properties["ValidateRequestBody"] is True
    assert validator.properties["ValidateRequestParameters"] is True
    assert model.properties["Schema"]["type"] == "object"


def test_gateway_asks_for_every_parameter_that_a_query_must_have(dev: Assembly) -> None:
    methods = methods_of(dev)
    asked = {
        route: [name.removeprefix("method.request.querystring.") for name, must in method["RequestParameters"].items()]
        for route, method in methods.items()
        if "RequestParameters" in method
    }
    documented = {
        (method.upper(), path): [each["name"] for each in operation.get("parameters", ()) if _must_be_in_query(each)]
        for path, operations in json.loads(OPENAPI.read_text())["paths"].items()
        for method, operation in operations.items()
    }

    assert asked == WITH_PARAMETERS == {route: names for route, names in documented.items() if names}
    assert all("RequestValidatorId" in methods[route] for route in asked)


def _must_be_in_query(parameter: dict[str, Any]) -> bool:
    return parameter["in"] == "query" and bool(parameter.get("required"))


def test_dear_routes_have_limits_of_their_own_below_those_of_all(assembly: Assembly) -> None:
    (stage,) = assembly.resources("AWS::ApiGateway::Stage")
    settings = {(each["HttpMethod"], _path(each["ResourcePath"])): each for each in _settings(stage)}

    every = settings.pop(("*", "/*"))
    for route, throttle in DEAR.items():
        found = settings.pop(route)
        assert (found["ThrottlingRateLimit"], found["ThrottlingBurstLimit"]) == (throttle.rate, throttle.burst), route
        assert throttle.rate < every["ThrottlingRateLimit"], route
        assert throttle.burst < every["ThrottlingBurstLimit"], route
    assert settings.keys() == {("POST", path) for path in ("/ingest", "/ingest/batch")}
    assert DEAR.keys() <= ROUTES.keys()


def _path(written: str) -> str:
    """Return `/search` for `/~1search`, as API Gateway writes it; `/*` is all of them."""
    return written if written == "/*" else written[1:].replace("~1", "/")


def _settings(stage: Resource) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = stage.properties["MethodSettings"]
    return found


def test_whatever_an_operator_starts_is_dear(dev: Assembly) -> None:
    started = {(method, path) for method, path in methods_of(dev) if method != "GET" and path.startswith("/admin/")}

    assert started <= DEAR.keys()


def test_guide_holds_no_key_of_a_provider_and_may_start_only_the_refresh_of_lists(dev: Assembly) -> None:
    variables = dev.function("guide_api").properties["Environment"]["Variables"]
    allowed = dev.allowed("guide_api")

    assert not any("secretsmanager" in action for actions, _ in allowed for action in actions)
    assert not any(name.startswith(("TMDB_URL", "TMDB_SECRET", "WATCHMODE")) for name in variables)
    (started,) = [resource for actions, resource in allowed if "lambda:InvokeFunction" in actions]
    assert "TmdbCacheRefresh" in json.dumps(started)


def test_guide_writes_nothing_of_the_lists_but_what_it_asked_used_and_made_of_them(dev: Assembly) -> None:
    role = {"Ref": dev.function("guide_api").properties["Role"]["Fn::GetAtt"][0]}
    (policy,) = [each for each in dev.resources("AWS::IAM::Policy") if role in each.properties["Roles"]]
    of_lists = [
        each
        for each in statements(policy)
        if "TmdbCache" in json.dumps(each["Resource"]) and actions(each) != ["lambda:InvokeFunction"]
    ]

    by_keys = {
        tuple(each["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]) if "Condition" in each else (): each
        for each in of_lists
    }
    assert len(by_keys) == len(of_lists)
    assert {partitions: set(actions(each)) for partitions, each in by_keys.items()} == {
        (): {"dynamodb:GetItem", "dynamodb:Query", "dynamodb:BatchGetItem"},
        (keys.ASKED, keys.USAGE): {"dynamodb:UpdateItem"},
        (keys.SHELF,): {"dynamodb:PutItem"},
    }
