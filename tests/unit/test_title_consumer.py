import base64
import json
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from marquee import search
from marquee.errors import Conflict
from marquee.models.titles import Details
from tests.unit.conftest import Cloud, FakeContext
from tests.unit.events import event, kinesis, listing_completed, title_listed
from title_consumer import handler

DAY1, DAY2, DAY3 = "2026-11-01T05:00:00.000Z", "2026-11-02T05:00:00.000Z", "2026-11-03T05:00:00.000Z"
NETFLIX_COMEDY: dict[str, Any] = {"source_ids": ["203"], "genre_ids": ["4"], "region": "GB"}
PRIME_COMEDY: dict[str, Any] = {"source_ids": ["26"], "genre_ids": ["4"], "region": "GB"}


@pytest.fixture(autouse=True)
def fresh_consumer() -> None:
    handler.consumer.cache_clear()


def consume(*events: dict[str, Any] | bytes) -> dict[str, Any]:
    return handler.lambda_handler(kinesis(*events), FakeContext())


def rows(cloud: Cloud, source: str, genre: str) -> set[str]:
    return {row.card.id for row in cloud.index.rows_of_pair(source, genre)}


def refusal(code: str, *reasons: str) -> ClientError:
    answer: Any = {"Error": {"Code": code}, "CancellationReasons": [{"Code": reason} for reason in reasons]}
    return ClientError(answer, "TransactWriteItems")


def refuse(monkeypatch: pytest.MonkeyPatch, key: str, error: Exception) -> None:
    """Let every write of a key end in an error."""
    table = handler.consumer()._titles._table
    write = table.transact

    def transact(actions: Any) -> None:
        if key in str(actions):
            raise error
        write(actions)

    monkeypatch.setattr(table, "transact", transact)


def test_listed_title_stands_under_its_pair_with_an_offer_and_a_crosswalk(cloud: Cloud) -> None:
    consume(title_listed(11, DAY1, imdb_id="tt0000011", **NETFLIX_COMEDY))

    found = set(cloud.items(cloud.catalogue))
    words = {(pk, sk) for pk, sk in found if pk.startswith("search:")}
    assert {sk.split("#")[0] for _, sk in words} == set(search.tokens("Title 11"))
    assert found - words == {
        ("title:11", "record"),
        ("title:11", "offer:GB:203"),
        ("source:203:genre:4", "title:11"),
        ("xref:tmdb:movie:11", "title"),
        ("xref:imdb:tt0000011", "title"),
    }


def test_event_of_r0_with_three_header_fields_and_no_services_becomes_a_record(cloud: Cloud) -> None:
    header = {"publishingComponent": "R0", "publishTimestamp": "2025-07-04T16:02:51.855Z", "publishCause": "x"}
    payload = {"id": 3184039, "title": "MaveriX", "year": 2022, "imdb_id": "tt15373864", "tmdb_id": 196556}

    consume({"header": header, "payload": {**payload, "tmdb_type": "tv", "type": "tv_series"}})

    title = cloud.titles.get("3184039")
    assert title is not None
    assert (title.listing.title, title.listing.as_of, title.attributions) == ("MaveriX", "2025-07-04T16:02:51.855Z", {})


def test_second_delivery_changes_nothing(cloud: Cloud) -> None:
    batch = [title_listed(11, DAY1, **NETFLIX_COMEDY), listing_completed("203", "4", DAY1, [11])]
    consume(*batch)
    before = cloud.items(cloud.catalogue)

    consume(*batch)

    assert cloud.items(cloud.catalogue) == before


def test_relisting_keeps_enrichment(cloud: Cloud) -> None:
    consume(title_listed(11, DAY1, **NETFLIX_COMEDY))
    details = Details(plot_overview="A plot.", poster="https://example.org/p.jpg", user_rating=8.1, as_of=DAY1)
    cloud.titles.apply("11", lambda title: title and title.model_copy(update={"details": details}))

    consume(title_listed(11, DAY2, year=1999, **NETFLIX_COMEDY))

    title = cloud.titles.get("11")
    assert title is not None
    assert (title.details, title.listing.year) == (details, 1999)
    row = next(cloud.index.rows_of_pair("203", "4"))
    assert (row.card.poster, row.card.user_rating, row.card.year) == (details.poster, 8.1, 1999)


