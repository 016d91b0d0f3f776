"""Collects the ids of one message: fetch, keep what has changed, tell what became of them."""

import asyncio
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from archive_collector.keeping import Keeper, Kept, Rows, add
from marquee import clock
from marquee.chunks import TRIES
from marquee.clients.tmdb_archive import TmdbArchiveClient
from marquee.errors import MarqueeError, UpstreamNotFound, UpstreamRejected
from marquee.messages.archive import CollectRequest
from marquee.models.archive import MediaType
from marquee.queue import Queue
from marquee.repositories.archive import ArchiveStore
from marquee.repositories.archive_chunks import ChunkRepository, Claim
from marquee.repositories.governors import Reservation
from marquee.repositories.pace import BreakerOpen, NoSlot
from marquee.telemetry import MetricUnit, logger, metrics

T = TypeVar("T")

# Slots come in bursts at the full rate, 40 a second, to one collector at a time: with calls of up to 0.4 s it needs as
# many at once so as not to miss any. TMDB once allowed 20 connections an address.
CALLS_AT_ONCE = 16
# Requests to S3 take a few hundredths of a second and wait for nothing else; 32 fit into the pool of connections.
WRITES_AT_ONCE = 16
# Items in memory: those being fetched, those being written, and some between, so that calls need not wait for a series
# with many seasons to be written.
IN_HAND = 24
# How often the function may die with the same ids in hand.
CLAIMS = 5
# After a death that many are told of at a time, so that it costs less the next time; at the last try it shows which id
# it is that the function dies of.
SLICE = 10
# A call that begins at the last moment may take 23 s, and what it brings still has to be written and told.
LAST_CALL_SECONDS = 45
# After this many seconds the message comes again: by how often that has happened, and where only time was short.
RETRY_SECONDS = (60, 120, 240, 480, 900)
SOON_SECONDS = 1
# What says nothing of the id for which it came up: all calls differ in the id alone, so what TMDB refuses is the key or
# the parameters; and AWS may be out of order.
NOT_ABOUT_THE_ID = (BreakerOpen, UpstreamRejected, ClientError, BotoCoreError)
TABLES: Mapping[MediaType, tuple[str, ...]] = {
    "movie": ("movie",),
    "tv": ("tv", "season", "episode"),
    "person": ("person",),
}


@dataclass
class Round:
    """What became of the ids that were tried."""

    kept: Counter[str] = field(default_factory=Counter)
    done: list[int] = field(default_factory=list)
    rows: Rows = field(default_factory=dict)
    failures: dict[int, str] = field(default_factory=dict)
    refused: bool = False
    calls: int = 0

    def keep(self, id: int, kept: Kept) -> None:
        """Add an id that is done."""
        self.done.append(id)
        self.kept[kept.state] += 1
        add(self.rows, kept.rows)

    @property
    def counts(self) -> dict[str, int]:
        """Return what adds to the totals of the job."""
        return {**self.kept, "calls": self.calls}


