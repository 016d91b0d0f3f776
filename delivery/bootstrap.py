"""The CDK app that an account needs once, before the pipeline can deploy into it.

`npx cdk deploy --app ".venv/bin/python -m delivery.bootstrap" -c repository=<owner>/<name> -c deploys=dev,staging`
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from typing import Any

from aws_cdk import App, Validations
from cdk_nag import AwsSolutionsChecks

from delivery.delivery_stack import DeliveryStack
from stacks.config import ConfigError, EnvironmentConfig, load

# As GitHub writes it into the subject of its tokens: those of a younger repository have numbers in it.
_REPOSITORY = re.compile(r"[\w.@-]+/[\w.@-]+")


def wire(app: App) -> None:
    """Add the stack that the context asks for; raises ConfigError for what cannot be used."""
    Validations.of(app).add_plugins(AwsSolutionsChecks(app, write_suppressions_to_cloud_formation=True))
    context = app.node.try_get_context
    DeliveryStack(
        app,
        repository=repository(context),
        environments=environments(context),
        provider_arn=context("providerArn"),
    )


def repository(context: Callable[[str], Any]) -> str:
    """Return whose jobs are trusted; raises ConfigError if that is not exactly one repository."""
    name = str(context("repository") or "")
    if not _REPOSITORY.fullmatch(name):
        raise ConfigError(
            "Say whose jobs may deploy with -c repository=<owner>/<name>, as the subject of GitHub's tokens has it."
        )
    return name


def environments(context: Callable[[str], Any]) -> list[EnvironmentConfig]:
    """Return what this account has, all that AWS runs if nothing is named; raises ConfigError for an unknown one."""
    every = context("environments") or {}
    named = context("deploys") or ",".join(name for name, values in every.items() if not values.get("emulated"))
    return [
        load({"env": name, **{key: context(key) for key in ("defaults", "environments")}}.get)
        for name in named.split(",")
    ]


def main() -> None:
    """Synthesise the stack, or say in one sentence why that cannot be done."""
    app = App(builtin_cloud_formation_validation=False)
    try:
        wire(app)
    except ConfigError as error:
        sys.exit(str(error))
    app.synth()


if __name__ == "__main__":
    main()
