"""What a function of the running cloud may do, read from its role and written as the table of rights is."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from tests.e2e.cloud import Cloud
from tests.e2e.rights import Rights

# What CloudFormation appends to the names of resources, and Secrets Manager after that.
_APPENDED = re.compile(r"[0-9A-F]{8}-[0-9A-Fa-f-]+(\.fifo)?$")
_OWN_LOG = {"CreateLogStream", "PutLogEvents"}
_KINDS = {"sqs": "queue", "secretsmanager": "secret", "lambda": "function", "ssm": "parameter", "ses": "mail"}


class Names:
    """Calls the resources of a cloud by the names that people use."""

    def __init__(self, cloud: Cloud) -> None:
        outputs = cloud.outputs
        self._tables = {name: table for table, name in outputs.tables.items()}
        self._buckets = {name: bucket for bucket, name in outputs.buckets.items()}
        self._named = {f"stream/{name}": "programme-events" for name in outputs.streams.values()}
        self._named |= {name: f"function {function}" for function, name in outputs.functions.items()}
        self._named |= {f"userpool/{outputs.user_pool_id}": "user pool"}

    def of(self, arn: str) -> str:
        """Return what the resource of an ARN is called."""
        if arn == "*":
            return "anything"
        service, _, _, resource = arn.split(":", 5)[2:]
        if service == "dynamodb":
            table, *part = resource.removeprefix("table/").split("/")
            return " ".join([self._tables[table], *(["stream"] if part[:1] == ["stream"] else part)])
        if service == "s3":
            bucket, slash, objects = resource.partition("/")
            return f"bucket {self._buckets[bucket]}{slash}{objects}"
        name = resource.rpartition(":")[2] if service in ("secretsmanager", "lambda", "logs") else resource
        return self._named.get(name) or f"{_KINDS.get(service, service)} {plain(name)}"


def plain(name: str) -> str:
    """Return the name of a resource without the end that CloudFormation gives it, and without the environment."""
    return _APPENDED.sub("", name).removeprefix("parameter/marquee/local/").replace("marquee-local-", "")


def held_rights(cloud: Cloud, function: str) -> Rights:
    """Return what a function may do now, but for writing its own log; the test fails for what is more than a grant."""
    names, found = Names(cloud), defaultdict(set)
    for statement in _statements(cloud, function):
        assert statement["Effect"] == "Allow"
        assert not {"NotAction", "NotResource"} & statement.keys()
        actions = {each.partition(":")[2] for each in _listed(statement["Action"])}
        for arn in _listed(statement["Resource"]) if actions != _OWN_LOG else ():
            found[names.of(arn) + _only(statement.get("Condition", {}))] |= actions
    return {resource: frozenset(actions) for resource, actions in found.items()}


def _statements(cloud: Cloud, function: str) -> Iterator[dict[str, Any]]:
    iam, client = cloud.aws.client("iam"), cloud.aws.client("lambda")
    named = client.get_function_configuration(FunctionName=cloud.outputs.functions[function])
    role = named["Role"].rpartition("/")[2]
    assert iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"] == []
    for policy in iam.list_role_policies(RoleName=role)["PolicyNames"]:
        document: Any = iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
        yield from document["Statement"]


def _only(condition: Mapping[str, Mapping[str, Any]]) -> str:
    """Return which part of a resource a condition leaves: its partitions, or what names begin with."""
    found = ((operator, value) for operator, keys in condition.items() for value in keys.values())
    return "".join(
        f" [{'but ' if 'NotLike' in operator else ''}{' '.join(sorted(_listed(value)))}]" for operator, value in found
    )


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)
