"""Holders of one governor whose clocks are wrong: what a provider sees of them, and how long others wait after them.

Time is simulated. A holder calls at the slot it was given, by its own clock; DynamoDB dates its answers by the one
that is right.
"""

from __future__ import annotations

import random
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from marquee.errors import RateLimited
from marquee.governor import ProviderLimits, tmdb_limits, watchmode_limits
from marquee.repositories.governors import Governor
from marquee.traffic import TrafficClass
from tests.chaos.running import SKEW_SECONDS, Loss, Tally
from tests.fakes.clock import FakeClock
from tests.fakes.operations import CountedTable, operations_table

# By this much a clock may be wrong before a date, which names whole seconds, tells.
UNNOTICED_SECONDS = 2.0
HOLDERS, TURNS, ROUNDS = 4, 40, 10
# How long a queue may be whose last call has just been made.
AT_ONCE_SECONDS = 1.1
KINDS: dict[str, str] = {
    "one wrong": "the clock of one holder is up to five minutes wrong",
    "all but one wrong": "each clock but one is wrong by an amount of its own",
    "set anew": "every clock is set anew, right or wrong, before each turn",
    "unnoticed": "all clocks are up to two seconds wrong, which a date does not tell",
}
LIMITS: tuple[Callable[[], ProviderLimits], ...] = (tmdb_limits, watchmode_limits)


@dataclass
class Holder:
    """A function with a clock of its own, and by how many seconds that is wrong."""

    governor: Governor
    skew: float = 0.0


def run(name: str, seed: int) -> Tally:
    """Try all kinds of wrong clocks on the governor of both providers."""
    tally = Tally(name, "")
    with operations_table() as table:
        for kind in KINDS:
            for limits in LIMITS:
                for number in range(ROUNDS):
                    chance = random.Random(f"{seed} {kind} {number}")
                    calls, reason = _round(table, limits(), kind, chance)
                    tally.requests += calls
                    if reason:
                        tally.losses.append(Loss(name, f"{kind}, {limits().provider}, round {number}", seed, reason))
                    else:
                        tally.survived[kind] += 1
    return tally


def _round(table: CountedTable, limits: ProviderLimits, kind: str, chance: random.Random) -> tuple[int, str | None]:
    """Have holders call for a while; return the number of calls, and what did not hold."""
    table.clear()
    right = FakeClock()
    table.now = right
    holders = [_holder(table, limits, right) for _ in range(HOLDERS)]
    seen: list[float] = []
    for turn in range(TURNS):
        _set(holders, kind, chance, first=not turn)
        right.sleep(chance.choice((0.0, 0.0, 0.02, 0.3, 2.5)))
        seen += _calls(chance.choice(holders), limits, chance)
    spare = UNNOTICED_SECONDS if kind == "unnoticed" else 0.0
    if (most := _most_in_a_period(seen, limits.period)) > limits.calls * (1 + 2 * spare / limits.period):
        return len(seen), f"{most} calls in {limits.period:g} s, {limits.calls:g} are permitted"
    right.now = max([right(), *seen])
    queue = _holder(table, limits, right).governor.snapshot().queue_seconds
    if queue > AT_ONCE_SECONDS + 2 * spare:
        return len(seen), f"a clock that is right waits {queue:.1f} s for its turn"
    return len(seen), None if seen else "nobody got a turn"


def _holder(table: CountedTable, limits: ProviderLimits, right: FakeClock) -> Holder:
    holder = Holder(Governor(table, limits, clock=lambda: right() + holder.skew, sleep=right.sleep))
    return holder


def _set(holders: Sequence[Holder], kind: str, chance: random.Random, *, first: bool) -> None:
    if kind == "set anew":
        for each in holders:
            each.skew = chance.choice((0.0, _wrong(chance)))
    elif first:
        wrong = {"one wrong": holders[:1], "all but one wrong": holders[1:], "unnoticed": holders}[kind]
        for each in wrong:
            limit = UNNOTICED_SECONDS
            each.skew = chance.uniform(-limit, limit) if kind == "unnoticed" else _wrong(chance)


def _wrong(chance: random.Random) -> float:
    return chance.choice((-1, 1)) * chance.uniform(UNNOTICED_SECONDS, SKEW_SECONDS)


def _calls(holder: Holder, limits: ProviderLimits, chance: random.Random) -> list[float]:
    """Return when the provider sees the calls of one turn."""
    try:
        slots = holder.governor.claim_slots(chance.randint(1, limits.chunk), chance.choice(list(TrafficClass)), None)
    except RateLimited:
        return []
    return [slot - holder.skew + chance.uniform(0, limits.lateness) for slot in slots]


def _most_in_a_period(seen: Sequence[float], period: float) -> int:
    moments = sorted(seen)
    return max((bisect_left(moments, first + period) - at for at, first in enumerate(moments)), default=0)
