"""What functions log, as a person reads it: JSON lines with ids as fields, and what Lambda itself says. Pure."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from marquee import clock

LEVELS = ("TRACE", "DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
# Lambda's names for the levels of a logger.
SAME_LEVEL = {"WARN": "WARNING", "FATAL": "CRITICAL"}
# Powertools and Lambda put these into every line; a reader knows them or has them in a column.
COMMON = frozenset(
    {
        *("level", "message", "timestamp", "function_request_id", "location", "service", "cold_start"),
        *("function_name", "function_memory_size", "function_arn", "xray_trace_id", "requestId", "logger", "taskName"),
    }
)
METRICS = "_aws"
PLATFORM = ("START ", "END ", "REPORT ", "INIT_START ")
BROKEN = ("Task timed out", "Runtime exited", "Unhandled", "Runtime.")


@dataclass(frozen=True)
class LogLine:
    """One line: when (UTC), how bad, what, in which invocation, and all else that stands in it."""

    at: str
    level: str
    message: str
    request_id: str = ""
    fields: dict[str, Any] = field(default_factory=dict)
    routine: bool = False
    """Whether it is what Lambda says of every invocation, or a metric."""

    def is_at_least(self, level: str) -> bool:
        """Tell whether it is as bad as `level`, or worse."""
        return LEVELS.index(self.level) >= LEVELS.index(level)


def log_line(milliseconds: int, text: str) -> LogLine:
    """Return what a line of a function's log group says."""
    at = clock.timestamp(datetime.fromtimestamp(milliseconds / 1000, UTC))
    said = _object(text)
    if said is None:
        return _plain(at, text.strip())
    if METRICS in said:
        return LogLine(at, "INFO", _metrics(said), fields=said, routine=True)
    if str(said.get("type", "")).startswith("platform."):
        return _platform(at, said)
    level = str(said.get("level", "INFO")).upper()
    level = SAME_LEVEL.get(level, level)
    message = said.get("message", said.get("errorMessage", ""))
    return LogLine(
        at=at,
        level=level if level in LEVELS else "INFO",
        message=message if isinstance(message, str) else json.dumps(message),
        request_id=str(said.get("function_request_id") or said.get("requestId") or ""),
        fields={name: value for name, value in said.items() if name not in COMMON},
    )


def _plain(at: str, text: str) -> LogLine:
    broken = any(sign in text for sign in BROKEN)
    return LogLine(at, "ERROR" if broken else "INFO", text, routine=text.startswith(PLATFORM) and not broken)


def _platform(at: str, said: dict[str, Any]) -> LogLine:
    """Return what Lambda says of an invocation in JSON; one that timed out or broke off is an error."""
    record = said.get("record", {})
    status = record.get("status", "success")
    failed = status not in ("success", "ok")
    name = str(said["type"]).removeprefix("platform.")
    message = f"{name}: {status}" if failed else name
    return LogLine(at, "ERROR" if failed else "INFO", message, str(record.get("requestId", "")), record, not failed)


def _metrics(said: dict[str, Any]) -> str:
    names = [each["Name"] for group in said[METRICS].get("CloudWatchMetrics", []) for each in group.get("Metrics", [])]
    return ", ".join(f"{name} {said.get(name)}" for name in names)


def _object(text: str) -> dict[str, Any] | None:
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
