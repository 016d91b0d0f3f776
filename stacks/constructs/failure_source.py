"""Where failures are from: a queue of what was given up, and where that goes back to when it is replayed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from aws_cdk import aws_sqs as sqs

from stacks.constructs.python_function import PythonFunction


@dataclass(frozen=True, kw_only=True)
class FailureSource:
    """A queue of failures; what it holds goes back to the queue `goes_to`, or to the functions it is from.

    `way` says how: sent to the queue, published on the event stream, reread from a stream for one of the functions,
    or the function invoked again.
    """

    name: str
    queue: sqs.IQueue
    way: Literal["send", "publish", "reread", "invoke"]
    goes_to: sqs.IQueue | None = None
    functions: tuple[PythonFunction, ...] = ()

    @property
    def target(self) -> str:
        """Return the address of the queue, or the name of the function, that a failure goes back to."""
        if self.goes_to:
            return self.goes_to.queue_url
        # Of a stream's readers Lambda says itself which it was; events go to the one stream there is.
        return self.functions[0].function.function_name if self.way == "invoke" else self.way
