"""Where functions find the address of the web app, which is known only after they are deployed."""

from __future__ import annotations

from aws_cdk import Stack

from stacks.config import EnvironmentConfig
from stacks.constructs.python_function import PythonFunction


def web_address_parameter(config: EnvironmentConfig) -> str:
    """Return the name of the SSM parameter with the address.

    A name of our own instead of a reference: the distribution needs the API, whose functions would need it.
    """
    return f"/marquee/{config.name}/web-url"


def web_origins(config: EnvironmentConfig) -> list[str]:
    """Return from where a browser that shows the web app sends requests to other hosts.

    Without a domain of its own the app is at an address of CloudFront that is known only after everything else; any
    address of CloudFront stands for it then.
    """
    own = f"https://{config.domain_name}" if config.domain_name else "https://*.cloudfront.net"
    return [config.web_url or own, *config.web_origins]


def allow_web_address(function: PythonFunction, config: EnvironmentConfig) -> None:
    """Let a function read the address, under the name in its environment."""
    name = web_address_parameter(config)
    function.function.add_environment("WEB_URL_PARAMETER", name)
    arn = Stack.of(function).format_arn(service="ssm", resource="parameter", resource_name=name.removeprefix("/"))
    function.allow(["ssm:GetParameter"], arn)
