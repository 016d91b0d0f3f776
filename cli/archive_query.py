"""`marquee archive query`: SQL over what the archive holds, answered by Athena."""

import csv
import json
import math
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice
from typing import Annotated, Any

import typer
from rich.text import Text

from cli import terminal
from cli.archive_sql import GONE, of_now
from cli.environment import LOCAL, environment
from cli.errors import OperatorError
from marquee.archive import flat

SHOWN_ROWS = 1000
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 3.0
ENDED = ("SUCCEEDED", "FAILED", "CANCELLED")
# Dollars for each terabyte read, in most regions (aws.amazon.com/athena/pricing, 2026); 10 MB is the least.
DOLLARS_A_TERABYTE = 5.0
LEAST_BYTES = 10_000_000

Value = str | int | float | bool | None
Row = tuple[Value, ...]


@dataclass(frozen=True)
class Result:
    """What Athena answers: the names of the columns and the rows, which are fetched as they are read."""

    columns: tuple[str, ...]
    rows: Iterator[Row]
    scanned: int
    """Bytes read."""


def query(
    sql: Annotated[str, typer.Argument(help="The question; without one, the tables and their columns are shown.")] = "",
    env: terminal.Env = LOCAL,
    as_json: terminal.AsJson = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print the rows as CSV and nothing else.")] = False,
) -> None:
    """Ask the archive: movie, tv, season, episode and person are tables of what TMDB says now.

    Each has a row for every id that TMDB still knows; <table>_rows have one for every version that was collected.
    """
    if as_json and as_csv:
        raise typer.BadParameter("either --json or --csv, not both")
    if not sql:
        show_tables(as_json=as_json)
        return
    place = environment(env)
    result = ask(
        place.client("athena"),
        of_now(sql, flat.COLUMNS),
        database=place.output("ArchiveDatabase"),
        workgroup=place.output("ArchiveWorkgroup"),
    )
    if as_json:
        print_json(result)
    elif as_csv:
        lines = (tuple(map(_said, row)) for row in result.rows)
        csv.writer(sys.stdout).writerows(chain([result.columns], lines))
    else:
        print_table(result)
        dollars = max(result.scanned, LEAST_BYTES) / 1e12 * DOLLARS_A_TERABYTE
        cost = "" if place.name == LOCAL else f", about ${dollars:,.5f}"
        terminal.progress.print(f"{result.scanned / 1e6:,.1f} MB read{cost}")


def ask(athena: Any, sql: str, *, database: str, workgroup: str, sleep: Callable[[float], None] = time.sleep) -> Result:
    """Return the answer to one question; raises OperatorError saying why Athena could not answer it."""
    started = athena.start_query_execution(
        QueryString=sql, QueryExecutionContext={"Database": database}, WorkGroup=workgroup
    )
    number = started["QueryExecutionId"]
    try:
        execution = _ended(athena, number, sleep)
    except KeyboardInterrupt:
        athena.stop_query_execution(QueryExecutionId=number)
        raise
    status = execution["Status"]
    if status["State"] != "SUCCEEDED":
        raise OperatorError(f"Athena could not answer: {status.get('StateChangeReason') or status['State']}")
    pages = athena.get_paginator("get_query_results").paginate(QueryExecutionId=number)
    first = next(pages_of := iter(pages))
    columns = first["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]
    rows = (row["Data"] for page in chain([first], pages_of) for row in page["ResultSet"]["Rows"])
    return Result(
        tuple(column["Name"] for column in columns),
        # The first row repeats the names.
        (_row(columns, row) for row in islice(rows, 1, None)),
        execution["Statistics"].get("DataScannedInBytes", 0),
    )


def _ended(athena: Any, number: str, sleep: Callable[[float], None]) -> dict[str, Any]:
    pause = FIRST_PAUSE
    while True:
        execution: dict[str, Any] = athena.get_query_execution(QueryExecutionId=number)["QueryExecution"]
        if execution["Status"]["State"] in ENDED:
            return execution
        sleep(pause)
        pause = min(pause * 1.5, LONGEST_PAUSE)


def _row(columns: list[dict[str, Any]], row: list[dict[str, str]]) -> Row:
    return tuple(_value(column["Type"], datum.get("VarCharValue")) for column, datum in zip(columns, row, strict=True))


def _value(kind: str, text: str | None) -> Value:
    """Return what Athena writes as a text; lists stay texts, because Athena writes them without quotes."""
    if text is None:
        return None
    if kind == "boolean":
        return text == "true"
    if kind in ("tinyint", "smallint", "integer", "int", "bigint"):
        return int(text)
    if kind in ("float", "real", "double", "decimal"):
        number = float(text)
        # JSON has no infinity.
        return number if math.isfinite(number) else text
    return text


def _said(value: Value) -> str:
    """Return what a reader sees of a value."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def print_json(result: Result) -> None:
    """Print the rows as a list of objects, one after the other: there may be millions."""
    print("[", end="")
    for number, row in enumerate(result.rows):
        facts = json.dumps(dict(zip(result.columns, row, strict=True)), ensure_ascii=False)
        print(",\n " if number else "", facts, sep="", end="")
    print("]")


def print_table(result: Result) -> None:
    """Print the rows for a reader, who is told if there are too many to read."""
    table = terminal.grid(None, *result.columns)
    for row in islice(result.rows, SHOWN_ROWS):
        # A text in brackets, such as a list, is no markup.
        table.add_row(*(Text(_said(value)) for value in row))
    terminal.results.print(table)
    if next(result.rows, None) is not None:
        terminal.progress.print(f"Only the first {SHOWN_ROWS:,} rows are shown; --csv and --json print all.")


def show_tables(*, as_json: bool, tables: Mapping[str, Mapping[str, str]] = flat.COLUMNS) -> None:
    """Print what can be asked of: what is there now, and behind it every version."""
    now = {name: {column: kind for column, kind in of.items() if column != GONE} for name, of in tables.items()}
    versions = {f"{name}_rows": {**of, "collected": "string"} for name, of in tables.items()}
    if as_json:
        print(json.dumps(now | versions, indent=2))
        return
    table = terminal.grid(None, "table", "columns")
    for name, columns in now.items():
        table.add_row(name, ", ".join(f"{column} {kind}" for column, kind in columns.items()))
        table.add_row(f"{name}_rows", f"the same of every version, with {GONE} boolean and collected string (the day)")
    terminal.results.print(table)
