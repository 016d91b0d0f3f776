"""Budgets that are exact: what functions import, what events and titles cost. Timings are for `make bench`."""

import pytest

from bench import cold, ingesting, titles
from bench.catalogue import catalogue

# What a function may not load when it starts: heavy, and used by few of them or only at times.
RESOLVER = "aws_lambda_powertools.event_handler"
HEAVY = frozenset(
    [
        "boto3",
        "httpx",
        "google.auth",
        "cryptography",
        "icalendar",
        "fastjsonschema",
        "google.protobuf",
        "zstandard",
        "pyroaring",
    ]
) | {RESOLVER}
PROVIDERS = frozenset(("httpx", "zstandard"))
# Every function that loads any of it, and what.
LOADS: dict[str, frozenset[str]] = {
    "admin_api": frozenset((RESOLVER, "pyroaring")),
    "archive_api": frozenset((RESOLVER, "google.protobuf")),
    "archive_collector": PROVIDERS | {"google.protobuf"},
    "archive_harvester": PROVIDERS | {"pyroaring"},
    "enrichment_worker": PROVIDERS,
    "guide_api": frozenset((RESOLVER,)),
    "ingest_api": frozenset((RESOLVER,)),
    "library_api": frozenset((RESOLVER, "pyroaring")),
    "library_importer": frozenset(("pyroaring",)),
    "library_recount": frozenset(("pyroaring",)),
    "library_writer": frozenset(("pyroaring",)),
    "reference_refresh": PROVIDERS,
    "title_enrichment": PROVIDERS,
    "title_ingestion": PROVIDERS,
    "tmdb_cache_refresh": PROVIDERS,
}


@pytest.mark.parametrize("function", cold.functions())
def test_function_loads_nothing_heavy_that_it_does_not_use(function: str) -> None:
    loaded = set(cold.modules(f"import {function}.handler"))

    assert loaded & HEAVY == LOADS.get(function, frozenset())


def test_events_take_one_call_each_and_named_ones_two_more() -> None:
    made = ingesting.calls()

    assert made["one event"] == {"PutRecord": 1}
    assert made["one named event"] == {"PutRecord": 1, "TransactWriteItems": 2}
    assert made[f"a batch of {ingesting.BATCH}"] == {"PutRecords": 1}
    assert made[f"a batch of {ingesting.BATCH} named events"] == {"PutRecords": 1, "TransactWriteItems": 10}


def test_title_that_comes_again_is_not_written_and_a_changed_one_with_its_rows_alone() -> None:
    with catalogue(20):
        found = titles.costs()

    assert found["the same again"]["written"] == {}
    # The record and its offer, and the rows of both indexes that show the name.
    written = found["with another name"]["written"]
    assert sum(number for partition, number in written.items() if partition not in ("source", "search")) <= 2
    assert found["new"]["calls"]["TransactWriteItems"] == 1
