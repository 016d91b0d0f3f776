"""`GET /arrivals`: what arrived on services and left them."""

from datetime import timedelta
from typing import Any

import pytest

from guide_api import stores
from marquee import clock
from marquee.models.changes import Change
from marquee.models.reference import Source
from marquee.models.viewers import Preferences
from marquee.repositories.arrivals import KEPT
from tests.fakes.api_gateway import call
from tests.fakes.titles import details, listing, title
from tests.unit.conftest import Cloud


def ago(days: float) -> str:
    return clock.timestamp(clock.parse(clock.now()) - timedelta(days=days))


@pytest.fixture
def guide(cloud: Cloud) -> Cloud:
    for store in vars(stores).values():
        if hasattr(store, "cache_clear"):
            store.cache_clear()
    sources = [
        Source(id="203", name="Netflix", type="sub", regions=("GB",)),
        Source(id="26", name="Prime Video", type="sub", regions=("GB",)),
        Source(id="157", name="Hulu", type="sub", regions=("US",)),
    ]
    cloud.reference.reconcile_sources(sources, ["GB", "US"], ["GB"])
    cloud.viewers.replace_preferences("anna", Preferences(sources=("203",), genres=("4",)))
    return cloud


def record(kind: str = "arrived", source: str = "203", title_id: str = "11", days: float = 1, **facts: Any) -> Change:
    told = {
        "kind": kind,
        "title_id": title_id,
        "title": "Old name",
        "type": "movie",
        "region": "GB",
        "source_id": source,
    }
    change = Change(**{**told, "provider": "watchmode", "at": ago(days), "checked_before": ago(days + 1), **facts})
    stores.arrivals().record(change)
    return change


def places(query: dict[str, Any] | None = None) -> list[tuple[str, str, str]]:
    found = call("GET", "/arrivals", query=query).json["arrivals"]
    return [(each["kind"], each["source_id"], each["title_id"]) for each in found]


def test_change_says_what_where_when_and_how_the_title_looks_today(guide: Cloud) -> None:
    told = listing(title="Name", year=2020)
    guide.titles.apply("11", lambda _: title("11", listing=told, details=details(poster="https://p")))
    change = record()

    answer = call("GET", "/arrivals").json

    assert answer == {
        "arrivals": [
            {
                "id": change.id,
                "kind": "arrived",
                "at": change.at,
                "checked_before": change.checked_before,
                "region": "GB",
                "source_id": "203",
                "source_name": "Netflix",
                "provider": "watchmode",
                "title_id": "11",
                "title": "Name",
                "year": 2020,
                "type": "movie",
                "poster": "https://p",
            }
        ],
        "next": None,
    }


def test_change_of_a_title_that_is_no_more_has_the_name_it_had(guide: Cloud) -> None:
    record()

    (found,) = call("GET", "/arrivals").json["arrivals"]
    assert (found["title"], found["poster"]) == ("Old name", None)


def test_my_services_of_the_last_thirty_days_are_shown_newest_first(guide: Cloud) -> None:
    record(title_id="1", days=29)
    record("left", title_id="2", days=2)
    record(title_id="3", days=31)
    record(source="26", title_id="4")
    record(title_id="5", days=1, region="US")

    assert places() == [("left", "203", "2"), ("arrived", "203", "1")]


def test_services_kind_and_time_can_be_chosen(guide: Cloud) -> None:
    record(title_id="1", days=100)
    record("left", title_id="2", days=99)
    record(source="26", title_id="3", days=98)

    assert places({"source": ["203", "26"], "since": ago(101)}) == [
        ("arrived", "26", "3"),
        ("left", "203", "2"),
        ("arrived", "203", "1"),
    ]
    assert places({"since": ago(101)[:10], "kind": "left"}) == [("left", "203", "2")]
    assert places({"since": ago(99.5)}) == [("left", "203", "2")]
    assert places({"source": ["157"]}) == []


def test_pages_follow_one_another(guide: Cloud) -> None:
    for number in range(7):
        record("arrived" if number % 2 else "left", title_id=str(number), days=number * 4)

    found, cursor = [], None
    for _ in range(20):
        query = {"limit": "2", **({"next": cursor} if cursor else {})}
        answer = call("GET", "/arrivals", query=query).json
        assert len(answer["arrivals"]) <= 2
        found += [each["title_id"] for each in answer["arrivals"]]
        cursor = answer["next"]
        if cursor is None:
            break

    assert found == [str(number) for number in range(7)]
    assert cursor is None


def test_viewer_without_services_has_no_arrivals(guide: Cloud) -> None:
    record()

    assert call("GET", "/arrivals", user="bert").json == {"arrivals": [], "next": None}
    assert places({"since": ago(-1)}) == []


@pytest.mark.parametrize(
    ("query", "code", "shown"),
    [
        pytest.param({"source": ["203", "99"]}, "unknown_ids", "99", id="service there is not"),
        pytest.param({"source": "x"}, "invalid_input", "x", id="no id"),
        pytest.param({"kind": "new_season"}, "invalid_input", "new_season", id="kind there is not"),
        pytest.param({"limit": "101"}, "invalid_input", "101", id="too many"),
        pytest.param({"limit": "0"}, "invalid_input", "0", id="none"),
        pytest.param({"since": "yesterday"}, "invalid_input", "yesterday", id="no moment"),
        pytest.param({"since": "2026-02-30"}, "invalid_input", "2026-02-30", id="day there is not"),
        pytest.param({"since": "0001-01-01T00:00:00+14:00"}, "invalid_input", "0001", id="before all time"),
        pytest.param({"next": "x"}, "invalid_cursor", "x", id="no cursor"),
        pytest.param({"next": "WyJhcnJpdmFscyIsICJ4Il0"}, "invalid_cursor", "WyJhcnJ", id="cursor of no place"),
        pytest.param({"sort": "newest"}, "unknown_parameter", "sort", id="unknown parameter"),
    ],
)
def test_what_cannot_be_used_is_refused_and_named(guide: Cloud, query: dict[str, Any], code: str, shown: str) -> None:
    answer = call("GET", "/arrivals", query=query)

    assert (answer.status, answer.code) == (400, code)
    assert shown in answer.body


def test_time_before_anything_is_kept_is_refused_with_the_earliest_there_is(guide: Cloud) -> None:
    answer = call("GET", "/arrivals", query={"since": ago(KEPT.days + 1)})

    assert (answer.status, answer.code) == (400, "too_long_ago")
    earliest = answer.json["error"]["details"]["earliest"]
    assert call("GET", "/arrivals", query={"since": earliest}).status == 200


def test_arrivals_are_for_those_who_are_signed_in(guide: Cloud) -> None:
    assert call("GET", "/arrivals", user=None).status == 401
