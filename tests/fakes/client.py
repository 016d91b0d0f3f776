"""A boto3 client that gives prepared answers."""

import copy
from collections.abc import Callable
from typing import Any

Answer = dict[str, Any] | Exception | Callable[..., dict[str, Any]]


class PreparedClient:
    """Gives its answers one after the other, the last one again and again, and keeps the requests."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.requests: list[dict[str, Any]] = []

    def __getattr__(self, operation: str) -> Callable[..., dict[str, Any]]:
        def call(**request: Any) -> dict[str, Any]:
            self.requests.append(copy.deepcopy(request))
            answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
            if isinstance(answer, Exception):
                raise answer
            return answer(**request) if callable(answer) else answer

        return call
