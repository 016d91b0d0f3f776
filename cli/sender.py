"""Brings requests to the ingest API at a steady rate and keeps the tally of the answers."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from random import Random

import httpx

from cli.errors import OperatorError
from cli.generator import Request, Send, request
from cli.tally import Tally

ATTEMPTS = 12
LONGEST_PAUSE = 10.0
LONGEST_RETRY_AFTER = 60.0
IN_FLIGHT = 32
ANSWER_LENGTH = 120
# What a pause of ours may be made up for; more would be a burst.
CATCH_UP = 1.0
TIMEOUT = httpx.Timeout(35, connect=5)

ACCEPTED, FORBIDDEN, TIMED_OUT, TOO_MANY, DEFECT = 202, 403, 408, 429, 500
# What API Gateway answers when a function has broken off or run out of time.
BROKEN = (DEFECT, 502, 504)

Pause = Callable[[float], Awaitable[None]]


@dataclass(frozen=True)
class Outcome:
    """What the API said of one event; status 0 when it said nothing."""

    status: int
    text: str = ""

    @property
    def is_final(self) -> bool:
        """Tell whether the same event again would be answered the same."""
        return self.status not in (0, TIMED_OUT, TOO_MANY) and self.status < DEFECT

    def __str__(self) -> str:
        return f"{self.status} {self.text}"[:ANSWER_LENGTH].strip() if self.status else self.text


class Pace:
    """A number of events a second, evenly."""

    def __init__(self, rate: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._clock = clock
        self._due = clock()

    def delay(self, events: int) -> float:
        """Reserve the time of some events and return how long to wait before they go."""
        now = self._clock()
        self._due = max(self._due, now - CATCH_UP)
        delay = max(0.0, self._due - now)
        self._due += events / self._rate
        return delay


class Sender:
    """Sends what a run plans.

    What the API was too busy for, or did not answer, goes again under the same `event_id`: if it was taken after all,
    it is still one event, here and there. An event counts as accepted once, with the first answer that says so.
    """

    def __init__(
        self, client: httpx.AsyncClient, api_key: str, tally: Tally, *, pace: Pace, pause: Pause | None = None
    ) -> None:
        self._client = client
        self._api_key = api_key
        self._tally = tally
        self._pace = pace
        self._pause = pause or self._pause_unless_stopped
        self._stop = asyncio.Event()
        self._open: dict[int, Send] = {}
        self._random = Random()
        self._failure: str | None = None
        self._last: Outcome | None = None

    @property
    def is_stopped(self) -> bool:
        """Tell whether nothing more is sent."""
        return self._stop.is_set()

    def stop(self) -> None:
        """Send nothing more; what is under way may still be answered."""
        self._stop.set()

    async def run(self, requests: Iterable[Request]) -> None:
        """Send all requests; raises OperatorError when the API takes nothing from us.

        The first request goes alone: it shows whether the API takes anything, and others refer to its event.
        """
        slots = asyncio.Semaphore(IN_FLIGHT)
        try:
            async with asyncio.TaskGroup() as group:
                for number, each in enumerate(requests):
                    await self._pause(self._pace.delay(len(each.sends)))
                    if self._stop.is_set():
                        break
                    self._count(each.sends)
                    if number == 0:
                        await self._deliver(each)
                        self._expect_accepted()
                        continue
                    await slots.acquire()
                    group.create_task(self._deliver(each)).add_done_callback(lambda _: slots.release())
        finally:
            self._tally.unknown = sorted(self._open)
        if self._failure:
            raise OperatorError(self._failure)

    def _count(self, sends: Sequence[Send]) -> None:
        for send in sends:
            self._tally.sent += 1
            if send.flaw:
                self._tally.bad += 1
            elif send.number is not None and not send.repeated:
                self._tally.good += 1
                self._open[send.number] = send

    async def _deliver(self, wanted: Request) -> None:
        for attempt in range(ATTEMPTS):
            outcomes, retry_after = await self._post(wanted)
            answered = list(zip(wanted.sends, outcomes, strict=True))
            for send, outcome in answered:
                self._settle(send, outcome)
            again = [send for send, outcome in answered if not outcome.is_final]
            if not again or self._stop.is_set():
                return
            if attempt + 1 < ATTEMPTS:
                await self._pause(retry_after or self._random.uniform(0, min(LONGEST_PAUSE, 0.2 * 2**attempt)))
                self._tally.resent += len(again)
                if len(again) < len(wanted.sends):
                    wanted = request(again, batched=True)
        for send in again:
            if send.flaw:
                self._surprise(f"never answered: {send.flaw}")

    async def _post(self, wanted: Request) -> tuple[list[Outcome], float | None]:
        own = {"X-API-Key": self._api_key} if wanted.own_key else {}
        headers = {"Content-Type": "application/json", **own, **wanted.headers}
        try:
            answer = await self._client.post(wanted.path, content=wanted.content, headers=headers)
        except httpx.RequestError as error:
            return [Outcome(0, f"no answer: {type(error).__name__}")] * len(wanted.sends), None
        after = answer.headers.get("Retry-After", "")
        return outcomes(answer, len(wanted.sends)), min(float(after), LONGEST_RETRY_AFTER) if after.isdigit() else None

    def _settle(self, send: Send, outcome: Outcome) -> None:
        self._last = outcome
        if outcome.status in BROKEN:
            self._surprise(f"answered {outcome}")
        if not outcome.is_final:
            return
        if send.flaw:
            self._settle_bad(send.flaw, outcome)
        elif outcome.status == ACCEPTED:
            self._settle_good(send)
        elif outcome.status == FORBIDDEN:
            self._fail(f"The API refuses the key or the address of this machine: {outcome}.")
        else:
            self._surprise(f"{send.body['event_type']} refused: {outcome}")

    def _settle_good(self, send: Send) -> None:
        if send.repeated:
            self._tally.duplicates += 1
        if send.number is None or self._open.pop(send.number, None) is None:
            return
        body = send.body
        self._tally.accepted.add(body["event_id"], body["event_type"], body["timestamp"], body["payload"])

    def _settle_bad(self, flaw: str, outcome: Outcome) -> None:
        if outcome.status == ACCEPTED:
            self._surprise(f"accepted although bad: {flaw}")
        answers = self._tally.refused.setdefault(flaw, {})
        answers[str(outcome)] = answers.get(str(outcome), 0) + 1

    def _surprise(self, what: str) -> None:
        self._tally.surprises[what] = self._tally.surprises.get(what, 0) + 1

    def _expect_accepted(self) -> None:
        if not self._tally.accepted.events and not self._stop.is_set():
            self._fail(f"The API did not take the first event: {self._last}.")

    def _fail(self, reason: str) -> None:
        self._failure = self._failure or reason
        self._stop.set()

    async def _pause_unless_stopped(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._stop.wait(), seconds)
        except TimeoutError:
            return


def outcomes(answer: httpx.Response, count: int) -> list[Outcome]:
    """Return what an answer says of each event: a batch says it one by one, other answers are about all alike."""
    try:
        body = answer.json()
    except ValueError:
        body = None
    said = body if isinstance(body, dict) else {}
    results = said.get("results")
    if isinstance(results, list) and len(results) == count:
        return [Outcome(int(each["status"]), str(each.get("error") or "")) for each in results]
    text = str(said.get("error") or said.get("message") or answer.reason_phrase)
    return [Outcome(answer.status_code, text)] * count
