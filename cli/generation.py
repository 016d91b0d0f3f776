"""Runs the generator: looks at the counters, puts bad records on the stream, sends events until the end."""

import asyncio
import secrets
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from random import Random

import httpx

from cli import flaws
from cli.environment import Environment
from cli.errors import OperatorError
from cli.generator import Plan, Send, requests, sends
from cli.readings import Readings, days_of
from cli.sender import TIMEOUT, Pace, Sender
from cli.tally import Tally
from marquee import clock
from marquee.messages import envelope
from marquee.stream import EventStream


@dataclass(frozen=True)
class Order:
    """How much of a plan is sent, how fast, and in what."""

    plan: Plan
    producer: str
    rate: float
    batch: int
    count: int | None = None
    seconds: float | None = None
    bad_records: int = 0


def new_tally(environment: Environment, order: Order) -> Tally:
    """Return the empty account of a run that begins now; its name makes its events differ from all others."""
    now = clock.now()
    return Tally(
        environment=environment.name,
        run=secrets.token_hex(6),
        producer=order.producer,
        seed=order.plan.seed,
        started_at=now,
        ended_at=now,
    )


def remember_counters(environment: Environment, order: Order, tally: Tally) -> None:
    """Note what the counters say of the titles before anything is sent, today and, for a late run, tomorrow."""
    now = clock.parse(tally.started_at)
    days = days_of(now, now + timedelta(days=1))
    titles = ((day, title_id) for day in days for title_id in order.plan.subjects.titles)
    tally.before = Readings.of(environment).counters(titles, days)


def place_bad_records(environment: Environment, order: Order, tally: Tally) -> None:
    """Put records on the stream that no API would have let through, noting under which ids they will be set aside."""
    if not order.bad_records:
        return
    rng = Random(order.plan.seed)
    records = []
    for number in range(order.bad_records):
        flaw, data = flaws.bad_record(number, tally.run, rng)
        records.append((f"{tally.run}-{number}", data))
        tally.bad_records[envelope.content_id(data)] = flaw
    EventStream(environment.client("kinesis"), environment.output("EventStream")).publish(records)


def generate(
    environment: Environment, order: Order, tally: Tally, transport: httpx.AsyncBaseTransport | None = None
) -> None:
    """Send what was ordered, keeping the tally; Ctrl-C ends it early, a second one at once."""
    key = environment.ingest_key(order.producer)
    try:
        asyncio.run(_send(environment, key, order, tally, transport))
    except asyncio.CancelledError as error:
        raise OperatorError("The run was broken off; what became of the last events is unknown.") from error
    finally:
        tally.ended_at = clock.now()


async def _send(
    environment: Environment, key: str, order: Order, tally: Tally, transport: httpx.AsyncBaseTransport | None
) -> None:
    url, proxies = environment.output("ApiUrl"), environment.uses_proxies
    async with httpx.AsyncClient(base_url=url, timeout=TIMEOUT, trust_env=proxies, transport=transport) as client:
        sender = Sender(client, key, tally, pace=Pace(order.rate))
        with _interrupts(sender):
            await sender.run(requests(_limited(order, tally), order.batch))


@contextmanager
def _interrupts(sender: Sender) -> Iterator[None]:
    """Let Ctrl-C stop the sender, and cancel it when it comes again."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()

    def interrupt() -> None:
        if sender.is_stopped and task:
            task.cancel()
        sender.stop()

    loop.add_signal_handler(signal.SIGINT, interrupt)
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGINT)


def _limited(order: Order, tally: Tally) -> Iterator[Send]:
    end = time.monotonic() + order.seconds if order.seconds is not None else None
    for each in islice(sends(order.plan, tally.key, tally.bad_key, clock.now), order.count):
        if end is not None and time.monotonic() > end:
            return
        yield each
