"""Harvests that are cut short, come more than once or meet another one."""

from contextlib import ExitStack
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive_harvester import queueing
from marquee import aws
from marquee.clients.tmdb_exports import UNPACKED_BYTES
from marquee.errors import UpstreamUnavailable
from marquee.messages.archive import HarvestMessage
from marquee.repositories.archive_states import LOCK_SECONDS, ArchiveStates
from marquee.repositories.harvests import HarvestBusy, HarvestRepository
from tests.fakes.clock import FakeClock
from tests.fakes.exports import BUCKET, TODAY, HarvestCloud, packed
from tests.fakes.interruptions import Crash, before_requests, crashing
from tests.unit.conftest import Cloud

# Longer than a claim holds.
LATER = 3600
BEFORE = range(100, 200)
LISTED = {"movie": range(1, 851), "tv": range(1, 131), "person": range(5, 6)}
CHANGED = {120, 121}
TODO = {name: set(ids) for name, ids in LISTED.items()}
TODO["movie"] -= set(BEFORE) - CHANGED
TOTAL = sum(map(len, TODO.values()))


class TickingClock(FakeClock):
    """A clock that moves on by a second whenever it is read."""

    def __call__(self) -> float:
        self.now += 1
        return self.now


@pytest.fixture
def harvests(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> HarvestCloud:
    monkeypatch.setattr(queueing, "MESSAGES_A_STEP", 3)
    return HarvestCloud(cloud, monkeypatch)


def begin(harvests: HarvestCloud) -> dict[str, Any]:
    """Return the message of a harvest in an archive that knows some movies and nothing else."""
    for pk, sk in harvests.cloud.items(harvests.operations):
        harvests.operations.delete(pk, sk)
    for each in aws.s3().list_objects_v2(Bucket=BUCKET).get("Contents", []):
        aws.s3().delete_object(Bucket=BUCKET, Key=each["Key"])
    harvests.list_all(movie=BEFORE)
    harvests.harvest(scope="exports")
    harvests.sent()
    harvests.list_all(**LISTED)
    harvests.source.changed = {}
    harvests.source.change("movie", [*CHANGED, 9000])
    return harvests.message(HarvestMessage(request=harvests.request()))


def dies(harvests: HarvestCloud, record: dict[str, Any], *, after: int) -> bool:
    """Deliver a message to a function that dies after so many requests to AWS; return whether it came to that."""
    with ExitStack() as stack:
        interrupt = crashing(after)
        for client in (aws.dynamodb(), aws.s3(), aws.sqs()):
            stack.enter_context(before_requests(client, interrupt))
        try:
            harvests.deliver(record)
        except Crash:
            harvests.clock.sleep(LATER)
            return True
    return False


def check_all_is_queued(harvests: HarvestCloud, job_id: str) -> int:
    """Check the outcome of a harvest; return how many messages were sent."""
    sent, chunks = harvests.sent(), dict[tuple[str, int], tuple[int, ...]]()
    for request in sent:
        assert request.job_id == job_id
        # What comes twice is known by its number, and is the same.
        assert chunks.setdefault((request.media_type, request.chunk), request.ids) == request.ids
    for name, ids in TODO.items():
        assert sorted(id for (kind, _), part in chunks.items() if kind == name for id in part) == sorted(ids)
    job = harvests.job(job_id)
    assert (job.state, job.counts["queued"]) == ("running", TOTAL)
    assert {name: set(ids) for name, ids in harvests.known().items()} == {n: set(ids) for n, ids in LISTED.items()}
    states = ArchiveStates(harvests.operations)
    assert {states.get("movie").changes_until, states.get("tv").exported} == {TODAY}
    assert harvests.manifest(job_id)["types"]["movie"]["queued"] == len(TODO["movie"])
    assert harvests.progress(job_id).stage == "ended"
    return len(sent)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deaths=st.lists(st.integers(0, 75), max_size=4))
