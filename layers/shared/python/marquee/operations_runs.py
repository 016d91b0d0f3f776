"""What can be started by hand, by the clock or by an event, and what may not be started twice at once."""

import functools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from marquee.errors import AlreadyRunning
from marquee.repositories.jobs import JobRepository
from marquee.telemetry import logger

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

Handler = Callable[[dict[str, Any], Any], dict[str, Any]]


@dataclass(frozen=True)
class Run:
    """A run that a person can start: the function that does it, and the kind of its job."""

    function: str
    kind: str
    does: str


RUNS: Mapping[str, Run] = {
    "reference": Run("reference_refresh", "reference", "Reference refresh"),
    "listing": Run("listing_planner", "listing", "Title refresh"),
    "enrichment": Run("enrichment_sweep", "enrichment", "Enrichment"),
    "tmdb_cache": Run("tmdb_cache_refresh", "tmdb_cache", "Refresh of TMDB's lists"),
    "recount": Run("library_recount", "library_recount", "Recount of the library"),
    "quality": Run("data_quality", "data_quality", "Measurement of data quality"),
    "digest": Run("digest_planner", "digest", "E-mail digests"),
}


def lock_of(kind: str, input: Mapping[str, object]) -> str | None:
    """Return the name of what no two runs may do at once; None where several can, because each has work of its own."""
    if input.get("title_ids") or input.get("only_missing"):
        return None
    if schedule := input.get("scheduleType"):
        return f"{kind}:{schedule}"
    return kind


def start_run(
    jobs: JobRepository,
    client: "LambdaClient",
    function_name: str,
    run: Run,
    *,
    started_by: str,
    input: Mapping[str, object],
) -> str:
    """Start a run in the background; returns the id of its job, which has failed if the function was not invoked.

    Raises AlreadyRunning, or what keeps Lambda from taking the invocation.
    """
    job_id = jobs.start(run.kind, started_by=started_by, input=input, lock=lock_of(run.kind, input))
    with jobs.failing(job_id):
        payload = json.dumps({**input, "started_by": started_by, "job_id": job_id})
        client.invoke(FunctionName=function_name, InvocationType="Event", Payload=payload)
    return job_id


def unless_running(handler: Handler) -> Handler:
    """Have a function answer that there is nothing to do while another run does the same."""

    @functools.wraps(handler)
    def guarded(event: dict[str, Any], context: Any) -> dict[str, Any]:
        try:
            return handler(event, context)
        except AlreadyRunning as other:
            logger.info("skipped", reason=str(other), job_id=other.job_id)
            return {"skipped": str(other), "job_id": other.job_id}

    return guarded
