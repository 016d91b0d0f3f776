"""How often each endpoint was called, with what result and at what cost."""

from collections import Counter
from typing import Any


class Counts:
    """Requests by provider, endpoint and status, and the credits they cost."""

    def __init__(self) -> None:
        self._requests: Counter[tuple[str, str, str]] = Counter()
        self._credits: Counter[str] = Counter()

    def note(self, provider: str, endpoint: str, status: str, credits: int = 0) -> None:
        """Count one request."""
        self._requests[provider, endpoint, status] += 1
        self._credits[provider] += credits

    def clear(self) -> None:
        """Start again from nothing."""
        self._requests.clear()
        self._credits.clear()

    def as_json(self, providers: tuple[str, ...]) -> dict[str, Any]:
        """Return the counts per provider: the sum, by status, by endpoint and status, and the credits."""
        answer: dict[str, Any] = {}
        for provider in providers:
            endpoints: dict[str, dict[str, int]] = {}
            statuses: Counter[str] = Counter()
            for (name, endpoint, status), number in sorted(self._requests.items()):
                if name == provider:
                    endpoints.setdefault(endpoint, {})[status] = number
                    statuses[status] += number
            answer[provider] = {
                "requests": statuses.total(),
                "credits": self._credits[provider],
                "by_status": dict(sorted(statuses.items())),
                "by_endpoint": endpoints,
            }
        return answer
