"""Lines of the logs of our functions, and of no others."""

import json
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from admin_api.answers import LogLine
from marquee import clock
from marquee.errors import NotFound

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_logs import CloudWatchLogsClient

# CloudWatch tells the oldest lines first: the last minute is read first, then as long before as has been read so far.
FIRST_WINDOW = 60
# Pages of a window, each at most 1 MB: of a log that is busier than that, a window shows what it began with.
PAGES = 5
MESSAGE_LENGTH = 2_000
# Members of a line that have a place of their own.
PLACED = {"level", "message", "timestamp", "function_request_id", "requestId", "time"}


class FunctionLogs:
    """The log groups of the functions of this environment."""

    def __init__(self, logs: "CloudWatchLogsClient", client: "LambdaClient", names: Mapping[str, str]) -> None:
        self._logs = logs
        self._lambda = client
        self._names = names

    def lines(self, function: str, *, minutes: int, level: str | None, limit: int) -> list[LogLine]:
        """Return lines of the last minutes, the latest first; raises NotFound for what is no function of ours."""
        if function not in self._names:
            raise NotFound(f"There is no function {function}.")
        group = self._group(self._names[function])
        ends = round(time.time() * 1000) + 1
        earliest = ends - minutes * 60_000
        found: list[LogLine] = []
        window = FIRST_WINDOW * 1000
        while ends > earliest and len(found) < limit:
            begins = max(earliest, ends - window)
            found += [line(each) for each in sorted(self._events(group, begins, ends, level), key=_age)]
            ends, window = begins, window * 2
        return found[:limit]

    def _group(self, name: str) -> str:
        config = self._lambda.get_function_configuration(FunctionName=name)
        return str(config.get("LoggingConfig", {}).get("LogGroup") or f"/aws/lambda/{name}")

    def _events(self, group: str, begins: int, ends: int, level: str | None) -> Iterator[Mapping[str, Any]]:
        """Yield the lines from one moment (epoch milliseconds) to just before another."""
        request: dict[str, Any] = {"logGroupName": group, "startTime": begins, "endTime": ends - 1}
        if level:
            request["filterPattern"] = f'{{ $.level = "{level}" }}'
        for _ in range(PAGES):
            answer = self._logs.filter_log_events(**request)
            yield from answer["events"]
            if not answer.get("nextToken"):
                return
            request["nextToken"] = answer["nextToken"]


def line(event: Mapping[str, Any]) -> LogLine:
    """Return a line as it is shown: of one in JSON its members, of any other its text."""
    at = clock.timestamp(datetime.fromtimestamp(event["timestamp"] / 1000, UTC))
    text = event["message"].rstrip()
    try:
        told = json.loads(text)
    except ValueError:
        told = None
    if not isinstance(told, dict):
        return LogLine(at=at, level="", message=text[:MESSAGE_LENGTH], request_id=None, fields={})
    record = told["record"] if isinstance(told.get("record"), dict) else {}
    request_id = told.get("function_request_id") or told.get("requestId") or record.get("requestId")
    message = told.get("message", told.get("type", ""))
    return LogLine(
        at=at,
        level=str(told.get("level", "")),
        message=(message if isinstance(message, str) else json.dumps(message))[:MESSAGE_LENGTH],
        request_id=request_id,
        fields={name: value for name, value in told.items() if name not in PLACED},
    )


def _age(event: Mapping[str, Any]) -> int:
    return -int(event["timestamp"])
