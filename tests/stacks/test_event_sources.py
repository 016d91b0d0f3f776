"""What sets functions off: how queues and streams are read, and which changes pass the filters."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.stacks.assemblies import CONTEXT, Assembly


def mapping(assembly: Assembly, package: str) -> dict[str, Any]:
    function = assembly.function(package)
    (properties,) = [
        found.properties
        for found in assembly.resources("AWS::Lambda::EventSourceMapping")
        if found.stack == function.stack and found.properties["FunctionName"] == {"Ref": function.logical_id}
    ]
    return properties


def arn(queue: dict[str, Any]) -> dict[str, Any]:
    """The ARN of the queue whose URL is the reference `queue`."""
    return {"Fn::GetAtt": [queue["Ref"], "Arn"]}


def passes(pattern: Any, value: Any) -> bool:
    """Whether Lambda would let `value` through: the three rules of its filter language that we use."""
    if isinstance(pattern, dict):
        return isinstance(value, dict) and all(passes(rule, value.get(key)) for key, rule in pattern.items())
    return any(meets(rule, value) for rule in pattern)


def meets(rule: Any, value: Any) -> bool:
    if not isinstance(rule, dict):
        return bool(value == rule)
    if "exists" in rule:
        return bool((value is not None) == rule["exists"])
    return isinstance(value, str) and value.startswith(rule["prefix"])


def seen(assembly: Assembly, package: str, record: dict[str, Any]) -> bool:
    """Whether any filter of a function lets a record through."""
    filters = mapping(assembly, package)["FilterCriteria"]["Filters"]
    return any(passes(json.loads(each["Pattern"]), record) for each in filters)


def change(name: str, *, keys: tuple[str, str], **attributes: str) -> dict[str, Any]:
    """A change of a table as its stream tells it."""
    key = {"PK": {"S": keys[0]}, "SK": {"S": keys[1]}}
    record: dict[str, Any] = {"eventName": name, "dynamodb": {"Keys": key}}
    if name != "REMOVE":
        record["dynamodb"]["NewImage"] = key | {item: {"S": text} for item, text in attributes.items()}
    return record


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        pytest.param(change("INSERT", keys=("title:1", "record"), enrichment_state="pending"), True, id="new title"),
        pytest.param(change("MODIFY", keys=("title:1", "record"), enrichment_state="pending"), True, id="again due"),
        pytest.param(change("MODIFY", keys=("title:1", "record"), enrichment_state="done"), False, id="own write"),
        pytest.param(change("INSERT", keys=("title:1", "offer:GB:203")), False, id="offer"),
        pytest.param(change("REMOVE", keys=("title:1", "record")), False, id="removal"),
    ],
)
def test_enrichment_sees_pending_titles_and_nothing_else(dev: Assembly, record: dict[str, Any], expected: bool) -> None:
    (only,) = mapping(dev, "title_enrichment")["FilterCriteria"]["Filters"]

    assert passes(json.loads(only["Pattern"]), record) is expected


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        pytest.param(change("INSERT", keys=("userpref:u1", "source:203")), True, id="chosen"),
        pytest.param(change("REMOVE", keys=("userpref:u1", "source:203")), True, id="dropped"),
        pytest.param(change("INSERT", keys=("user:u1", "follow:1")), False, id="follow"),
        pytest.param(change("MODIFY", keys=("pairs", "source:203:genre:1")), False, id="own write"),
        pytest.param(change("INSERT", keys=("title:1", "follower:u1")), True, id="follower"),
        pytest.param(change("REMOVE", keys=("title:1", "follower:u1")), True, id="no longer a follower"),
        pytest.param(change("INSERT", keys=("user:u1", "notification:2026#1")), False, id="notification"),
    ],
)
def test_preference_watch_sees_choices_and_followers_come_and_go(
    dev: Assembly, record: dict[str, Any], expected: bool
) -> None:
    assert seen(dev, "preference_watch", record) is expected


def with_seasons(name: str, seasons: int | None) -> dict[str, Any]:
    record = change(name, keys=("title:1", "record"))
    tmdb = {} if seasons is None else {"seasons": {"N": str(seasons)}}
    record["dynamodb"]["NewImage"]["tmdb"] = {"M": tmdb}
    return record


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        pytest.param(change("INSERT", keys=("title:1", "offer:GB:203")), True, id="new offer"),
        pytest.param(change("MODIFY", keys=("title:1", "offer:GB:203")), True, id="changed offer"),
        pytest.param(with_seasons("MODIFY", 3), True, id="programme"),
        pytest.param(with_seasons("INSERT", 3), False, id="first sight of a programme"),
        pytest.param(with_seasons("MODIFY", None), False, id="film"),
        pytest.param(change("MODIFY", keys=("source:203:genre:4", "title:1")), False, id="index row"),
        pytest.param(change("INSERT", keys=("arrivals:GB:203:2026-11", "2026#1")), False, id="own write"),
    ],
)
def test_availability_watch_sees_offers_and_seasons(dev: Assembly, record: dict[str, Any], expected: bool) -> None:
    assert seen(dev, "availability_watch", record) is expected


def test_a_tables_stream_has_no_more_than_the_two_readers_that_a_shard_bears(dev: Assembly) -> None:
    readers: dict[str, list[str]] = {}
    for found in dev.resources("AWS::Lambda::EventSourceMapping"):
        if "StartingPosition" in found.properties:
            readers.setdefault(json.dumps(found.properties["EventSourceArn"]), []).append(found.name)

    assert max(map(len, readers.values())) == 2


def test_consumer_sees_even_what_is_not_json(dev: Assembly) -> None:
    assert "FilterCriteria" not in mapping(dev, "title_consumer")


@pytest.mark.parametrize(
    ("package", "expected"),
    [
        ("title_consumer", {"BatchSize": 100, "MaximumRetryAttempts": 100, "MaximumRecordAgeInSeconds": 64800}),
        ("title_enrichment", {"BatchSize": 50, "MaximumRetryAttempts": 3, "MaximumRecordAgeInSeconds": 3600}),
        ("title_enrichment", {"ParallelizationFactor": 2, "MaximumBatchingWindowInSeconds": 1}),
        ("preference_watch", {"BatchSize": 100, "MaximumRetryAttempts": 1000, "MaximumRecordAgeInSeconds": 86400}),
        ("preference_watch", {"MaximumBatchingWindowInSeconds": 1}),
        ("availability_watch", {"BatchSize": 100, "MaximumRetryAttempts": 1000, "MaximumRecordAgeInSeconds": 86400}),
        ("notification_fanout", {"BatchSize": 5, "ScalingConfig": {"MaximumConcurrency": 10}}),
        ("title_ingestion", {"BatchSize": 1, "ScalingConfig": {"MaximumConcurrency": 5}}),
        ("enrichment_worker", {"BatchSize": 10, "ScalingConfig": {"MaximumConcurrency": 2}}),
    ],
)
def test_function_reads_at_the_pace_that_its_work_bears(dev: Assembly, package: str, expected: dict[str, Any]) -> None:
    read = mapping(dev, package)

    assert {name: read.get(name) for name in expected} == expected


def test_consumer_notes_lost_records_apart_from_the_notices_of_the_quarantine(assembly: Assembly) -> None:
    function, outputs = assembly.function("title_consumer"), assembly.templates["streaming"]["Outputs"]
    failures, quarantine = outputs["ConsumerFailuresQueueUrl"]["Value"], outputs["QuarantineQueueUrl"]["Value"]

    destination = mapping(assembly, "title_consumer")["DestinationConfig"]["OnFailure"]["Destination"]
    assert destination == arn(failures)
    assert function.properties["Environment"]["Variables"]["QUARANTINE_QUEUE_URL"] == quarantine
    assert failures != quarantine
    allowed = {
        resource["Fn::GetAtt"][0]
        for granted, resource in assembly.allowed("title_consumer")
        if "sqs:SendMessage" in granted
    }
    assert allowed == {failures["Ref"], quarantine["Ref"]}


@pytest.mark.parametrize("package", ["title_ingestion", "enrichment_worker"])
def test_worker_may_take_delete_and_put_off_the_messages_of_its_queue(assembly: Assembly, package: str) -> None:
    queue = mapping(assembly, package)["EventSourceArn"]

    (granted,) = [granted for granted, resource in assembly.allowed(package) if resource == queue]

    actions = ("ReceiveMessage", "DeleteMessage", "ChangeMessageVisibility", "GetQueueAttributes")
    assert granted == {f"sqs:{action}" for action in actions}


def test_ingestion_knows_the_queue_whose_messages_it_puts_off(dev: Assembly) -> None:
    url = dev.function("title_ingestion").properties["Environment"]["Variables"]["LISTING_QUEUE_URL"]

    assert arn(url) == mapping(dev, "title_ingestion")["EventSourceArn"]


def test_sweep_reads_the_credits_left_and_records_its_run(dev: Assembly) -> None:
    variables = dev.function("enrichment_sweep").properties["Environment"]["Variables"]

    granted = [
        granted
        for granted, resource in dev.allowed("enrichment_sweep")
        if "OutputFnGetAttOperations" in json.dumps(resource)
    ]
    # The second is for the lock of its runs.
    assert granted == [{"dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"}, {"dynamodb:DeleteItem"}]
    assert variables["WATCHMODE_PER_MINUTE"] == str(CONTEXT["defaults"]["watchmode_per_minute"])


def schedules(assembly: Assembly) -> list[tuple[str, str, dict[str, object]]]:
    """Package, expression and input of every schedule."""
    packages = {
        each.logical_id: each.properties["Handler"].split(".")[0]
        for each in assembly.resources("AWS::Lambda::Function")
    }
    return sorted(
        (
            packages[schedule.properties["Target"]["Arn"]["Fn::GetAtt"][0]],
            schedule.properties["ScheduleExpression"],
            json.loads(schedule.properties["Target"]["Input"]),
        )
        for schedule in assembly.resources("AWS::Scheduler::Schedule")
        if schedule.properties["Target"]["Arn"]["Fn::GetAtt"][0] in packages
    )


def test_functions_run_by_the_clock_with_their_input(assembly: Assembly) -> None:
    digest = [("digest_planner", "cron(0 7 * * ? *)", {})] if assembly.environment == "local" else []

    assert schedules(assembly) == [
        ("data_quality", "cron(30 3 * * ? *)", {}),
        *digest,
        ("enrichment_sweep", "rate(15 minutes)", {}),
        ("library_recount", "cron(0 4 ? * MON *)", {}),
        ("listing_planner", "cron(30 5 * * ? *)", {}),
        ("operations_watch", "rate(5 minutes)", {}),
        ("reference_refresh", "rate(30 minutes)", {"only_if_due": True}),
        # R2's hours.
        ("tmdb_cache_refresh", "cron(0 8 * * ? *)", {"scheduleType": "daily"}),
        ("tmdb_cache_refresh", "cron(0 9 ? * SUN *)", {"scheduleType": "weekly"}),
    ]
