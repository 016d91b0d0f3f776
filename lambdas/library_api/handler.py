"""API Gateway → the movie library."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from library_api.routes import changes, dashboard, failures, imports, movies
from marquee import rest
from marquee.queue import QueueUnavailable
from marquee.telemetry import logger, metrics

app = rest.make_app()
app.exception_handler(QueueUnavailable)(rest.answer_unavailable)
for each in (dashboard, movies, changes, imports, failures):
    app.include_router(each.router)


@logger.inject_lambda_context
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one request."""
    return rest.resolve(app, event, context)
