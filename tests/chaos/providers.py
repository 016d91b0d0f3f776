"""Faults of WatchMode and TMDB at each call in turn and for whole invocations, through their simulators in process."""

from __future__ import annotations

import logging
import random
import warnings
from collections.abc import Callable

from tests.chaos.running import Loss, Tally
from tests.chaos.scenarios.provided import Cards, Completing, Listing, Reference
from tests.chaos.scenarios.provided_archive import Collecting, CollectingLater, Harvesting
from tests.chaos.scenarios.provided_lists import Lists
from tests.chaos.trouble import KINDS, ProviderScenario, trouble
from tests.chaos.world import World

RUNS: dict[str, type[ProviderScenario]] = {
    each.name: each for each in (Collecting, CollectingLater, Harvesting, Lists, Listing, Reference, Cards, Completing)
}


def run(name: str, seed: int) -> Tally:
    """Try all faults of providers on one function."""
    logging.disable()
    warnings.simplefilter("ignore")
    make = RUNS[name]
    tally = Tally(name, make.holds)
    with World() as world:
        if loss := try_one(world, make, seed, trouble().reset):
            tally.losses.append(loss)
            return tally
        tally.requests = trouble().calls
        for kind in KINDS:
            for at in (*range(tally.requests), None):
                _count(world, make, tally, kind, seed, at)
    return tally


def _count(world: World, make: type[ProviderScenario], tally: Tally, kind: str, seed: int, at: int | None) -> None:
    def begin() -> None:
        trouble().reset(kind, -1 if at is None else at, lasting=at is None)

    loss = try_one(world, make, seed, begin, f"{kind} {'all the time' if at is None else f'#{at}'}")
    if loss:
        tally.losses.append(loss)
    elif trouble().struck:
        tally.survived[kind] += 1


def try_one(
    world: World, make: type[ProviderScenario], seed: int, begin: Callable[[], None], fault: str = ""
) -> Loss | None:
    """Run a scenario once; returns what was lost."""
    chance = random.Random(seed)
    world.empty(seed)
    try:
        begin()
        scenario = make(world)
        begin()
        scenario.run(chance)
        struck, calls = trouble().struck, trouble().calls
        for each in scenario.feeds:
            each.again(chance)
        scenario.run(chance)
        scenario.check()
        trouble().struck, trouble().calls = struck, calls
    except Exception as error:
        return Loss(make.name, fault, seed, f"{type(error).__name__}: {error}")
    return None
