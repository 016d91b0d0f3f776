import json

import pytest

from marquee.clients.watchmode import ListedTitle
from marquee.messages import envelope
from marquee.messages.envelope import MalformedEvent
from marquee.messages.titles import TitleListed, listing_completed, title_listed
from marquee.messages.work import EnrichmentRequest, ListingRequest
from marquee.traffic import TrafficClass
from tests.fakes.watchmode import listed
from title_ingestion.ingestion import events, to_event

DAY1 = "2026-11-01T05:00:00.000Z"
REQUEST = ListingRequest(
    job_id="job",
    region="GB",
    source_id="203",
    genre_id="4",
    cause="userpref:viewer",
    traffic=TrafficClass.VIEWER,
    requested_at=DAY1,
)


def published(*titles: ListedTitle) -> list[tuple[str, bytes]]:
    payloads = [to_event(title, REQUEST) for title in titles]
    return list(events(payloads, payloads, REQUEST, DAY1))


def r0(header: dict[str, str], **payload: object) -> bytes:
    return json.dumps({"header": header, "payload": payload}).encode()


def test_consumer_reads_the_facts_that_ingestion_published() -> None:
    title = ListedTitle.model_validate(listed(11, title="Amélie 🎬", popularity_percentile=99.5))

    (key, data), _ = published(title)
    event = envelope.parse(data)

    assert key == "title:11"
    assert title_listed(event) == TitleListed(
        id="11",
        title="Amélie 🎬",
        type="movie",
        year=2020,
        imdb_id="tt0000011",
        tmdb_id=11,
        tmdb_type="movie",
        popularity_percentile=99.5,
        source_ids=("203",),
        genre_ids=("4",),
        region="GB",
    )


def test_consumer_reads_the_end_of_the_listing_that_ingestion_published() -> None:
    titles = [ListedTitle.model_validate(listed(number)) for number in (11, 12)]

    *_, (key, data) = published(*titles)
    completed = listing_completed(envelope.parse(data))

    assert key == "source:203:genre:4"
    assert (completed.source_id, completed.genre_id, completed.region) == ("203", "4", "GB")
    assert completed.title_ids == ("11", "12")


def test_empty_pair_still_tells_that_it_was_listed() -> None:
    ((_, data),) = published()

    assert listing_completed(envelope.parse(data)).title_ids == ()


def test_header_says_who_published_when_and_why() -> None:
    (_, first), (_, second) = published(ListedTitle.model_validate(listed(11)))
    headers = [envelope.parse(data).header for data in (first, second)]

    assert [header.eventType for header in headers] == ["title.listed", "listing.completed"]
    assert {header.publishingComponent for header in headers} == {"title_ingestion"}
    assert {(header.publishTimestamp, header.publishCause) for header in headers} == {(DAY1, "userpref:viewer")}
    assert len({header.eventId for header in headers}) == 2


def test_all_six_fields_of_the_header_travel() -> None:
    ((_, data),) = published()

    assert set(json.loads(data)["header"]) == {
        "eventId",
        "eventType",
        "schemaVersion",
        "publishingComponent",
        "publishTimestamp",
        "publishCause",
    }


@pytest.mark.parametrize("text", ["a\u2028b", "a\u2029b", "a\u0085b", 'quote " slash \\ tab \t', "\x00\x7f"])
def test_text_with_odd_characters_arrives_as_it_was_sent(text: str) -> None:
    (_, data), _ = published(ListedTitle.model_validate(listed(11, title=text)))

    assert title_listed(envelope.parse(data)).title == text


def test_three_field_header_of_r0_means_a_listed_title() -> None:
    header = {"publishingComponent": "R0", "publishTimestamp": "2025-07-04T16:02:51.855Z", "publishCause": "x"}

    event = envelope.parse(r0(header, id=3184039, title="MaveriX", type="tv_series"))

    assert (event.header.eventType, event.header.publishTimestamp) == ("title.listed", "2025-07-04T16:02:51.855Z")
    assert title_listed(event).source_ids == ()


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        pytest.param("2025-07-04T18:02:51.855+02:00", "2025-07-04T16:02:51.855Z", id="offset"),
        pytest.param("2025-07-04T16:02:51", "2025-07-04T16:02:51.000Z", id="no offset is UTC"),
        pytest.param("2025-07-04T16:02:51.855999Z", "2025-07-04T16:02:51.855Z", id="microseconds"),
    ],
)
def test_time_of_any_form_becomes_the_one_form_that_sorts(written: str, moment: str) -> None:
    header = {"publishingComponent": "R0", "publishTimestamp": written, "publishCause": "x"}

    assert envelope.parse(r0(header)).header.publishTimestamp == moment


def test_event_without_an_id_gets_the_same_one_each_time_and_another_event_another_one() -> None:
    header = {"publishingComponent": "R0", "publishTimestamp": DAY1, "publishCause": "x"}
    first, again, other = (envelope.parse(r0(header, id=number)).header.eventId for number in (1, 1, 2))

    assert first == again == envelope.content_id(r0(header, id=1))
    assert other != first


def test_event_keeps_the_id_it_brings() -> None:
    ((_, data),) = published()

    assert envelope.parse(data).header.eventId == json.loads(data)["header"]["eventId"]


def test_reason_of_a_malformed_event_names_the_place_and_not_the_body() -> None:
    header = {"publishingComponent": "R0", "publishTimestamp": DAY1, "publishCause": "x"}
    event = envelope.parse(r0(header, id="private", title="T", type="movie"))

    with pytest.raises(MalformedEvent) as caught:
        title_listed(event)

    assert "id" in str(caught.value)
    assert "private" not in str(caught.value)


def test_deeply_nested_text_is_malformed_and_nothing_worse() -> None:
    with pytest.raises(MalformedEvent):
        envelope.parse(b"[" * 100_000)


def test_work_messages_arrive_as_they_were_sent() -> None:
    request = EnrichmentRequest(title_id="11", traffic=TrafficClass.BACKFILL)

    assert ListingRequest.model_validate_json(REQUEST.model_dump_json()) == REQUEST
    assert EnrichmentRequest.model_validate_json(request.model_dump_json()) == request