def test_title_leaves_only_the_service_that_no_longer_lists_it(cloud: Cloud) -> None:
    consume(title_listed(11, DAY1, **NETFLIX_COMEDY), title_listed(11, DAY1, **PRIME_COMEDY))

    consume(listing_completed("203", "4", DAY2, []), listing_completed("26", "4", DAY2, [11]))

    assert (rows(cloud, "203", "4"), rows(cloud, "26", "4")) == (set(), {"11"})
    title, offers = cloud.titles.get_with_offers("11")
    assert title is not None
    assert {offer.source_id: offer.listing.left_at for offer in offers if offer.listing} == {"203": DAY2, "26": None}
    assert next(cloud.index.rows_of_pair("26", "4")).card.availability == {"GB": ("26",)}


@pytest.mark.parametrize("choosers", [0, 1], ids=["nobody has the other pair", "somebody has the other pair"])
def test_pair_that_is_listed_speaks_for_one_that_nobody_has_chosen_any_more(cloud: Cloud, choosers: int) -> None:
    other: dict[str, Any] = {**NETFLIX_COMEDY, "genre_ids": ["7"]}
    cloud.viewers_table.put({"PK": "pairs", "SK": "source:203:genre:7", "viewers": choosers})
    consume(title_listed(11, DAY1, **NETFLIX_COMEDY), title_listed(11, DAY1, **other))

    for _ in range(2):
        consume(listing_completed("203", "4", DAY2, []))

    assert rows(cloud, "203", "4") == set()
    assert rows(cloud, "203", "7") == ({"11"} if choosers else set())
    (offer,) = cloud.titles.get_with_offers("11")[1]
    assert offer.listing is not None
    assert offer.listing.left_at == (None if choosers else DAY2)
    # Whoever chooses the pair again sees the title when it is listed again.
    consume(title_listed(11, DAY3, **other))
    assert rows(cloud, "203", "7") == {"11"}


def test_title_that_leaves_one_country_stays_in_the_other(cloud: Cloud) -> None:
    american = {**NETFLIX_COMEDY, "region": "US"}
    consume(title_listed(11, DAY1, **NETFLIX_COMEDY), title_listed(11, DAY1, **american))

    consume(listing_completed("203", "4", DAY2, []))

    assert next(cloud.index.rows_of_pair("203", "4")).regions == ("US",)


def test_title_that_comes_back_is_shown_again(cloud: Cloud) -> None:
    consume(title_listed(11, DAY1, **NETFLIX_COMEDY), listing_completed("203", "4", DAY2, []))

    consume(listing_completed("203", "4", DAY3, [11]))

    assert rows(cloud, "203", "4") == {"11"}


def test_late_listing_does_not_bring_back_what_a_later_one_took_away(cloud: Cloud) -> None:
    consume(listing_completed("203", "4", DAY2, []))

    consume(title_listed(11, DAY1, **NETFLIX_COMEDY), listing_completed("203", "4", DAY1, [11]))

    assert rows(cloud, "203", "4") == set()


def test_title_that_a_quiet_later_listing_confirmed_is_not_lost_when_its_own_event_is_late(cloud: Cloud) -> None:
    consume(listing_completed("203", "4", DAY2, [11]))

    consume(title_listed(11, DAY1, **NETFLIX_COMEDY))

    assert rows(cloud, "203", "4") == {"11"}


def test_of_two_titles_with_one_tmdb_id_the_smaller_is_found_whatever_came_first(cloud: Cloud) -> None:
    consume(title_listed(30, DAY1, tmdb_id=7), title_listed(4, DAY1, tmdb_id=7), title_listed(100, DAY2, tmdb_id=7))

    assert cloud.items(cloud.catalogue)[("xref:tmdb:movie:7", "title")]["title_id"]["S"] == "4"


def test_a_service_with_a_hundred_pairs_is_written_whole(cloud: Cloud) -> None:
    many = {"source_ids": [str(n) for n in range(1, 13)], "genre_ids": [str(n) for n in range(1, 11)], "region": "GB"}

    consume(title_listed(11, DAY1, **many))

    assert all(rows(cloud, source, genre) == {"11"} for source in many["source_ids"] for genre in many["genre_ids"])


