"""The functions of an environment by the name of their folder, and the logs they write."""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from cli.environment import Environment
from cli.errors import OperatorError

_OUTPUT = re.compile(r"Function(?=[A-Z])(?P<name>\w+)")


def functions(place: Environment) -> dict[str, str]:
    """Return what each function is called in AWS, by its name (such as `title_consumer`)."""
    matches = {output: _OUTPUT.fullmatch(output) for output in place.outputs}
    found = {_snake(match["name"]): place.outputs[output] for output, match in matches.items() if match}
    return dict(sorted(found.items()))


def function(place: Environment, name: str) -> str:
    """Return what a function is called in AWS; raises OperatorError that names the likeliest, or all."""
    known = functions(place)
    wanted = name.replace("-", "_")
    if wanted in known:
        return known[wanted]
    if near := get_close_matches(wanted, known, n=3):
        raise OperatorError(f"There is no function {name!r}; did you mean {' or '.join(near)}?")
    raise OperatorError(f"There is no function {name!r}; there are {', '.join(known)}.")


def log_group(place: Environment, name: str) -> str:
    """Return the log group of a function."""
    said = place.client("lambda").get_function_configuration(FunctionName=function(place, name))
    return str(said.get("LoggingConfig", {}).get("LogGroup") or f"/aws/lambda/{said['FunctionName']}")


def logged(logs: Any, group: str, since: int, until: int) -> Iterator[tuple[int, str]]:
    """Yield when (epoch milliseconds) and what was logged in a span, oldest first, page after page."""
    request: dict[str, Any] = {"logGroupName": group, "startTime": since, "endTime": until}
    while True:
        page = logs.filter_log_events(**request)
        yield from ((each["timestamp"], each["message"]) for each in page["events"])
        if not page.get("nextToken"):
            return
        request["nextToken"] = page["nextToken"]


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
