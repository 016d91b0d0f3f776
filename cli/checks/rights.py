"""Whether functions have the rights that their settings and their queues and streams call for.

Read from the roles' own policies, conditions and denials left aside: it finds a right that is missing altogether, such
as after somebody edited a role by hand.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from cli.checks.site import Site
from cli.functions import functions

# What a function must be able to do at a queue or a stream that feeds it.
READING = {
    "sqs": ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes"),
    "kinesis": ("GetRecords", "GetShardIterator", "ListShards"),
    "dynamodb": ("GetRecords", "GetShardIterator", "DescribeStream"),
}
# By the end of a setting's name: the service, and how the name in it becomes an ARN.
SETTINGS = {
    "_TABLE": ("dynamodb", "table/{name}"),
    "_QUEUE_URL": ("sqs", "{name}"),
    "_SECRET_ARN": ("secretsmanager", ""),
    "_BUCKET": ("s3", ""),
    "EVENT_STREAM": ("kinesis", "stream/{name}"),
}


@dataclass(frozen=True)
class Grant:
    """Actions (`sqs:SendMessage`, `s3:*`) on resources, both as patterns."""

    actions: tuple[str, ...]
    resources: tuple[str, ...]

    def permits(self, action: str, arn: str) -> bool:
        """Tell whether an action on a resource is among what is granted."""
        return any(fnmatchcase(action.lower(), each.lower()) for each in self.actions) and self._covers(arn)

    def touches(self, service: str, arn: str) -> bool:
        """Tell whether anything of a service is granted on a resource, or on what lies within it."""
        prefixes = (f"{service}:", "*")
        if not any(each.lower().startswith(prefixes) for each in self.actions):
            return False
        return self._covers(arn) or any(each.startswith(f"{arn}/") for each in self.resources)

    def _covers(self, arn: str) -> bool:
        return any(fnmatchcase(arn, each) for each in self.resources)


def functions_may_do_their_work(site: Site) -> Iterator[str]:
    """Say which function lacks a right to something that its settings name, or that feeds it."""
    client, iam = site.client("lambda"), site.client("iam")
    for name, physical in functions(site.place).items():
        try:
            configuration = client.get_function_configuration(FunctionName=physical)
        except client.exceptions.ResourceNotFoundException:
            continue
        try:
            grants = list(grants_of(iam, configuration["Role"].rpartition("/")[2]))
        except iam.exceptions.NoSuchEntityException:
            yield f"The function {name} has no role any more; deploy its stack anew."
            continue
        mappings = client.get_paginator("list_event_source_mappings").paginate(FunctionName=physical)
        sources = [each["EventSourceArn"] for page in mappings for each in page["EventSourceMappings"]]
        yield from (
            f"The function {name} {lack}; deploy its stack anew." for lack in lacks(configuration, sources, grants)
        )


def lacks(configuration: Mapping[str, Any], sources: Iterable[str], grants: Iterable[Grant]) -> Iterator[str]:
    """Yield what a function may not do, of what it has to."""
    known = list(grants)
    settings: dict[str, str] = configuration.get("Environment", {}).get("Variables", {})
    for setting, value in settings.items():
        for ending, (service, path) in SETTINGS.items():
            if setting.endswith(ending) and value:
                arn = _arn(configuration["FunctionArn"], service, path, value)
                if not any(each.touches(service, arn) for each in known):
                    yield f"may do nothing with what its setting {setting} names ({service})"
    for source in sources:
        service = source.split(":")[2]
        for operation in READING.get(service, ()):
            action = f"{service}:{operation}"
            if not any(each.permits(action, source) for each in known):
                yield f"has not the right {action} on what feeds it ({source.split(':', 5)[-1]})"


def grants_of(iam: Any, role: str) -> Iterator[Grant]:
    """Yield what the policies of a role grant, its own and those attached to it."""
    for page in iam.get_paginator("list_role_policies").paginate(RoleName=role):
        for name in page["PolicyNames"]:
            yield from _grants(iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"])
    for page in iam.get_paginator("list_attached_role_policies").paginate(RoleName=role):
        for attached in page["AttachedPolicies"]:
            arn = attached["PolicyArn"]
            version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
            yield from _grants(iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"])


def _grants(document: Mapping[str, Any]) -> Iterator[Grant]:
    for statement in _several(document["Statement"]):
        if statement["Effect"] == "Allow" and "Action" in statement and "Resource" in statement:
            yield Grant(tuple(_several(statement["Action"])), tuple(_several(statement["Resource"])))


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _arn(function_arn: str, service: str, path: str, value: str) -> str:
    """Return the ARN of what a setting names, in the account and the region of the function."""
    if value.startswith("arn:"):
        return value
    if service == "s3":
        return f"arn:aws:s3:::{value}"
    _, partition, _, region, account, *_ = function_arn.split(":")
    return f"arn:{partition}:{service}:{region}:{account}:{path.format(name=value.rpartition('/')[2])}"
