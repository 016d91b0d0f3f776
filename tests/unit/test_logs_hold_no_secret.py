"""Whatever a provider answers, its key is in no output, no stored error and no exception of a function."""

import traceback
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import httpx
import pytest

from enrichment_worker import handler as worker
from marquee import aws
from marquee.errors import UpstreamError
from marquee.messages.work import EnrichmentRequest, ListingRequest
from marquee.traffic import TrafficClass
from reference_refresh import handler as refresh
from tests.fakes import tmdb, watchmode
from tests.fakes.enrichers import Providers, stream_event
from tests.fakes.titles import DAY1, listing, title
from tests.unit.conftest import Cloud, FakeContext, Logged
from title_enrichment import handler as enrichment
from title_ingestion import handler as ingestion

SECRETS = (watchmode.KEY, tmdb.TOKEN)
Run = Callable[[Cloud], object]
FAULTS = ("401", "402", "404", "429", "500", "time-out", "no JSON", "another shape")


def fault(kind: str, secret: str) -> httpx.Response | Exception:
    """Return what a provider does that was asked with `secret` and repeats it wherever it can."""
    echo = f"The request with {secret} was not taken."
    if kind == "time-out":
        return httpx.ReadTimeout(echo)
    if kind == "no JSON":
        return httpx.Response(200, text=echo)
    if kind == "another shape":
        return httpx.Response(200, json={"id": echo, "titles": echo, "sources": echo})
    words = {"statusCode": int(kind), "statusMessage": echo, "status_code": 0, "status_message": echo}
    return httpx.Response(int(kind), json={"success": False, **words})


@pytest.fixture
def providers(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Providers:
    found = Providers()
    client, enricher = found.watchmode.client(cloud.operations), found.enricher(cloud.catalogue, cloud.operations)
    for module in (ingestion, refresh):
        monkeypatch.setattr(module, "watchmode", lambda: client)
    for module in (enrichment, worker):
        monkeypatch.setattr(module, "enricher", lambda: enricher)
    monkeypatch.setattr(aws.sqs(), "change_message_visibility", lambda **_: None)
    ingestion.ingestion.cache_clear()
    refresh.jobs.cache_clear()
    return found


def list_pair(cloud: Cloud) -> object:
    job_id = cloud.jobs.start("listing", started_by="test", input={})
    cloud.jobs.add_parts(job_id, {"GB:source:203:genre:4": "queued"}, counts={})
    request = ListingRequest(
        job_id=job_id,
        region="GB",
        source_id="203",
        genre_id="4",
        cause="test",
        traffic=TrafficClass.SCHEDULED,
        requested_at=DAY1,
    )
    attributes = {"ApproximateReceiveCount": "1"}
    record = {"messageId": "1", "receiptHandle": "1", "body": request.model_dump_json(), "attributes": attributes}
    return ingestion.lambda_handler({"Records": [record]}, FakeContext())  # type: ignore[arg-type]


def refresh_reference(_: Cloud) -> object:
    return refresh.lambda_handler({}, FakeContext())  # type: ignore[arg-type]


def store_title(cloud: Cloud) -> dict[str, Any]:
    word = listing(tmdb_id=7, tmdb_type="movie")
    cloud.titles.apply("11", lambda _: title("11", listing=word))
    return cloud.items(cloud.catalogue)["title:11", "record"]


def give_card(cloud: Cloud) -> object:
    return enrichment.lambda_handler(stream_event((None, store_title(cloud))), FakeContext())  # type: ignore[arg-type]


def complete_title(cloud: Cloud) -> object:
    store_title(cloud)
    body = EnrichmentRequest(title_id="11", traffic=TrafficClass.VIEWER).model_dump_json()
    return worker.lambda_handler({"Records": [{"messageId": "1", "body": body}]}, FakeContext())  # type: ignore[arg-type]


@pytest.mark.parametrize("run", [list_pair, refresh_reference, give_card, complete_title])
@pytest.mark.parametrize("kind", FAULTS)
def test_key_shows_nowhere(
    cloud: Cloud,
    providers: Providers,
    logged: Logged,
    capfd: pytest.CaptureFixture[str],
    run: Run,
    kind: str,
) -> None:
    paths = ("sources", "genres", "list-titles?page=1", "title/11/details")
    providers.watchmode.faults = dict.fromkeys(paths, fault(kind, watchmode.KEY))
    providers.tmdb.faults = {"movie/7": fault(kind, tmdb.TOKEN)}
    raised = ""

    try:
        answer = run(cloud)
    except UpstreamError as error:
        answer, raised = None, "".join(traceback.format_exception(error))

    assert providers.calls
    output = capfd.readouterr()
    stored = [str(cloud.items(table)) for table in (cloud.operations, cloud.catalogue)]
    for text in (output.out, output.err, logged.text, raised, str(answer), *stored):
        assert not [secret for secret in SECRETS if secret in text]


def test_key_is_really_sent_and_what_is_printed_is_really_seen(
    cloud: Cloud, providers: Providers, logged: Logged, capfd: pytest.CaptureFixture[str]
) -> None:
    providers.watchmode.faults["sources"] = fault("401", watchmode.KEY)
    with suppress(UpstreamError):
        refresh_reference(cloud)
    give_card(cloud)

    assert providers.watchmode.requests[-1].headers["X-API-Key"] == watchmode.KEY
    assert providers.tmdb.requests[-1].headers["Authorization"] == f"Bearer {tmdb.TOKEN}"
    assert "watchmode" in capfd.readouterr().out + logged.text
