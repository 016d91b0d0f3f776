"""Takes events: checks them, puts them on the stream once, and says of each what became of it."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from ingest_api.checks import Incoming, Refused, checked
from marquee import activity, clock
from marquee.errors import Conflict
from marquee.messages.activity import Activity, build, event_id
from marquee.repositories.idempotency import Answered, IdempotencyRecords
from marquee.stream import EventStream, Placed, Record
from marquee.telemetry import logger

COMPONENT = "ingest_api"
# Attempts to get a batch onto a busy stream while the caller waits.
ATTEMPTS = 4

# Kinesis takes 256 characters and does not say how it counts those beyond ASCII.
PARTITION_BYTES = 256
# Between the name of a batch and the place of an event in it; no name of a producer holds it.
PLACE = "\0"
BUSY = "The event stream is busy. Try again in a moment."

Put = Callable[[Sequence[Record]], Sequence[Placed | None]]


@dataclass(frozen=True)
class Taken:
    """An event that passed the checks: `id` makes repetitions one event, `content` is equal for equal events."""

    id: str
    named: bool
    event_type: str
    content: str
    record: Record


@dataclass(frozen=True)
class Standing:
    """An event that was taken, and where the stream keeps it."""

    event_type: str
    placed: Placed


Outcome = Standing | Refused


class Ingest:
    """Puts events of one producer on the stream.

    An event that names itself has an id that follows from its name. The name is claimed before, and the place
    remembered after the stream has the event: repetitions are answered from there. Whatever falls between leaves at
    most a second record with the same id on the stream, which consumers count once.
    """

    def __init__(self, stream: EventStream, records: IdempotencyRecords, accepted: Sequence[str]) -> None:
        self._stream = stream
        self._records = records
        self._accepted = accepted

    def one(self, event: object, producer: str, key: str | None) -> Standing:
        """Take one event; raises Refused for a bad one, StreamUnavailable when the stream does not take it."""
        taken = self._check(event, producer, clock.now(), name=key)
        answers = self._take({taken.id: taken}, lambda records: [self._stream.place_one(each) for each in records])
        outcome = _outcome(taken, answers)
        if isinstance(outcome, Refused):
            raise outcome
        return outcome

    def many(self, events: Sequence[object], producer: str, key: str | None) -> list[Outcome]:
        """Take a batch whose `key` names the events that do not name themselves; returns what became of each.

        Raises StreamUnavailable when the stream does not answer at all.
        """
        now = clock.now()
        checks = [self._try(event, producer, now, key and f"{key}{PLACE}{place}") for place, event in enumerate(events)]
        first: dict[str, Taken] = {}
        for each in checks:
            if isinstance(each, Taken):
                first.setdefault(each.id, each)
        answers = self._take(first, lambda records: self._stream.place(records, attempts=ATTEMPTS))
        return [_outcome(each, answers) for each in checks]

    def _take(self, events: Mapping[str, Taken], put: Put) -> dict[str, Answered]:
        """Put events on the stream, except those it has already; returns what stands under each id, and where."""
        named = {each: taken.content for each, taken in events.items() if taken.named}
        before = self._records.claim(named)
        standing = {each: before.get(each, Answered(taken.content, None)) for each, taken in events.items()}
        missing = [each for each, taken in events.items() if standing[each] == Answered(taken.content, None)]
        placed = dict(zip(missing, put([events[each].record for each in missing]), strict=True)) if missing else {}
        earlier = self._remembered({each: where for each, where in placed.items() if where and each in named})
        return standing | {each: Answered(events[each].content, earlier.get(each, placed[each])) for each in missing}

    def _remembered(self, placed: Mapping[str, Placed]) -> Mapping[str, Placed]:
        """Remember where named events stand; returns where those stand that others have put meanwhile.

        They are on the stream: if it cannot be remembered, whoever sends them again puts them there again, under the
        same id. To say that nothing was taken would have the nameless ones of a batch counted twice.
        """
        try:
            return self._records.remember(placed)
        except (Conflict, ClientError, BotoCoreError) as error:
            logger.warning("places not remembered", events=len(placed), reason=str(error))
            return {}

    def _try(self, event: object, producer: str, now: str, unnamed: str | None) -> Taken | Refused:
        try:
            return self._check(event, producer, now, unnamed=unnamed)
        except Refused as refusal:
            return refusal

    def _check(
        self, event: object, producer: str, now: str, *, name: str | None = None, unnamed: str | None = None
    ) -> Taken:
        """Return a checked event; it goes by `name`, else by its own, else by `unnamed`, else by none."""
        incoming = checked(event, self._accepted, now)
        key = name or incoming.event_id or unnamed
        own_id = event_id(producer, key)
        carried = Activity(
            event_type=incoming.event_type,
            timestamp=incoming.timestamp or now,
            ingested_at=now,
            producer=producer,
            payload=incoming.payload,
        )
        about = activity.entity(incoming.event_type, incoming.payload) or own_id
        record = (partition(about), build(carried, component=COMPONENT, event_id=own_id))
        return Taken(own_id, key is not None, incoming.event_type, content_of(incoming), record)


def partition(about: str) -> str:
    """Return the partition key of what an event is about: the same for the same, within what the stream takes."""
    told = about.encode()
    return about if len(told) <= PARTITION_BYTES else hashlib.sha256(told).hexdigest()


def content_of(incoming: Incoming) -> str:
    """Return a short text that is equal for equal events, whatever they are called."""
    told = json.dumps([incoming.event_type, incoming.payload, incoming.timestamp], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def _outcome(taken: Taken | Refused, answers: Mapping[str, Answered]) -> Outcome:
    if isinstance(taken, Refused):
        return taken
    answer = answers[taken.id]
    if answer.content != taken.content:
        return Refused("This key was used for another event", status=422)
    return Standing(taken.event_type, answer.placed) if answer.placed else Refused(BUSY, status=503)
