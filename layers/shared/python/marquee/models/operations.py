"""Failures that wait for a person, what operators did, and the quality of the data."""

from typing import Literal

from marquee.models import Model

FailureKind = Literal["message", "event", "enrichment"]
FailureState = Literal["open", "replayed", "discarded"]
ReplayWay = Literal["send", "publish", "reread", "invoke"]


class Failure(Model):
    """Something that was given up and waits for a person, until it is replayed or discarded.

    The same failure again is the same record with one more of `attempts`. `way` and `target` say how it is replayed:
    sent to a queue (its address), published on the stream (its name), reread from a stream and given to a function (its
    name), or a function invoked again. `payload` is what failed as text, `group` that of a FIFO queue. `message_id` is
    the last message that told of it, `told` are those before.
    """

    id: str
    kind: FailureKind
    source: str
    reason: str
    first_at: str
    last_at: str
    attempts: int = 1
    state: FailureState = "open"
    note: str = ""
    who: str = ""
    preview: str = ""
    way: ReplayWay
    target: str
    payload: str = ""
    group: str = ""
    attributes: dict[str, str] = {}
    message_id: str = ""
    told: tuple[str, ...] = ()


class Replayed(Model):
    """What became of a replay: the failure is `replayed`, or still `open` for a `reason`."""

    id: str
    state: FailureState
    reason: str = ""


class ReplayCount(Model):
    """How many failures were replayed, how many could not be, and how many of those asked for are left."""

    replayed: int = 0
    failed: int = 0
    left: int = 0


class AuditEntry(Model):
    """Who did what: the route as `what`, its input, and what came of it."""

    at: str
    who: str
    what: str
    input: dict[str, object] = {}
    outcome: str


class QualityExample(Model):
    """A title of which a measure speaks."""

    id: str
    title: str


class QualityMeasure(Model):
    """How many of the titles looked at have a flaw, with a few of them; `of` is how many were looked at."""

    name: str
    label: str
    count: int
    of: int
    examples: tuple[QualityExample, ...] = ()


class QualityReport(Model):
    """The quality of the data at a moment."""

    as_of: str
    measures: tuple[QualityMeasure, ...] = ()


class QualityDay(Model):
    """What was counted on a day, by the name of the measure."""

    day: str
    counts: dict[str, int] = {}
