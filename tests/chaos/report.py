"""The table of faults survived, as a line on the terminal and as a page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from textwrap import fill

from tests.chaos import clocks, providers, restart, restart_work, trouble
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

In the long outage the trouble lasts for as many invocations as exhaust every id; then what was given up is replayed.

{provider_holds}

## Clocks

Four functions share the pace of a provider; time is simulated, in {clock_rounds} rounds. In no round did a provider see
more calls in a period (a second for TMDB, a minute for WatchMode) than it permits, and a function whose clock was right
had its turn at once afterwards, because who has a wrong clock gets none
([decision 43](decisions/0043-a-wrong-clock-gets-no-turn.md)). Two seconds are not noticed: a period may then hold the
calls of two more seconds on either side.

{clock_kinds}

{clock_table}

## A restart of the local cloud

All stacks on the emulator, with simulated providers. {events} events, a file of {rows} rows and the arrival of two
titles with {viewers} followers each are under way when the emulator is stopped in order (TERM), and as much again when
it and all functions are killed at once (SIGKILL): some rows are decided by then, and others are not. Each time it
begins again with what it held. What was in hand is counted from the state that it wrote last.

{restart_holds}

| | events not counted yet | rows not decided yet | notifications not told yet | after it |
| --- | ---: | ---: | ---: | --- |
{restart_table}

What each may lose: a stop in order nothing at all. MiniStack writes its state only when it is stopped in order; killed,
it begins again with what it last wrote. So here it is told to write its state (SIGUSR1) while the functions work,
between two requests, and is killed after that. What it was told in between is forgotten by the emulator, not by
Marquee, and the objects of S3, which are on the disk at once, are put back as they were when the rest was written. AWS
keeps what it has answered. MiniStack also forgets the records of the tables' streams, and keeps the places that their
readers have come to; the local cloud writes them down with the tables. Messages that a dead function had in hand come
again at once here, on AWS after their visibility timeout.

## Not tried

`archive_api`, which writes nothing, and what the other APIs answer without writing; throughput limits and Lambda's own
way to give up, which moto lacks.
"""

CLOCKS = "governor (clocks)"
WHOLE = "Every request of every function was tried."
PART = "This was a short run: of the requests of a function one in {every} was tried."


def line(tally: Tally) -> str:
    """Return what the terminal shows of a function."""
    survived = ", ".join(f"{kind} {count}" for kind, count in tally.survived.items())
    return f"{tally.name}: {tally.requests} requests; survived {survived or 'nothing'}; lost {len(tally.losses)}"


def page(tallies: Iterable[Tally], seed: int, every: int) -> str:
    """Return the page."""
    found = sorted(tallies, key=lambda each: each.name)
    timed = [each for each in found if each.name == CLOCKS]
    ours = [each for each in found if each.name not in (*providers.RUNS, CLOCKS, restart.NAME)]
    theirs = [each for each in found if each.name in providers.RUNS]
    restarted = [each for each in found if each.name == restart.NAME]
    return PAGE.format(
        mixed=FAULTS_IN_A_MIXTURE,
        seed=seed,
        extent=WHOLE if every == 1 else PART.format(every=every),
        faults=_list(KINDS),
        survived=f"{sum(each.survived.total() for each in ours):,}",
        lost=sum(len(each.losses) for each in ours),
        table=_table(ours, [*KINDS, MIXED]),
        holds=_holds(ours),
        provider_faults=_list(trouble.KINDS),
        provider_table=_table(theirs, list(trouble.KINDS)),
        provider_holds=_holds(theirs),
        events=f"{restart_work.EVENTS:,}",
        rows=f"{restart_work.ROWS:,}",
        viewers=restart_work.VIEWERS,
        restart_holds=fill(f"Then {restart.HOLDS}.", 120),
        restart_table="\n".join(line for each in restarted for line in each.told),
        clock_kinds=_list(clocks.KINDS),
        clock_rounds=sum(each.survived.total() + len(each.losses) for each in timed),
        clock_table=_table(timed, list(clocks.KINDS)),
    )


def _holds(tallies: Iterable[Tally]) -> str:
    return "\n".join(f"- `{each.name}`: {each.holds}" for each in tallies)


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
