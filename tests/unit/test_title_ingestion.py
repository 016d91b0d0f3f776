import json
from typing import Any

import httpx
import pytest

from marquee import aws, guide
from marquee.messages import envelope
from marquee.messages.titles import listing_completed, title_listed
from marquee.messages.work import ListingRequest
from marquee.models.jobs import Job
from marquee.traffic import TrafficClass
from tests.fakes.client import PreparedClient
from tests.fakes.titles import DAY1
from tests.fakes.watchmode import FakeWatchMode, listed, refusal
from tests.unit.conftest import Cloud, FakeContext
from tests.unit.events import kinesis
from title_consumer import handler as consumer_handler
from title_ingestion import handler

PAIR = ("GB", "203", "4")
PART = "GB:source:203:genre:4"


@pytest.fixture
def provider(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> FakeWatchMode:
    fake = FakeWatchMode()
    client = fake.client(cloud.operations)
    monkeypatch.setattr(handler, "watchmode", lambda: client)
    handler.ingestion.cache_clear()
    consumer_handler.consumer.cache_clear()
    return fake


@pytest.fixture
def job_id(cloud: Cloud) -> str:
    started = cloud.jobs.start("listing", started_by="test", input={})
    cloud.jobs.add_parts(started, {PART: "queued"}, counts={})
    return started


def message(job_id: str, requested_at: str = "2099-01-01T00:00:00.000Z") -> dict[str, Any]:
    request = ListingRequest(
        job_id=job_id,
        region="GB",
        source_id="203",
        genre_id="4",
        cause="test",
        traffic=TrafficClass.SCHEDULED,
        requested_at=requested_at,
    )
    queue, client = aws.sqs().get_queue_url(QueueName="listing")["QueueUrl"], aws.sqs()
    client.send_message(QueueUrl=queue, MessageBody=request.model_dump_json())
    (found,) = client.receive_message(QueueUrl=queue)["Messages"]
    return {
        "messageId": found["MessageId"],
        "receiptHandle": found["ReceiptHandle"],
        "body": found["Body"],
        "attributes": {"ApproximateReceiveCount": "2"},
    }


def ingest(*messages: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = handler.lambda_handler({"Records": list(messages)}, FakeContext())  # type: ignore[arg-type]
    return answer


def job(cloud: Cloud, job_id: str) -> Job:
    found = cloud.jobs.get(job_id)
    assert found is not None
    return found


def told(cloud: Cloud) -> tuple[list[str], list[tuple[str, ...]]]:
    """Return the titles that were published, and the ids of the listings that were completed."""
    events = [envelope.parse(data) for data in cloud.published()]
    titles = [title_listed(event).id for event in events if event.header.eventType == envelope.TITLE_LISTED]
    ends = [event for event in events if event.header.eventType == envelope.LISTING_COMPLETED]
    return sorted(titles, key=int), [listing_completed(event).title_ids for event in ends]


def test_pair_is_listed_to_its_last_page(cloud: Cloud, provider: FakeWatchMode, job_id: str) -> None:
    provider.pairs[PAIR] = [listed(number) for number in range(1, 502)]

    assert ingest(message(job_id)) == {"batchItemFailures": []}

    everything = [str(number) for number in range(1, 502)]
    assert told(cloud) == (everything, [tuple(everything)])
    assert [request.url.params.get("page") for request in provider.requests[1:]] == ["1", "2", "3"]
    ended = job(cloud, job_id)
    assert (ended.state, ended.counts["done"], ended.counts["titles"]) == ("succeeded", 1, 501)
    assert cloud.listings.listed_at([PAIR])[PAIR][1] == 501


def test_title_is_attributed_to_exactly_the_pair_that_was_asked_for(
    cloud: Cloud, provider: FakeWatchMode, job_id: str
) -> None:
    provider.pairs[PAIR] = [listed(1)]
    provider.pairs["GB", "26", "4"] = [listed(2)]

    ingest(message(job_id))

    (title,) = (title_listed(envelope.parse(data)) for data in cloud.published() if b"title.listed" in data)
    assert (title.id, title.region, title.source_ids, title.genre_ids) == ("1", "GB", ("203",), ("4",))


def test_only_new_and_changed_titles_are_published(cloud: Cloud, provider: FakeWatchMode, job_id: str) -> None:
    provider.pairs[PAIR] = [listed(number, popularity_percentile=55.5) for number in (1, 2)]
    ingest(message(job_id))
    consumer_handler.lambda_handler(kinesis(*cloud.published()), FakeContext())  # type: ignore[arg-type]
    provider.pairs[PAIR] = [listed(1, popularity_percentile=58.0), listed(2, year=1999), listed(3)]
    before = len(cloud.published())

    ingest(message(job_id))

    events = [envelope.parse(data) for data in cloud.published()]
    assert len(events) == before + 3
    titles, ends = told(cloud)
    assert sorted(titles) == ["1", "2", "2", "3"]
    assert ends[-1] == ("1", "2", "3") or ends[0] == ("1", "2", "3")


def test_second_run_over_the_same_list_publishes_its_end_alone(
    cloud: Cloud, provider: FakeWatchMode, job_id: str
) -> None:
    provider.pairs[PAIR] = [listed(1), listed(2)]
    ingest(message(job_id))
    consumer_handler.lambda_handler(kinesis(*cloud.published()), FakeContext())  # type: ignore[arg-type]

    ingest(message(job_id))

    assert told(cloud) == (["1", "2"], [("1", "2"), ("1", "2")])
    (row,) = (row for row in cloud.index.rows_of_pair("203", "4") if row.card.id == "1")
    known = cloud.titles.get("1")
    assert known is not None
    assert row.listed_as == guide.fingerprint(known.listing)


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(refusal(500, "Server trouble."), id="500"),
        pytest.param(refusal(401, "Invalid API key."), id="401"),
        pytest.param(refusal(429, "The rate limit was exceeded."), id="429"),
        pytest.param(httpx.ReadTimeout("too slow"), id="time-out"),
        pytest.param(httpx.Response(200, json={"titles": "x"}), id="another shape"),
    ],
)
def test_failure_on_a_later_page_publishes_nothing_and_the_message_comes_soon_again(
    cloud: Cloud, provider: FakeWatchMode, job_id: str, fault: httpx.Response | Exception, monkeypatch: Any
) -> None:
    provider.pairs[PAIR] = [listed(number) for number in range(1, 502)]
    provider.faults["list-titles?page=3"] = fault
    shortened: list[dict[str, Any]] = []
    monkeypatch.setattr(aws.sqs(), "change_message_visibility", lambda **request: shortened.append(request))
    sent = message(job_id)

    assert ingest(sent) == {"batchItemFailures": [{"itemIdentifier": sent["messageId"]}]}

    assert cloud.published() == []
    assert cloud.listings.listed_at([PAIR]) == {}
    ended = job(cloud, job_id)
    assert (ended.state, ended.counts["failed"]) == ("failed", 1)
    assert PART in ended.errors[0]
    assert [(each["ReceiptHandle"], each["VisibilityTimeout"]) for each in shortened] == [(sent["receiptHandle"], 120)]


