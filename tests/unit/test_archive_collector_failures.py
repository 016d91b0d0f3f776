"""What cannot be collected: tried again, later and later, given up with its reason, and replayed."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from archive_collector.collecting import CLAIMS, RETRY_SECONDS, SOON_SECONDS
from marquee import aws, clock
from marquee.chunks import TRIES
from marquee.messages.archive import CollectRequest
from marquee.models.archive import MediaType
from marquee.repositories.archive_chunks import ChunkTaken
from marquee.repositories.governors import Reservation
from tests.fakes.collecting import BUCKET, CollectingCloud
from tests.fakes.interruptions import Crash, before_requests
from tests.fakes.tmdb import refusal
from tests.unit.conftest import Cloud

FAULTS = {
    "overloaded": refusal(503, 9, "Service offline."),
    "too many": refusal(429, 25, "Your request count is over the allowed limit."),
    "not JSON": httpx.Response(200, content=b'{"id": 1'),
    "no object": httpx.Response(200, json=[1]),
    "another item": httpx.Response(200, json={"id": 999}),
    "wrong key": refusal(401, 7, "Invalid API key: You must be granted a valid key."),
    "in between": httpx.Response(404, content=b"<html>not here</html>"),
}


@pytest.fixture
def place(cloud: Cloud) -> CollectingCloud:
    place = CollectingCloud(cloud)
    place.tmdb.add("movie", 1, 2, 3)
    return place


def counts(place: CollectingCloud) -> tuple[int, ...]:
    return tuple(place.job.counts[name] for name in ("queued", "done", "failed"))


def collect_to_the_end(place: CollectingCloud, request: CollectRequest) -> list[int]:
    """Deliver a message as often as it wants to come again and return after how many seconds each time."""
    waits = []
    while (seconds := place.collect(request)) is not None:
        waits.append(seconds)
        place.tmdb.clock.sleep(seconds)
    return waits


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_id_that_fails_stays_and_does_not_hold_up_the_others(place: CollectingCloud, fault: httpx.Response) -> None:
    place.tmdb.faults[2] = fault
    request = place.queue("movie", 1, 2, 3)

    assert place.collect(request) == RETRY_SECONDS[0]
    assert counts(place) == (1, 2, 0)
    assert place.job.state == "running"

    place.tmdb.faults.clear()
    place.tmdb.clock.sleep(3600)
    assert place.collect(request) is None
    assert counts(place) == (0, 3, 0)
    assert place.job.state == "succeeded"
    assert set(place.tmdb.fetched.values()) == {1}


def test_id_that_goes_on_failing_is_in_the_dead_letter_queue_with_its_reason(place: CollectingCloud) -> None:
    place.tmdb.faults[2] = FAULTS["overloaded"]
    request = place.queue("movie", 1, 2, 3)

    waits = collect_to_the_end(place, request)

    assert waits == list(RETRY_SECONDS[: TRIES - 1])
    [letter] = place.letters()
    assert (letter.ids, letter.chunk, letter.reasons) == ((2,), 0, {2: "UpstreamUnavailable: tmdb: Service offline."})
    assert counts(place) == (0, 2, 1)
    assert place.job.state == "failed"
    assert place.job.errors == ("movie 2: UpstreamUnavailable: tmdb: Service offline.",)
    assert place.collect(request) is None
    assert place.letters() == []


def test_replay_empties_the_dead_letter_queue_and_the_harvest_succeeds(place: CollectingCloud) -> None:
    place.tmdb.faults[2] = FAULTS["overloaded"]
    collect_to_the_end(place, place.queue("movie", 1, 2, 3))
    [letter] = place.letters()
    place.tmdb.faults.clear()
    place.tmdb.clock.sleep(3600)

    for _ in range(2):
        assert place.collect(letter) is None

    assert (place.letters(), counts(place), place.job.state) == ([], (0, 3, 0), "succeeded")
    assert place.store.get("movie", "2").body
    manifest = place.manifests.get(place.job_id)
    assert manifest
    assert manifest["counts"]["failed"] == 0


def test_replay_that_fails_again_ends_in_the_dead_letter_queue_again(place: CollectingCloud) -> None:
    place.tmdb.faults[2] = FAULTS["overloaded"]
    collect_to_the_end(place, place.queue("movie", 1, 2, 3))
    [letter] = place.letters()

    waits = collect_to_the_end(place, letter)

    # More than there were tries: in between the breaker was open.
    assert len(waits) >= TRIES - 1
    assert set(waits) <= set(RETRY_SECONDS)
    assert [each.ids for each in place.letters()] == [(2,)]
    assert (counts(place), place.job.state) == ((0, 2, 1), "failed")


def test_refusals_by_an_open_breaker_are_no_tries(place: CollectingCloud) -> None:
    request = place.queue("movie", 1, 2, 3)
    for _ in range(2 * TRIES):
        governor = place.client._governor
        for _ in range(5):
            governor.report_failure()
        assert place.collect(request) in RETRY_SECONDS
    assert counts(place) == (3, 0, 0)
    assert sum(place.tmdb.fetched.values()) == 0

    place.tmdb.clock.sleep(3600)
    assert place.collect(request) is None
    assert counts(place) == (0, 3, 0)


def test_what_time_was_too_short_for_comes_again_at_once_and_is_no_try(place: CollectingCloud) -> None:
    request = place.queue("movie", 1, 2, 3)

    waits = [place.collect(request, seconds=-1) for _ in range(2 * TRIES)]

    assert set(waits) == {SOON_SECONDS}
    assert collect_to_the_end(place, request) == []
    assert counts(place) == (0, 3, 0)


def dying_of(place: CollectingCloud, deadly: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the function die whenever it has fetched an id."""
    fetch = place.client.body

    def body(media_type: MediaType, id: int, reservation: Reservation) -> dict[str, Any]:
        if id == deadly:
            raise Crash
        return fetch(media_type, id, reservation)

    monkeypatch.setattr(place.client, "body", body)


