"""Pages of a list in the operations table, the latest first, through the sparse index `listed`."""

import re
from collections.abc import Mapping
from typing import Any

from marquee.repositories.table import Item, Table, decode

# A place to go on from: the moment and the id of the last entry that was looked at.
PLACE = re.compile(r"[12][0-9]{3}-[0-9T:.Z-]{1,40}#[0-9A-Za-z:-]{1,80}")
INDEX = "listed"
# A filter leaves an unknown part of what is read: a page ends after so many Queries, and says where to go on.
QUERIES = 5
FILTERED_ROWS = 400


def page(
    table: Table, name: str, *, limit: int, below: str | None, wanted: Mapping[str, str | None]
) -> tuple[list[Item], str | None]:
    """Return at most `limit` entries of a list below a place, and the place where it goes on, None at the end.

    They have the attributes that are `wanted`, where a value is given. With a filter a page may be short, even empty,
    though there are more: no page costs more than a few Queries.
    """
    filters = {attribute: value for attribute, value in wanted.items() if value is not None}
    found: list[Item] = []
    for _ in range(QUERIES):
        rows, stopped = table.query_page(*_condition(name, below, filters), **_options(filters, limit))
        for row in rows:
            found.append(decode(row))
            if len(found) == limit:
                more = row is not rows[-1] or stopped
                return found, str(found[-1]["listed_at"]) if more else None
        if stopped is None:
            return found, None
        below = str(decode(stopped)["listed_at"])
    return found, below


def _condition(name: str, below: str | None, filters: Mapping[str, str]) -> tuple[str, dict[str, object]]:
    values: dict[str, object] = {":list": name, **{f":f{n}": value for n, value in enumerate(filters.values())}}
    if below is None:
        return "#list = :list", values
    return "#list = :list AND listed_at < :below", {**values, ":below": below}


def _options(filters: Mapping[str, str], limit: int) -> dict[str, Any]:
    names = {"#list": "list", **{f"#f{n}": attribute for n, attribute in enumerate(filters)}}
    options: dict[str, Any] = {"IndexName": INDEX, "ScanIndexForward": False, "ExpressionAttributeNames": names}
    if not filters:
        return {**options, "Limit": limit}
    expression = " AND ".join(f"#f{n} = :f{n}" for n in range(len(filters)))
    return {**options, "Limit": FILTERED_ROWS, "FilterExpression": expression}
