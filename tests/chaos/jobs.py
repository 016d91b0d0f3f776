"""The faults of one function as a job, for a process of its own."""

from __future__ import annotations

import logging
import warnings

from tests.chaos.running import Tally, exhaust, mix
from tests.chaos.scenarios import SCENARIOS
from tests.chaos.world import World


def run(name: str, seed: int, every: int, mixtures: int) -> Tally:
    """Try all faults on one function, in a world of its own."""
    logging.disable()
    warnings.simplefilter("ignore")
    (scenario,) = (each for each in SCENARIOS if each.name == name)
    with World() as world:
        tally = exhaust(world, scenario, seed, every=every)
        if tally.requests:
            mix(world, scenario, tally, seed, mixtures)
    return tally