class Collector:
    """Collects the ids of messages, each of which may come more than once and be cut short anywhere.

    The chunk of a message knows which of its ids are done; one collector at a time has it. Nothing in it changes
    before the objects and the rows are written, in one transaction with the counts of the job. What is written twice
    after a death in between is the same: an unchanged object is not written again, its rows go into the same
    object. Ids that are given up are in the dead-letter queue before the chunk says so; there they may be twice.
    """

    def __init__(
        self,
        client: TmdbArchiveClient,
        store: ArchiveStore,
        chunks: ChunkRepository,
        dead_letters: Queue,
        settle: Callable[[str], object],
    ) -> None:
        self._client = client
        self._store = store
        self._keeper = Keeper(store)
        self._chunks = chunks
        self._dead_letters = dead_letters
        self._settle = settle
        self._calling = ThreadPoolExecutor(CALLS_AT_ONCE, "call")
        self._writing = ThreadPoolExecutor(WRITES_AT_ONCE, "write")

    async def collect(self, request: CollectRequest, deadline: float) -> int | None:
        """Collect until `deadline` (epoch seconds); return after how many seconds the rest is to be tried, if any.

        A message from the dead-letter queue, which has reasons, takes up again what was given up. Raises ChunkTaken,
        Conflict, QueueUnavailable or an error of AWS when the message has to come again.
        """
        claim = await self._in_thread(
            lambda: self._chunks.claim(
                request.job_id,
                request.media_type,
                request.chunk,
                request.ids,
                until=deadline + LAST_CALL_SECONDS,
                again=bool(request.reasons),
            )
        )
        if claim is None:
            await self._in_thread(lambda: self._settle(request.job_id))
            return None
        if claim.chunk.claims > CLAIMS:
            return await self._in_thread(lambda: self._give_up_first(claim))
        return await self._collect_slices(claim, deadline)

    async def _collect_slices(self, claim: Claim, deadline: float) -> int | None:
        """Collect the ids of a claim and tell of each slice; what stops one of them would stop the others too."""
        failed: set[int] = set()
        parts = slices(claim)
        for ids in parts:
            found = await self._collect(claim, ids, deadline)
            failed |= found.failures.keys()
            is_last = ids is parts[-1] or len(found.done) + len(found.failures) < len(ids)
            until = 0 if is_last else deadline + LAST_CALL_SECONDS
            claim = await self._in_thread(partial(self._tell, claim, found, until=until))
            if is_last:
                break
        await self._in_thread(partial(self._settle, claim.job_id))
        return seconds_until_next_try(claim, failed)

    def _give_up_first(self, claim: Claim) -> int | None:
        """Give up the id that the function last died with; the others begin anew."""
        reason = f"the function ended {CLAIMS} times before it had collected this id"
        claim = self._tell(claim, Round(failures={claim.ids[0]: reason}), tries=0)
        self._settle(claim.job_id)
        return seconds_until_next_try(claim, ())

    async def _collect(self, claim: Claim, ids: Collection[int], deadline: float) -> Round:
        found, in_hand = Round(), asyncio.Semaphore(IN_HAND)
        with self._client.reserve(len(ids), deadline=deadline) as reservation:
            async with asyncio.TaskGroup() as group:
                for id in ids:
                    group.create_task(self._collect_one(claim, id, reservation, found, in_hand))
        found.calls = reservation.made
        return found

    async def _collect_one(
        self, claim: Claim, id: int, reservation: Reservation, found: Round, in_hand: asyncio.Semaphore
    ) -> None:
        async with in_hand:
            try:
                found.keep(id, await self._fetch_and_keep(claim, id, reservation))
            except NoSlot:
                pass
            except NOT_ABOUT_THE_ID as error:
                logger.warning("id not collected yet", extra=about(claim, id, error))
                found.refused = True
            except Exception as error:
                # Whatever it is about one id, the others must not suffer from it; what stays so is given up, with this
                # as the reason.
                unforeseen = None if isinstance(error, MarqueeError) else error
                logger.warning("id not collected", extra=about(claim, id, error), exc_info=unforeseen)
                found.failures[id] = f"{type(error).__name__}: {error}"

    async def _fetch_and_keep(self, claim: Claim, id: int, reservation: Reservation) -> Kept:
        media_type, begun_at = claim.media_type, claim.chunk.begun_at
        try:
            body = await self._in_thread(lambda: self._client.body(media_type, id, reservation), self._calling)
        except UpstreamNotFound:
            return await self._in_thread(lambda: self._keeper.bury(media_type, id, at=clock.now(), begun_at=begun_at))
        return await self._in_thread(lambda: self._keeper.keep(media_type, id, body, at=clock.now(), begun_at=begun_at))

    def _tell(self, claim: Claim, found: Round, *, tries: int = TRIES, until: float = 0) -> Claim:
        """Write what became of some ids of a claim; with `until` it goes on with others until then."""
        after = claim.chunk.told(found.done, found.failures, tries=tries, refused=found.refused)
        if until:
            after = replace(after, claims=claim.chunk.claims)
        given_up = after.given_up_since(claim.chunk)
        try:
            self._put_rows(claim, found.rows)
            if given_up:
                self._dead_letters.send([letter(claim, given_up)])
            told = self._chunks.tell(claim, after, found.counts, until=until)
        except Exception:
            self._release(claim)
            raise
        measure(claim, found, given_up)
        return told

    def _put_rows(self, claim: Claim, rows: Rows) -> None:
        # Of the day on which the chunk was begun: after a death before midnight the same object is written again.
        day, name = claim.chunk.begun_at[:10], f"{claim.name}-{claim.chunk.rounds}"
        # A death may have left rows of other ids under this name, which come again under another one.
        left_behind: Rows = {table: [] for table in TABLES[claim.media_type]} if claim.chunk.claims > 1 else {}
        for table, each in {**left_behind, **rows}.items():
            self._store.put_rows(table, day, name, each)

    def _release(self, claim: Claim) -> None:
        """Let the ids be taken up again at once, as if they had not been: this is no death of the function."""
        try:
            self._chunks.release(claim)
        except (MarqueeError, ClientError, BotoCoreError) as error:
            logger.warning("claim not released", extra={"chunk": claim.name, "reason": str(error)})

    async def _in_thread(self, work: Callable[[], T], pool: ThreadPoolExecutor | None = None) -> T:
        return await asyncio.get_running_loop().run_in_executor(pool or self._writing, work)


def slices(claim: Claim) -> list[tuple[int, ...]]:
    """Return the ids of a claim in the parts that are told of one by one: the smaller, the more deaths there were."""
    size = {1: len(claim.ids), CLAIMS: 1}.get(claim.chunk.claims, SLICE)
    return [claim.ids[start : start + size] for start in range(0, len(claim.ids), size)]


def about(claim: Claim, id: int, error: Exception) -> dict[str, object]:
    """Return what the log says of an id that was not collected."""
    return {"media_type": claim.media_type, "id": id, "job_id": claim.job_id, "reason": str(error)}


def seconds_until_next_try(told: Claim, failed: Collection[int]) -> int | None:
    """Return when the rest of a message is to be tried: later each time that it `failed` or that nobody may call."""
    chunk = told.chunk
    left = [id for id in told.ids if id in chunk.left]
    if not left:
        return None
    times = max([chunk.refusals, *(chunk.left[id] for id in left if id in failed)])
    return RETRY_SECONDS[min(times, len(RETRY_SECONDS)) - 1] if times else SOON_SECONDS


def letter(claim: Claim, reasons: Mapping[int, str]) -> CollectRequest:
    """Return the message for the dead-letter queue: the ids that were given up, and why."""
    return CollectRequest(
        job_id=claim.job_id,
        media_type=claim.media_type,
        chunk=claim.number,
        ids=tuple(sorted(reasons)),
        reasons=dict(reasons),
    )


def measure(claim: Claim, found: Round, given_up: Mapping[int, str]) -> None:
    """Log and count what became of the ids of a message."""
    logger.info(
        "ids collected",
        extra={
            "job_id": claim.job_id,
            "media_type": claim.media_type,
            "chunk": claim.number,
            "failed": len(found.failures),
            "given_up": len(given_up),
            **found.counts,
        },
    )
    metrics.add_metric("ArchiveItemsCollected", MetricUnit.Count, len(found.done))
    metrics.add_metric("ArchiveItemsGivenUp", MetricUnit.Count, len(given_up))
    metrics.add_metric("ArchiveCalls", MetricUnit.Count, found.calls)
