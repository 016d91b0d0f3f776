"""What every answer of the API tells caches and browsers; answers of the gateway itself say the same."""

from typing import Any

# Nobody keeps what is said to one viewer for the next, and no browser takes data for a page.
HEADERS = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}


def guarded(answer: dict[str, Any]) -> dict[str, Any]:
    """Return a function's answer with these headers, except for those that its route has set itself."""
    said = answer.get("multiValueHeaders") or {}
    told = {name.lower() for name in said}
    return {
        **answer,
        "multiValueHeaders": {**{name: [value] for name, value in HEADERS.items() if name.lower() not in told}, **said},
    }
