"""`POST /admin/…`: the runs that operators start by hand."""

from typing import Annotated, Any, Literal

from aws_lambda_powertools.event_handler.openapi.params import Body
from pydantic import AliasChoices, ConfigDict, Field

from admin_api import stores
from admin_api.answers import StartedAnswer
from admin_api.guard import starter
from marquee import aws
from marquee.event_handler import new_router
from marquee.models import Shape
from marquee.operations_runs import RUNS, start_run
from marquee.rest import responses

STARTED = responses(202, StartedAnswer, {409: "The same is under way; `details` names its job."})

router = new_router()

TitleId = Annotated[str, Field(pattern="^[0-9]{1,12}$")]


class Nothing(Shape):
    """A request without any choice."""

    model_config = ConfigDict(extra="forbid")


class ReferenceRefresh(Shape):
    """What to refresh; both where nothing is said."""

    model_config = ConfigDict(extra="forbid")

    sources: bool = False
    genres: bool = False


class Enrichment(Shape):
    """Titles to complete now; without any, those that are most wanted of all that lack something."""

    model_config = ConfigDict(extra="forbid")

    title_ids: Annotated[list[TitleId], Field(max_length=100)] = []


class ListsRefresh(Shape):
    """Which of TMDB's lists to renew; `scheduleType` is the same as `schedule_type`."""

    model_config = ConfigDict(extra="forbid")

    schedule_type: Annotated[
        Literal["daily", "weekly", "full"], Field(validation_alias=AliasChoices("schedule_type", "scheduleType"))
    ] = "full"


class Recount(Shape):
    """Whether what is wrong is written as it should be."""

    model_config = ConfigDict(extra="forbid")

    repair: bool = False


# What is asked for without a body.
NOTHING, ALL_REFERENCE, MOST_WANTED = Nothing(), ReferenceRefresh(), Enrichment()
ALL_LISTS, COUNT_ONLY = ListsRefresh(), Recount()


def start(name: str, input: dict[str, Any]) -> StartedAnswer:
    """Start a run in the name of who asks; raises AlreadyRunning."""
    run = RUNS[name]
    function = stores.function_name(run.function)
    job_id = start_run(stores.jobs(), aws.lambda_(), function, run, started_by=starter(router), input=input)
    return StartedAnswer(message=f"{run.does} started", job_id=job_id)


@router.post(
    "/admin/reference/refresh",
    status_code=202,
    summary="Refresh services and genres",
    tags=["Operators"],
    responses=STARTED,
)
def refresh_reference(body: Annotated[ReferenceRefresh, Body()] = ALL_REFERENCE) -> StartedAnswer:
    """Bring services, genres or both up to date with WatchMode; 409 while that is under way."""
    chosen = {"refresh_sources": body.sources, "refresh_genres": body.genres}
    return start("reference", {name: "Y" for name, wanted in chosen.items() if wanted})


@router.post(
    "/admin/titles/refresh", status_code=202, summary="List all chosen pairs", tags=["Operators"], responses=STARTED
)
def refresh_titles(body: Annotated[Nothing, Body()] = NOTHING) -> StartedAnswer:
    """Plan what to list of the pairs that viewers chose, as the schedule does; 409 while that is under way."""
    return start("listing", {})


@router.post("/admin/titles/enrich", status_code=202, summary="Complete titles", tags=["Operators"], responses=STARTED)
def enrich_titles(body: Annotated[Enrichment, Body()] = MOST_WANTED) -> StartedAnswer:
    """Queue titles for their details; of those that are named nobody has to wait for their turn."""
    return start("enrichment", {"title_ids": body.title_ids} if body.title_ids else {})


@router.post(
    "/admin/tmdb/refresh", status_code=202, summary="Renew TMDB's lists", tags=["Operators"], responses=STARTED
)
def refresh_lists(body: Annotated[ListsRefresh, Body()] = ALL_LISTS) -> StartedAnswer:
    """Fetch lists from TMDB anew; 409 while the same are fetched."""
    return start("tmdb_cache", {"scheduleType": body.schedule_type})


@router.post(
    "/admin/library/recount", status_code=202, summary="Count the library anew", tags=["Operators"], responses=STARTED
)
def recount_library(body: Annotated[Recount, Body()] = COUNT_ONLY) -> StartedAnswer:
    """Compare the numbers and the index of the library with its movies; 409 while that is under way."""
    return start("recount", {"repair": body.repair})


@router.post(
    "/admin/quality/measure",
    status_code=202,
    summary="Measure the quality of the data",
    tags=["Operators"],
    responses=STARTED,
)
def measure_quality(body: Annotated[Nothing, Body()] = NOTHING) -> StartedAnswer:
    """Look through all titles for what is missing, as the schedule does each day; 409 while that is under way."""
    return start("quality", {})
