"""What must hold after the local cloud was stopped in the middle of work, and after it was killed there."""

from __future__ import annotations

import logging
import time
import warnings

from local.waiting import wait_until
from tests.chaos import invariants
from tests.chaos.local_cloud import SECONDS, local_cloud
from tests.chaos.restart_work import AGAIN, ROWS, VIEWERS, Work, notifications, shown
from tests.chaos.running import Loss, Tally
from tests.e2e.pipeline import drained, invoke

NAME = "local cloud"
HOLDS = (
    "every accepted event is archived and counted once, imports are whole, numbers equal a recount, "
    "index equals offers, each follower is told of each arrival once"
)
QUEUES = ("listing", "enrichment", "notification", "library", "import")
IN_ORDER, KILLED = "stopped in order", "killed"


def run(name: str, seed: int) -> Tally:
    """Stop and kill a local cloud in the middle of work; what was in hand then is told with the tally."""
    logging.disable()
    warnings.simplefilter("ignore")
    tally = Tally(name, HOLDS)
    started = time.monotonic()
    how = ""
    try:
        with local_cloud() as local:
            work = Work(local)
            for how in (IN_ORDER, KILLED):
                work.ask()
                _interrupt(work, how)
                events, rows, told = left = work.left()
                print(f"{how} after {time.monotonic() - started:.0f} s, left are {left}", flush=True)
                assert 0 < rows < ROWS, "the import was not in the middle of its rows"
                assert events > 0, "all events were counted already"
                assert told > 0, "all followers were told already"
                local.start()
                check(work)
                print(f"nothing lost after {time.monotonic() - started:.0f} s", flush=True)
                tally.survived[how] += 1
                tally.told.append(f"| {how} | {events:,} | {rows:,} | {told} | nothing lost |")
    except Exception as error:
        tally.losses.append(Loss(NAME, how, seed, f"{type(error).__name__}: {error}"))
        tally.told.append(f"| {how or 'begun'} | | | | something lost |")
    return tally


def _interrupt(work: Work, how: str) -> None:
    if how == KILLED:
        work.local.write_state()
        work.local.kill()
    else:
        work.local.stop()


def check(work: Work) -> None:
    """Wait until nothing is left to do, and count everything anew; raises AssertionError, LocalCloudError."""
    movies = _imports_are_whole(work)
    work.verify()
    wait_until(lambda: all(drained(work.cloud, each) for each in QUEUES), SECONDS, "the queues to be empty")
    _followers_are_told_once(work)
    recount = invoke(work.cloud, "library_recount")
    assert recount["differences"] == [], f"a recount differs: {recount}"
    assert recount["counts"]["movies"] == movies, f"{recount['counts']} instead of {movies} movies"
    invariants.index_equals_titles(work.tables)
    invariants.pairs_equal_choices(work.tables)
    invariants.open_failures_are_counted(work.tables)


def _imports_are_whole(work: Work) -> int:
    """Return how many movies the imports have added, each row once."""
    with work.cloud.api(work.cloud.outputs.user("viewer")) as member:
        for each in work.imports:
            wait_until(lambda each=each: shown(member, each)["state"] == "finished", SECONDS, "an import")
        counts = [work.counts(member, each) for each in work.imports]
    found = [(each.found, each.added, each.duplicate, each.failed) for each in counts]
    expected = [(ROWS, ROWS - (AGAIN if n else 0), AGAIN if n else 0, 0) for n in range(len(found))]
    assert found == expected, f"found, added, duplicate, failed: {found} instead of {expected}"
    return sum(each.added for each in counts)


def _followers_are_told_once(work: Work) -> None:
    expected = VIEWERS * len(work.arrived)
    wait_until(lambda: notifications(work.viewers()).total() >= expected, SECONDS, "the followers to be told")
    told = notifications(work.viewers())
    assert set(told.values()) == {1}, f"somebody was told twice: {told}"
    assert {title for _, title in told} == set(work.arrived), f"told of {told}, arrived have {work.arrived}"
    assert len(told) == expected, f"{len(told)} notifications instead of {expected}"
