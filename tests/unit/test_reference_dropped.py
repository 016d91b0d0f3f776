"""What the provider dropped leaves the guide, the choices and the plans."""

import json
from typing import Any

import pytest

from marquee.models.reference import Genre, Source
from reference_refresh import dropped, handler
from tests.fakes.watchmode import FakeWatchMode, source
from tests.unit.conftest import Cloud, FakeContext
from tests.unit.events import kinesis, title_listed
from title_consumer import handler as consumer

COMEDY, DRAMA = Genre(id="4", name="Comedy"), Genre(id="7", name="Drama")
DAY1 = "2026-11-01T05:00:00.000Z"


def service(source_id: str, *regions: str) -> Source:
    return Source(id=source_id, name=source_id, type="sub", regions=regions)


@pytest.mark.parametrize(
    ("current", "gone"),
    [
        pytest.param([service("203", "GB", "US")], set(), id="nothing changed"),
        pytest.param([service("203", "GB", "US", "FR")], set(), id="another country"),
        pytest.param([], {("GB", "203", "4"), ("GB", "203", "7")}, id="dropped where it was asked for"),
        pytest.param([service("203", "US")], {("GB", "203", "4"), ("GB", "203", "7")}, id="left one country"),
    ],
)
def test_service_leaves_all_its_pairs_in_the_countries_it_left(current: list[Source], gone: set[Any]) -> None:
    assert dropped.of_sources([service("203", "GB", "US")], current, [COMEDY, DRAMA], ["GB"]) == gone


def test_genre_leaves_every_service_in_every_country_that_is_listed() -> None:
    services = [service("203", "GB", "US", "FR"), service("26", "GB")]

    gone = dropped.of_genres([COMEDY, DRAMA], [COMEDY], services, ["GB", "US"])

    assert gone == {("GB", "203", "7"), ("US", "203", "7"), ("GB", "26", "7")}


def test_titles_of_a_dropped_service_leave_the_guide(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    provider = FakeWatchMode()
    client = provider.client(cloud.operations)
    monkeypatch.setattr(handler, "watchmode", lambda: client)
    handler.jobs.cache_clear()
    consumer.consumer.cache_clear()
    provider.sources = [source(203, "Netflix", "GB"), source(26, "Prime Video", "GB")]
    provider.genres = [{"id": 4, "name": "Comedy", "tmdb_id": 35}]
    handler.lambda_handler({}, FakeContext())  # type: ignore[arg-type]
    places = {"source_ids": ["203", "26"], "genre_ids": ["4"], "region": "GB"}
    consumer.lambda_handler(kinesis(title_listed(11, DAY1, **places)), FakeContext())  # type: ignore[arg-type]
    provider.sources = provider.sources[1:]

    handler.lambda_handler({}, FakeContext())  # type: ignore[arg-type]
    published = [json.loads(data) for data in cloud.published()]
    consumer.lambda_handler(kinesis(*published), FakeContext())  # type: ignore[arg-type]

    assert list(cloud.index.rows_of_pair("203", "4")) == []
    (row,) = cloud.index.rows_of_pair("26", "4")
    assert row.card.availability == {"GB": ("26",)}


def test_second_refresh_tells_nothing_again(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    provider = FakeWatchMode()
    client = provider.client(cloud.operations)
    monkeypatch.setattr(handler, "watchmode", lambda: client)
    handler.jobs.cache_clear()
    provider.genres = [{"id": 4, "name": "Comedy", "tmdb_id": 35}]
    for sources in (["203", "26"], ["26"], ["26"]):
        provider.sources = [source(int(each), f"Service {each}", "GB") for each in sources]
        handler.lambda_handler({}, FakeContext())  # type: ignore[arg-type]

    assert len(cloud.published()) == 1
