"""What the stacks have that is to be watched: found by its kind, so that nobody has to remember what is added later."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from aws_cdk import Stack
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import IConstruct

from stacks.constructs.python_function import PythonFunction
from stacks.constructs.queue_with_dlq import FailureQueue, QueueWithDeadLetter


@dataclass(frozen=True)
class WatchedQueue:
    """A queue, and its name among all of them: `Listing`, `ListingPlannerFailedRuns`."""

    name: str
    queue: sqs.IQueue


def functions(stacks: Iterable[Stack]) -> list[PythonFunction]:
    """Return the functions of some stacks in the order of their packages."""
    found = [each for each in _all(stacks) if isinstance(each, PythonFunction)]
    return sorted(found, key=lambda each: each.package)


def reads_a_stream(function: PythonFunction) -> bool:
    """Return whether a function has records of a stream to keep up with."""
    return any(
        isinstance(each, lambda_.CfnEventSourceMapping) and each.starting_position is not None
        for each in function.node.find_all()
    )


def work_queues(stacks: Iterable[Stack]) -> list[WatchedQueue]:
    """Return the queues that functions read."""
    return [WatchedQueue(_name(each), each.queue) for each in _all(stacks) if isinstance(each, QueueWithDeadLetter)]


def last_queues(stacks: Iterable[Stack]) -> list[WatchedQueue]:
    """Return the queues where what has failed for good ends."""
    return [
        WatchedQueue(_name(each), each.queue if isinstance(each, FailureQueue) else each.dead_letter)
        for each in _all(stacks)
        if isinstance(each, FailureQueue | QueueWithDeadLetter)
    ]


def _all(stacks: Iterable[Stack]) -> Iterator[IConstruct]:
    for stack in stacks:
        yield from stack.node.find_all()


def _name(construct: IConstruct) -> str:
    return "".join(construct.node.path.split("/")[1:])
