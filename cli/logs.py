"""`marquee logs`: what a function has logged, once or as it goes on."""

import time
from collections import deque
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Annotated, Any

import typer
from rich.text import Text

from cli import terminal
from cli.environment import LOCAL, environment
from cli.errors import OperatorError
from cli.functions import functions, log_group, logged
from cli.log_lines import LEVELS, LogLine, log_line

PAUSE_SECONDS = 2.0
COLOURS = {"WARNING": "yellow", "ERROR": "red", "CRITICAL": "bold red"}
# CloudWatch shows an event some seconds after it happened.
OVERLAP_MS = 15_000


@dataclass(frozen=True)
class Wanted:
    """Which lines are shown."""

    level: str = "TRACE"
    request: str = ""
    text: str = ""
    routine: bool = False

    def takes(self, line: LogLine) -> bool:
        """Tell whether a line is among them."""
        if line.routine and not self.routine:
            return False
        if self.request and line.request_id != self.request:
            return False
        told = f"{line.message} {line.fields}".lower()
        return line.is_at_least(self.level) and self.text.lower() in told


def known_level(given: str) -> str:
    """Return a level by its name in any case; raises BadParameter naming the levels."""
    level = given.upper()
    if level not in LEVELS:
        raise typer.BadParameter(f"there is no level {given!r}; levels are {terminal.listed(LEVELS)}.")
    return level


def logs(
    function: Annotated[
        str,
        typer.Argument(
            help="The function, such as title_consumer; without one, all are listed.",
            autocompletion=terminal.known_functions,
        ),
    ] = "",
    env: terminal.Env = LOCAL,
    minutes: Annotated[float, typer.Option(min=0.1, help="How far back to look.")] = 15,
    level: Annotated[str, typer.Option(callback=known_level, help="Only lines at least so bad.")] = "TRACE",
    request: Annotated[str, typer.Option(help="Only lines of this invocation.")] = "",
    text: Annotated[str, typer.Option("--grep", help="Only lines that hold this, in any case.")] = "",
    limit: Annotated[int, typer.Option(min=1, help="At most so many, the newest.")] = 200,
    routine: Annotated[bool, typer.Option("--all", help="Also metrics, and what Lambda says of each run.")] = False,
    following: Annotated[bool, typer.Option("--follow", "-f", help="Stay and show what comes.")] = False,
    as_json: terminal.AsJson = False,
) -> None:
    """Show what a function has logged, oldest first; with `--json` one object a line."""
    place = environment(env)
    if not function:
        _list(list(functions(place)), as_json=as_json)
        return
    group, client = log_group(place, function), place.client("logs")
    wanted = Wanted(level, request, text, routine)
    until = _now()
    lines = _lines(client, group, until - round(minutes * 60_000), until, wanted)
    _show(deque(lines, maxlen=limit), as_json=as_json)
    if following:
        for line in _follow(client, group, until, wanted):
            _show([line], as_json=as_json)


def _lines(client: Any, group: str, since: int, until: int, wanted: Wanted) -> Iterator[LogLine]:
    try:
        found = (log_line(at, said) for at, said in logged(client, group, since, until))
        yield from (each for each in found if wanted.takes(each))
    except client.exceptions.ResourceNotFoundException as error:
        raise OperatorError(f"There is no log group {group}: the function has never run, or was removed.") from error


def _follow(client: Any, group: str, since: int, wanted: Wanted) -> Iterator[LogLine]:
    """Yield new lines for ever, each once, although late ones are looked for again and again."""
    seen = set(logged(client, group, since - OVERLAP_MS, since))
    while True:
        _pause()
        until = _now()
        entries = list(logged(client, group, since - OVERLAP_MS, until))
        fresh = (log_line(*each) for each in entries if each not in seen)
        yield from (each for each in fresh if wanted.takes(each))
        seen, since = set(entries), until


def _show(lines: Any, *, as_json: bool) -> None:
    for line in lines:
        if as_json:
            facts = {name: value for name, value in asdict(line).items() if name != "routine"}
            terminal.print_line(facts)
            continue
        shown = Text(f"{line.at[11:23]} ", style="dim")
        shown.append(f"{line.level:8} ", style=COLOURS.get(line.level, "default"))
        shown.append(line.message, style="default")
        for name, value in line.fields.items() if not line.routine else ():
            shown.append(f" {name}=", style="dim")
            shown.append(str(value), style="default")
        terminal.results.print(shown, soft_wrap=True)


def _list(names: list[str], *, as_json: bool) -> None:
    if as_json:
        terminal.print_json(names)
    else:
        terminal.results.print("\n".join(names))


def _now() -> int:
    return round(time.time() * 1000)


def _pause() -> None:
    time.sleep(PAUSE_SECONDS)
