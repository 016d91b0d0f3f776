"""`marquee archive harvest`: have TMDB brought into the archive."""

import json
from datetime import date
from typing import Annotated, Literal

import typer
from pydantic import ValidationError

from cli import terminal
from cli.archive_status import Watch, follow
from cli.audit import audited
from cli.environment import LOCAL, Environment, environment
from marquee.harvest_queue import HarvestQueue
from marquee.messages.archive import HarvestRequest
from marquee.models.archive import MEDIA_TYPES
from marquee.queue import Queue
from marquee.repositories.jobs import JobRepository
from marquee.repositories.table import Table

Mode = Literal["full", "differential"]
Scope = Literal["exports", "changes", "both"]

Types = Annotated[str, typer.Option(help="With commas; all that the environment collects if none is named.")]
ScopeOption = Annotated[Scope, typer.Option(help="Where ids come from: daily exports, lists of changes, or both.")]
ModeOption = Annotated[Mode, typer.Option(help="Everything, or what is new, has changed or has vanished.")]
MinPopularity = Annotated[float, typer.Option(min=0, help="Only ids of at least this popularity.")]
IncludeAdult = Annotated[bool, typer.Option("--include-adult", help="Take what is marked as adult, too.")]
Day = Annotated[
    date | None, typer.Option(parser=date.fromisoformat, metavar="DATE", help="As of this UTC day instead of today.")
]
From = Annotated[
    date | None,
    typer.Option("--from", parser=date.fromisoformat, metavar="DATE", help="Changes from this UTC day on."),
]
To = Annotated[
    date | None,
    typer.Option("--to", parser=date.fromisoformat, metavar="DATE", help="Changes to this UTC day, included."),
]


def harvest(
    env: terminal.Env = LOCAL,
    types: Types = "",
    scope: ScopeOption = "both",
    mode: ModeOption = "differential",
    min_popularity: MinPopularity = 0,
    include_adult: IncludeAdult = False,
    start: From = None,
    end: To = None,
    day: Day = None,
    following: Annotated[
        bool, typer.Option("--follow", help="Stay until it has ended; exit code 1 if it failed.")
    ] = False,
    as_json: terminal.AsJson = False,
) -> None:
    """Start a harvest, and print the id of its job."""
    request = requested(types, scope, mode, min_popularity, include_adult, start, end, day)
    place = environment(env)
    job_id = begin(place, request)
    if as_json:
        print(json.dumps({"job_id": job_id}))
    else:
        terminal.results.print(job_id)
    if following:
        follow(Watch.of(place), job_id, as_json=as_json)


def requested(
    types: str,
    scope: Scope,
    mode: Mode,
    min_popularity: float,
    include_adult: bool,
    start: date | None,
    end: date | None,
    day: date | None,
) -> HarvestRequest:
    """Return the harvest that some options stand for; raises BadParameter for a media type that there is not."""
    try:
        return HarvestRequest.model_validate(
            {
                "mode": mode,
                "scope": scope,
                "media_types": [each.strip() for each in types.split(",") if each.strip()],
                "minimum_popularity": min_popularity,
                "include_adult": include_adult,
                "start_date": start,
                "end_date": end,
                "day": day,
                "started_by": terminal.operator(),
            }
        )
    except ValidationError as error:
        wrong = "; ".join(f"{each['loc'][0]}: {each['msg']}" for each in error.errors())
        raise typer.BadParameter(f"{wrong}. Media types are {', '.join(MEDIA_TYPES)}, with commas.") from error


def begin(place: Environment, request: HarvestRequest) -> str:
    """Ask for a harvest; returns the id of its job, which fails if nobody can be asked."""
    jobs = JobRepository(Table(place.client("dynamodb"), place.output("OperationsTable")))
    queue = Queue(place.client("sqs"), place.output("HarvestQueueUrl"))
    with audited(place, "archive harvest", **request.model_dump(mode="json", exclude_defaults=True)):
        return HarvestQueue(jobs, queue).ask(request)
