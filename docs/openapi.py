"""`make docs`: write docs/openapi.json from the handlers of the API, which are the only place that defines it."""

import json
import os
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "docs" / "openapi.json"
# Calendar programs get a calendar, spreadsheets a table; every other answer is JSON.
CALENDAR = "/calendar/{token}.ics"
TEXTS = {CALENDAR: "text/calendar", "/imports/{import_id}/failures.csv": "text/csv"}
PUBLIC = {"/sources", "/genres", "/version", CALENDAR}
OPERATORS = "/admin/"
NOTHING = {"type": "null", "title": "Return"}
TITLE, VERSION = "Marquee", "0.1.0"
DESCRIPTION = (
    "What viewers can watch on the services they pay for. Titles and offers: WatchMode. Facts and images: TMDB; "
    "this product uses the TMDB API but is not endorsed or certified by TMDB. TMDB's offers: JustWatch."
)


def document() -> dict[str, Any]:
    """Return the OpenAPI document of all routes, with the errors and the sign-in that the gateway adds."""
    # The logger and the metrics of a function want these at import.
    os.environ.setdefault("POWERTOOLS_SERVICE_NAME", "openapi")
    os.environ.setdefault("POWERTOOLS_METRICS_NAMESPACE", "Marquee")
    sys.path[:0] = [str(ROOT / "lambdas"), str(ROOT / "layers" / "shared" / "python")]
    from admin_api.handler import app as admin
    from archive_api.handler import app as archive
    from docs import openapi_ingest
    from guide_api.handler import app as guide
    from library_api.handler import app as library

    found = _routes(guide)
    found["servers"] = [{"url": "/api"}]
    schemas = found["components"]["schemas"]
    for more in map(_routes, (library, archive, admin)):
        found["paths"] |= more["paths"]
        _add(schemas, more["components"]["schemas"])
    for unused in ("HTTPValidationError", "ValidationError", "ResponseValidationError"):
        schemas.pop(unused, None)
    schemas["Error"] = ERROR
    found["components"]["securitySchemes"] = {
        "idToken": {"type": "apiKey", "in": "header", "name": "Authorization", "description": "A Cognito ID token."},
        "apiKey": {"type": "apiKey", "in": "header", "name": "X-API-Key", "description": "The key of a producer."},
    }
    for path, operations in found["paths"].items():
        for operation in operations.values():
            _complete(operation, path)
    paths, more = openapi_ingest.paths(TITLE, VERSION)
    found["paths"] |= paths
    _add(schemas, more)
    return found


def _routes(app: Any) -> dict[str, Any]:
    """Return the document of the routes of one function."""
    document: dict[str, Any] = json.loads(
        app.get_openapi_json_schema(title=TITLE, version=VERSION, description=DESCRIPTION)
    )
    return document


def _add(schemas: dict[str, Any], more: dict[str, Any]) -> None:
    """Add the schemas of another function; raises ValueError for a name that means something else there."""
    if clash := sorted(name for name in schemas.keys() & more.keys() if schemas[name] != more[name]):
        raise ValueError(f"two functions have schemas of these names that differ: {', '.join(clash)}")
    schemas |= more


def _complete(operation: dict[str, Any], path: str) -> None:
    """Give an operation the answers that it really has."""
    responses = operation["responses"]
    responses.pop("422", None)
    errors: dict[str, str] = {}
    if path in TEXTS:
        responses["200"]["content"] = {TEXTS[path]: {"schema": {"type": "string"}}}
    elif responses.get("200", {}).get("content") == {"application/json": {"schema": NOTHING}}:
        del responses["200"]
        responses["204"] = {"description": "Done."}
    if "requestBody" in operation:
        errors["415"] = "The body is not said to be JSON."
    errors |= {
        "400": "The request cannot be used.",
        "429": "Too many requests just now.",
        "503": "The store does not answer just now.",
    }
    if path not in PUBLIC:
        operation["security"] = [{"idToken": []}]
        errors["401"] = "No ID token, or one that is not valid."
    if path.startswith(OPERATORS):
        errors["403"] = "The caller is no operator."
    if any(parameter["in"] == "path" for parameter in operation.get("parameters", ())):
        errors["404"] = "There is no such thing."
    errors |= {status: each["description"] for status, each in responses.items() if status >= "400"}
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    responses |= {status: {"description": text, "content": content} for status, text in errors.items()}
    operation["responses"] = dict(sorted(responses.items()))


ERROR = {
    "type": "object",
    "description": "Why a request failed.",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message"],
            "properties": {"code": {"type": "string"}, "message": {"type": "string"}, "details": {}},
        }
    },
}


def text() -> str:
    """Return the document as it is committed."""
    return json.dumps(document(), indent=2, ensure_ascii=False, sort_keys=True) + "\n"


if __name__ == "__main__":
    DOCUMENT.write_text(text())
