"""Schedule, person or the guide → TMDB's lists in the cache."""

from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from marquee import aws, clock, settings
from marquee.operations_runs import lock_of, unless_running
from marquee.providers import tmdb, tmdb_governor
from marquee.repositories.jobs import JobRepository
from marquee.repositories.reference import ReferenceRepository
from marquee.repositories.table import Table
from marquee.repositories.tmdb_cache import TmdbCache
from marquee.repositories.viewers import ViewerRepository
from marquee.telemetry import logger, metrics
from tmdb_cache_refresh.genres import liked
from tmdb_cache_refresh.plan import RefreshRequest, plan
from tmdb_cache_refresh.refresh import CacheRefresh

KIND = "tmdb_cache"
# No call begins when less is left: the last one may take 20 seconds, then lists are written, and the job ends in time.
RESERVE_SECONDS = 45


@cache
def jobs() -> JobRepository:
    """Return the record of runs."""
    return JobRepository(Table(aws.dynamodb(), settings.required("OPERATIONS_TABLE")))


def liked_genres() -> list[int]:
    """Return TMDB's numbers of the genres that viewers chose, those of most viewers first."""
    viewers = ViewerRepository(Table(aws.dynamodb(), settings.required("VIEWERS_TABLE")))
    reference = ReferenceRepository(Table(aws.dynamodb(), settings.required("CATALOGUE_TABLE")))
    return liked(viewers.chosen_pairs(), reference.genres())


@logger.inject_lambda_context
@metrics.log_metrics
@unless_running
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Renew the lists that the input asks for; answers with the job and its counts.

    Lists that failed make the job fail, not the invocation: the others are renewed, and these have been tried again.
    """
    request = RefreshRequest.model_validate(event)
    deadline = clock.deadline(context, RESERVE_SECONDS)
    input = request.model_dump(by_alias=True, exclude={"job_id"})
    job_id = jobs().begin(
        KIND, started_by=request.started_by, input=input, lock=lock_of(KIND, input), job_id=request.job_id
    )
    with jobs().failing(job_id):
        lists_cache = TmdbCache(Table(aws.dynamodb(), settings.required("TMDB_CACHE_TABLE")))
        stored = lists_cache.lists(settings.regions())
        lists = plan(request, settings.regions(), liked_genres(), stored, clock.now())
        CacheRefresh(tmdb(), tmdb_governor(), lists_cache, jobs()).run(job_id, lists, stored, deadline)
    job = jobs().get(job_id)
    counts = job.counts if job else {}
    logger.info("lists refreshed", extra={"job_id": job_id, "state": job.state if job else None, **counts})
    return {"job_id": job_id, "counts": counts}
