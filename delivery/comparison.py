"""What a change does to one environment, as the comment that reviewers read: `python -m delivery.comparison --help`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from delivery import prices
from delivery.changes import Change, changes
from delivery.findings import Finding, findings
from delivery.permissions import Right, rights, together
from delivery.templates import Stacks, read

LONGEST_CELL = 300
NEW_LINE = "\n"
SIGNS = {"added": "➕", "removed": "➖", "changed": "✏️"}


def comparison(base: Stacks, head: Stacks, environment: str) -> str:
    """Return the comment, in Markdown: resources, rights, findings and fixed cost that differ between two synths."""
    found = changes(base, head)
    parts = [
        f"## What this changes in `{environment}`\n",
        *_warnings(found),
        *_cost(base, head),
        *_findings(findings(base), findings(head)),
        *_rights(rights(base), rights(head)),
        *_resources(found),
    ]
    return "\n".join(parts)


def shortened(text: str, most: int) -> str:
    """Return the beginning of a comment that is longer than `most` characters, up to the end of a line."""
    if len(text) <= most:
        return text
    return f"{text[:most].rpartition(NEW_LINE)[0]}\n\n**There is more**: the summary of the run has all of it.\n"


def _warnings(found: Sequence[Change]) -> Iterator[str]:
    for each in (one for one in found if one.loses_data):
        yield f"> [!CAUTION]\n> {_cell(each.resource.name)} holds data and is {each.what}: what becomes of the data?\n"


def _resources(found: Sequence[Change]) -> Iterator[str]:
    code = [each for each in found if each.is_code]
    others = [each for each in found if not each.is_code]
    yield f"### Resources: {len(others)}, and new code for {len(code)}\n"
    if others:
        yield from _table(
            ("", "resource", "kind", "what of it"),
            ((SIGNS[each.what], each.resource.name, each.resource.type, ", ".join(each.parts)) for each in others),
        )
    if code:
        yield f"New code only: {', '.join(_cell(each.resource.name) for each in code)}.\n"


def _rights(before: set[Right], after: set[Right]) -> Iterator[str]:
    given, taken = together(after - before), together(before - after)
    yield f"### Rights: {len(given)} given, {len(taken)} taken\n"
    rows = [(sign, *row) for sign, found in (("➕", given), ("➖", taken)) for row in found.items()]
    if rows:
        yield from _table(
            ("", "who", "may", "what", "to", "if"),
            (
                (sign, holder, effect.lower(), ", ".join(actions), target, condition)
                for sign, (holder, effect, target, condition), actions in rows
            ),
        )


def _findings(before: set[Finding], after: set[Finding]) -> Iterator[str]:
    added, gone = sorted(after - before), sorted(before - after)
    yield f"### Accepted security findings: {len(added)} more, {len(gone)} fewer\n"
    rows = [(sign, each) for sign, found in (("➕", added), ("➖", gone)) for each in found]
    if rows:
        yield from _table(
            ("", "where", "finding", "because"), ((sign, each.where, each.rule, each.reason) for sign, each in rows)
        )


def _cost(base: Stacks, head: Stacks) -> Iterator[str]:
    before, after = prices.monthly(base), prices.monthly(head)
    was, becomes = prices.total(before), prices.total(after)
    yield f"### Fixed cost: ${was:,.2f} → ${becomes:,.2f} a month ({becomes - was:+,.2f})\n"
    yield "List prices of an idle environment without the free tier; what is paid by use is in `docs/cost.md`.\n"
    if before != after:
        old, new = ({each.kind: each for each in lines} for lines in (before, after))
        yield from _table(
            ("kind", "before", "after"),
            ((kind, _priced(old.get(kind)), _priced(new.get(kind))) for kind in sorted(old | new)),
        )
    if unknown := prices.new_kinds(base, head):
        yield f"Not priced, and the first of their kind: {', '.join(unknown)}.\n"


def _priced(line: prices.Line | None) -> str:
    return f"{line.count} × = ${line.dollars:,.2f}" if line else "–"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * len(heads)}"
    for row in rows:
        yield f"| {' | '.join(map(_cell, row))} |"
    yield ""


def _cell(text: str) -> str:
    """Return `text` so that it stays in its cell and is no markup: names come from the branch that is compared."""
    short = text if len(text) <= LONGEST_CELL else f"{text[:LONGEST_CELL]}…"
    safe = short.replace("`", "'").replace("|", "¦").replace("\n", " ")
    return f"`{safe}`" if safe and safe not in SIGNS.values() else safe


def main() -> None:
    """Print the comment about the templates in two folders."""
    asked = argparse.ArgumentParser(description="Compare the templates of two synths of one environment.")
    asked.add_argument("base", type=Path, help="the folder of the synth without the change")
    asked.add_argument("head", type=Path, help="the folder of the synth with the change")
    asked.add_argument("--environment", default="prod")
    asked.add_argument("--most", type=int, default=sys.maxsize, help="characters; GitHub takes 65,536 in a comment")
    given = asked.parse_args()
    base, head = read(given.base), read(given.head)
    if not head:
        sys.exit(f"There are no templates in {given.head}.")
    print(shortened(comparison(base, head, given.environment), given.most))


if __name__ == "__main__":
    main()
