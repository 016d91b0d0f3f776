"""The comment about a change: what it costs, what it opens, and nothing of the branch that could be markup."""

from typing import Any

import pytest

from delivery import prices
from delivery.comparison import comparison, shortened

SECRET = {"Type": "AWS::SecretsManager::Secret", "Properties": {}}


def stacks(**resources: Any) -> dict[str, dict[str, Any]]:
    return {"marquee-prod-data": {"Resources": resources}}


def resource(kind: str, **properties: Any) -> dict[str, Any]:
    return {"Type": kind, "Properties": properties}


@pytest.mark.parametrize(
    ("body", "dollars"),
    [
        pytest.param(resource("AWS::Kinesis::Stream", ShardCount=2), 21.90, id="two shards for a day"),
        pytest.param(
            resource("AWS::Kinesis::Stream", ShardCount=2, RetentionPeriodHours=168), 51.10, id="two shards for a week"
        ),
        pytest.param(
            resource("AWS::Kinesis::Stream", StreamModeDetails={"StreamMode": "ON_DEMAND"}), 29.20, id="on demand"
        ),
        pytest.param(SECRET, 0.40, id="secret"),
        pytest.param(resource("AWS::WAFv2::WebACL", Rules=[{}, {}]), 7.00, id="firewall of two rules"),
        pytest.param(resource("AWS::CloudWatch::Alarm", MetricName="Errors"), 0.10, id="alarm"),
        pytest.param(
            resource("AWS::CloudWatch::Alarm", Metrics=[{"MetricStat": {}}, {"MetricStat": {}}, {"Expression": "a/b"}]),
            0.20,
            id="alarm of two metrics",
        ),
        pytest.param(
            resource("AWS::Lambda::Function", MemorySize=1024, SnapStart={"ApplyOn": "PublishedVersions"}),
            3.95,
            id="snapshot of a gigabyte",
        ),
        pytest.param(resource("AWS::EC2::NatGateway"), 32.85, id="what the design forbids"),
    ],
)
def test_fixed_cost_is_that_of_the_list(body: dict[str, Any], dollars: float) -> None:
    assert prices.total(prices.monthly(stacks(Thing=body))) == dollars


@pytest.mark.parametrize("kind", ["AWS::DynamoDB::GlobalTable", "AWS::Lambda::Function", "AWS::SQS::Queue"])
def test_what_is_paid_by_use_costs_nothing_while_it_is_idle(kind: str) -> None:
    assert prices.monthly(stacks(Thing=resource(kind))) == []


def test_comment_tells_cost_before_and_after_and_kinds_without_a_price() -> None:
    said = comparison(stacks(One=SECRET), stacks(One=SECRET, Two=SECRET, Db=resource("AWS::RDS::DBInstance")), "prod")

    assert "### Fixed cost: $0.40 → $0.80 a month (+0.40)" in said
    assert "Not priced, and the first of their kind: AWS::RDS::DBInstance." in said
    assert "### Resources: 2, and new code for 0" in said


def test_comment_warns_first_of_data_that_may_go() -> None:
    said = comparison(stacks(Users=resource("AWS::Cognito::UserPool")), stacks(Other=SECRET), "prod")

    assert said.index("[!CAUTION]") < said.index("### Fixed cost")
    assert "`marquee-prod-data/Users` holds data and is removed" in said


def test_comment_about_nothing_says_so() -> None:
    said = comparison(stacks(One=SECRET), stacks(One=SECRET), "prod")

    assert "### Resources: 0" in said
    assert "### Rights: 0 given, 0 taken" in said
    assert "### Accepted security findings: 0 more, 0 fewer" in said
    assert "|---|" not in said


def test_names_of_a_branch_cannot_leave_their_cell() -> None:
    nasty = "a`|b\n<img src=x>"
    nag = {"cdk_nag": {"rules_to_suppress": [{"id": "X", "reason": nasty}]}}

    said = comparison(stacks(), stacks(Queue={"Type": "AWS::SQS::Queue", "Metadata": nag}), "prod")

    (row,) = [line for line in said.splitlines() if "<img" in line]
    assert row == "| ➕ | `marquee-prod-data/Queue` | `X` | `a'¦b <img src=x>` |"


def test_long_comment_ends_with_a_whole_line_and_says_where_the_rest_is() -> None:
    said = shortened("\n".join(["line"] * 100), 52)

    assert said.startswith("line\nline\n")
    assert "\nlin\n" not in said
    assert "**There is more**" in said
    assert shortened("short", 52) == "short"