def collect_through_deaths(place: CollectingCloud, request: CollectRequest) -> int:
    """Deliver a message until nothing of it is left and return how often the function died."""
    deaths = 0
    for _ in range(4 * CLAIMS):
        try:
            if place.collect(request) is None:
                return deaths
        except BaseExceptionGroup:
            deaths += 1
        place.tmdb.clock.sleep(3600)
    raise AssertionError("the message comes again and again")


@pytest.mark.parametrize("deadly", [1, 13, 25])
def test_id_of_which_the_function_dies_is_given_up_and_all_others_are_collected(
    place: CollectingCloud, monkeypatch: pytest.MonkeyPatch, deadly: int
) -> None:
    ids = range(1, 26)
    place.tmdb.add("movie", *ids)
    request = place.queue("movie", *ids)

    with monkeypatch.context() as patch:
        dying_of(place, deadly, patch)
        assert collect_through_deaths(place, request) == CLAIMS

    [letter] = place.letters()
    assert letter.reasons == {deadly: "the function ended 5 times before it had collected this id"}
    assert counts(place) == (0, 24, 1)
    assert [row["id"] for row in place.rows("movie")] == sorted(set(ids) - {deadly}, key=str)
    place.tmdb.clock.sleep(3600)
    assert place.collect(letter) is None
    assert (counts(place), place.job.state) == ((0, 25, 0), "succeeded")


def test_series_after_a_death_leave_every_row_once(place: CollectingCloud) -> None:
    ids = range(1, 16)
    place.tmdb.add("tv", *ids[:10])
    for id in ids[10:]:
        place.tmdb.add_series(id, 1)
    request = place.queue("tv", *ids)

    with before_requests(place.cloud.operations.client, crash_before_counts), pytest.raises(Crash):
        place.collect(request)
    place.tmdb.clock.sleep(3600)
    assert place.collect(request) is None

    assert sorted(row["id"] for row in place.rows("tv")) == list(ids)
    assert [row["id"] for row in place.rows("season")] == [f"{id}-1" for id in ids[10:]]
    assert len(place.rows("episode")) == 5


def crash_before_counts(operation: str) -> None:
    if operation == "TransactWriteItems":
        raise Crash


def refused(code: str, *operations: str) -> Callable[[str], None]:
    """Return an interruption by which AWS refuses these operations, all if none is named."""

    def refuse(operation: str) -> None:
        if not operations or operation in operations:
            raise ClientError({"Error": {"Code": code, "Message": "no"}}, operation)

    return refuse


