"""API Gateway → the guide."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from guide_api.routes import (
    arrivals,
    calendar,
    marks,
    me,
    notifications,
    preferences,
    recommendations,
    reference,
    search,
    settings,
    similar,
    title,
    titles,
    version,
)
from marquee import rest
from marquee.telemetry import logger, metrics

app = rest.make_app()
for each in (
    *(reference, preferences, settings, titles, title, recommendations, similar, search, arrivals),
    *(marks, notifications, calendar, me, version),
):
    app.include_router(each.router)


@logger.inject_lambda_context
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one request."""
    return rest.resolve(app, event, context)
