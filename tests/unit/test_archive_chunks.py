"""The ids of a message: who has them, what is left, and what that does to the counts of the job."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marquee import keys
from marquee.chunks import TRIES, Chunk, changed_counts
from marquee.errors import Conflict
from marquee.models.jobs import Job
from marquee.repositories.archive_chunks import ChunkRepository, ChunkTaken, Claim
from marquee.repositories.jobs import JobRepository
from tests.fakes.clock import FakeClock
from tests.fakes.interruptions import Crash, before_requests, colliding, crashing, overtaking
from tests.fakes.operations import CountedTable

IDS = (3, 5, 8)


@pytest.fixture
def chunks(table: CountedTable, clock: FakeClock) -> ChunkRepository:
    return ChunkRepository(table, clock=clock)


@pytest.fixture
def job_id(table: CountedTable) -> str:
    job_id = JobRepository(table).start("archive", started_by="test", input={})
    add_queued(table, job_id, len(IDS))
    return job_id


def add_queued(table: CountedTable, job_id: str, count: int) -> None:
    table.update(keys.job(job_id), keys.RECORD, "SET counts.queued = counts.queued + :n", {":n": count})


def job(table: CountedTable, job_id: str) -> Job:
    found = JobRepository(table).get(job_id)
    assert found
    return found


def claimed(chunks: ChunkRepository, job_id: str, clock: FakeClock, *ids: int, **options: Any) -> Claim:
    claim = chunks.claim(job_id, "movie", 0, ids or IDS, until=clock() + 60, **options)
    assert claim
    return claim


def test_ids_that_are_taken_up_are_nobody_elses_until_the_lease_ends(
    chunks: ChunkRepository, job_id: str, clock: FakeClock
) -> None:
    claimed(chunks, job_id, clock)

    with pytest.raises(ChunkTaken) as refusal:
        claimed(chunks, job_id, clock)

    assert refusal.value.seconds == 60
    clock.sleep(60)
    assert claimed(chunks, job_id, clock).chunk.claims == 2


def test_done_ids_are_counted_once_and_nothing_is_left_to_claim(
    chunks: ChunkRepository, table: CountedTable, job_id: str, clock: FakeClock
) -> None:
    claim = claimed(chunks, job_id, clock)
    chunks.tell(claim, claim.chunk.told(IDS, {}), {"stored": 2, "unchanged": 1, "calls": 4})

    assert chunks.claim(job_id, "movie", 0, IDS, until=clock() + 60) is None
    assert job(table, job_id).counts == {
        **{"queued": 0, "done": 3, "failed": 0, "deferred": 0},
        **{"stored": 2, "unchanged": 1, "calls": 4},
    }


def test_who_lost_the_ids_to_somebody_else_changes_nothing(
    chunks: ChunkRepository, table: CountedTable, job_id: str, clock: FakeClock
) -> None:
    late = claimed(chunks, job_id, clock)
    clock.sleep(60)
    claimed(chunks, job_id, clock)

    with pytest.raises(Conflict, match="others were faster"):
        chunks.tell(late, late.chunk.told(IDS, {}), {"stored": 3})

    assert job(table, job_id).counts == {"queued": 3, "done": 0, "failed": 0, "deferred": 0}


def test_id_on_which_the_provider_fails_again_and_again_is_given_up_with_the_last_reason(
    chunks: ChunkRepository, table: CountedTable, job_id: str, clock: FakeClock
) -> None:
    for number in range(TRIES):
        claim = claimed(chunks, job_id, clock)
        after = claim.chunk.told((3, 8), {5: f"reason {number}"})
        chunks.tell(claim, after, {})

    assert after.given_up_since(claim.chunk) == {5: "reason 4"}
    assert chunks.claim(job_id, "movie", 0, IDS, until=clock() + 60) is None
    assert job(table, job_id).counts == {"queued": 0, "done": 2, "failed": 1, "deferred": 0}
    assert job(table, job_id).errors == ("movie 5: reason 4",)


def test_replay_takes_up_what_was_given_up_and_its_counts_move(
    chunks: ChunkRepository, table: CountedTable, job_id: str, clock: FakeClock
) -> None:
    claim = claimed(chunks, job_id, clock)
    chunks.tell(claim, claim.chunk.told((3,), {5: "no", 8: "no"}, tries=1), {})

    again = claimed(chunks, job_id, clock, 5, again=True)
    assert (again.ids, job(table, job_id).counts["queued"], job(table, job_id).counts["failed"]) == ((5,), 1, 1)
    chunks.tell(again, again.chunk.told((5,), {}), {})

    assert job(table, job_id).counts == {"queued": 0, "done": 2, "failed": 1, "deferred": 0}
    assert chunks.claim(job_id, "movie", 0, (5,), until=clock() + 60, again=True) is None


def test_ids_that_were_not_tried_stay_as_they_are(chunks: ChunkRepository, job_id: str, clock: FakeClock) -> None:
    claim = claimed(chunks, job_id, clock)
    chunks.tell(claim, claim.chunk.told((3,), {}), {})

    again = claimed(chunks, job_id, clock)

    assert (again.ids, dict(again.chunk.left), again.chunk.claims, again.chunk.rounds) == ((5, 8), {5: 0, 8: 0}, 1, 1)
    assert again.chunk.begun_at == claim.chunk.begun_at


def test_collisions_and_other_claims_on_the_way_are_seen(
    chunks: ChunkRepository, table: CountedTable, job_id: str, clock: FakeClock
) -> None:
    with (
        before_requests(table.client, overtaking(lambda: claimed(chunks, job_id, clock), at="PutItem")),
        pytest.raises(ChunkTaken),
    ):
        claimed(chunks, job_id, clock)
    clock.sleep(60)
    claim = claimed(chunks, job_id, clock)
    with before_requests(table.client, colliding(3)):
        chunks.tell(claim, claim.chunk.told(IDS, {}), {"stored": 3})

    assert job(table, job_id).counts["done"] == 3


def test_counts_of_a_harvest_that_is_gone_do_not_make_a_job(chunks: ChunkRepository, clock: FakeClock) -> None:
    claim = claimed(chunks, "gone", clock)

    with pytest.raises(Conflict):
        chunks.tell(claim, claim.chunk.told(IDS, {}), {})


@pytest.mark.parametrize("requests", range(6))
def test_after_a_crash_anywhere_everything_is_counted_once(
    chunks: ChunkRepository, table: CountedTable, job_id: str, clock: FakeClock, requests: int
) -> None:
    def work() -> None:
        claim = chunks.claim(job_id, "movie", 0, IDS, until=clock() + 60)
        if claim:
            chunks.tell(claim, claim.chunk.told(IDS, {}), {"stored": 3})

    try:
        with before_requests(table.client, crashing(requests)):
            work()
    except Crash:
        clock.sleep(60)
    work()

    assert job(table, job_id).counts == {"queued": 0, "done": 3, "failed": 0, "deferred": 0, "stored": 3}


rounds = st.lists(st.tuples(st.sets(st.integers(1, 6)), st.sets(st.integers(1, 6)), st.booleans()), max_size=12)


@given(rounds)
def test_whatever_happens_the_changes_add_up_and_no_id_is_lost(history: list[tuple[set[int], set[int], bool]]) -> None:
    ids = set(range(1, 7))
    chunk, totals = Chunk(dict.fromkeys(ids, 0)), {"queued": len(ids), "failed": 0, "done": 0}
    for done, failing, replayed in history:
        before = chunk
        if replayed:
            chunk = chunk.taken_up_again(ids)
        chunk = chunk.told(done & set(chunk.left), dict.fromkeys(failing & set(chunk.left) - done, "why"), tries=2)
        totals = {name: totals[name] + change for name, change in changed_counts(before, chunk).items()}

        assert not chunk.left.keys() & chunk.failed.keys()
        assert (totals["queued"], totals["failed"]) == (len(chunk.left), len(chunk.failed))
        assert sum(totals.values()) == len(ids)
