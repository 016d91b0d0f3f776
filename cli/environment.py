"""Where an environment is: its stack outputs, the keys of its producers, clients for its services."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import boto3
from botocore.config import Config

from cli.errors import OperatorError
from local import presence
from local.deploy import named_outputs
from local.emulator import AwsClients
from local.outputs import Outputs
from local.settings import Settings

LOCAL = "local"
# The producer of made-up events; its key is the one that the local cloud tells.
DEMO_PRODUCER = "demo"
# A function that is asked and waited for may work for a quarter of an hour, and is not to be asked twice.
PATIENT = Config(connect_timeout=5, read_timeout=910, retries={"total_max_attempts": 1})
CONFIG = Config(connect_timeout=5, read_timeout=30, retries={"mode": "standard", "max_attempts": 8})


@dataclass(frozen=True)
class Environment:
    """A deployed Marquee. What a command does not ask for need not exist, nor be permitted."""

    name: str
    outputs: Mapping[str, str]
    client: Callable[[str], Any] = field(repr=False)
    """Returns the client of an AWS service, the same one each time; only the main thread may ask for it first."""
    ingest_key: Callable[[str], str] = field(repr=False)
    """Returns the API key of a producer; raises OperatorError if there is none."""

    @property
    def uses_proxies(self) -> bool:
        """Tell whether the proxies of the caller's shell lead there; none leads to this machine."""
        return self.name != LOCAL

    def output(self, name: str) -> str:
        """Return what a stack puts out under `name`; raises OperatorError naming what is missing."""
        if name not in self.outputs:
            raise OperatorError(f"The stacks of {self.name!r} put out no {name}; deploy them anew.")
        return self.outputs[name]


def environment(name: str) -> Environment:
    """Return the environment of that name; raises OperatorError or LocalCloudError when it is not there."""
    return _local(Settings.from_env()) if name == LOCAL else _deployed(name, boto3.Session())


def _local(settings: Settings) -> Environment:
    if not presence.is_running(settings.state):
        raise OperatorError("No local cloud is running here; start one with `make run`.")
    found = Outputs.read(settings.state / "outputs.json")
    # The front door serves the API; the gateway behind it is not what a viewer or a producer calls.
    outputs = named_outputs(settings.state / "stack-outputs.json") | {"ApiUrl": found.api_url}

    def ingest_key(producer: str) -> str:
        if producer != DEMO_PRODUCER or not found.ingest_api_key:
            raise OperatorError(f"The local cloud tells no key of the producer {producer!r}, only {DEMO_PRODUCER!r}.")
        return found.ingest_api_key

    return Environment(LOCAL, outputs, cache(AwsClients(found.aws_endpoint_url).client), ingest_key)


def _deployed(name: str, session: boto3.Session) -> Environment:
    @cache
    def client(service: str) -> Any:
        return session.client(service, config=PATIENT if service == "lambda" else CONFIG)  # type: ignore[call-overload]

    outputs = _stack_outputs(client("cloudformation"), f"marquee-{name}-")
    if not outputs:
        raise OperatorError(f"There is no stack of an environment {name!r} in {session.region_name} of this account.")

    def ingest_key(producer: str) -> str:
        arn = outputs.get(f"IngestKeyArn{_camel_case(producer)}")
        if arn is None:
            raise OperatorError(f"{name!r} has no producer {producer!r}: the stacks put out no key for it.")
        secret: str = client("secretsmanager").get_secret_value(SecretId=arn)["SecretString"]
        return secret

    return Environment(name, outputs, client, ingest_key)


def _stack_outputs(cloudformation: Any, prefix: str) -> dict[str, str]:
    stacks = (stack for page in cloudformation.get_paginator("describe_stacks").paginate() for stack in page["Stacks"])
    return {
        output["OutputKey"]: output["OutputValue"]
        for stack in stacks
        if stack["StackName"].startswith(prefix)
        for output in stack.get("Outputs", [])
    }


def _camel_case(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("_"))
