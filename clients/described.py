"""The API's document as generators of clients can read it: nothing that is sent or answered is said otherwise. Pure."""

from __future__ import annotations

import copy
import re
from typing import Any

Document = dict[str, Any]


def described(document: Document) -> Document:
    """Return a copy with short names of operations, lists that say of what, and objects that are one thing each.

    Raises ValueError when two operations of one tag would have the same name.
    """
    found = copy.deepcopy(document)
    taken: set[tuple[str, str]] = set()
    for path, operations in found["paths"].items():
        for method, operation in operations.items():
            name = short_name(operation["operationId"], path, method)
            key = (operation["tags"][0], name)
            if key in taken:
                raise ValueError(f"two operations of {key[0]!r} are called {name!r}")
            taken.add(key)
            operation["operationId"] = name
    for schema in found["components"]["schemas"].values():
        # Which of two fields must be there is a rule for values: the type is that of all fields.
        if "properties" in schema:
            schema.pop("oneOf", None)
    _say_of_what(found)
    return found


def short_name(operation_id: str, path: str, method: str) -> str:
    """Return the name of the function that answers: Powertools adds the path and the method to it."""
    return operation_id.removesuffix(re.sub(r"\W", "_", f"{path}_{method}"))


def _say_of_what(part: Any) -> None:
    if isinstance(part, dict):
        if part.get("type") == "array":
            part.setdefault("items", {})
        part = list(part.values())
    if isinstance(part, list):
        for each in part:
            _say_of_what(each)
