"""What the OpenAPI document says of the answers of a route, where that is more than the one that is meant."""

from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.event_handler import content_types
from pydantic import BaseModel

NOT_MINE = {403: "It is somebody else's, and the caller is no operator."}
OPERATORS_ONLY = {403: "Only operators import from S3 and Google Drive."}
OUT_OF_PLACE = {409: "The import is in a state in which this cannot be done."}


def responses(status: int, model: type[BaseModel], refusals: Mapping[int, str]) -> Any:
    """Return the answer that is meant, and why there may be another; errors have one shape, which the document adds."""
    meant = {"description": "Accepted.", "content": {content_types.APPLICATION_JSON: {"model": model}}}
    return {status: meant, **{code: {"description": why, "content": {}} for code, why in refusals.items()}}
