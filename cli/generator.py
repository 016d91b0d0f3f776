"""Decides what a run sends, in which order and in which requests. Pure: the same plan, the same sequence."""

import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import cycle
from random import Random
from typing import Any

from cli import synthesis
from cli.flaws import EVENT_FLAWS, REQUEST_FLAWS, REUSED_KEY, BadRequest
from cli.synthesis import Subjects

# How far back an event may lie that is sent again.
REMEMBERED = 500


@dataclass(frozen=True)
class Send:
    """An event on its way: a good one has a number, a bad one a flaw."""

    body: Any
    number: int | None = None
    repeated: bool = False
    flaw: str | None = None


@dataclass(frozen=True)
class Request:
    """What goes to the API at once; a bad request has one `send`, which says what is wrong with it."""

    sends: Sequence[Send]
    path: str
    content: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    own_key: bool = True


@dataclass(frozen=True)
class Plan:
    """What a run sends: shares are of everything sent."""

    types: Sequence[str]
    subjects: Subjects
    seed: int
    bad: float = 0.0
    duplicates: float = 0.0


def sends(
    plan: Plan, key: Callable[[int], str], bad_key: Callable[[int], str], now: Callable[[], str]
) -> Iterator[Send]:
    """Yield events without end; the first is a good one, and every flaw has its turn."""
    rng = Random(plan.seed)
    flaws = cycle((*EVENT_FLAWS, *REQUEST_FLAWS, REUSED_KEY))
    recent: deque[Send] = deque(maxlen=REMEMBERED)
    good = bad = 0
    while True:
        kind = rng.random() if good else 1.0
        if kind < plan.bad:
            yield _bad(next(flaws), _event(plan, bad_key(bad), now(), rng), key(0), rng)
            bad += 1
        elif kind < plan.bad + plan.duplicates:
            again = rng.choice(recent)
            yield Send(again.body, again.number, repeated=True)
        else:
            recent.append(Send(_event(plan, key(good), now(), rng), good))
            yield recent[-1]
            good += 1


def requests(wanted: Iterable[Send], size: int) -> Iterator[Request]:
    """Yield the requests that bring events to the API, `size` in each.

    The first event goes alone: once it is taken, the API has something to compare a misused `event_id` with.
    """
    waiting: list[Send] = []
    first = True
    for each in wanted:
        if isinstance(each.body, BadRequest):
            yield Request([each], each.body.path, each.body.content, each.body.headers, each.body.own_key)
            continue
        waiting.append(each)
        if first or len(waiting) == size:
            yield request(waiting, batched=size > 1)
            waiting, first = [], False
    if waiting:
        yield request(waiting, batched=size > 1)


def request(some: Sequence[Send], *, batched: bool) -> Request:
    """Return the request for some events: a batch, or one event whose `event_id` goes as the `Idempotency-Key`."""
    if batched:
        return Request(some, "/ingest/batch", _json({"events": [each.body for each in some]}))
    body = some[0].body
    if not isinstance(body, dict):
        return Request(some, "/ingest", _json(body))
    plain = {name: value for name, value in body.items() if name != "event_id"}
    return Request(some, "/ingest", _json(plain), {"Idempotency-Key": body["event_id"]})


def _event(plan: Plan, key: str, moment: str, rng: Random) -> dict[str, Any]:
    event_type = rng.choice(plan.types)
    payload = synthesis.payload(event_type, plan.subjects, rng)
    return {"event_id": key, "event_type": event_type, "timestamp": moment, "payload": payload}


def _bad(flaw: str, event: dict[str, Any], taken: str, rng: Random) -> Send:
    if flaw in REQUEST_FLAWS:
        return Send(REQUEST_FLAWS[flaw](event), flaw=flaw)
    if flaw == REUSED_KEY:
        return Send({**event, "event_id": taken}, flaw=flaw)
    return Send(EVENT_FLAWS[flaw](event, rng), flaw=flaw)


def _json(value: object) -> bytes:
    return json.dumps(value).encode()
