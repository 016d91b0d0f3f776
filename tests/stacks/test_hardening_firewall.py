"""The firewall: whom it counts together, whom it does not believe, and what it keeps of what it sees."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from typing import Any

import pytest

from stacks.constructs.firewall import COUNTED_ONLY, PASS, VIEWER_ADDRESS
from tests.stacks.assemblies import Assembly
from tests.stacks.firewall_model import Request, counted_by, refused_by

GROUPS = {f"AWSManagedRules{name}" for name in ("CommonRuleSet", "KnownBadInputsRuleSet", "AmazonIpReputationList")}
LIMITS = {"dev": 200_000, "staging": 6_000, "prod": 6_000}
EVENTS = 200_000


@pytest.fixture(params=LIMITS)
def guarded(request: pytest.FixtureRequest, assemblies: dict[str, Assembly]) -> Assembly:
    """Each environment that has a firewall."""
    return assemblies[request.param]


def firewall(assembly: Assembly) -> dict[str, Any]:
    (acl,) = assembly.resources("AWS::WAFv2::WebACL")
    return acl.properties


def word(assembly: Assembly) -> Any:
    """What CloudFront shows the firewall, as the firewall knows it."""
    statements = firewall(assembly)["Rules"][0]["Statement"]["AndStatement"]["Statements"]
    return statements[1]["NotStatement"]["Statement"]["ByteMatchStatement"]["SearchString"]


def viewer(assembly: Assembly, *, path: str = "/api/titles") -> Request:
    return Request(path, "130.176.0.1", {VIEWER_ADDRESS: "198.51.100.4", PASS: word(assembly)})


def test_only_the_local_cloud_has_no_firewall(assembly: Assembly) -> None:
    there = [each.logical_id for each in assembly.resources("AWS::WAFv2::WebACLAssociation")]

    assert len(there) == len(list(assembly.resources("AWS::WAFv2::WebACL"))) == (assembly.environment != "local")


def test_a_viewer_of_the_app_is_counted_by_his_own_address(guarded: Assembly) -> None:
    rules = firewall(guarded)["Rules"]

    assert refused_by(rules, viewer(guarded)) is None
    assert counted_by(rules, viewer(guarded)) == {"TooManyOfAViewer": ("198.51.100.4", LIMITS[guarded.environment])}


def test_who_asks_the_api_itself_is_counted_by_his_address(guarded: Assembly) -> None:
    rules = firewall(guarded)["Rules"]

    assert refused_by(rules, Request()) is None
    assert counted_by(rules, Request()) == {"TooManyRequests": ("203.0.113.7", LIMITS[guarded.environment])}


@pytest.mark.parametrize("path", ["/api/ingest", "/api/ingest/batch", "/ingest"])
def test_events_have_a_bound_of_their_own(guarded: Assembly, path: str) -> None:
    rules = firewall(guarded)["Rules"]

    assert counted_by(rules, Request(path)) == {"TooManyEvents": ("203.0.113.7", EVENTS)}
    assert counted_by(rules, viewer(guarded, path=path)) == {"TooManyEvents": ("130.176.0.1", EVENTS)}


@pytest.mark.parametrize("path", ["/api/titles/ingest", "/api/ingest/more", "/api/ingest-not"])
def test_a_path_that_only_looks_like_events_is_counted_like_any_other(guarded: Assembly, path: str) -> None:
    assert list(counted_by(firewall(guarded)["Rules"], Request(path))) == ["TooManyRequests"]


@pytest.mark.parametrize("guess", [{}, {PASS: ""}, {PASS: "guessed"}])
def test_nobody_but_cloudfront_may_name_another_address(guarded: Assembly, guess: dict[str, str]) -> None:
    forged = replace(Request(), headers={VIEWER_ADDRESS: "198.51.100.4", **guess})

    assert refused_by(firewall(guarded)["Rules"], forged) == "ForgedAddress"


def test_cloudfront_shows_the_word_that_the_firewall_wants_and_neither_stands_in_a_template(guarded: Assembly) -> None:
    (distribution,) = guarded.resources("AWS::CloudFront::Distribution")
    (api,) = [each for each in distribution.properties["DistributionConfig"]["Origins"] if "CustomOriginConfig" in each]
    (shown,) = api["OriginCustomHeaders"]
    secret = next(
        each for each in guarded.resources("AWS::SecretsManager::Secret") if "FirewallPass" in each.logical_id
    )
    reference = shown["HeaderValue"]["Fn::Join"][1]
    exported = guarded.templates["api"]["Outputs"][
        reference[1]["Fn::ImportValue"].removeprefix(f"marquee-{guarded.environment}-api:")
    ]

    assert shown["HeaderName"] == PASS
    assert reference[0] == "{{resolve:secretsmanager:"
    assert exported["Value"] == {"Ref": secret.logical_id}
    assert word(guarded)["Fn::Join"][1] == [reference[0], {"Ref": secret.logical_id}, reference[2]]
    assert "SecretString" not in secret.properties


def test_all_requests_to_the_api_are_told_whose_they_are(guarded: Assembly) -> None:
    (distribution,) = guarded.resources("AWS::CloudFront::Distribution")
    (behaviour,) = distribution.properties["DistributionConfig"]["CacheBehaviors"]
    (association,) = behaviour["FunctionAssociations"]

    named = association["FunctionARN"]["Fn::GetAtt"][0]
    assert behaviour["PathPattern"] == "/api/*"
    assert association["EventType"] == "viewer-request"
    assert VIEWER_ADDRESS in guarded.templates["web"]["Resources"][named]["Properties"]["FunctionCode"]


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        pytest.param("198.51.100.4", "198.51.100.4", id="IPv4"),
        pytest.param("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64", id="IPv6"),
        pytest.param("2001:db8::6", "2001:db8:0:0::/64", id="IPv6 with zeros at its end"),
        pytest.param("2001::1:2:3:4:5", "2001:0:0:1::/64", id="IPv6 with zeros in its network"),
        pytest.param("::1", "0:0:0:0::/64", id="IPv6 that begins with zeros"),
    ],
)
def test_cloudfront_names_the_viewer_or_his_network_whatever_he_says_himself(
    dev: Assembly, address: str, counted: str
) -> None:
    code = next(
        each.properties["FunctionCode"]
        for each in dev.resources("AWS::CloudFront::Function")
        if each.logical_id.startswith("NameViewer")
    )
    event = {"viewer": {"ip": address}, "request": {"headers": {VIEWER_ADDRESS: {"value": "192.0.2.1"}}}}
    script = f"{code}\nconsole.log(JSON.stringify(handler({json.dumps(event)})));"

    answer = subprocess.run(["node", "-e", script], capture_output=True, text=True, check=True).stdout

    assert json.loads(answer)["headers"] == {VIEWER_ADDRESS: {"value": counted}}


def test_who_is_too_fast_is_told_so_in_the_shape_of_the_api(guarded: Assembly) -> None:
    acl = firewall(guarded)
    answers = {
        rule["Name"]: rule["Action"]["Block"]["CustomResponse"]
        for rule in acl["Rules"]
        if "RateBasedStatement" in rule["Statement"]
    }
    (body,) = acl["CustomResponseBodies"].items()

    assert {answer["ResponseCode"] for answer in answers.values()} == {429}
    assert all({"Name": "Retry-After", "Value": "300"} in answer["ResponseHeaders"] for answer in answers.values())
    assert {answer["CustomResponseBodyKey"] for answer in answers.values()} == {body[0]}
    assert json.loads(body[1]["Content"])["error"]["code"] == "too_many_requests"


def test_known_attacks_are_refused_but_for_rules_that_our_own_clients_would_meet(guarded: Assembly) -> None:
    groups = {
        statement["Name"]: statement.get("RuleActionOverrides", [])
        for rule in firewall(guarded)["Rules"]
        if (statement := rule["Statement"].get("ManagedRuleGroupStatement"))
    }

    assert groups.keys() == GROUPS
    assert not groups.keys() & {name for name, overrides in groups.items() if overrides} - {
        "AWSManagedRulesCommonRuleSet"
    }
    overrides = groups["AWSManagedRulesCommonRuleSet"]
    assert {each["Name"]: each["ActionToUse"] for each in overrides} == {name: {"Count": {}} for name in COUNTED_ONLY}
    assert all(reason.endswith(".") for reason in COUNTED_ONLY.values())


def test_firewall_shows_no_tokens_keys_addresses_or_words_and_writes_no_log(guarded: Assembly) -> None:
    acl = firewall(guarded)
    hidden = {each["Field"]["FieldType"]: each for each in acl["DataProtectionConfig"]["DataProtections"]}

    assert hidden.keys() == {"SINGLE_HEADER", "QUERY_STRING", "BODY"}
    assert {each["Action"] for each in hidden.values()} == {"SUBSTITUTION"}
    assert {"authorization", "x-api-key", PASS, VIEWER_ADDRESS} <= set(hidden["SINGLE_HEADER"]["Field"]["FieldKeys"])
    # What no rule has stopped is nobody's business.
    assert acl["VisibilityConfig"]["SampledRequestsEnabled"] is False
    assert not list(guarded.resources("AWS::WAFv2::LoggingConfiguration"))
