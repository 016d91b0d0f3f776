"""What operators do by command in the end-to-end tests, and how things are broken for a while."""

import base64
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from local.settings import PROJECT
from tests.e2e.cloud import Cloud

COMMAND_SECONDS = 300


def marquee(cloud: Cloud, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command of operators on this cloud, to its end."""
    return subprocess.run(
        [sys.executable, "-m", "cli", *arguments],
        cwd=PROJECT,
        env=cloud.environment,
        capture_output=True,
        text=True,
        timeout=COMMAND_SECONDS,
        check=False,
    )


def told(cloud: Cloud, *arguments: str) -> Any:
    """Return what the command says as JSON, whatever its exit code."""
    said = marquee(cloud, *arguments, "--json")
    assert said.stdout, said.stderr
    return json.loads(said.stdout)


def measured(cloud: Cloud) -> dict[tuple[str, ...], float]:
    """Have operations looked after, and return the last of what was measured by name and dimension."""
    answer = cloud.aws.client("lambda").invoke(
        FunctionName=cloud.outputs.functions["operations_watch"], Payload=b"{}", LogType="Tail"
    )
    lines = base64.b64decode(answer["LogResult"]).decode(errors="replace").splitlines()
    found: dict[tuple[str, ...], float] = {}
    for line in (json.loads(each) for each in lines if each.startswith('{"_aws"')):
        (metric,) = line["_aws"]["CloudWatchMetrics"]
        (dimensions,) = metric["Dimensions"]
        subjects = [line[each] for each in dimensions if each != "service"]
        found |= {(each["Name"], *subjects): line[each["Name"]][0] for each in metric["Metrics"]}
    return found


@contextmanager
def without_rights(cloud: Cloud, *functions: str) -> Iterator[None]:
    """Take everything that some functions may do away from them, and give it back."""
    iam, client = cloud.aws.client("iam"), cloud.aws.client("lambda")
    with ExitStack() as restored:
        for function in functions:
            named = client.get_function_configuration(FunctionName=cloud.outputs.functions[function])
            role = named["Role"].rpartition("/")[2]
            for name in iam.list_role_policies(RoleName=role)["PolicyNames"]:
                policy = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
                restored.callback(
                    iam.put_role_policy, RoleName=role, PolicyName=name, PolicyDocument=json.dumps(policy)
                )
                iam.delete_role_policy(RoleName=role, PolicyName=name)
        yield


@contextmanager
def impatient(cloud: Cloud, *, stream_reader: str, queue: str) -> Iterator[None]:
    """Give up in seconds what otherwise takes hours: records of a stream, and messages of a queue."""
    client, sqs, url = cloud.aws.client("lambda"), cloud.aws.client("sqs"), cloud.outputs.queues[queue]
    name = cloud.outputs.functions[stream_reader]
    (mapping,) = client.list_event_source_mappings(FunctionName=name)["EventSourceMappings"]
    visibility = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout"])["Attributes"]
    client.update_event_source_mapping(UUID=mapping["UUID"], MaximumRecordAgeInSeconds=1)
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "1"})
    try:
        yield
    finally:
        sqs.set_queue_attributes(QueueUrl=url, Attributes=visibility)
        age = mapping["MaximumRecordAgeInSeconds"]
        client.update_event_source_mapping(UUID=mapping["UUID"], MaximumRecordAgeInSeconds=age)


@contextmanager
def nothing_by_the_clock(cloud: Cloud) -> Iterator[None]:
    """Put off every schedule, so that nothing runs but what a test begins.

    A sweep amid a test would fetch titles that the test counts, and have its own requests wait for their turn.
    """
    client = cloud.aws.client("scheduler")
    schedules = _schedules(cloud)
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    for schedule in schedules:
        client.update_schedule(**schedule, State="ENABLED", StartDate=tomorrow)
    try:
        yield
    finally:
        for schedule in schedules:
            client.update_schedule(**schedule, State="ENABLED")


@contextmanager
def schedule_off(cloud: Cloud) -> Iterator[str]:
    """Switch a schedule off; gives its name."""
    client = cloud.aws.client("scheduler")
    (schedule,) = (each for each in _schedules(cloud, "StartDate") if "DataQuality" in each["Name"])
    client.update_schedule(**schedule, State="DISABLED")
    try:
        yield schedule["Name"]
    finally:
        client.update_schedule(**schedule, State="ENABLED")


def _schedules(cloud: Cloud, *more: str) -> list[dict[str, Any]]:
    """Return what an update of each schedule has to say again."""
    client = cloud.aws.client("scheduler")
    kept = {"Name", "GroupName", "ScheduleExpression", "FlexibleTimeWindow", "Target", "Description", *more}
    pages = client.get_paginator("list_schedules").paginate()
    found = (each for page in pages for each in page["Schedules"])
    whole = (client.get_schedule(Name=each["Name"], GroupName=each["GroupName"]) for each in found)
    return [{name: value for name, value in each.items() if name in kept} for each in whole]


@contextmanager
def secret_emptied(cloud: Cloud) -> Iterator[str]:
    """Take the key out of the secret of TMDB; gives the name of the provider."""
    client = cloud.aws.client("secretsmanager")
    configuration = cloud.aws.client("lambda").get_function_configuration(
        FunctionName=cloud.outputs.functions["tmdb_cache_refresh"]
    )
    arn = configuration["Environment"]["Variables"]["TMDB_SECRET_ARN"]
    key = client.get_secret_value(SecretId=arn)["SecretString"]
    client.put_secret_value(SecretId=arn, SecretString="  ")
    try:
        yield "TMDB"
    finally:
        client.put_secret_value(SecretId=arn, SecretString=key)


@contextmanager
def rights_taken(cloud: Cloud) -> Iterator[str]:
    """Take all rights away from a function; gives its name."""
    with without_rights(cloud, "digest_sender"):
        yield "digest_sender"


@contextmanager
def queue_unread(cloud: Cloud) -> Iterator[str]:
    """Keep a function from reading its queue; gives the name of the function."""
    client, name = cloud.aws.client("lambda"), cloud.outputs.functions["notification_fanout"]
    (mapping,) = client.list_event_source_mappings(FunctionName=name)["EventSourceMappings"]
    client.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
    try:
        yield name
    finally:
        client.update_event_source_mapping(UUID=mapping["UUID"], Enabled=True)


@contextmanager
def function_throttled(cloud: Cloud) -> Iterator[str]:
    """Let a function not run at all; gives its name."""
    client, name = cloud.aws.client("lambda"), cloud.outputs.functions["library_recount"]
    client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    try:
        yield "library_recount"
    finally:
        client.delete_function_concurrency(FunctionName=name)


@contextmanager
def alarm_muted(cloud: Cloud) -> Iterator[str]:
    """Keep an alarm from telling anybody; gives its name."""
    client, name = cloud.aws.client("cloudwatch"), "marquee-local-FailuresOpen"
    client.disable_alarm_actions(AlarmNames=[name])
    try:
        yield name
    finally:
        client.enable_alarm_actions(AlarmNames=[name])


@contextmanager
def operators_gone(cloud: Cloud) -> Iterator[str]:
    """Leave nobody who is an operator; gives the word for them."""
    client = cloud.aws.client("cognito-idp")
    group = {"UserPoolId": cloud.outputs.user_pool_id, "GroupName": "admin"}
    pages = client.get_paginator("list_users_in_group").paginate(**group)
    names = [each["Username"] for page in pages for each in page["Users"]]
    for name in names:
        client.admin_remove_user_from_group(**group, Username=name)
    try:
        yield "operator"
    finally:
        for name in names:
            client.admin_add_user_to_group(**group, Username=name)
