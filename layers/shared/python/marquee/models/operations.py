"""Runs, listings and the events that could not be used."""

from typing import Literal

from marquee.models import Model

JobState = Literal["running", "succeeded", "failed"]
PartState = Literal["queued", "done", "failed", "deferred"]


class Job(Model):
    """One scheduled or manual run. `counts` holds totals by name; `errors` the first few reasons of failure.

    An `aborted` run has failed as a whole, whatever becomes of the parts it had begun.
    """

    id: str
    kind: str
    state: JobState
    started_at: str
    started_by: str
    finished_at: str | None = None
    input: dict[str, object] = {}
    counts: dict[str, int] = {}
    errors: tuple[str, ...] = ()
    aborted: bool = False


class PairListing(Model):
    """A complete listing of one pair in one country: when, and which titles were in it."""

    as_of: str
    title_ids: frozenset[str] = frozenset()


# The complete listings known of a pair, the latest first.
History = tuple[PairListing, ...]
