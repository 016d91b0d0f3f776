"""The table of faults survived, as a line on the terminal and as a page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tests.chaos import providers
from tests.chaos.faults import KINDS
from tests.chaos.running import FAULTS_IN_A_MIXTURE, MIXED, Tally

PAGE = """# Faults

`make chaos` writes this page and fails on any loss. Each function runs over an AWS in memory (moto) whose clients have
one fault at their first request, then at their second, and so on until no request is left; then everything that was not
taken is delivered again until it is, and after that everything once more, in another order where a queue may do that.
Then what must hold is counted anew from the tables, the stream, the queues and the objects. A mixture is {mixed} faults
at random requests, with the clock of each invocation up to five minutes wrong; seed {seed}. A fault that finds nothing
to do at its request (half of a batch, where there is none) is not counted.

{faults}

## AWS

{survived} faults survived, {lost} lost. {extent}

{table}

## What must hold

{holds}

## Providers

The simulators of WatchMode and TMDB answer in this process; a fault lasts for one call, at each call in turn, and then
for a whole invocation.

{provider_faults}

{provider_table}

Not tried: a restart of the emulator with its state; `tmdb_cache_refresh`, `library_recount`, `operations_watch` and
`data_quality`, which write what a later run writes anew; functions that only answer people; a second `library_writer`
at the same moment, which its FIFO queue rules out.
"""

WHOLE = "Every request of every function was tried."
PART = "This was a short run: of the requests of a function one in {every} was tried."


def line(tally: Tally) -> str:
    """Return what the terminal shows of a function."""
    survived = ", ".join(f"{kind} {count}" for kind, count in tally.survived.items())
    return f"{tally.name}: {tally.requests} requests; survived {survived or 'nothing'}; lost {len(tally.losses)}"


def page(tallies: Iterable[Tally], seed: int, every: int) -> str:
    """Return the page."""
    found = sorted(tallies, key=lambda each: each.name)
    ours = [each for each in found if each.name not in providers.RUNS]
    theirs = [each for each in found if each.name in providers.RUNS]
    return PAGE.format(
        mixed=FAULTS_IN_A_MIXTURE,
        seed=seed,
        extent=WHOLE if every == 1 else PART.format(every=every),
        faults=_list(KINDS),
        survived=f"{sum(each.survived.total() for each in ours):,}",
        lost=sum(len(each.losses) for each in ours),
        table=_table(ours, [*KINDS, MIXED]),
        holds="\n".join(f"- `{each.name}`: {each.holds}" for each in ours),
        provider_faults=_list(providers.KINDS),
        provider_table=_table(theirs, list(providers.KINDS)),
    )


def _list(kinds: dict[str, str]) -> str:
    return "\n".join(f"- **{name}**: {meaning}" for name, meaning in kinds.items())


def _table(tallies: Sequence[Tally], kinds: Sequence[str]) -> str:
    head = ["function", "requests", *kinds, "lost"]
    rows = [
        [f"`{each.name}`", each.requests, *(each.survived[kind] for kind in kinds), len(each.losses)]
        for each in tallies
    ]
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "\n".join(f"| {' | '.join(map(str, row))} |" for row in lines)
