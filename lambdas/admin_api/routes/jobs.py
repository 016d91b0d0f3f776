"""`GET /admin/jobs/{id}`: how far a run is, and how it ended."""

from typing import Annotated

from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.openapi.params import Path

from admin_api import stores
from marquee.errors import NotFound
from marquee.models.operations import Job
from marquee.rest import operator

router = Router()  # type: ignore[no-untyped-call]


@router.get("/admin/jobs/<job_id>", summary="Read a run", tags=["Operators"])
def read_job(job_id: Annotated[str, Path(pattern=r"^[0-9A-Za-z-]{1,64}$", description="The id of the run.")]) -> Job:
    """Return a scheduled or manual run: what was asked, its state, its counts, the first reasons of failure."""
    operator(router)
    job = stores.jobs().get(job_id)
    if job is None:
        raise NotFound(f"There is no run {job_id}.")
    return job