def test_function_that_dies_anywhere_loses_nothing_and_repeats_only_known_chunks(
    harvests: HarvestCloud, deaths: list[int]
) -> None:
    record = begin(harvests)

    died = [dies(harvests, record, after=each) for each in deaths]
    harvests.deliver(record)

    sent = check_all_is_queued(harvests, harvests.job_id(record))
    assert sent <= 11 + queueing.MESSAGES_A_STEP * sum(died)


def test_function_that_always_dies_a_little_later_gets_there(harvests: HarvestCloud) -> None:
    record, after = begin(harvests), 5

    while dies(harvests, record, after=after):
        after += 2
    harvests.deliver(record)

    check_all_is_queued(harvests, harvests.job_id(record))


def test_message_that_comes_ten_times_makes_one_harvest(harvests: HarvestCloud) -> None:
    record = begin(harvests)

    for _ in range(10):
        harvests.deliver(record)

    assert check_all_is_queued(harvests, harvests.job_id(record)) == 11


def test_harvest_goes_on_in_further_invocations_when_the_time_is_up(harvests: HarvestCloud) -> None:
    record = begin(harvests)
    harvests.clock = TickingClock()

    harvests.deliver(record, seconds=6)
    invocations = harvests.go_on(seconds=6)

    assert invocations > 5
    assert check_all_is_queued(harvests, harvests.job_id(record)) == 11


def test_second_invocation_leaves_the_harvest_to_the_one_that_works_on_it(harvests: HarvestCloud) -> None:
    record = begin(harvests)
    assert dies(harvests, record, after=20)
    harvests.clock.now -= LATER

    with pytest.raises(HarvestBusy) as busy:
        harvests.deliver(record)

    assert 500 <= busy.value.seconds <= 560
    harvests.clock.sleep(busy.value.seconds + 1)
    harvests.deliver(record)
    check_all_is_queued(harvests, harvests.job_id(record))


def test_invocation_that_lost_its_claim_changes_nothing(harvests: HarvestCloud) -> None:
    record = begin(harvests)
    job_id = harvests.job_id(record)
    late, early = (HarvestRepository(harvests.operations, each, time=harvests.clock) for each in ("late", "early"))
    late.create(job_id, "test", {})
    stale = late.claim(job_id, harvests.clock() + 10)
    assert stale
    harvests.clock.sleep(11)
    assert early.claim(job_id, harvests.clock() + 10)
    before = harvests.cloud.items(harvests.operations)

    for write in (late.save, late.save_harvested, lambda each: late.fail(each, "no")):
        with pytest.raises(HarvestBusy):
            write(stale)
    late.give_back(job_id)

    assert harvests.cloud.items(harvests.operations) == before


def test_only_one_harvest_runs_at_a_time_and_the_other_says_which(harvests: HarvestCloud) -> None:
    first = begin(harvests)
    assert dies(harvests, first, after=20)
    second = harvests.message(HarvestMessage(request=harvests.request()))

    harvests.deliver(second)

    refused = harvests.job(harvests.job_id(second))
    assert (refused.state, refused.errors) == ("failed", (f"Another harvest runs: job {harvests.job_id(first)}.",))
    harvests.deliver(first)
    check_all_is_queued(harvests, harvests.job_id(first))
    assert harvests.job(harvests.harvest(scope="exports")).state == "succeeded"


def test_harvest_that_goes_on_after_another_one_has_ended_keeps_what_that_one_knows(harvests: HarvestCloud) -> None:
    first = begin(harvests)
    harvests.list_all(movie=[*range(101, 851), 900])
    after, stage = 20, ""
    while stage != "queue":
        assert dies(harvests, first, after=after)
        after, stage = after + 2, harvests.progress(harvests.job_id(first)).stage
    harvests.clock.sleep(LOCK_SECONDS)
    harvests.list_all(movie=[*range(101, 851), 901])
    harvests.harvest(scope="exports")
    assert set(harvests.known()["movie"]) == {*range(101, 851), 901}

    harvests.deliver(first)

    assert set(harvests.known()["movie"]) == {*range(101, 851), 900, 901}


