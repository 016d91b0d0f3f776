"""`marquee`: what operators do with a deployed Marquee, one module a command or a group of commands."""

import os
import sys
from importlib import import_module
from typing import Annotated, Any

import typer
from botocore.exceptions import BotoCoreError, ClientError
from httpx import HTTPError
from typer.core import TyperGroup
from typer.main import get_command

from cli.errors import OperatorError, sentence
from local.errors import LocalCloudError
from marquee.errors import MarqueeError
from marquee.telemetry import logger
from stacks.version import version

# Each is the module `cli.<name>`: a group is its `app`, a command the function of the same name.
GROUPS = ("archive", "events", "failures", "library", "users")
COMMANDS = ("status", "verify", "jobs", "run", "fetch", "logs", "dashboard", "cost")
MODULES = {**{name: name for name in (*COMMANDS, *GROUPS)}, "fetch": "run"}


class Commands(TyperGroup):
    """All commands, each imported when it is asked for: those of the archive take longer than a status may."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names of all commands."""
        return list(MODULES)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return a command by its name, None if there is none."""
        if cmd_name not in MODULES:
            return None
        module = import_module(f"cli.{MODULES[cmd_name]}")
        if cmd_name in GROUPS:
            found = module.app
        else:
            found = typer.Typer(add_completion=False)
            found.command(cmd_name)(getattr(module, cmd_name))
        command = get_command(found)
        command.name = cmd_name
        return command


app = typer.Typer(cls=Commands, no_args_is_help=True, pretty_exceptions_enable=False)


def _tell_version(asked: bool) -> None:
    if asked:
        print(version())
        raise typer.Exit


@app.callback()
def marquee(
    profile: Annotated[
        str, typer.Option("--profile", help="The AWS profile to act with, if not that of the shell.")
    ] = "",
    _version: Annotated[
        bool, typer.Option("--version", help="Print the version and end.", callback=_tell_version, is_eager=True)
    ] = False,
) -> None:
    """Operate Marquee in any environment: `--env local` is the one that `make run` has started.

    Exit codes: 0 is well, 1 something is wrong, 2 wrong use.
    """
    if profile:
        os.environ["AWS_PROFILE"] = profile


def main() -> None:
    """Run a command; what went wrong is told in a sentence, not in a traceback."""
    # What functions log is no result of a command, and would stand among the lines of one.
    logger.setLevel("CRITICAL")
    try:
        app()
    except (OperatorError, LocalCloudError, MarqueeError, BotoCoreError, ClientError, HTTPError) as error:
        print(f"error: {sentence(error)}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
