"""What the simulators share: the catalogue, the clock, limits, faults, counts and the log of changes."""

import time
from dataclasses import dataclass, field

from local.catalogue import Catalogue
from local.upstreams.counts import Counts
from local.upstreams.drive.store import DriveStore
from local.upstreams.faults import FaultPlan
from local.upstreams.fetches import Fetches
from local.upstreams.keys import FREE_WATCHMODE_KEY, WATCHMODE_KEY
from local.upstreams.limits import Clock, Plan, Window
from local.upstreams.population import Population

_QUOTAS = {"paid": 40_000, "free": 2_500}
_WATCHMODE_RATE = (120, 60.0)
_TMDB_RATE = (40, 1.0)


@dataclass(frozen=True, slots=True)
class Change:
    """Something the control endpoint changed: when, what kind, for which title and in which region."""

    at: float
    kind: str
    title_id: int
    region: str | None = None


@dataclass(slots=True)
class TmdbLimits:
    """TMDB's limit: a window, and whether its 429 says how long to wait."""

    window: Window
    retry_after: bool = False


@dataclass(slots=True)
class State:
    """Everything a request may read or change; `made` is how many of each kind TMDB has beside the catalogue."""

    catalogue: Catalogue
    clock: Clock = time.time
    counts: Counts = field(default_factory=Counts)
    faults: FaultPlan = field(default_factory=FaultPlan)
    changes: list[Change] = field(default_factory=list)
    fetches: Fetches = field(default_factory=Fetches)
    made: dict[str, int] = field(default_factory=dict)
    population: Population = field(init=False)
    plans: dict[str, Plan] = field(init=False)
    tmdb: TmdbLimits = field(init=False)
    drive: DriveStore = field(init=False)

    def __post_init__(self) -> None:
        self.drive = DriveStore(self.clock)
        self.reset_limits()
        self.reset_population()

    def reset_population(self) -> None:
        """Bring TMDB's ids back to the start, and forget how often each was fetched."""
        self.population = Population(self.catalogue, self.clock, self.made)
        self.fetches.clear()

    def reset_limits(self) -> None:
        """Bring rates, quotas and what was used of them back to the start."""
        self.plans = {
            name: Plan(name, key, _QUOTAS[name], Window(*_WATCHMODE_RATE, self.clock))
            for name, key in (("paid", WATCHMODE_KEY), ("free", FREE_WATCHMODE_KEY))
        }
        self.tmdb = TmdbLimits(Window(*_TMDB_RATE, self.clock))

    def reset(self) -> None:
        """Bring everything back to the start: counts, faults, limits, titles and offers."""
        self.counts.clear()
        self.faults.clear()
        self.changes.clear()
        self.reset_limits()
        self.catalogue.restore()
        self.drive.reset()
        self.reset_population()
