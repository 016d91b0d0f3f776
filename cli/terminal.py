"""What all commands share at the terminal: the options, who is there, and how results are shown."""

import getpass
import json
import os
import sys
import textwrap
from collections.abc import Iterable
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from local.settings import PROJECT


def known_environments() -> list[str]:
    """Return the names of the environments in cdk.json, for the completion of the shell."""
    return list(json.loads((PROJECT / "cdk.json").read_text(encoding="utf-8"))["context"]["environments"])


def known_functions() -> list[str]:
    """Return the names of the functions, for the completion of the shell."""
    return sorted(path.parent.name for path in (PROJECT / "lambdas").glob("*/handler.py"))


Env = Annotated[
    str,
    typer.Option(
        "--env",
        envvar="MARQUEE_ENV",
        help="The environment: local, or one that is deployed.",
        autocompletion=known_environments,
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON and nothing else.")]

# Beginning of a reason in a list; the whole is shown with the one thing it is about.
ROW_LENGTH = 160

# What is piped on has no screen that it would have to fit.
PIPED_WIDTH = 160

results = Console(width=None if sys.stdout.isatty() or "COLUMNS" in os.environ else PIPED_WIDTH)
# What is said meanwhile stays out of a result that somebody pipes on.
progress = Console(stderr=True)


def operator() -> str:
    """Return who asks for something here, as jobs and the audit log name it."""
    return f"cli:{getpass.getuser()}"


def grid(title: str | None, *columns: str) -> Table:
    """Return an empty table; an id stays in one line, to be copied whole."""
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold", no_wrap=column == "id")
    return table


def print_json(value: Any) -> None:
    """Print a result for other programs; moments and the like as text."""
    print(json.dumps(value, indent=2, default=str))


def asked(question: str, *, yes: bool) -> bool:
    """Return whether somebody agrees; `yes` is the answer that was given beforehand."""
    return yes or typer.confirm(question, err=True)


def listed(names: Iterable[str]) -> str:
    """Return names as a sentence has them."""
    return ", ".join(names)


def in_a_line(text: str) -> str:
    """Return the beginning of a text that may have lines of its own, as a row of a table has room for it."""
    return textwrap.shorten(text, ROW_LENGTH, placeholder=" …")


def print_line(value: Any) -> None:
    """Print one of many results for other programs, at once."""
    print(json.dumps(value, default=str), flush=True)


def tell_more(following: str | None) -> None:
    """Say how to get the next page of a list, if there is one."""
    if following:
        progress.print(Text(f"There are more: --next '{following}'"), soft_wrap=True)
