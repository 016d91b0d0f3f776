"""Budgets that are exact: what functions import, what events and titles cost. Timings are for `make bench`."""

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

import pytest

from bench import cold, ingesting, routes, titles
from bench.catalogue import GENRES, SERVICES, VIEWER, catalogue, choose, forget
from guide_api import stores
from guide_api.budget import CALLS
from marquee import keys
from marquee.models.viewers import MarkKind
from marquee.repositories.table import Table
from tests.fakes.api_gateway import Answer, call
from tests.fakes.requests import counted

# What a function may not load when it starts: heavy, and used by few of them or only at times.
RESOLVER = "aws_lambda_powertools.event_handler"
HEAVY = frozenset(
    [
        "asyncio",
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
PROVIDERS = frozenset(("httpx",))
# Every function that loads any of it, and what.
LOADS: dict[str, frozenset[str]] = {
    "admin_api": frozenset((RESOLVER, "pyroaring")),
    "archive_api": frozenset((RESOLVER, "google.protobuf")),
    "archive_collector": PROVIDERS | {"asyncio", "google.protobuf"},
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


def test_archive_finds_what_the_clients_do_without() -> None:
    assert "zstandard" not in cold.modules("import marquee.clients.http")
    packing = "from marquee.archive import packing; packing.pack('movie', {'id': 1})"
    assert "zstandard" in cold.modules(f"import marquee.clients.http; {packing}")


@pytest.mark.parametrize("function", cold.functions())
def test_garbage_waits_from_the_first_import_on(function: str) -> None:
    statements = ast.parse((cold.ROOT / "lambdas" / function / "__init__.py").read_text()).body
    first = next(each for each in statements if isinstance(each, ast.Import | ast.ImportFrom))
    assert isinstance(first, ast.Import)
    # What is imported of a package comes after the package.
    assert [each.name.partition(".")[0] for each in first.names] == ["marquee"]


def test_scheduled_functions_alone_have_no_budget() -> None:
    stacks = "".join(path.read_text() for path in (cold.ROOT / "stacks").glob("*_stack.py"))
    scheduled = set(re.findall(r'ScheduledFunction\(\s*self,\s*"(\w+)"', stacks))

    assert {name for name in cold.functions() if cold.budget(name) is None} == scheduled


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


Tables = Mapping[str, Table]
TITLES = 240


@pytest.fixture
def tables(monkeypatch: pytest.MonkeyPatch) -> Iterator[Tables]:
    """A catalogue, and a function that is new."""
    forget(stores)
    # What a function knows stays known however long the test takes.
    for name in ("KNOWN_SECONDS", "PAGES_SECONDS", "EMPTY_SECONDS"):
        monkeypatch.setattr(stores, name, 3600.0)
    monkeypatch.setattr("guide_api.shelves.KEPT_INCOMPLETE_SECONDS", 3600.0)
    with catalogue(TITLES) as found:
        yield found
    forget(stores)


def recommended(user: str = VIEWER, limit: int = 20) -> tuple[Answer, Counter[str]]:
    """Return an answer and the requests to DynamoDB that it took."""
    with counted() as made:
        answer = call("GET", "/recommendations", user=user, query={"limit": str(limit)})
    assert answer.status == 200, answer.body
    return answer, made


def mark(tables: Tables, kind: MarkKind, numbers: Iterable[int], name: str | None = None) -> None:
    """Write marks of the viewer past the repository, which takes a transaction for each."""
    given = list(numbers)
    items = []
    for number in given:
        at = f"2026-10-01T00:{number // 60:02d}:{number % 60:02d}.000Z"
        facts = {"kind": kind, "title_id": str(number), "title": "A film", "rating": 8, "at": at}
        items.append({"PK": keys.marked(VIEWER), "SK": keys.marked_at(kind, at, str(number)), **facts})
        items.append({"PK": keys.user(VIEWER), "SK": keys.mark(kind, str(number)), **facts})
    tables["viewers"].batch_write(puts=items)
    if name:
        names = {"ExpressionAttributeNames": {"#set": name}}
        tables["viewers"].update(keys.user(VIEWER), keys.MARKS, "ADD #set :ids", {":ids": set(given)}, **names)


# Choice and settings, all marks, the latest of three kinds and the titles they are of; the records of the best.
VIEWER_READS = Counter({"Query viewers": 4, "GetItem viewers": 1, "BatchGetItem catalogue": 1})
WARM = VIEWER_READS + Counter({"BatchGetItem catalogue": 1})
REFERENCE = Counter({"Query catalogue": 2})


def test_new_function_recommends_at_once_with_twelve_requests(tables: Tables) -> None:
    answer, made = recommended()

    assert len(answer.json["recommendations"]) == 20
    # The tops of two pairs, and the first step towards TMDB's lists: whether another function has read them.
    assert made == WARM + REFERENCE + Counter({"Query catalogue": 2, "GetItem tmdb_cache": 1})
    assert made.total() == CALLS == 12


def test_new_function_beside_a_warm_one_knows_the_lists_with_its_first_answer(tables: Tables) -> None:
    assert recommended()[0].json["lists"]["reason"].startswith("TMDB's lists are being read")
    warm = [recommended()[0].json["lists"] for _ in range(25)]
    forget(stores)

    answer, made = recommended()

    assert answer.json["lists"]["reason"] == warm[-1]["reason"] != warm[0]["reason"]
    assert made.total() == CALLS


def test_function_gets_to_know_all_there_is_with_twelve_requests_at_a_time(tables: Tables) -> None:
    taken = [recommended()[1] for _ in range(25)]

    assert max(made.total() for made in taken) == CALLS
    assert taken[-1] == WARM
    # Sixteen tops, three services in two months at most, what there is of lists and trends.
    assert sum(made.total() - WARM.total() for made in taken) <= 50


def test_fifty_pairs_take_no_more_than_twelve_requests_and_get_on_with_each_answer(tables: Tables) -> None:
    choose(tables, SERVICES[:5], GENRES)

    taken = [recommended()[1] for _ in range(25)]

    assert max(made.total() for made in taken) <= CALLS
    assert taken[-1] == WARM


def test_viewer_who_has_seen_everything_takes_twelve_requests_and_hears_how_far_that_went(tables: Tables) -> None:
    mark(tables, "watched", range(1, TITLES + 1), "watched")

    answers = [recommended() for _ in range(20)]

    # Of nothing there are no records.
    assert max(made.total() for _, made in answers) == CALLS - 1
    assert all(answer.json["recommendations"] == [] for answer, _ in answers)
    assert "looked at first" in answers[0][0].json["reason"]
    assert answers[-1][0].json["reason"].startswith("Nothing in your genres"), "by then all pairs were read to the end"
    assert answers[-1][1] == VIEWER_READS


def test_sixty_ratings_take_no_request_more_than_ten(tables: Tables) -> None:
    mark(tables, "rating", range(31, 81))

    taken = [recommended()[1] for _ in range(25)]

    assert taken[0].total() == CALLS
    assert taken[-1] == WARM


def test_more_ratings_than_are_read_at_once_take_one_request_more(
    tables: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("guide_api.recommending.RATINGS", 60)
    mark(tables, "rating", range(31, 101))

    taken = [recommended()[1] for _ in range(40)]

    assert max(made.total() for made in taken) == CALLS
    assert taken[-1] == WARM + Counter({"BatchGetItem viewers": 1})


def test_viewer_without_any_taste_takes_twelve_requests_at_most(tables: Tables) -> None:
    taken = [recommended("nobody")[1] for _ in range(25)]

    assert max(made.total() for made in taken) <= CALLS
    assert taken[-1] == Counter({"Query viewers": 4, "GetItem viewers": 1})


@pytest.mark.parametrize("count", [100, 240, 600])
def test_page_of_the_guide_takes_a_query_a_pair_and_no_batch_read(count: int) -> None:
    with catalogue(count) as found:
        forget(stores)
        choose(found, SERVICES[:3], GENRES[:4])
        stores.known()
        with counted() as made:
            routes.send("GET /titles, 12 pairs")

    assert made == Counter({"Query catalogue": 12, "Query viewers": 1, "GetItem viewers": 1})
