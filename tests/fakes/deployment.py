"""A small deployment in memory with which all is well, for the checks of `marquee verify` and its like to look at."""

import io
import json
import zipfile
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import httpx

from cli.checks.site import Site
from cli.environment import Environment
from marquee import clock, keys
from marquee.messages.activity import event_id
from tests.unit.conftest import Cloud

DOMAINS = ("api", "auth", "data")
PRODUCER = "demo"
BUCKET, ARCHIVED = "marquee-events", "activity/day=2026-11-21/shard-1-1.ndjson.gz"
FUNCTION = "title-consumer-1"
OPERATOR = "ops@marquee.test"
HANDED_OUT = ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")


class CloudFormation:
    """Stacks and what they have made."""

    def __init__(self) -> None:
        self.stacks = {f"marquee-dev-{domain}": "CREATE_COMPLETE" for domain in DOMAINS}
        self.resources: list[dict[str, str]] = []

    def add(self, kind: str, name: str, physical: str) -> None:
        """Have the data stack make something."""
        self.resources.append(
            {
                "LogicalResourceId": name,
                "ResourceType": kind,
                "PhysicalResourceId": physical,
                "ResourceStatus": "CREATE_COMPLETE",
            }
        )

    def get_paginator(self, operation: str) -> Any:
        stacks = [{"StackName": name, "StackStatus": status} for name, status in self.stacks.items()]

        class Pages:
            def paginate(_, StackName: str = "") -> list[dict[str, Any]]:  # noqa: N803, N805
                if operation == "describe_stacks":
                    return [{"Stacks": stacks}]
                return [{"StackResourceSummaries": self.resources if StackName.endswith("-data") else []}]

        return Pages()


@dataclass
class Api:
    """The API as far as it is asked; accepts an event by counting it at once unless it is told not to."""

    cloud: Cloud
    status: int = 200
    sources: list[dict[str, str]] = field(default_factory=lambda: [{"id": "203"}])
    open_to_all: bool = False
    counts: bool = True
    archives: bool = True
    key: str = "the-key"

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path.removeprefix("/api")
        if path == "/ingest":
            return self._ingest(request)
        if path == "/sources":
            return httpx.Response(self.status, json={"sources": self.sources})
        if "Authorization" not in request.headers and not self.open_to_all:
            return httpx.Response(401, json={"message": "Unauthorized"})
        return httpx.Response(self.status, json={"sources": [], "genres": []})

    def _ingest(self, request: httpx.Request) -> httpx.Response:
        if request.headers.get("X-API-Key") != self.key:
            return httpx.Response(403, json={"message": "Forbidden"})
        if self.counts:
            applied = event_id(PRODUCER, request.headers["Idempotency-Key"])
            claim = {"sequence": "1", "object": ARCHIVED}
            self.cloud.operations.put({"PK": keys.applied_event(applied), "SK": "applied", **claim})
        if self.archives:
            boto3.client("s3").put_object(Bucket=BUCKET, Key=ARCHIVED, Body=b"")
        return httpx.Response(202, json={"message": "Event accepted"})


