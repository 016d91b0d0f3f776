"""How much of this machine's processors is taken, by whomever: figures of a machine that is busy say little."""

from pathlib import Path

STAT = Path("/proc/stat")
# Of the times in the first line, in order: user, nice, system, idle, waiting for input and output.
IDLE = slice(3, 5)


class Busy:
    """Watches the processors from the moment it is made."""

    def __init__(self) -> None:
        self._before = self._times()

    def share(self) -> float:
        """Return the share that was taken since then; 0 where the system does not tell."""
        taken = [now - then for now, then in zip(self._times(), self._before, strict=True)]
        return round(1 - sum(taken[IDLE]) / sum(taken), 2) if sum(taken) else 0.0

    @staticmethod
    def _times() -> list[int]:
        return [int(each) for each in STAT.read_text().split("\n", 1)[0].split()[1:9]] if STAT.exists() else []
