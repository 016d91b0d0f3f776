"""Scheduled and manual runs."""

from typing import Literal

from marquee.models import Model

JobState = Literal["running", "succeeded", "failed"]
PartState = Literal["queued", "done", "failed", "deferred"]


class Job(Model):
    """One scheduled or manual run. `counts` holds totals by name; `errors` the first few reasons of failure.

    An `aborted` run has failed as a whole, whatever becomes of the parts it had begun. `progress_at` is when something
    was last counted, `lock` the name of what no other run may do meanwhile.
    """

    id: str
    kind: str
    state: JobState
    started_at: str
    started_by: str
    finished_at: str | None = None
    progress_at: str | None = None
    input: dict[str, object] = {}
    counts: dict[str, int] = {}
    errors: tuple[str, ...] = ()
    aborted: bool = False
    lock: str | None = None
