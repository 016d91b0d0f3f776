"""Where functions find the clients of the user pool that are ours: the web app's is made after them."""

from __future__ import annotations

from aws_cdk import Stack

from stacks.config import EnvironmentConfig
from stacks.constructs.python_function import PythonFunction


def clients_parameter(config: EnvironmentConfig) -> str:
    """Return the name of the SSM parameter with the ids of the clients, a comma between two.

    A name of our own instead of a reference, as for the address of the web app.
    """
    return f"/marquee/{config.name}/clients"


def allow_known_clients(function: PythonFunction, config: EnvironmentConfig) -> None:
    """Let a function behind sign-in know whose tokens it may take."""
    name = clients_parameter(config)
    function.function.add_environment("CLIENTS_PARAMETER", name)
    arn = Stack.of(function).format_arn(service="ssm", resource="parameter", resource_name=name.removeprefix("/"))
    function.allow(["ssm:GetParameter"], arn)
