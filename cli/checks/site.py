"""What the checks of a deployment look at, read once; and what they may say."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx

from cli.environment import Environment
from local.settings import PROJECT
from marquee.repositories.table import Table

TIMEOUT = httpx.Timeout(35, connect=5)


class Skipped(Exception):
    """Raised by a check that has nothing to look at; the message says why."""


@dataclass(frozen=True)
class Resource:
    """Something that a stack has made; `id` is what AWS calls it, `name` its logical id."""

    stack: str
    name: str
    type: str
    id: str
    status: str


@dataclass
class Site:
    """A deployed environment under examination."""

    place: Environment
    wait_seconds: float = 60
    """How long an event may take through the pipeline."""
    transport: httpx.BaseTransport | None = field(default=None, repr=False)
    stacks_folder: Path = PROJECT / "stacks"

    @property
    def wanted_stacks(self) -> list[str]:
        """Return the names of the stacks that the project has."""
        domains = (path.stem.removesuffix("_stack") for path in self.stacks_folder.glob("*_stack.py"))
        return [f"marquee-{self.place.name}-{domain}" for domain in sorted(domains)]

    @cached_property
    def stacks(self) -> dict[str, str]:
        """Return the state of each stack that there is, by its name."""
        pages = self.place.client("cloudformation").get_paginator("describe_stacks").paginate()
        prefix = f"marquee-{self.place.name}-"
        every = (stack for page in pages for stack in page["Stacks"])
        return {each["StackName"]: each["StackStatus"] for each in every if each["StackName"].startswith(prefix)}

    @cached_property
    def resources(self) -> list[Resource]:
        """Return everything that the stacks have made."""
        pages = self.place.client("cloudformation").get_paginator("list_stack_resources")
        return [
            Resource(
                stack,
                each["LogicalResourceId"],
                each["ResourceType"],
                each.get("PhysicalResourceId", ""),
                each["ResourceStatus"],
            )
            for stack in self.stacks
            for page in pages.paginate(StackName=stack)
            for each in page["StackResourceSummaries"]
        ]

    def of_type(self, resource_type: str) -> list[Resource]:
        """Return the resources of a CloudFormation type."""
        return [each for each in self.resources if each.type == resource_type]

    def table(self, output: str) -> Table:
        """Return one of the tables."""
        return Table(self.place.client("dynamodb"), self.place.output(output))

    def http(self) -> httpx.Client:
        """Return a client of the API."""
        return httpx.Client(
            base_url=self.place.output("ApiUrl"),
            timeout=TIMEOUT,
            trust_env=self.place.uses_proxies,
            transport=self.transport,
        )

    def client(self, service: str) -> Any:
        """Return the client of an AWS service."""
        return self.place.client(service)


Problems = Iterable[str]
"""Sentences, one for each thing that is wrong; none if all is well."""


@dataclass(frozen=True)
class Check:
    """One question to a deployment; `run` yields what is wrong, and raises Skipped if there is nothing to ask."""

    name: str
    what: str
    run: Callable[[Site], Problems]
