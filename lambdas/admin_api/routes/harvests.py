"""`POST /admin/archive/harvest`: bring into the archive what TMDB has."""

from typing import Annotated

from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.openapi.params import Body
from pydantic import BaseModel

from admin_api import stores
from marquee.messages.archive import HarvestRequest
from marquee.rest import operator

router = Router()  # type: ignore[no-untyped-call]


class StartedAnswer(BaseModel):
    """What was started, and under which id its progress can be read."""

    message: str
    job_id: str


@router.post("/admin/archive/harvest", status_code=202, summary="Start a harvest of TMDB", tags=["Operators"])
def start_harvest(body: Annotated[HarvestRequest, Body()]) -> StartedAnswer:
    """Ask for a harvest; answers with its job, which says how far it is."""
    request = body.model_copy(update={"started_by": operator(router)})
    return StartedAnswer(message="Harvest requested", job_id=stores.harvests().ask(request))
