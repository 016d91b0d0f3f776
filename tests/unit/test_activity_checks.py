"""A report about an offer has the providers asked, and only their answer changes an offer."""

from datetime import timedelta

import pytest

from activity_consumer import handler
from enrichment_worker import handler as worker
from marquee import clock
from marquee.messages.work import EnrichmentRequest
from marquee.traffic import TrafficClass
from tests.fakes import tmdb, watchmode
from tests.fakes.activity import DAY, consume, counters, deliver, numbered, reported, tally
from tests.fakes.enrichers import Providers
from tests.fakes.titles import details, listed, listing, title
from tests.fakes.titles import tmdb as facts
from tests.unit.conftest import Cloud, FakeContext

MOVIE, DETAILS = "movie/7", "title/11/details"
NOW = clock.now()


@pytest.fixture(autouse=True)
def known(cloud: Cloud) -> None:
    handler.consumer.cache_clear()
    listed(cloud.titles, title("11", listing=listing(tmdb_id=7, tmdb_type="movie")), title("12"))


@pytest.fixture
def providers(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Providers:
    found = Providers()
    found.tmdb.titles[MOVIE] = tmdb.movie(7)
    found.watchmode.details["11"] = watchmode.details(11, tmdb_id=7)
    enricher = found.enricher(cloud.catalogue, cloud.operations)
    monkeypatch.setattr(worker, "enricher", lambda: enricher)
    return found


def asked(cloud: Cloud) -> list[tuple[str, str | None]]:
    """Return the titles to be asked for, and since when they are in doubt."""
    requests = map(EnrichmentRequest.model_validate_json, cloud.messages("ENRICHMENT_QUEUE_URL"))
    return sorted((each.title_id, each.doubted_at) for each in requests)


def work(doubted_at: str | None, traffic: TrafficClass = TrafficClass.SCHEDULED) -> list[str]:
    """Have the worker take a request; returns the messages that come again."""
    request = EnrichmentRequest(title_id="11", traffic=traffic, doubted_at=doubted_at)
    record = {"messageId": "1", "body": request.model_dump_json()}
    answer = worker.lambda_handler({"Records": [record]}, FakeContext())  # type: ignore[arg-type]
    return [each["itemIdentifier"] for each in answer["batchItemFailures"]]


def ago(minutes: float) -> str:
    return clock.timestamp(clock.parse(NOW) - timedelta(minutes=minutes))


def has_parts(cloud: Cloud, as_of: str) -> None:
    parts = {"details": details(as_of), "tmdb": facts(as_of)}
    cloud.titles.apply("11", lambda found: found and found.model_copy(update=parts))


def offers(cloud: Cloud) -> dict[str, bool]:
    """Return the services that WatchMode has spoken of, and whether it says that the title is there."""
    found = cloud.titles.get_with_offers("11")[1]
    return {each.source_id: each.watchmode.left_at is None for each in found if each.watchmode}


def test_report_has_the_title_asked_for_and_changes_nothing_itself(cloud: Cloud) -> None:
    before = cloud.items(cloud.catalogue)
    report = reported("a", ingested_at=f"{DAY}T12:34:56.000Z")

    assert consume(report) == []

    assert asked(cloud) == [("11", f"{DAY}T12:34:56.000Z")]
    assert cloud.items(cloud.catalogue) == before
    assert counters(cloud.operations) == tally([report])


@pytest.mark.parametrize(
    ("trusted", "traffic"), [("demo", TrafficClass.SCHEDULED), ("others", TrafficClass.BACKFILL)], ids=["yes", "no"]
)
def test_only_a_trusted_producer_spends_what_scheduled_work_may(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, trusted: str, traffic: TrafficClass
) -> None:
    monkeypatch.setenv("TRUSTED_PRODUCERS", trusted)

    consume(reported("a"))

    (sent,) = cloud.messages("ENRICHMENT_QUEUE_URL")
    assert EnrichmentRequest.model_validate_json(sent).traffic == traffic


def test_title_is_asked_for_once_an_hour_however_many_report_it(cloud: Cloud) -> None:
    deliver(numbered(reported(f"a{n}", ingested_at=f"{DAY}T12:{n:02}:00.000Z") for n in range(5)))
    deliver(numbered([reported("b", ingested_at=f"{DAY}T12:59:59.999Z")], first=10))
    deliver(numbered([reported("c", title_id=12, ingested_at=f"{DAY}T12:00:00.000Z")], first=20))
    deliver(numbered([reported("d", ingested_at=f"{DAY}T13:00:00.000Z")], first=30))

    assert asked(cloud) == [
        ("11", f"{DAY}T12:00:00.000Z"),
        ("11", f"{DAY}T13:00:00.000Z"),
        ("12", f"{DAY}T12:00:00.000Z"),
    ]


def test_report_about_an_unknown_title_is_counted_and_asks_nobody(cloud: Cloud) -> None:
    assert consume(reported("a", title_id=99)) == []

    assert (asked(cloud), counters(cloud.operations)) == ([], tally([reported("a", title_id=99)]))


def test_title_in_doubt_is_asked_of_both_providers_whatever_its_age(cloud: Cloud, providers: Providers) -> None:
    has_parts(cloud, ago(1))

    assert work(doubted_at=NOW) == []

    assert providers.calls == [MOVIE, DETAILS]


@pytest.mark.parametrize("unknown", [True, False], ids=["unknown to them", "known"])
def test_answer_since_the_report_settles_the_doubt(cloud: Cloud, providers: Providers, unknown: bool) -> None:
    has_parts(cloud, ago(0))
    if unknown:
        words = {"details": None, "tmdb": None, "unknown_to": {"watchmode": ago(0), "tmdb": ago(0)}}
        cloud.titles.apply("11", lambda found: found and found.model_copy(update=words))

    assert work(doubted_at=ago(1)) == []

    assert providers.calls == []


def test_request_that_comes_again_asks_only_whom_it_could_not_reach(cloud: Cloud, providers: Providers) -> None:
    has_parts(cloud, ago(1))
    providers.tmdb.faults = {MOVIE: tmdb.refusal(503, 9, "Service offline.")}
    assert work(doubted_at=NOW) == ["1"]
    reached = list(providers.watchmode.paths)
    providers.tmdb.faults = {}

    assert work(doubted_at=NOW) == []

    assert (reached, providers.watchmode.paths) == ([DETAILS], [DETAILS])
    found = cloud.titles.get("11")
    assert found is not None
    assert found.tmdb is not None
    assert found.tmdb.as_of >= NOW


@pytest.mark.parametrize("says", [True, False], ids=["still there", "gone"])
def test_providers_word_decides_about_the_offer(cloud: Cloud, providers: Providers, says: bool) -> None:
    there = watchmode.details(11, watchmode.offer(203, "Netflix"), tmdb_id=7)
    providers.watchmode.details["11"] = there
    work(doubted_at=None)
    assert offers(cloud) == {"203": True}
    providers.watchmode.details["11"] = there if says else watchmode.details(11, tmdb_id=7)

    work(doubted_at=clock.now())

    assert offers(cloud) == {"203": says}
