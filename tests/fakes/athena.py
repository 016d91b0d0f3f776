"""Athena as the local cloud emulates it, within the process: SQL over JSON lines, by DuckDB."""

import asyncio
import gzip
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ministack.services import athena, glue, s3  # type: ignore[import-untyped]

from local import patched_ministack

BUCKET, DATABASE, WORKGROUP = "the-archive", "marquee_test_archive", "marquee-test-archive"


class LocalAthena:
    """Answers as a boto3 client does; `questions` are the texts it was asked."""

    def __init__(self, page: int = 1000) -> None:
        self.page = page
        self.questions: list[str] = []
        patched_ministack.read_json_tables_as_declared()
        for service in (athena, glue, s3):
            service.reset()
        s3._create_bucket(BUCKET, b"", {})
        glue._create_database({"DatabaseInput": {"Name": DATABASE}})
        results = {"ResultConfiguration": {"OutputLocation": f"s3://{BUCKET}/results/"}}
        athena._create_workgroup({"Name": WORKGROUP, "Configuration": results})

    def add_table(self, name: str, columns: Mapping[str, str], rows: Iterable[Mapping[str, Any]] = ()) -> None:
        """Make a table as the stack does, and write its rows, two to a file."""
        folder, lines = f"tables/{name}/", [json.dumps(row) for row in rows]
        glue._create_table({"DatabaseName": DATABASE, "TableInput": _table(name, columns, folder)})
        for number in range(0, len(lines), 2):
            body = gzip.compress("\n".join(lines[number : number + 2]).encode())
            s3._put_object(BUCKET, f"{folder}collected=2026-11-21/{number}.ndjson.gz", body, {})

    def start_query_execution(self, **request: Any) -> dict[str, Any]:
        """Answer the question at once."""
        self.questions.append(request["QueryString"])

        async def run() -> dict[str, Any]:
            started = _body(athena._start_query_execution(request))
            await asyncio.gather(*asyncio.all_tasks() - {asyncio.current_task()})
            return started

        return asyncio.run(run())

    def get_query_execution(self, **request: Any) -> dict[str, Any]:
        return _body(athena._get_query_execution(request))

    def get_paginator(self, operation: str) -> "LocalAthena":
        return self

    def paginate(self, **request: Any) -> Iterator[dict[str, Any]]:
        token: str | None = "0"
        while token:
            page = _body(athena._get_query_results({**request, "NextToken": token, "MaxResults": self.page}))
            yield page
            token = page.get("NextToken")


def _table(name: str, columns: Mapping[str, str], folder: str) -> dict[str, Any]:
    return {
        "Name": name,
        "PartitionKeys": [{"Name": "collected", "Type": "string"}],
        "Parameters": {"classification": "json"},
        "StorageDescriptor": {
            "Location": f"s3://{BUCKET}/{folder}",
            "Columns": [{"Name": column, "Type": kind} for column, kind in columns.items()],
        },
    }


def _body(answer: tuple[int, Any, Any]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(answer[2])
    assert answer[0] < 300, found
    return found
