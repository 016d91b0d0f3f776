"""What cannot be collected: tried again, later and later, given up with its reason, and replayed."""

import httpx
import pytest
from botocore.exceptions import ClientError

from archive_collector.collecting import CLAIMS, RETRY_SECONDS, SOON_SECONDS
from marquee import aws
from marquee.chunks import TRIES
from marquee.messages.archive import CollectRequest
from marquee.repositories.archive_chunks import ChunkTaken
from tests.fakes.collecting import CollectingCloud
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


def test_ids_with_which_the_function_dies_again_and_again_are_given_up(place: CollectingCloud) -> None:
    request = place.queue("movie", 1, 2, 3)

    def die(operation: str) -> None:
        raise Crash

    for _ in range(CLAIMS):
        with before_requests(aws.s3(), die), pytest.raises(BaseExceptionGroup):
            place.collect(request)
        place.tmdb.clock.sleep(3600)
    assert place.collect(request) is None

    [letter] = place.letters()
    assert set(letter.reasons.values()) == {"the function ended 5 times before it had collected these ids"}
    assert (letter.ids, counts(place)) == ((1, 2, 3), (0, 0, 3))
    place.tmdb.clock.sleep(3600)
    assert place.collect(letter) is None
    assert counts(place) == (0, 3, 0)


def test_id_that_cannot_be_written_is_given_up_with_what_s3_says(place: CollectingCloud) -> None:
    def refuse(operation: str) -> None:
        if operation == "HeadObject":
            raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, operation)

    with before_requests(aws.s3(), refuse):
        collect_to_the_end(place, place.queue("movie", 1))

    [letter] = place.letters()
    assert "AccessDenied" in letter.reasons[1]


def test_ids_that_somebody_else_collects_are_left_alone(place: CollectingCloud) -> None:
    request = place.queue("movie", 1, 2, 3)

    def die(operation: str) -> None:
        raise Crash

    with before_requests(aws.s3(), die), pytest.raises(BaseExceptionGroup):
        place.collect(request)

    with pytest.raises(ChunkTaken):
        place.collect(request)