class Deployment:
    """An environment `dev` in moto."""

    def __init__(self, cloud: Cloud, folder: Path) -> None:
        self.cloud = cloud
        self.folder = folder
        self.client = cache(boto3.client)
        self.formation = CloudFormation()
        self.api = Api(cloud)
        self.outputs = {
            **{"ApiUrl": "https://api.test/api", "IngestKeyArnDemo": "arn:key", "FunctionTitleConsumer": FUNCTION},
            **{"OperationsTable": cloud.operations.name, "EventStream": cloud.stream, "EventsBucket": BUCKET},
        }
        for domain in DOMAINS:
            (folder / f"{domain}_stack.py").touch()
        self._function()
        self._clock()
        self._secret()
        self._users()
        self._alarm()
        locks = [{"PK": keys.running("reference"), "SK": "succeeded", "succeeded_at": clock.now()}]
        for item in locks:
            cloud.operations.put(item)

    @property
    def place(self) -> Environment:
        """Return the environment as commands see it."""
        own = {"cloudformation": self.formation}
        return Environment("dev", self.outputs, lambda name: own.get(name) or self.client(name), lambda _: "the-key")

    def site(self) -> Site:
        """Return the environment under examination; an event is waited for only for a moment."""
        return Site(self.place, 0, httpx.MockTransport(self.api), self.folder)

    def queue(self, name: str) -> str:
        """Make a queue and return its address."""
        url = str(self.client("sqs").create_queue(QueueName=name)["QueueUrl"])
        self.formation.add("AWS::SQS::Queue", name, url)
        return url

    def allow(self, *grants: dict[str, Any]) -> None:
        """Let the function do nothing but this."""
        statements = [{"Effect": "Allow", **grant} for grant in grants]
        document = json.dumps({"Version": "2012-10-17", "Statement": statements})
        self.client("iam").put_role_policy(RoleName="role-1", PolicyName="policy", PolicyDocument=document)

    def _function(self) -> None:
        queue, self.letters = self.queue("ListingQueue"), self.queue("ListingDeadLetter")
        attributes = self.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])
        self.queue_arn = attributes["Attributes"]["QueueArn"]
        trust = json.dumps({"Version": "2012-10-17", "Statement": []})
        role = self.client("iam").create_role(RoleName="role-1", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
        code = io.BytesIO()
        zipfile.ZipFile(code, "w").close()
        client = self.client("lambda")
        client.create_function(
            FunctionName=FUNCTION,
            Role=role,
            Runtime="python3.13",
            Handler="title_consumer.handler.lambda_handler",
            Code={"ZipFile": code.getvalue()},
            Environment={"Variables": {"OPERATIONS_TABLE": self.cloud.operations.name}},
        )
        self.mapping = client.create_event_source_mapping(FunctionName=FUNCTION, EventSourceArn=self.queue_arn)["UUID"]
        self.formation.add("AWS::Lambda::EventSourceMapping", "Messages", self.mapping)
        self.allow(self.table_grant, self.queue_grant)

    @property
    def table_grant(self) -> dict[str, Any]:
        """Return the right to read the table that the function's settings name."""
        arn = f"arn:aws:dynamodb:eu-west-2:123456789012:table/{self.cloud.operations.name}"
        return {"Action": "dynamodb:GetItem", "Resource": arn}

    @property
    def queue_grant(self) -> dict[str, Any]:
        """Return the rights of a function that reads the queue."""
        return {"Action": [f"sqs:{each}" for each in HANDED_OUT], "Resource": self.queue_arn}

    def _clock(self) -> None:
        self.schedule("ENABLED")
        self.formation.add("AWS::Scheduler::Schedule", "Schedule", "listing-schedule")

    def schedule(self, state: str) -> None:
        """Have the schedule be in a state."""
        client, target = self.client("scheduler"), {"Arn": "arn:aws:lambda:::function:f", "RoleArn": "arn:aws:iam::r"}
        write = client.update_schedule if client.list_schedules()["Schedules"] else client.create_schedule
        write(
            Name="listing-schedule",
            Description="Queues pairs",
            ScheduleExpression="rate(1 day)",
            FlexibleTimeWindow={"Mode": "OFF"},
            State=state,
            Target=target,
        )

    def _secret(self) -> None:
        client = self.client("secretsmanager")
        self.secret = client.create_secret(Name="tmdb", SecretString="random")["ARN"]
        client.put_secret_value(SecretId=self.secret, SecretString="the-real-key")
        self.outputs["TmdbSecretArn"] = self.secret

    def _users(self) -> None:
        client = self.client("cognito-idp")
        pool = client.create_user_pool(PoolName="users", UsernameAttributes=["email"])["UserPool"]["Id"]
        flows = ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH"]
        made = client.create_user_pool_client(UserPoolId=pool, ClientName="scripts", ExplicitAuthFlows=flows)
        client.create_group(UserPoolId=pool, GroupName="admin")
        client.admin_create_user(
            UserPoolId=pool, Username=OPERATOR, UserAttributes=[{"Name": "email", "Value": OPERATOR}]
        )
        client.admin_add_user_to_group(UserPoolId=pool, Username=OPERATOR, GroupName="admin")
        self.outputs |= {"UserPoolId": pool, "UserPoolClientId": made["UserPoolClient"]["ClientId"]}

    def _alarm(self) -> None:
        self.topic = self.client("sns").create_topic(Name="alarms")["TopicArn"]
        self.client("sns").subscribe(TopicArn=self.topic, Protocol="email", Endpoint=OPERATOR)
        self.formation.add("AWS::SNS::Topic", "AlarmTopic", self.topic)
        self.alarm = "marquee-dev-ApiErrors"
        self.client("cloudwatch").put_metric_alarm(
            AlarmName=self.alarm,
            ComparisonOperator="GreaterThanThreshold",
            EvaluationPeriods=1,
            MetricName="5XXError",
            Namespace="AWS/ApiGateway",
            Period=60,
            Statistic="Sum",
            Threshold=1,
        )
        self.formation.add("AWS::CloudWatch::Alarm", "ApiErrors", self.alarm)