@pytest.mark.parametrize("obstacle", ["S3", "no connection", "key", "forbidden"])
def test_failures_that_say_nothing_of_an_id_are_no_tries_and_come_later_and_later(
    place: CollectingCloud, obstacle: str
) -> None:
    def disconnect(operation: str) -> None:
        raise EndpointConnectionError(endpoint_url="https://s3.test")

    request = place.queue("movie", 1, 2, 3)
    if obstacle in ("key", "forbidden"):
        place.tmdb.faults = dict.fromkeys((1, 2, 3), refusal(401 if obstacle == "key" else 403, 7, "No."))
    stop = {"S3": refused("AccessDenied"), "no connection": disconnect}.get(obstacle, lambda _: None)
    with before_requests(aws.s3(), stop):
        waits = [place.collect(request) for _ in range(2 * TRIES)]

    assert waits == [*RETRY_SECONDS, *[RETRY_SECONDS[-1]] * TRIES]
    assert (counts(place), place.letters()) == ((3, 0, 0), [])
    place.tmdb.faults.clear()
    assert place.collect(request) is None
    assert (counts(place), place.job.state) == ((0, 3, 0), "succeeded")


def test_waits_begin_anew_after_something_was_collected(place: CollectingCloud) -> None:
    request = place.queue("movie", 1, 2, 3)
    with before_requests(aws.s3(), refused("SlowDown", "HeadObject")):
        for _ in range(3):
            place.collect(request)
    place.collect(request, seconds=-1)

    with before_requests(aws.s3(), refused("SlowDown", "HeadObject")):
        assert place.collect(request) == RETRY_SECONDS[0]


@pytest.mark.parametrize("operation", ["PutObject", "TransactWriteItems"])
def test_rows_and_counts_that_cannot_be_written_are_no_deaths(place: CollectingCloud, operation: str) -> None:
    place.collect(place.queue("movie", 1))
    place.next_harvest()
    request = place.queue("movie", 1, 2, 3)
    place.tmdb.items.pop(("movie", 1))
    client = aws.s3() if operation == "PutObject" else place.cloud.operations.client
    rows = place.store.put_rows

    def put_rows(*row: Any) -> None:
        with before_requests(client, refused("InternalError", operation)):
            rows(*row)

    for _ in range(2 * CLAIMS):
        if operation == "PutObject":
            place.store.put_rows = put_rows  # type: ignore[method-assign]
            with pytest.raises(ClientError):
                place.collect(request)
        else:
            with before_requests(client, refused("InternalError", operation)), pytest.raises(ClientError):
                place.collect(request)
    place.store.put_rows = rows  # type: ignore[method-assign]

    # Nobody has them, and nobody gave them up.
    assert place.collect(request) is None
    assert (counts(place), place.letters()) == ((0, 3, 0), [])
    assert [(row["id"], row["gone"]) for row in place.rows("movie")] == [(1, False), (1, True), (2, False), (3, False)]


def test_rows_lie_under_the_day_on_which_their_ids_were_taken_up_first(
    place: CollectingCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = place.queue("movie", 1, 2, 3)
    monkeypatch.setattr(clock, "now", lambda: "2026-03-10T23:59:50.000Z")

    with before_requests(place.cloud.operations.client, crash_before_counts), pytest.raises(Crash):
        place.collect(request)
    place.tmdb.clock.sleep(3600)
    monkeypatch.setattr(clock, "now", lambda: "2026-03-11T00:59:50.000Z")
    assert place.collect(request) is None

    listed = aws.s3().list_objects_v2(Bucket=BUCKET, Prefix="tmdb/_tables/movie/")["Contents"]
    assert ["collected=2026-03-10" in each["Key"] for each in listed] == [True]
    assert [row["id"] for row in place.rows("movie")] == [1, 2, 3]


def test_ids_that_somebody_else_collects_are_left_alone(place: CollectingCloud) -> None:
    request = place.queue("movie", 1, 2, 3)

    def die(operation: str) -> None:
        raise Crash

    with before_requests(aws.s3(), die), pytest.raises(BaseExceptionGroup):
        place.collect(request)

    with pytest.raises(ChunkTaken):
        place.collect(request)
