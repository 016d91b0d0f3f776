"""Whose an import is: what it reads and what went wrong is for who made it and for operators."""

from aws_lambda_powertools.event_handler.api_gateway import Router

from library_api import stores
from marquee.models.imports import Import
from marquee.rest import operator, viewer_id


def own_import(router: Router, import_id: str) -> Import:
    """Return an import; raises NotFound, and Forbidden for a caller who has not made it and is no operator."""
    user_id = viewer_id(router)
    found = stores.imports().get(import_id)
    if found.started_by != user_id:
        operator(router)
    return found
