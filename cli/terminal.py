"""What all commands share at the terminal: the options, and how results are shown."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

Env = Annotated[str, typer.Option("--env", help="The environment: local, or one that is deployed.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON and nothing else.")]

results = Console()
# What is said meanwhile stays out of a result that somebody pipes on.
progress = Console(stderr=True)


def grid(title: str | None, *columns: str) -> Table:
    """Return an empty table."""
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    return table
