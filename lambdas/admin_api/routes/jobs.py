"""`GET /admin/jobs` and `/admin/jobs/{id}`: what runs and ran, how far it is, and how it ended."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path, Query

from admin_api import stores
from admin_api.answers import JobAnswer, JobsAnswer, job_answer
from marquee.errors import NotFound
from marquee.event_handler import new_router
from marquee.models.jobs import JobState
from marquee.repositories.listed import PLACE
from marquee.rest import read_cursor, write_cursor

LIST = "jobs"

router = new_router()


@router.get("/admin/jobs", summary="List runs", tags=["Operators"])
def list_jobs(
    kind: Annotated[str | None, Query(pattern="^[a-z_]{1,40}$", description="Only runs of this kind.")] = None,
    state: Annotated[JobState | None, Query(description="Only runs in this state.")] = None,
    limit: Annotated[int, Query(ge=1, le=100, description="Runs a page.")] = 50,
    next: Annotated[str | None, Query(description="The `next` of the page before.")] = None,
) -> JobsAnswer:
    """Return a page of scheduled and manual runs, the latest first; a filtered page may be short though more follow."""
    below = read_cursor(next, LIST, PLACE) if next is not None else None
    found, following = stores.jobs().list(kind=kind, state=state, limit=limit, below=below)
    return JobsAnswer(
        jobs=[job_answer(job) for job in found], next=write_cursor(LIST, following) if following else None
    )


@router.get("/admin/jobs/<job_id>", summary="Read a run", tags=["Operators"])
def read_job(
    job_id: Annotated[str, Path(pattern=r"^[0-9A-Za-z-]{1,64}$", description="The id of the run.")],
) -> JobAnswer:
    """Return a scheduled or manual run: what was asked, its state, its counts, the first reasons of failure."""
    job = stores.jobs().get(job_id)
    if job is None:
        raise NotFound(f"There is no run {job_id}.")
    return job_answer(job)
