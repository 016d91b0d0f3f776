"""What the figures are compared with: the plain way to do the same, and a bare call of the SDK."""

import json
import math
import statistics
import time
from collections.abc import Mapping
from typing import Any

import boto3
from botocore.awsrequest import AWSResponse
from moto.core.botocore_stubber import MockRawResponse
from moto.core.models import botocore_stubber

from bench import catalogue
from bench.library import item_bytes
from bench.metering import READ_BYTES, write_units
from marquee.repositories.table import Table, encode
from marquee.repositories.titles import to_item

# A Query or a Scan reads so much at a time.
PAGE_BYTES = 1024 * 1024
RUNS = 20


def scan(titles: int) -> dict[str, Any]:
    """Return what it takes to filter all titles: a Scan of a table that holds their records and nothing else."""
    size = sum(item_bytes(encode(to_item(catalogue.film(number)))) for number in range(1, titles + 1))
    return {"calls": {"Scan": math.ceil(size / PAGE_BYTES)}, "read_units": math.ceil(size / READ_BYTES) / 2}


def writes(table: Table) -> dict[str, float]:
    """Return the write units of a title written without a look at what there is: its record, or all its items."""
    one = catalogue.film(1)
    items = list(catalogue.items_of(one, table))
    return {"the record alone": write_units(encode(to_item(one))), "all its items": sum(map(write_units, items))}


def query_milliseconds(tables: Mapping[str, Table]) -> float:
    """Return the median time that boto3 takes for a Query of a page of the guide that is answered from memory."""
    table, (source, genre) = tables["catalogue"], catalogue.PAIRS[0]
    client: Any = boto3.client("dynamodb", region_name=catalogue.REGION)
    request: Any = {
        "TableName": table.name,
        "KeyConditionExpression": "PK = :pk",
        "ExpressionAttributeValues": {":pk": {"S": f"source:{source}:genre:{genre}"}},
        "IndexName": "by_rating",
        "ScanIndexForward": False,
        "Limit": 22,
    }
    found = client.query(**request)
    body = json.dumps({name: found[name] for name in ("Items", "Count", "ScannedCount")}).encode()

    def answer(request: Any, **_: object) -> AWSResponse:
        headers: Any = {"Content-Type": "application/x-amz-json-1.0"}
        return AWSResponse(request.url, 200, headers, MockRawResponse(body))

    client.meta.events.unregister("before-send", botocore_stubber)
    client.meta.events.register("before-send", answer)
    taken = []
    for _ in range(RUNS):
        began = time.perf_counter()
        client.query(**request)
        taken.append(time.perf_counter() - began)
    return round(statistics.median(taken) * 1000, 2)
