"""Who sends events: API Gateway has checked the key, this says whose it is."""

import json
from functools import cache

from aws_lambda_powertools.event_handler.api_gateway import Router

from ingest_api.checks import Refused
from marquee import settings


@cache
def by_key_id() -> dict[str, str]:
    """Return the name of each producer by the id of its API key."""
    found: dict[str, str] = json.loads(settings.required("PRODUCERS"))
    return found


def producer(router: Router) -> str:
    """Return the name of the producer whose API key came with the request; raises Refused for a key of nobody."""
    identity = router.current_event["requestContext"].get("identity") or {}
    found = by_key_id().get(identity.get("apiKeyId") or "")
    if found is None:
        raise Refused("This API key belongs to no producer", status=403)
    return found
