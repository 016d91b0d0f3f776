"""What a title costs on its way into the catalogue, and how many events the consumer takes with no store behind it."""

import base64
import statistics
import time
from collections.abc import Sequence
from typing import Any
from unittest import mock

from botocore.client import BaseClient

from bench import catalogue, plain
from bench.metering import metered
from marquee import keys
from marquee.messages import envelope
from marquee.messages.titles import TitleListed

EVENTS = 2_000
BATCH = 100
ROUNDS = 5
SIZES = (100, 1_000, 10_000)
NOTE = """*Plainly* is a write that looks at nothing, outside of a transaction: the record alone, which neither the
guide nor the search finds, or all items of the title anew, whether or not it has changed. What has not changed costs
that way as much as what is new; most of a listing has not. A transaction costs twice as much and leaves no half of a
title."""
# A title that no catalogue here has.
NEW = 999_983


def run() -> dict[str, Any]:
    """Return the cost of a title that is new, unchanged or changed, by size of the catalogue, and events a second."""
    sizes = {}
    for titles in SIZES:
        with catalogue.catalogue(titles) as tables:
            sizes[str(titles)] = costs()
            plainly = plain.writes(tables["catalogue"])
    return {"sizes": sizes, "plain": plainly, "events_per_second": events_per_second(), "batch": BATCH}


def tables(found: dict[str, Any]) -> str:
    """Return the figures as tables."""
    lines = ["| one title, under one pair | calls | items written | read units | write units |", "|---" * 5 + "|"]
    for titles, ways in found["sizes"].items():
        for way, row in ways.items():
            calls = ", ".join(f"{number} {name}" for name, number in row["calls"].items())
            cells = (
                f"{way}, among {int(titles):,}",
                calls,
                sum(row["written"].values()),
                row["read_units"],
                row["write_units"],
            )
            lines.append("| " + " | ".join(map(str, cells)) + " |")
    for way, units in found["plain"].items():
        lines.append(f"| *plainly, each time: {way}* | | | 0 | {units:g} |")
    lines += ["", NOTE, "", "| events of titles, the store stubbed | events a second of CPU |", "|---|---|"]
    lines += [f"| {way} | {rate:,.0f} |" for way, rate in found["events_per_second"].items()]
    return "\n".join(lines)


def costs() -> dict[str, dict[str, Any]]:
    """Return what a title costs that is new, comes again, and has changed; its table is that of `catalogue`."""
    from title_consumer import handler

    catalogue.forget(handler)
    # A listing tells of one pair.
    pair = {"source_ids": [201]}
    ways = {
        "new": event(NEW, 1, **pair),
        "the same again": event(NEW, 1, **pair),
        "with another name": event(NEW, 2, title="Other", **pair),
    }
    found = {}
    for way, record in ways.items():
        with metered() as meter:
            consume([record])
        found[way] = meter.figures()
    return found


def events_per_second() -> dict[str, float]:
    """Return how many events a second of its own CPU time the consumer takes, with calls to AWS answered at once."""
    events = [event(number, 1) for number in range(1, EVENTS + 1)]
    with mock.patch.dict("os.environ", {**catalogue.ENVIRONMENT, **_names()}):
        records: dict[str, Any] = {}
        return {
            "new titles, each under three pairs": round(_rate(events, {}, records)),
            "titles that are there and unchanged": round(_rate(events, records, {})),
        }


def _rate(events: Sequence[dict[str, Any]], items: dict[str, Any], written: dict[str, Any]) -> float:
    """Return the events a second where `items` are what there is; what is written comes into `written`."""
    from marquee import aws
    from title_consumer import handler

    def answer(self: object, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        if operation == "BatchGetItem":
            ((table, asked),) = request["RequestItems"].items()
            return {"Responses": {table: [items[key["PK"]["S"]] for key in asked["Keys"] if key["PK"]["S"] in items]}}
        if operation == "TransactWriteItems":
            puts = (action["Put"]["Item"] for action in request["TransactItems"] if "Put" in action)
            written.update((item["PK"]["S"], item) for item in puts if item["SK"]["S"] == keys.RECORD)
        return {"Items": []} if operation == "Query" else {}

    catalogue.forget(aws, handler)
    taken = []
    with mock.patch.object(BaseClient, "_make_api_call", answer):
        for _ in range(ROUNDS):
            began = time.process_time()
            for start in range(0, len(events), BATCH):
                consume(events[start : start + BATCH])
            taken.append(time.process_time() - began)
    catalogue.forget(aws, handler)
    return len(events) / statistics.median(taken)


def consume(records: Sequence[dict[str, Any]]) -> None:
    """Hand a batch to the function; raises RuntimeError if anything has to come again."""
    from tests.fakes.api_gateway import Context
    from title_consumer import handler

    failed = handler.lambda_handler({"Records": list(records)}, Context())["batchItemFailures"]
    if failed:
        raise RuntimeError(f"{len(failed)} of {len(records)} events failed")


def event(number: int, day: int, **changes: object) -> dict[str, Any]:
    """Return a stream record that lists a title under three pairs on a day of November 2026."""
    facts = {
        "id": number,
        "title": f"Title {number} of the bench",
        "type": "movie",
        "year": 1990,
        "tmdb_id": number,
        "tmdb_type": "movie",
        "popularity_percentile": 50.0,
        "source_ids": [201, 202, 203],
        "genre_ids": [1],
        "region": "GB",
        **changes,
    }
    payload = TitleListed.model_validate(facts)
    at = f"2026-11-{day:02d}T05:00:00.000Z"
    made = envelope.build("title.listed", payload, component="bench", cause="bench", published_at=at)
    data = base64.b64encode(made).decode()
    return {"eventID": f"shardId-000000000000:{number}", "kinesis": {"sequenceNumber": str(number), "data": data}}


def _names() -> dict[str, str]:
    names = {f"{each}_TABLE": each.lower() for each in ("CATALOGUE", "OPERATIONS", "VIEWERS")}
    return {**names, "QUARANTINE_QUEUE_URL": "https://sqs.eu-west-2.amazonaws.com/123456789012/quarantine"}