@pytest.mark.parametrize(
    ("original", "reason"),
    [
        pytest.param(b"nonsense", "not JSON", id="not JSON"),
        pytest.param(b"\xff\xfe\x00", "not JSON", id="not text"),
        pytest.param(b"[1, 2]", "body", id="no object"),
        pytest.param(json.dumps({"payload": {}}).encode(), "header: Field required", id="no header"),
        pytest.param(json.dumps(title_listed(1, "yesterday")).encode(), "publishTimestamp", id="no time"),
        pytest.param(json.dumps(event("title.listed", DAY1, "text")).encode(), "payload", id="payload is text"),
        pytest.param(json.dumps(title_listed(1, DAY1, title="")).encode(), "title", id="no title"),
        pytest.param(json.dumps(title_listed(-1, DAY1)).encode(), "id", id="negative id"),
        pytest.param(json.dumps(title_listed(1, DAY1, region="gb")).encode(), "region", id="no country"),
        pytest.param(json.dumps(event("title.burnt", DAY1, {})).encode(), "unknown event type", id="unknown type"),
        pytest.param(json.dumps(event("x" * 900_000, DAY1, {})).encode(), "eventType", id="endless type"),
        pytest.param(json.dumps(title_listed(1, "0001-01-01T00:00:00+23:59")).encode(), "years", id="before all years"),
        pytest.param(json.dumps(title_listed(1, "9999-12-31T23:59:59-23:59")).encode(), "years", id="after all years"),
        pytest.param(json.dumps(title_listed(1, "9000-01-01T00:00:00Z")).encode(), "future", id="in the future"),
        pytest.param(json.dumps(title_listed(1, DAY1, tmdb_id=10**40)).encode(), "tmdb_id", id="endless number"),
        pytest.param(
            json.dumps(title_listed(1, DAY1, source_ids=list(range(99)))).encode(), "source_ids", id="services"
        ),
    ],
)
def test_unusable_event_is_quarantined_with_its_reason_and_blocks_nothing(
    cloud: Cloud, original: bytes, reason: str
) -> None:
    answer = consume(original, title_listed(11, DAY1), original)

    kept = quarantined(cloud)
    assert [(original.startswith(each["original"]["B"]), reason in each["reason"]["S"]) for each in kept] == [
        (True, True)
    ]
    assert all(each["truncated"]["BOOL"] == (len(original) > len(each["original"]["B"])) for each in kept)
    assert cloud.titles.get("11") is not None
    assert answer == {"batchItemFailures": []}
    assert all(reason in message for message in cloud.messages("QUARANTINE_QUEUE_URL"))


def quarantined(cloud: Cloud) -> list[dict[str, Any]]:
    return [item for (pk, _), item in cloud.items(cloud.operations).items() if pk.startswith("quarantine:")]


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(refusal("ValidationException"), id="invalid"),
        pytest.param(refusal("TransactionCanceledException", "None", "ValidationError"), id="one of several invalid"),
        pytest.param(
            refusal("TransactionCanceledException", "ItemCollectionSizeLimitExceeded", "None"), id="one too large"
        ),
        pytest.param(
            refusal("TransactionCanceledException", "TransactionConflict", "ValidationError"),
            id="invalid and a conflict",
        ),
        pytest.param(RuntimeError("broken"), id="unexpected"),
    ],
)
def test_event_that_can_never_be_written_is_quarantined_and_the_others_are_written(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    refuse(monkeypatch, "title:12", error)

    answer = consume(title_listed(11, DAY1), title_listed(12, DAY1), title_listed(13, DAY1))

    assert answer == {"batchItemFailures": []}
    assert [cloud.titles.get(each) is not None for each in ("11", "12", "13")] == [True, False, True]
    assert ["cannot be applied" in each["reason"]["S"] for each in quarantined(cloud)] == [True]


def test_activity_events_are_somebody_elses(cloud: Cloud) -> None:
    consume(event("activity.title_viewed", DAY1, {"anything": 1}))

    assert cloud.items(cloud.operations) == {}


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(refusal("ProvisionedThroughputExceededException"), id="too much at once"),
        pytest.param(refusal("TransactionCanceledException", "None", "ThrottlingError"), id="one of several throttled"),
        pytest.param(EndpointConnectionError(endpoint_url="https://table"), id="unreachable"),
        pytest.param(Conflict("changed by others"), id="conflict"),
    ],
)
def test_record_that_the_table_refuses_comes_again_and_the_others_are_written(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    refuse(monkeypatch, "title:12", error)

    answer = consume(title_listed(11, DAY1), title_listed(12, DAY1), title_listed(13, DAY1))

    assert answer == {"batchItemFailures": [{"itemIdentifier": "2"}]}
    assert [cloud.titles.get(each) is not None for each in ("11", "12", "13")] == [True, False, True]
    assert quarantined(cloud) == []


def test_batch_of_lambda_is_read_as_it_comes(cloud: Cloud) -> None:
    data = base64.b64encode(json.dumps(title_listed(11, DAY1)).encode()).decode()
    kinesis_part = {"sequenceNumber": "1", "data": data, "partitionKey": "title:11"}
    record = {"eventID": "shardId-000:1", "eventSource": "aws:kinesis", "kinesis": kinesis_part}

    assert handler.lambda_handler({"Records": [record]}, FakeContext()) == {"batchItemFailures": []}
    assert cloud.titles.get("11") is not None
