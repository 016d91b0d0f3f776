"""How far a harvest is, how fast it goes and when it will be done. Pure."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from marquee import clock
from marquee.models.harvests import Harvest
from marquee.models.jobs import Job

# Whoever watches sees the pace of the last minute.
WINDOW_SECONDS = 60.0


@dataclass(frozen=True)
class Progress:
    """A harvest at a moment: ids by what became of them, the pace by the second, and the seconds that are left.

    `seconds_left` is None as long as nobody can tell: ids are still being found, or nothing moves.
    """

    queued: int
    done: int
    failed: int
    ids_a_second: float
    calls_a_second: float
    seconds_left: float | None

    @property
    def total(self) -> int:
        """Return how many ids the harvest has found so far."""
        return self.queued + self.done + self.failed


class Pace:
    """The pace of a job, from what is seen of it: of the last minute, or since it began if it is seen but once."""

    def __init__(self) -> None:
        self._seen: deque[tuple[str, int, int]] = deque()

    def progress(self, job: Job, harvest: Harvest | None, now: str) -> Progress:
        """Return how far a job is; `now` is the moment at which it was read."""
        ended = job.counts.get("done", 0) + job.counts.get("failed", 0)
        calls = job.counts.get("calls", 0)
        at = job.finished_at or now
        self._seen.append((at, ended, calls))
        while len(self._seen) > 2 and clock.seconds_between(self._seen[1][0], at) >= WINDOW_SECONDS:
            self._seen.popleft()
        begin = self._seen[0] if len(self._seen) > 1 and job.state == "running" else (job.started_at, 0, 0)
        seconds = max(clock.seconds_between(begin[0], at), 0.001)
        ids_a_second, calls_a_second = (ended - begin[1]) / seconds, (calls - begin[2]) / seconds
        return Progress(
            queued=job.counts.get("queued", 0),
            done=job.counts.get("done", 0),
            failed=job.counts.get("failed", 0),
            ids_a_second=ids_a_second,
            calls_a_second=calls_a_second,
            seconds_left=_left(job, harvest, ids_a_second),
        )


def _left(job: Job, harvest: Harvest | None, ids_a_second: float) -> float | None:
    if job.state != "running":
        return 0.0
    if harvest is None or harvest.stage in ("start", "gather") or ids_a_second <= 0:
        return None
    return job.counts.get("queued", 0) / ids_a_second


def duration(seconds: float | None) -> str:
    """Return a time as a reader takes it in: `3 d 4 h`, `2 h 05 min`, `3 min 20 s`, `unknown`."""
    if seconds is None:
        return "unknown"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes_left = divmod(minutes, 60)
    if hours >= 48:
        return f"{hours // 24} d {hours % 24} h"
    if hours:
        return f"{hours} h {minutes_left:02} min"
    return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"


def what_types_do(harvest: Harvest) -> Sequence[tuple[str, str, str, int, int]]:
    """Return by media type how it is harvested, how much of exports and changes is read, ids found, messages sent."""
    rows = []
    for each in harvest.types:
        read = [f"{export.name} of {export.day} {export.state}, {export.lines:,} lines" for export in each.exports]
        if each.changed_to:
            until = "all read" if each.next_day is None else f"at page {each.page} of {each.next_day}"
            read.append(f"changes of {each.changed_from} to {each.changed_to} {until}")
        how = f"{each.mode}, {each.scope}"
        rows.append((each.media_type, how, "; ".join(read), each.counts.get("queued", 0), each.messages))
    return rows
