"""Runs a scenario with every fault at every request, and with seeded mixtures of faults, and tells what was lost."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.chaos.faults import KINDS, Fault, Kind, fits
from tests.chaos.scenario import Scenario
from tests.chaos.world import World

MIXED = "mixtures"
FAULTS_IN_A_MIXTURE = 4
# A clock of a function's machine is wrong by so much at most; time servers keep it within milliseconds.
SKEW_SECONDS = 300.0


@dataclass(frozen=True)
class Loss:
    """A run after which something did not hold."""

    scenario: str
    faults: str
    seed: int
    reason: str

    def __str__(self) -> str:
        return f"{self.scenario}: {self.faults or 'no fault'} (seed {self.seed}): {self.reason}"


@dataclass
class Tally:
    """How often each kind of fault was survived by a function, at how many requests, and what was lost."""

    name: str
    holds: str
    requests: int = 0
    survived: Counter[str] = field(default_factory=Counter)
    losses: list[Loss] = field(default_factory=list)
    told: list[str] = field(default_factory=list)


def try_one(world: World, make: type[Scenario], faults: list[Fault], seed: int, *, skewed: bool = False) -> Loss | None:
    """Run a scenario once; returns what was lost."""
    chance = random.Random(seed)
    world.empty(seed)
    reason: str | None = None
    try:
        scenario = make(world)
        world.injector.faults = {each.at: each for each in faults}
        scenario.run(chance, (lambda: chance.uniform(-SKEW_SECONDS, SKEW_SECONDS)) if skewed else (lambda: 0.0))
        world.injector.faults = {}
        world.injector.settled = len(world.injector.requests)
        for each in scenario.feeds:
            each.again(chance)
        scenario.run(chance)
        scenario.check()
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"
    return Loss(make.name, "; ".join(map(str, faults)), seed, reason) if reason else None


def exhaust(world: World, make: type[Scenario], seed: int, *, every: int = 1) -> Tally:
    """Try each kind of fault at each request (or every so many of them) of a scenario."""
    tally, requests = _clean(world, make, seed)
    for kind in KINDS:
        for fault in _points(kind, requests, every):
            _count(tally, kind, world, try_one(world, make, [fault], seed))
    return tally


def sample(world: World, make: type[Scenario], seed: int, number: int) -> Tally:
    """Try so many of all faults of a scenario, which the seed chooses."""
    tally, requests = _clean(world, make, seed)
    points = [fault for kind in KINDS for fault in _points(kind, requests, 1)]
    for fault in random.Random(f"{seed} {make.name}").sample(points, min(number, len(points))):
        _count(tally, fault.kind, world, try_one(world, make, [fault], seed))
    return tally


def mix(world: World, make: type[Scenario], tally: Tally, seed: int, runs: int) -> None:
    """Try mixtures of faults and of wrong clocks; the seed of each names it for ever."""
    for number in range(runs):
        chance = random.Random(f"{seed} {make.name} {number}")
        at = chance.sample(range(max(tally.requests, FAULTS_IN_A_MIXTURE)), FAULTS_IN_A_MIXTURE)
        faults = [Fault(chance.choice(list(KINDS)), each) for each in at]
        _count(tally, MIXED, world, try_one(world, make, faults, chance.randrange(2**32), skewed=True))


def _clean(world: World, make: type[Scenario], seed: int) -> tuple[Tally, list[str]]:
    """Run a scenario without a fault; return its requests, none if it loses something even so."""
    tally = Tally(make.name, make.holds)
    if loss := try_one(world, make, [], seed):
        tally.losses.append(loss)
        return tally, []
    requests = world.injector.requests[: world.injector.settled]
    tally.requests = len(requests)
    return tally, requests


def _points(kind: Kind, requests: list[str], every: int) -> Iterator[Fault]:
    found = [Fault(kind, at) for at, each in enumerate(requests) if fits(kind, each)]
    yield from found[::every]


def _count(tally: Tally, kind: str, world: World, loss: Loss | None) -> None:
    if loss:
        tally.losses.append(loss)
    elif world.injector.struck:
        tally.survived[kind] += 1