def test_export_that_breaks_off_is_read_on_from_where_it_broke(harvests: HarvestCloud) -> None:
    begin(harvests)
    ids = range(1, 12_001)
    harvests.source.publish("movie_ids", ids)
    whole = harvests.source.files["movie_ids", TODAY]
    edition = {"ETag": f'"{hash(whole)}"'}
    cut = httpx.Response(200, headers=edition, stream=httpx.ByteStream(whole[: len(whole) // 2]))
    harvests.source.fault = lambda label: cut if label.startswith("movie_ids") else None
    record = harvests.message(HarvestMessage(request=harvests.request(scope="exports", media_types=["movie"])))

    with pytest.raises(UpstreamUnavailable, match="breaks off"):
        harvests.deliver(record)

    job_id = harvests.job_id(record)
    read = harvests.progress(job_id).types[0].exports[0]
    assert UNPACKED_BYTES / 100 < read.lines < 12_000
    assert harvests.job(job_id).errors == ("UpstreamUnavailable: tmdb exports: the file breaks off",)
    assert harvests.known()["movie"] == harvests.ids.known("movie")
    assert len(harvests.known()["movie"]) == len(BEFORE)
    harvests.source.fault = lambda label: None
    harvests.deliver(record)
    assert harvests.sent_ids()["movie"] == {*ids} - {*BEFORE}
    assert harvests.manifest(job_id)["types"]["movie"]["lines"] == 12_000
    assert harvests.job(job_id).counts["queued"] == 12_000 - len(BEFORE)


def test_export_that_was_published_again_is_begun_anew(harvests: HarvestCloud) -> None:
    begin(harvests)
    old = packed(range(1, 12_001))
    cut = httpx.Response(200, headers={"ETag": '"old"'}, stream=httpx.ByteStream(old[: len(old) // 2]))
    harvests.source.fault = lambda label: cut
    record = harvests.message(HarvestMessage(request=harvests.request(scope="exports", media_types=["movie"])))
    with pytest.raises(UpstreamUnavailable):
        harvests.deliver(record)
    harvests.source.fault = lambda label: None
    harvests.source.publish("movie_ids", range(150, 8_000))

    harvests.deliver(record)

    assert harvests.sent_ids()["movie"] == {*range(200, 8_000)} | {*range(100, 150)}


def test_changes_are_read_on_from_the_page_that_failed(harvests: HarvestCloud) -> None:
    harvests.source.change("movie", range(1, 501))
    outage = httpx.Response(404, text="somebody in between")
    harvests.source.fault = lambda label: outage if label == f"movie {TODAY} 4" else None
    record = harvests.message(HarvestMessage(request=harvests.request(scope="changes", media_types=["movie"])))
    with pytest.raises(UpstreamUnavailable):
        harvests.deliver(record)
    harvests.source.fault, asked = lambda label: None, len(harvests.source.asked)

    harvests.deliver(record)

    assert harvests.source.asked[asked:] == [f"movie {TODAY} 4", f"movie {TODAY} 5"]
    assert harvests.sent_ids()["movie"] == {*range(1, 501)}


def test_outage_without_end_ends_the_harvest_with_its_reason_and_lets_the_next_one_begin(
    harvests: HarvestCloud,
) -> None:
    harvests.list_all(movie=[1])
    harvests.source.fault = lambda label: httpx.Response(503)
    record = harvests.message(HarvestMessage(request=harvests.request(scope="exports")))
    # The first one got as far as a plan, and then there was no progress.
    for _ in range(1 + 20):
        with pytest.raises(UpstreamUnavailable):
            harvests.deliver(record)
    assert harvests.job(harvests.job_id(record)).state == "running"

    harvests.deliver(record)

    job = harvests.job(harvests.job_id(record))
    assert job.state == "failed"
    assert "Given up after 20 tries" in job.errors[-1]
    assert "HTTP 503" in job.errors[-1]
    harvests.source.fault = lambda label: None
    assert harvests.job(harvests.harvest(scope="exports")).counts["queued"] == 1
