"""A catalogue of any size in memory, with a viewer: the tables of the synthesised data stack, filled past the API."""

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from itertools import product
from typing import Any
from unittest import mock

import boto3
import pytest
from moto import mock_aws
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.dynamo_type import DynamoType, Item, LimitedSizeDict

from marquee import aws, guide
from marquee.models.reference import Genre, Source
from marquee.models.titles import Title
from marquee.models.viewers import Mark, Preferences
from marquee.repositories.arrivals import to_item as arrival_item
from marquee.repositories.crosswalk import partitions
from marquee.repositories.guide_index import to_row_item
from marquee.repositories.marks import MarkRepository
from marquee.repositories.reference import ReferenceRepository
from marquee.repositories.search_index import search_actions
from marquee.repositories.table import Table, encode
from marquee.repositories.titles import to_item
from marquee.repositories.viewers import ViewerRepository
from tests.cloud_tables import create_tables, data_template
from tests.fakes.changes import change
from tests.fakes.dynamodb import mend
from tests.fakes.titles import details, listing, title

REGION = "eu-west-2"
SERVICES = [str(number) for number in range(201, 213)]
GENRES = [str(number) for number in range(1, 11)]
# Every title is under three of twelve pairs, so that of a hundred titles twenty-five are in each.
PAIRS = list(product(SERVICES[:3], GENRES[:4]))
VIEWER = "bench"
# Words of names; the first ones are in very many of them.
COMMON = ["the", "of", "night", "story"]
WORDS = [*(f"{first}{last}" for first in "bcdfgk" for last in range(200))]
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": REGION,
    "REGIONS": "GB",
    "POWERTOOLS_SERVICE_NAME": "bench",
    "POWERTOOLS_METRICS_NAMESPACE": "Marquee",
    "POWERTOOLS_METRICS_DISABLED": "true",
    "POWERTOOLS_LOG_LEVEL": "CRITICAL",
    "TMDB_CACHE_REFRESH": "tmdb-cache-refresh",
}
OVERVIEW = "Somebody wants something, somebody else is in the way, and it does not end as either of them thought. " * 3


@contextmanager
def catalogue(titles: int) -> Iterator[dict[str, Table]]:
    """Yield the tables of a catalogue of so many titles, and lead the functions of this process to them."""
    with mock.patch.dict(os.environ, ENVIRONMENT), mock_aws(), pytest.MonkeyPatch.context() as patch:
        mend(patch)
        forget(aws)
        names = create_tables(data_template(), boto3.client("dynamodb"))
        for table, name in names.items():
            os.environ[f"{table.upper()}_TABLE"] = name
        for queue in ("ENRICHMENT", "QUARANTINE"):
            os.environ[f"{queue}_QUEUE_URL"] = aws.sqs().create_queue(QueueName=queue.lower())["QueueUrl"]
        tables = {table: Table(aws.dynamodb(), name) for table, name in names.items()}
        _fill(tables, titles)
        yield tables
    forget(aws)


def forget(*modules: Any) -> None:
    """Have functions make anew what they keep."""
    for module in modules:
        for value in vars(module).values():
            if hasattr(value, "cache_clear"):
                value.cache_clear()


def film(number: int) -> Title:
    """Return a film under three of the pairs, with a name of four words, and facts of both providers."""
    places = [PAIRS[(number + step) % len(PAIRS)] for step in (0, 5, 7)]
    words = [COMMON[number % len(COMMON)], *(WORDS[(number * step) % len(WORDS)] for step in (3, 7))]
    named = listing(
        title=f"{' '.join(words)} {number}",
        year=1960 + number % 66,
        tmdb_id=number,
        tmdb_type="movie",
        imdb_id=f"tt{number:07d}",
        popularity=number * 7919 % 10_000 / 100,
    )
    told = details(
        plot_overview=OVERVIEW,
        user_rating=number * 31 % 90 / 10 + 1,
        release_date=f"{1960 + number % 66}-{number % 12 + 1:02d}-{number % 28 + 1:02d}",
        poster="https://image.tmdb.org/t/p/w342/00000000000000000000000000.jpg",
    )
    return title(str(number), *(f"GB:{source}:{genre}" for source, genre in places), listing=named, details=told)


def items_of(one: Title, table: Table) -> Iterator[Mapping[str, Any]]:
    """Yield all items of a title as they are stored."""
    yield encode(to_item(one))
    for row in guide.index_rows(one).values():
        yield encode(to_row_item(row))
    card = guide.card(one)
    for action in search_actions(table, None, card):
        yield action["Put"]["Item"]
    for partition in partitions(card):
        yield encode({"PK": partition, "SK": "title", "title_id": one.id})


@cache
def stored(titles: int) -> dict[DynamoType, dict[DynamoType, Item]]:
    """Return the items of so many titles as moto holds them, made once for all parts.

    Past its API, which adds up the size of an item with each of its attributes, and of each title equal values once:
    that is a quarter of the time and of the memory.
    """
    found: dict[DynamoType, dict[DynamoType, Item]] = defaultdict(dict)
    for number in range(1, titles + 1):
        values: dict[str, DynamoType] = {}
        for item in items_of(film(number), Table(aws.dynamodb(), "catalogue")):
            kept = held(item, values)
            found[kept.hash_key][kept.range_key] = kept
    return found


def held(item: Mapping[str, Any], values: dict[str, DynamoType]) -> Any:
    """Return an item as moto holds it; `values` are those that others of its title have already."""
    attributes = {name: values.setdefault(f"{name} {value}", DynamoType(value)) for name, value in item.items()}
    kept: Any = Item(attributes["PK"], attributes["SK"], {})
    kept.attrs = LimitedSizeDict(attributes)
    return kept


def _fill(tables: Mapping[str, Table], titles: int) -> None:
    reference = ReferenceRepository(tables["catalogue"])
    sources = [Source(id=each, name=f"Service {each}", type="sub", regions=("GB",)) for each in SERVICES]
    reference.reconcile_sources(sources, ["GB"], ["GB"])
    reference.reconcile_genres([Genre(id=each, name=f"Genre {each}") for each in GENRES])
    store = dynamodb_backends["123456789012"][REGION].tables[tables["catalogue"].name]
    for pk, rows in stored(titles).items():
        store.items[pk].update(rows)
    # All have arrived within the hour.
    for number in range(1, titles + 1):
        arrived = change(str(number), source_id=SERVICES[number % 3], hours=number / titles)
        kept = held(encode(arrival_item(arrived)), {})
        store.items[kept.hash_key][kept.range_key] = kept
    choose(tables, SERVICES[:3], GENRES[:4])
    marks = MarkRepository(tables["viewers"])
    for number in range(1, 11):
        at = f"2026-11-{number:02d}T12:00:00.000Z"
        marks.put(VIEWER, Mark(kind="rating", title_id=str(number), title="A film", rating=number, at=at))
        marks.put(VIEWER, Mark(kind="follow", title_id=str(number + 10), title="A film", at=at))


def choose(tables: Mapping[str, Table], sources: Iterable[str], genres: Iterable[str]) -> None:
    """Let the viewer choose services and genres."""
    chosen = Preferences(sources=tuple(sources), genres=tuple(genres))
    ViewerRepository(tables["viewers"]).replace_preferences(VIEWER, chosen)
