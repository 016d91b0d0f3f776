"""API Gateway → the archive of TMDB."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from archive_api.routes import items
from marquee import rest
from marquee.telemetry import logger, metrics

app = rest.make_app()
app.include_router(items.router)


@logger.inject_lambda_context
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one request."""
    return rest.resolve(app, event, context)
