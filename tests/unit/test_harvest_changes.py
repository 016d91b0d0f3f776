import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from marquee.clients.tmdb_changes import ChangesPage, read_page
from marquee.errors import RateLimited, UpstreamUnavailable
from marquee.repositories.table import Table
from tests.fakes.exports import TODAY, FakeTmdbIds

EXAMPLES = Path(__file__).parents[2].parent / "shared/contracts/tmdb/examples"


def ask(operations: Table, fault: Callable[[str], httpx.Response | None], *, seconds: float = 5) -> ChangesPage:
    source = FakeTmdbIds()
    source.change("person", range(1, 251), adult=None)
    source.fault = fault
    return source.connect(operations).page("person", TODAY, 3, source.clock() + seconds)


def test_page_of_a_day_is_asked_for_with_the_day_as_both_ends(table: Table) -> None:
    page = ask(table, lambda label: None)

    assert ([each.id for each in page.changed], page.total_pages, page.unreadable) == ([*range(201, 251)], 3, 0)


def test_rows_that_cannot_be_read_are_counted() -> None:
    rows: list[Any] = [
        {"id": 1, "adult": True},
        {"id": 2, "adult": None},
        {"adult": True},
        None,
        {"id": 0},
        {"id": "3"},
    ]

    page = read_page({"results": [*rows, {"id": 4, "softcore": None}], "page": 1, "total_pages": 1})

    assert [(each.id, each.adult) for each in page.changed] == [(1, True), (2, None), (4, None)]
    assert page.unreadable == 4


@pytest.mark.parametrize("body", [{"results": [], "page": 1}, {"results": None, "total_pages": 1}, [], "x"])
def test_answer_of_another_shape_is_an_outage_and_not_a_day_without_changes(table: Table, body: Any) -> None:
    with pytest.raises(UpstreamUnavailable):
        ask(table, lambda label: httpx.Response(200, json=body))


def test_page_that_would_come_too_late_is_not_asked_for(table: Table) -> None:
    with pytest.raises(RateLimited):
        ask(table, lambda label: None, seconds=-1)


@pytest.mark.parametrize("name", ["movie", "tv", "people"])
def test_recorded_lists_are_read_whole(name: str) -> None:
    path = EXAMPLES / f"changes-{name}-list.recorded-2026-08.json"
    if not path.is_file():
        pytest.skip(f"../shared/contracts/tmdb/examples/{path.name} is not there")
    body = json.loads(path.read_text())

    page = read_page(body)

    assert [each.id for each in page.changed] == [row["id"] for row in body["results"]]
    assert page.unreadable == 0
