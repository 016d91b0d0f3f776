"""What the terminal shows of an import: its preview, what became of it, what failed."""

import json

from rich.table import Table
from rich.text import Text

from cli import terminal
from cli.library_client import Counts, Failure, ImportState, Preview

MOST_FAILURES = 50


def in_words(counts: Counts) -> str:
    """Return what came of the rows."""
    return f"{counts.added:,} added, {counts.duplicate:,} duplicates, {counts.failed:,} failed"


def show_preview(preview: Preview) -> None:
    """Print what would be imported, where it does not get into a result that somebody pipes on."""
    said = (
        f"{preview.format}: {preview.expected_duplicates:,} of the first {preview.looked_at:,} rows are there already"
    )
    terminal.progress.print(Text(said))
    mapping = terminal.grid(None, "field", "column")
    for field, column in preview.mapping.items():
        mapping.add_row(Text(field), printable(column))
    terminal.progress.print(mapping)
    shown = [column for column in dict.fromkeys(preview.mapping.values()) if column in preview.columns]
    rows = terminal.grid(None, *shown)
    for row in preview.rows:
        rows.add_row(*(printable(row.get(column, "")) for column in shown))
    terminal.progress.print(rows)
    if preview.problems:
        terminal.progress.print(failure_grid(f"{len(preview.problems):,} of these would fail", preview.problems))


def show_result(ended: ImportState, failures: list[Failure], *, as_json: bool) -> None:
    """Print what became of an import, and the first of what failed."""
    if as_json:
        facts = {"import": ended.model_dump(exclude={"preview"}), "failures": [each.model_dump() for each in failures]}
        print(json.dumps(facts, indent=2))
        return
    counts = ended.counts
    told = f"Import {ended.id} is {ended.state}: {in_words(counts)}, {counts.left:,} left of {counts.found:,}."
    terminal.results.print(Text(f"{told} {ended.problem or ''}".strip()))
    if failures:
        terminal.results.print(failure_grid(f"{ended.counts.failed:,} failed", failures))
    if ended.counts.failed > len(failures):
        terminal.results.print(Text(f"All of them: GET /imports/{ended.id}/failures.csv"))


def failure_grid(title: str, failures: list[Failure]) -> Table:
    """Return a table of what failed."""
    table = terminal.grid(title, "file", "line", "reason")
    for each in failures:
        table.add_row(printable(each.file), str(each.line or ""), printable(each.reason))
    return table


def printable(value: object) -> Text:
    """Return a value of somebody's file without what would steer the terminal."""
    return Text("".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in str(value)))
