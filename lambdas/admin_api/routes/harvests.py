"""`POST /admin/archive/harvest`: bring into the archive what TMDB has."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Body

from admin_api import stores
from admin_api.answers import StartedAnswer
from admin_api.guard import starter
from marquee.event_handler import new_router
from marquee.messages.archive import HarvestRequest

router = new_router()


@router.post("/admin/archive/harvest", status_code=202, summary="Start a harvest of TMDB", tags=["Operators"])
def start_harvest(body: Annotated[HarvestRequest, Body()]) -> StartedAnswer:
    """Ask for a harvest; answers with its job, which says how far it is."""
    request = body.model_copy(update={"started_by": starter(router)})
    return StartedAnswer(message="Harvest requested", job_id=stores.harvests().ask(request))
