"""Checks of bodies against the schemas of the two providers, which lie in the folder `schemas`."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource

FOLDER = Path(__file__).with_name("schemas")


@cache
def watchmode_validator(name: str) -> Draft202012Validator:
    documents = {path.name: json.loads(path.read_text()) for path in (FOLDER / "watchmode").glob("*.schema.json")}
    registry: Registry[Any] = Registry().with_resources(
        (document["$id"], Resource.from_contents(document)) for document in documents.values()
    )
    return Draft202012Validator(documents[f"{name}.schema.json"], registry=registry)


@cache
def _tmdb_document() -> dict[str, Any]:
    document: dict[str, Any] = json.loads((FOLDER / "tmdb/openapi.json").read_text())
    return document


@cache
def tmdb_validator(path: str) -> Draft202012Validator:
    """Return the validator of a path such as `/3/movie/{movie_id}`, or of the component `Error`."""
    document = _tmdb_document()
    schema = (
        document["components"]["schemas"]["Error"]
        if path == "Error"
        else document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    )
    return Draft202012Validator({**schema, "components": document["components"]})


def tmdb_operations() -> dict[str, str]:
    """Return the path of each operation by its name in the official document."""
    return {methods["get"]["operationId"]: path for path, methods in _tmdb_document()["paths"].items()}


def check(validator: Draft202012Validator, body: Any) -> None:
    """Fail with the place and the reason when a body does not fit."""
    errors = [f"{list(error.absolute_path)}: {error.message[:200]}" for error in validator.iter_errors(body)]
    assert not errors, "\n".join(errors[:10])
