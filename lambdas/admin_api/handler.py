"""API Gateway → what operators see and start."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from admin_api.guard import guarded
from admin_api.routes import audit, data, failures, harvests, jobs, runs, system
from marquee import rest
from marquee.telemetry import logger, metrics

app = rest.make_app()
app.use([guarded])
for each in (harvests, runs, jobs, failures, system, data, audit):
    app.include_router(each.router)


@logger.inject_lambda_context
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one request of an operator; anybody else learns nothing, not even what is wrong with theirs."""
    return rest.resolve(app, event, context, admit=rest.operator_in)
