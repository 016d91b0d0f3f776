"""What is watched: everything there is, by names that exist, on dashboards and in queries that find it."""

from __future__ import annotations

import json
import re
from typing import Any

from marquee.operations_metrics import GAUGES
from tests.metrics_documented import documented
from tests.stacks.assemblies import ROOT, Assembly
from tests.stacks.test_observability_alarms import alarms

HEADING = re.compile(r"^## (\w+)$", re.MULTILINE)
DASHBOARDS = {"viewers", "pipeline", "upstream", "archive", "library", "cost"}
STACK = "observability"


def packages(assembly: Assembly) -> set[str]:
    return {each.properties["Handler"].split(".")[0] for each in assembly.resources("AWS::Lambda::Function")}


def subjects(assembly: Assembly, family: str) -> set[str]:
    return {name.partition("-")[2] for name, _ in alarms(assembly) if name.split("-")[0] == family}


def bodies(assembly: Assembly) -> dict[str, str]:
    """The text of each dashboard, with what is only known at deployment left out."""
    return {
        each.properties["DashboardName"].removeprefix(f"marquee-{assembly.environment}-"): "".join(
            part if isinstance(part, str) else "?" for part in _joined(each.properties["DashboardBody"])
        )
        for each in assembly.resources("AWS::CloudWatch::Dashboard")
    }


def _joined(body: Any) -> list[Any]:
    parts: list[Any] = body["Fn::Join"][1] if isinstance(body, dict) else [body]
    return parts


def test_every_alarm_has_a_paragraph_in_the_runbook_and_every_paragraph_an_alarm(
    assemblies: dict[str, Assembly],
) -> None:
    families = {name.split("-")[0] for assembly in assemblies.values() for name, _ in alarms(assembly)}

    text = (ROOT / "docs" / "alarms.md").read_text()

    # The budget is no alarm of CloudWatch, but it is told on the same topic.
    assert sorted(HEADING.findall(text)) == sorted({*families, "MonthlyBudget"})
    for section in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        name = section.split("\n")[0]
        for part in ("**Means**", "**Look at**", "**Do**"):
            assert section.count(part) == 1, f"{name} does not say once what {part} is"


def test_every_last_queue_is_explained_in_the_runbook(dev: Assembly) -> None:
    section = (ROOT / "docs" / "alarms.md").read_text().split("## DeadLetters\n")[1].split("\n## ")[0]

    for name in subjects(dev, "DeadLetters"):
        assert f"`{name}`" in section or name.endswith("FailedRuns"), name


def test_every_function_has_an_alarm_on_its_errors(assembly: Assembly) -> None:
    # The emulator would ring all of them for the error of one.
    expected = set() if assembly.environment == "local" else packages(assembly)
    assert subjects(assembly, "FunctionErrors") == expected


def test_every_reader_of_a_stream_has_an_alarm_on_its_lag(assembly: Assembly) -> None:
    mappings = list(assembly.resources("AWS::Lambda::EventSourceMapping"))
    readers = [each for each in mappings if "StartingPosition" in each.properties]

    assert len(subjects(assembly, "StreamBehind")) == (0 if assembly.environment == "local" else len(readers))


def test_every_queue_that_no_function_reads_for_its_work_has_an_alarm(assembly: Assembly) -> None:
    queues = list(assembly.resources("AWS::SQS::Queue"))
    working = [each for each in queues if "RedrivePolicy" in each.properties]

    if assembly.environment != "local":
        assert len(subjects(assembly, "DeadLetters")) == len(queues) - len(working)
    # Harvests and ids are worked on for days; whether they move is another alarm.
    assert len(subjects(assembly, "QueueBehind")) == len(working) - 2


def test_only_the_local_cloud_goes_without_alarms_of_several_metrics(assembly: Assembly) -> None:
    several = {name.split("-")[0] for name, each in alarms(assembly) if "Metrics" in each.properties}

    of_aws = {"ApiTraffic", "ApiRefusals", "EventTraffic", "ArchiveStalled", "DeadLetters"}
    assert several == (set() if assembly.environment == "local" else of_aws)


def test_alarms_on_gauges_name_gauges_that_are_emitted(assembly: Assembly) -> None:
    gauges = {(each.name, each.service): {"service", *each.dimensions} for each in GAUGES}
    for name, resource in alarms(assembly):
        if resource.properties.get("Namespace") == "Marquee":
            dimensions = {each["Name"]: each["Value"] for each in resource.properties["Dimensions"]}
            metric = (resource.properties["MetricName"], dimensions["service"])
            assert gauges.get(metric) == set(dimensions), name


def test_dashboards_show_metrics_that_are_documented(assembly: Assembly) -> None:
    shown = set()
    for body in bodies(assembly).values():
        shown |= set(re.findall(r'"Marquee","(\w+)"', body))
        shown |= set(re.findall(r'\{Marquee,[\w,]+\} MetricName=\\+"(\w+)', body))

    assert shown
    assert shown - {each.name for each in documented()} == set()


def test_there_is_a_dashboard_for_each_question_and_each_is_valid(assembly: Assembly) -> None:
    found = bodies(assembly)

    assert found.keys() == DASHBOARDS
    for name, body in found.items():
        widgets = json.loads(body)["widgets"]
        assert 3 < len(widgets) <= 500, name
    for package in packages(assembly):
        assert sum(f"/{package}" in body or package in body for body in found.values()), package
    outputs = assembly.templates[STACK]["Outputs"]
    assert {value["Value"].split("-")[-1] for key, value in outputs.items() if key != "AlarmTopicArn"} == DASHBOARDS


def test_log_queries_read_every_function_outside_the_local_cloud(assembly: Assembly) -> None:
    queries = {each.properties["Name"]: each.properties for each in assembly.resources("AWS::Logs::QueryDefinition")}

    if assembly.environment == "local":
        assert queries == {}
        return
    groups = {len(query["LogGroupNames"]) for query in queries.values()}
    assert groups == {1, len(packages(assembly))}
    assert f"marquee-{assembly.environment}/errors" in queries


def test_the_budget_tells_the_topic_where_there_is_one(assembly: Assembly) -> None:
    budgets = list(assembly.resources("AWS::Budgets::Budget"))

    dollars = {"local": [], "dev": [100], "staging": [200], "prod": [500]}[assembly.environment]
    assert [each.properties["Budget"]["BudgetLimit"]["Amount"] for each in budgets] == dollars
    for budget in budgets:
        kinds = []
        for told in budget.properties["NotificationsWithSubscribers"]:
            kinds.append(told["Notification"]["NotificationType"])
            assert [each["SubscriptionType"] for each in told["Subscribers"]] == ["SNS"]
        assert kinds == ["ACTUAL", "FORECASTED"]


def test_alarms_and_the_budget_alone_may_publish_and_only_from_this_account(dev: Assembly) -> None:
    (policy,) = dev.resources("AWS::SNS::TopicPolicy")

    (allowed,) = [each for each in policy.properties["PolicyDocument"]["Statement"] if each["Effect"] == "Allow"]
    assert sorted(allowed["Principal"]["Service"]) == ["budgets.amazonaws.com", "cloudwatch.amazonaws.com"]
    assert allowed["Action"] == "sns:Publish"
    assert allowed["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}


def test_alarm_email_subscribes_to_the_topic(local: Assembly, dev: Assembly) -> None:
    (subscription,) = local.resources("AWS::SNS::Subscription")

    assert subscription.properties["Protocol"] == "email"
    assert subscription.properties["Endpoint"] == "operator@marquee.local"
    assert list(dev.resources("AWS::SNS::Subscription")) == []
