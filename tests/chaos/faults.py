"""What can go wrong with one request to AWS, and the injector that makes it go wrong at the n-th request of a run.

The requests of a function pass through botocore's own events, so that the code under test is the code that is deployed:
`provide-client-params` numbers a request and may shorten it, `before-call` may answer in its place, `before-send` lets
it be done and loses the answer, `after-call` may end the function with everything done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import RLock
from types import SimpleNamespace
from typing import Any, Literal

from botocore.exceptions import ReadTimeoutError

from tests.fakes.interruptions import COLLISION, Crash

Kind = Literal[
    "killed before", "killed after", "throttled", "outage", "answer lost", "in part", "met another", "overtaken"
]
KINDS: dict[Kind, str] = {
    "killed before": "the function dies before the request",
    "killed after": "the function dies after the request, all of which was done",
    "throttled": "the request is refused for traffic, after all repetitions of the client",
    "outage": "from this request on the service refuses everything until the invocation ends",
    "answer lost": "the request is done, its answer is lost, and the client sends it again by itself",
    "in part": "half of a batch is done, the rest is given back as unprocessed or rejected",
    "met another": "a transaction meets another one on an item",
    "overtaken": "before the request another copy of the function does all of the same delivery",
}
# By operation: where a batch is in the request, and how the service names what it has not done.
BATCHES = {
    "BatchGetItem": "UnprocessedKeys",
    "BatchWriteItem": "UnprocessedItems",
    "SendMessageBatch": "Failed",
    "PutRecords": "Records",
}
THROTTLED = {"s3": "SlowDown", "dynamodb": "ProvisionedThroughputExceededException"}
LOST = "x-marquee-lost"
# An invocation that makes more requests than this goes round in circles.
MOST_REQUESTS = 2_000


@dataclass(frozen=True)
class Fault:
    """A kind of fault at the n-th request of a run, counted from 0."""

    kind: Kind
    at: int

    def __str__(self) -> str:
        return f"{self.kind} #{self.at}"


def fits(kind: Kind, operation: str) -> bool:
    """Return whether an operation (`dynamodb.PutItem`) can fail so."""
    name = operation.partition(".")[2]
    if kind == "in part":
        return name in BATCHES
    return name == "TransactWriteItems" if kind == "met another" else True


@dataclass
class Injector:
    """Numbers the requests of the invocations of a run and has its faults happen, each once.

    Requests of others (what prepares a run, what checks it, a copy that overtakes) pass by unseen.
    """

    faults: dict[int, Fault] = field(default_factory=dict)
    settled: int = 0
    overtake: Callable[[], object] = lambda: None
    requests: list[str] = field(default_factory=list)
    struck: list[str] = field(default_factory=list)
    _watching: bool = False
    _dead: bool = False
    _down: str = ""
    _lock: RLock = field(default_factory=RLock)
    _lost: set[str] = field(default_factory=set)

    @contextmanager
    def invocation(self, *, watched: bool = True) -> Iterator[None]:
        """Watch what a function asks for; raises Crash if it died."""
        self._watching, self._dead, self._down = watched, False, ""
        try:
            yield
        except BaseExceptionGroup as error:
            if not self._dead:
                raise
            raise Crash from error
        finally:
            self._watching = False
        if self._dead:
            # The function went on in another thread after one of them had died; nobody heard of it.
            raise Crash

    def register(self, client: Any) -> None:
        """Watch the requests of a client."""
        events, service = client.meta.events, client.meta.service_model.service_name
        events.register(
            "provide-client-params",
            lambda params, model, context, **_: self._number(service, model.name, params, context),
        )
        events.register(
            "before-call", lambda model, params, context, **_: self._before(service, model.name, params, context)
        )
        events.register_last("before-send", self._after_sending)
        events.register("after-call", lambda parsed, context, **_: self._after(parsed, context))

    def _number(self, service: str, operation: str, params: dict[str, Any], context: dict[str, Any]) -> Any:
        if not self._watching:
            return None
        with self._lock:
            if self._dead or len(self.requests) > MOST_REQUESTS:
                raise Crash
            fault = self.faults.pop(len(self.requests), None)
            self.requests.append(f"{service}.{operation}")
            if fault is None:
                return None
            if not fits(fault.kind, self.requests[-1]):
                return None
            self.struck.append(f"{fault} {self.requests[-1]}")
            context["marquee"] = fault.kind
            if fault.kind == "in part":
                shortened, rest = halved(operation, params)
                context["marquee_rest"], context["marquee_whole"] = rest, shortened is None
                return shortened
            return None

    def _before(self, service: str, operation: str, params: dict[str, Any], context: dict[str, Any]) -> Any:
        if not self._watching:
            return None
        kind = context.get("marquee")
        if kind == "killed before":
            self._dead = True
        if self._dead:
            raise Crash
        if kind == "outage":
            self._down = service
        if kind == "throttled" or self._down == service:
            return refusal(service, operation)
        if kind == "met another":
            return SimpleNamespace(status_code=400), COLLISION
        if kind == "answer lost":
            params["headers"][LOST] = str(len(self._lost))
        if kind == "in part" and context["marquee_whole"]:
            return SimpleNamespace(status_code=200), {"Responses": {}, "Records": [], "Successful": []}
        if kind == "overtaken":
            self._watching = False
            try:
                self.overtake()
            finally:
                self._watching = True
        return None

    def _after_sending(self, request: Any, **_: Any) -> None:
        marked = request.headers.get(LOST)
        if marked is not None and self._watching:
            name = marked.decode() if isinstance(marked, bytes) else marked
            if name not in self._lost:
                self._lost.add(name)
                raise ReadTimeoutError(endpoint_url=request.url)

    def _after(self, parsed: dict[str, Any], context: dict[str, Any]) -> None:
        if context.get("marquee") == "killed after" and self._watching:
            self._dead = True
            raise Crash
        if context.get("marquee") == "in part" and context["marquee_rest"]:
            give_back(parsed, context["marquee_rest"])


def refusal(service: str, operation: str) -> tuple[Any, dict[str, Any]]:
    """Return what a service answers that has too much to do."""
    code, more = THROTTLED.get(service, "ThrottlingException"), {}
    if operation == "TransactWriteItems":
        code, more = "TransactionCanceledException", {"CancellationReasons": [{"Code": "ThrottlingError"}]}
    answer = {"Error": {"Code": code, "Message": "too much"}, "ResponseMetadata": {"HTTPStatusCode": 400}, **more}
    return SimpleNamespace(status_code=400), answer


def halved(operation: str, params: dict[str, Any]) -> tuple[dict[str, Any] | None, Any]:
    """Return a request with the first half of its batch, and the other half; of a batch of one no request is left."""
    if operation in ("SendMessageBatch", "PutRecords"):
        name = "Entries" if operation == "SendMessageBatch" else "Records"
        half = len(params[name]) // 2
        first = {**params, name: params[name][:half]} if half else None
        return first, (operation, params[name][half:])
    ((table, asked),) = params["RequestItems"].items()
    batch = asked["Keys"] if operation == "BatchGetItem" else asked
    half = len(batch) // 2

    def part(some: Any) -> Any:
        return {table: {**asked, "Keys": some} if operation == "BatchGetItem" else some}

    return {**params, "RequestItems": part(batch[:half])} if half else None, (operation, part(batch[half:]))


def give_back(parsed: dict[str, Any], rest: tuple[str, Any]) -> None:
    """Have an answer name what was not done, in the words of the operation."""
    operation, left = rest
    if operation == "SendMessageBatch":
        failed = [{"Id": each["Id"], "SenderFault": False, "Code": "InternalError"} for each in left]
        parsed["Failed"] = [*parsed.get("Failed", []), *failed]
    elif operation == "PutRecords":
        parsed["Records"] += [{"ErrorCode": "InternalFailure", "ErrorMessage": "no"} for _ in left]
        parsed["FailedRecordCount"] = len(left)
    else:
        parsed[BATCHES[operation]] = left
