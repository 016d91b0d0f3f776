from typing import Any

import httpx
import pytest
from pydantic import ValidationError

from marquee.errors import UpstreamError
from marquee.models.jobs import Job
from reference_refresh import handler
from tests.fakes.watchmode import FakeWatchMode, refusal, source
from tests.unit.conftest import Cloud, FakeContext

GENRES = [{"id": 4, "name": "Comedy", "tmdb_id": 35}, {"id": 28, "name": "Game Show", "tmdb_id": 0}]
NETFLIX, PRIME, HULU = source(203, "Netflix", "GB", "US"), source(26, "Prime Video", "GB"), source(157, "Hulu", "US")


@pytest.fixture
def provider(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> FakeWatchMode:
    fake = FakeWatchMode()
    fake.sources, fake.genres = [NETFLIX, PRIME], list(GENRES)
    client = fake.client(cloud.operations)
    monkeypatch.setattr(handler, "watchmode", lambda: client)
    handler.jobs.cache_clear()
    return fake


def refresh(**event: Any) -> dict[str, int]:
    counts: dict[str, int] = handler.lambda_handler(event, FakeContext())["counts"]  # type: ignore[arg-type]
    return {name: count for name, count in counts.items() if count}


def job(cloud: Cloud) -> Job:
    (found,) = (item for (pk, sk), item in cloud.items(cloud.operations).items() if pk.startswith("job:"))
    read = cloud.jobs.get(found["id"]["S"])
    assert read is not None
    return read


def test_services_and_genres_are_stored_as_the_provider_gives_them(cloud: Cloud, provider: FakeWatchMode) -> None:
    provider.sources = [source(203, "Netflix", "US", "GB", type="purchase", logo_100px="https://cdn.test/n.png")]

    assert refresh() == {"sources_added": 1, "genres_added": 2}

    (netflix,) = cloud.reference.sources()
    assert (netflix.id, netflix.name, netflix.type, netflix.logo, netflix.regions) == (
        "203",
        "Netflix",
        "purchase",
        "https://cdn.test/n.png",
        ("GB", "US"),
    )
    assert [(each.id, each.name, each.tmdb_id) for each in cloud.reference.genres()] == [
        ("4", "Comedy", 35),
        ("28", "Game Show", None),
    ]


@pytest.mark.parametrize(
    ("flags", "asked"),
    [
        pytest.param({}, ["sources", "genres"], id="absent means both"),
        pytest.param({"refresh_sources": "Y"}, ["sources"], id="services alone"),
        pytest.param({"refresh_genres": "Y"}, ["genres"], id="genres alone"),
        pytest.param({"refresh_sources": "Y", "refresh_genres": "Y"}, ["sources", "genres"], id="both"),
        pytest.param({"refresh_sources": "N"}, [], id="no services, genres not asked for"),
        pytest.param({"refresh_sources": "N", "refresh_genres": "Y"}, ["genres"], id="genres but no services"),
        pytest.param({"refresh_sources": "N", "refresh_genres": "N"}, [], id="neither"),
    ],
)
def test_flags_say_what_is_refreshed(provider: FakeWatchMode, flags: dict[str, str], asked: list[str]) -> None:
    refresh(**flags)

    assert provider.paths == asked


@pytest.mark.parametrize(
    ("regions", "asked"),
    [
        pytest.param(None, "GB", id="those served"),
        pytest.param(["GB", "US"], "GB,US", id="a list"),
        pytest.param("GB, US", "GB,US", id="a text with commas"),
    ],
)
def test_regions_come_as_list_or_text(provider: FakeWatchMode, regions: object, asked: str) -> None:
    refresh(refresh_sources="Y", **({"regions": regions} if regions else {}))

    assert provider.requests[-1].url.params["regions"] == asked


@pytest.mark.parametrize(
    "event",
    [
        pytest.param({"refresh_sources": "yes"}, id="no flag"),
        pytest.param({"regions": "gb"}, id="small letters"),
        pytest.param({"regions": ["GBR"]}, id="three letters"),
        pytest.param({"regions": 44}, id="a number"),
    ],
)
def test_unusable_input_is_refused_before_anything_is_asked(provider: FakeWatchMode, event: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        refresh(**event)

    assert provider.requests == []


def test_second_run_writes_nothing(cloud: Cloud, provider: FakeWatchMode) -> None:
    refresh()
    before, written = cloud.items(cloud.catalogue), []
    cloud.catalogue.client.meta.events.register(
        "before-parameter-build.dynamodb.TransactWriteItems", lambda params, **_: written.append(str(params))
    )

    assert refresh() == {"sources_unchanged": 2, "genres_unchanged": 2}

    assert not [each for each in written if cloud.catalogue.name in each]
    assert cloud.items(cloud.catalogue) == before


def test_renamed_service_has_its_new_name_alone(cloud: Cloud, provider: FakeWatchMode) -> None:
    refresh()
    provider.sources = [{**NETFLIX, "name": "Netflix Deluxe"}, PRIME]

    assert refresh(refresh_sources="Y") == {"sources_renamed": 1, "sources_unchanged": 1}

    assert [(each.id, each.name) for each in cloud.reference.sources()] == [
        ("203", "Netflix Deluxe"),
        ("26", "Prime Video"),
    ]


def test_dropped_and_changed_entries_follow_the_provider(cloud: Cloud, provider: FakeWatchMode) -> None:
    refresh()
    provider.sources = [source(203, "Netflix", "GB", type="purchase")]
    provider.genres = [GENRES[1]]

    assert refresh() == {"sources_removed": 1, "sources_changed": 1, "genres_removed": 1, "genres_unchanged": 1}

    assert [(each.id, each.type, each.regions) for each in cloud.reference.sources()] == [("203", "purchase", ("GB",))]
    assert [each.id for each in cloud.reference.genres()] == ["28"]


def test_services_of_countries_that_were_not_asked_for_stay(cloud: Cloud, provider: FakeWatchMode) -> None:
    provider.sources = [NETFLIX, HULU]
    refresh(refresh_sources="Y", regions="US")
    provider.sources = [PRIME]

    refresh(refresh_sources="Y", regions="GB")

    left = {each.name: each.regions for each in cloud.reference.sources()}
    assert left == {"Hulu": ("US",), "Prime Video": ("GB",)}


def test_service_that_left_one_served_country_stays_in_the_other(
    cloud: Cloud, provider: FakeWatchMode, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REGIONS", "GB,US")
    provider.sources = [NETFLIX, HULU]
    refresh()
    provider.sources = [HULU]

    refresh(refresh_sources="Y", regions="US")

    assert {each.name: each.regions for each in cloud.reference.sources()} == {"Hulu": ("US",), "Netflix": ("GB",)}


def test_two_stored_names_of_one_service_become_the_one_it_has(cloud: Cloud, provider: FakeWatchMode) -> None:
    """Two refreshes at once may leave both an old and a new name."""
    for name in ("Amazon", "Prime Video"):
        cloud.catalogue.put({"PK": "source:26", "SK": name, "kind": "source", "id": "26", "name": name, "type": "sub"})

    refresh(refresh_sources="Y")

    assert {each.name for each in cloud.reference.sources()} == {"Netflix", "Prime Video"}


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        pytest.param("sources", httpx.Response(200, json=[]), id="no services"),
        pytest.param("genres", httpx.Response(200, json=[]), id="no genres"),
        pytest.param("genres", refusal(500, "Server trouble."), id="500"),
        pytest.param("genres", refusal(401, "Invalid API key."), id="401"),
        pytest.param("sources", refusal(402, "Over quota."), id="402"),
        pytest.param("sources", httpx.ReadTimeout("too slow"), id="time-out"),
        pytest.param("genres", httpx.Response(200, json=[{"id": "x"}]), id="another shape"),
        pytest.param("sources", httpx.Response(200, content=b"<html>"), id="no JSON"),
    ],
)
def test_broken_answer_fails_the_job_and_leaves_what_is_stored(
    cloud: Cloud, provider: FakeWatchMode, path: str, fault: httpx.Response | Exception
) -> None:
    cloud.catalogue.put({"PK": "source:1", "SK": "Old", "kind": "source", "id": "1", "name": "Old", "type": "sub"})
    before = cloud.items(cloud.catalogue)
    provider.faults[path] = fault

    with pytest.raises(UpstreamError):
        refresh()

    assert cloud.items(cloud.catalogue) == before
    assert (job(cloud).state, job(cloud).finished_at is not None) == ("failed", True)
    assert "watchmode" in job(cloud).errors[0]


def test_job_tells_who_asked_what_was_asked_and_what_came_of_it(cloud: Cloud, provider: FakeWatchMode) -> None:
    refresh(refresh_genres="Y", started_by="admin")

    found = job(cloud)
    assert (found.kind, found.state, found.started_by) == ("reference", "succeeded", "admin")
    assert found.input["refresh_genres"] == "Y"
    assert found.counts["genres_added"] == 2
