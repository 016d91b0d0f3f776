"""Schedule → runs that stopped are ended, old failures are closed, and what operators watch is measured."""

from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from marquee import aws, settings
from marquee.governor import tmdb_limits, watchmode_limits
from marquee.repositories.governors import Governor
from marquee.repositories.table import Table
from marquee.telemetry import logger, metrics
from operations_watch import measuring
from operations_watch.housekeeping import Housekeeping


@cache
def operations() -> Table:
    """Return the operations table."""
    return Table(aws.dynamodb(), settings.required("OPERATIONS_TABLE"))


def governors() -> list[Governor]:
    """Return what paces the providers."""
    watchmode = watchmode_limits(settings.required_number("WATCHMODE_PER_MINUTE"))
    tmdb = tmdb_limits(settings.required_number("TMDB_PER_SECOND"))
    return [Governor(operations(), watchmode), Governor(operations(), tmdb)]


@logger.inject_lambda_context
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Look after operations once. Doing it twice measures twice and changes nothing more."""
    housekeeping = Housekeeping(operations())
    running, stopped = housekeeping.end_stopped_runs()
    discarded = housekeeping.discard_old_failures()
    measuring.runs(running, stopped)
    measuring.failures(operations())
    measuring.providers(governors())
    missed = measuring.freshness(operations(), settings.required("COLLECTION_INTERVAL"), settings.media_types())
    measuring.enrichment(Table(aws.dynamodb(), settings.required("CATALOGUE_TABLE")))
    found = {"stopped": len(stopped), "discarded": discarded, "missed": missed}
    logger.info("looked after", extra=found)
    return found
