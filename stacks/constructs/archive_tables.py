"""The rows of the archive as tables that SQL can ask."""

from __future__ import annotations

import json

from aws_cdk import aws_s3 as s3
from constructs import Construct

from stacks.config import EnvironmentConfig
from stacks.constructs.archive_bucket import QUERIES_PREFIX, TABLES_PREFIX
from stacks.constructs.json_tables import JsonTable, JsonTables
from stacks.constructs.layer_build import SOURCES

# Read by the functions that write the rows, too.
COLUMNS = SOURCES / "marquee" / "archive" / "columns.json"


def archive_tables(scope: Construct, name: str, *, config: EnvironmentConfig, bucket: s3.IBucket) -> JsonTables:
    """Return a table for each kind of item, with a row for each of its versions."""
    columns_of = json.loads(COLUMNS.read_text(encoding="utf-8"))
    return JsonTables(
        scope,
        name,
        config=config,
        domain="archive",
        description="What TMDB says of titles and people",
        bucket=bucket,
        tables={
            f"{kind}_rows": JsonTable(
                description=f"One row for each version of a {kind} that was collected",
                prefix=f"{TABLES_PREFIX}{kind}/",
                day="collected",
                columns=columns,
            )
            for kind, columns in columns_of.items()
        },
        queries_prefix=QUERIES_PREFIX,
    )