def test_part_that_failed_and_then_succeeds_turns_the_run_around(
    cloud: Cloud, provider: FakeWatchMode, job_id: str
) -> None:
    provider.pairs[PAIR] = [listed(1)]
    provider.faults["list-titles?page=1"] = refusal(500, "Server trouble.")
    sent = message(job_id)
    ingest(sent)
    provider.faults.clear()

    assert ingest(sent) == {"batchItemFailures": []}

    ended = job(cloud, job_id)
    assert (ended.state, ended.counts["failed"], ended.counts["done"]) == ("succeeded", 0, 1)


@pytest.mark.parametrize(
    ("quota", "fault"),
    [
        pytest.param({"quota": 100, "quotaUsed": 100}, None, id="none left, as we know"),
        pytest.param({"quota": 100, "quotaUsed": 0}, refusal(402, "Over quota."), id="none left, as it turns out"),
    ],
)
def test_lack_of_credits_defers_the_part_and_a_run_that_did_nothing_else_has_failed(
    cloud: Cloud, provider: FakeWatchMode, job_id: str, quota: dict[str, int], fault: httpx.Response | None
) -> None:
    provider.quota = quota
    if fault:
        provider.faults["list-titles?page=1"] = fault

    assert ingest(message(job_id)) == {"batchItemFailures": []}

    ended = job(cloud, job_id)
    assert (ended.state, ended.counts["deferred"], ended.counts["failed"]) == ("failed", 1, 0)
    assert cloud.published() == []


def test_incomplete_list_publishes_its_titles_and_no_end(cloud: Cloud, provider: FakeWatchMode, job_id: str) -> None:
    body = {"titles": [listed(1)], "page": 1, "total_results": 2, "total_pages": 1}
    provider.faults["list-titles?page=1"] = httpx.Response(200, json=body)

    ingest(message(job_id))

    assert told(cloud) == (["1"], [])
    assert job(cloud, job_id).counts["incomplete"] == 1
    assert cloud.listings.listed_at([PAIR]) == {}


def test_second_delivery_lists_nothing_again_and_counts_once(
    cloud: Cloud, provider: FakeWatchMode, job_id: str
) -> None:
    provider.pairs[PAIR] = [listed(1)]
    sent = message(job_id, requested_at=DAY1)
    ingest(sent)
    asked, published = len(provider.requests), cloud.published()

    ingest(sent)

    assert (len(provider.requests), cloud.published()) == (asked, published)
    assert job(cloud, job_id).counts["done"] == 1


@pytest.mark.parametrize(
    ("listed_at", "asked"),
    [
        pytest.param("2026-11-01T04:59:59.999Z", ["list-titles"], id="begun before the request"),
        pytest.param("2026-11-01T05:00:00.000Z", [], id="begun at the request"),
        pytest.param("2026-11-01T05:00:00.001Z", [], id="begun after the request"),
    ],
)
def test_listing_that_began_since_the_request_satisfies_it(
    cloud: Cloud, provider: FakeWatchMode, job_id: str, listed_at: str, asked: list[str]
) -> None:
    cloud.listings.record_listed(PAIR, listed_at=listed_at, total=0)

    ingest(message(job_id, requested_at="2026-11-01T05:00:00.000Z"))

    assert (provider.paths, job(cloud, job_id).state) == (asked, "succeeded")


def test_part_that_cannot_be_published_is_failed(
    cloud: Cloud, provider: FakeWatchMode, job_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider.pairs[PAIR] = [listed(1)]
    stream = handler.ingestion()._stream
    rejecting = PreparedClient({"Records": [{"ErrorCode": "Throttled"}, {"ErrorCode": "Throttled"}]})
    monkeypatch.setattr(stream, "_client", rejecting)
    monkeypatch.setattr(stream, "_sleep", lambda _: None)
    sent = message(job_id)

    assert ingest(sent)["batchItemFailures"] == [{"itemIdentifier": sent["messageId"]}]

    assert cloud.listings.listed_at([PAIR]) == {}
    assert job(cloud, job_id).state == "failed"


def test_body_of_a_listing_is_one_json_object_a_record(cloud: Cloud, provider: FakeWatchMode, job_id: str) -> None:
    provider.pairs[PAIR] = [listed(1, title="line\u2028break")]

    ingest(message(job_id))

    assert all(isinstance(json.loads(data), dict) for data in cloud.published())
