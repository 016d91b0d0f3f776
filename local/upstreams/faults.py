"""Faults to inject: an error status, a delay, a broken body or a dropped connection."""

from dataclasses import asdict, dataclass, field
from fnmatch import fnmatchcase
from typing import Any


@dataclass(slots=True)
class Fault:
    """What goes wrong, and for which requests.

    `path` is a pattern such as `/v1/title/*/details`, matched below the provider's base. `rate` strikes evenly: 0.25 is
    exactly every fourth matching request. `times` ends the fault after so many strikes.
    """

    provider: str
    path: str = "*"
    status: int | None = None
    delay: float = 0.0
    malformed: bool = False
    drop: bool = False
    retry_after: int | None = None
    rate: float = 1.0
    times: int | None = None
    struck: int = 0
    _due: float = field(default=0.0, repr=False)

    def strikes(self, provider: str, path: str) -> bool:
        """Tell whether this request suffers the fault, and count it."""
        if self.provider not in ("*", provider) or not fnmatchcase(path, self.path):
            return False
        if self.times is not None and self.struck >= self.times:
            return False
        self._due += self.rate
        # Sums of such rates as 0.1 stay a hair below the whole number.
        if self._due < 1 - 1e-9:
            return False
        self._due -= 1
        self.struck += 1
        return True

    def as_json(self) -> dict[str, Any]:
        """Return the fault as the control endpoint shows it."""
        return {name: value for name, value in asdict(self).items() if name != "_due"}


class FaultPlan:
    """The faults in force, tried in order; the first that strikes is the one that happens."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def next(self, provider: str, path: str) -> Fault | None:
        """Return the fault this request suffers, if any."""
        return next((fault for fault in self.faults if fault.strikes(provider, path)), None)

    def clear(self, provider: str | None = None) -> None:
        """Remove all faults, or those of one provider."""
        self.faults = [fault for fault in self.faults if provider and fault.provider != provider]
