"""Messages that come twice, in any order, and functions that die anywhere: everything is stored and counted once."""

import random
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack

import pytest

from marquee import aws
from marquee.messages.archive import CollectRequest
from tests.fakes.collecting import BUCKET, CollectingCloud
from tests.fakes.interruptions import Crash, before_requests
from tests.unit.conftest import Cloud

# More requests to AWS than it takes to collect the messages of these tests.
MOST_REQUESTS = 40


@pytest.fixture
def place(cloud: Cloud) -> CollectingCloud:
    place = CollectingCloud(cloud)
    place.tmdb.add("movie", 1, 2)
    place.tmdb.add_series(5, 2)
    place.tmdb.add("person", 9)
    return place


def messages(place: CollectingCloud) -> list[CollectRequest]:
    return [place.queue("movie", 1, 2, 3), place.queue("tv", 5), place.queue("person", 9)]


def assert_everything_is_there_once(place: CollectingCloud) -> None:
    listed = aws.s3().list_object_versions(Bucket=BUCKET, Prefix="tmdb/")["Versions"]
    versions = Counter(each["Key"] for each in listed if each["Key"].endswith(".pb.zst"))
    assert len(versions) == 6
    assert set(versions.values()) == {1}
    rows = [(table, row["id"]) for table in ("movie", "tv", "season", "person") for row in place.rows(table)]
    assert sorted(rows) == [
        *(("movie", 1), ("movie", 2), ("person", 9)),
        *(("season", "5-1"), ("season", "5-2"), ("tv", 5)),
    ]
    counts = place.job.counts
    assert [counts[name] for name in ("queued", "done", "failed", "stored", "gone")] == [0, 5, 0, 4, 1]
    assert place.job.state == "succeeded"


def test_messages_that_come_ten_times_in_any_order_change_nothing_more(place: CollectingCloud) -> None:
    deliveries = messages(place) * 10
    random.Random(6).shuffle(deliveries)

    for request in deliveries:
        assert place.collect(request) is None

    assert_everything_is_there_once(place)
    assert set(place.tmdb.fetched.values()) == {1}


def dying(after: int) -> tuple[Callable[[str], None], list[str]]:
    """Return what lets a number of requests through, of all clients, and then none; and those that it saw."""
    seen: list[str] = []

    def interrupt(operation: str) -> None:
        seen.append(operation)
        if len(seen) > after:
            raise Crash

    return interrupt, seen


@pytest.mark.parametrize("after", range(0, MOST_REQUESTS, 3))
def test_function_that_dies_anywhere_loses_and_repeats_nothing(place: CollectingCloud, after: int) -> None:
    requests = messages(place)
    interrupt, seen = dying(after)
    clients = (aws.s3(), aws.sqs(), place.cloud.operations.client)
    try:
        with ExitStack() as stack:
            for client in clients:
                stack.enter_context(before_requests(client, interrupt))
            for request in requests:
                place.collect(request)
    except (Crash, BaseExceptionGroup):
        assert len(seen) > after
    else:
        assert len(seen) <= after

    place.tmdb.clock.sleep(3600)
    for request in requests:
        assert place.collect(request) is None

    assert_everything_is_there_once(place)


def test_deaths_one_after_the_other_lose_nothing(place: CollectingCloud) -> None:
    requests = messages(place)
    for after in (5, 9, 14):
        interrupt, _ = dying(after)
        try:
            with before_requests(aws.s3(), interrupt):
                for request in requests:
                    place.collect(request)
        except (Crash, BaseExceptionGroup):
            place.tmdb.clock.sleep(3600)

    for request in requests:
        place.collect(request)

    assert_everything_is_there_once(place)
