"""`marquee dashboard`: the most telling metrics as plots in the terminal, or CloudWatch in the browser."""

import time
import webbrowser
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.columns import Columns
from rich.text import Text

from cli import terminal
from cli.environment import LOCAL, Environment, environment
from cli.errors import OperatorError
from cli.measures import PANELS, Panel
from cli.measuring import Lines, Span, reading_of
from marquee import clock

WIDTH, HEIGHT = 76, 12
TICKS = 4
# In the order of the lines of a plot.
MARKERS = ("braille", "o", "x", "+")


def known_dashboards() -> list[str]:
    """Return the names of the dashboards, for the completion of the shell."""
    return list(PANELS)


def dashboard(
    name: Annotated[
        str, typer.Argument(help="viewers, pipeline, upstream, archive or library.", autocompletion=known_dashboards)
    ] = "",
    env: terminal.Env = LOCAL,
    hours: Annotated[float, typer.Option(min=0.1, max=336, help="How far back.")] = 3,
    browser: Annotated[bool, typer.Option("--open", help="Open the dashboard of CloudWatch in the browser.")] = False,
    as_json: terminal.AsJson = False,
) -> None:
    """Draw what an environment did lately; without a name all dashboards."""
    if name and name not in PANELS:
        raise typer.BadParameter(f"there is no dashboard {name!r}; there are {terminal.listed(PANELS)}.")
    place = environment(env)
    if browser:
        url = console_url(place, name or known_dashboards()[0])
        terminal.results.print(Text(url), soft_wrap=True)
        webbrowser.open(url)
        return
    panels = PANELS[name] if name else tuple(panel for each in PANELS.values() for panel in each)
    span = Span.back(time.time(), hours)
    with terminal.progress.status("reading"):
        measures = [measure for panel in panels for measure in panel.measures]
        drawn = list(lines_of(panels, reading_of(place).lines(measures, span)))
    if as_json:
        terminal.print_json({panel.title: _facts(lines) for panel, lines in drawn})
    else:
        terminal.results.print(Columns([plot(panel.title, lines, span) for panel, lines in drawn]))


def console_url(place: Environment, name: str) -> str:
    """Return the address of a dashboard in the console of CloudWatch; raises OperatorError where there is none."""
    if place.name == LOCAL:
        raise OperatorError("The local cloud has no console; `marquee dashboard` draws in the terminal.")
    region, shown = place.client("cloudwatch").meta.region_name, place.output(f"Dashboard{name.capitalize()}")
    return f"https://{region}.console.aws.amazon.com/cloudwatch/home?region={region}#dashboards/dashboard/{shown}"


def lines_of(panels: Iterable[Panel], read: Sequence[Lines]) -> Iterator[tuple[Panel, Lines]]:
    """Yield each panel with its lines, of what was read for all measures of all panels in their order."""
    left = iter(read)
    for panel in panels:
        yield panel, {label: points for _ in panel.measures for label, points in next(left).items()}


def plot(title: str, lines: Lines, span: Span) -> Text:
    """Return a plot as text; an empty one says that there is nothing."""
    import plotext  # type: ignore[import-untyped]  # only this command draws

    if not any(lines.values()):
        return Text(f"{title}\n  nothing was measured\n")
    plotext.clear_figure()
    plotext.theme("clear")
    plotext.plotsize(WIDTH, HEIGHT)
    plotext.title(title)
    plotext.xlim(span.since, span.until)
    for number, (label, points) in enumerate(sorted(lines.items())):
        moments = sorted(points)
        marker = MARKERS[number % len(MARKERS)]
        plotext.plot(moments, [points[each] for each in moments], label=label, marker=marker)
    ticks = [span.since + number * (span.until - span.since) / TICKS for number in range(TICKS + 1)]
    plotext.xticks(ticks, [time.strftime("%H:%M", time.gmtime(each)) for each in ticks])
    return Text(plotext.uncolorize(plotext.build()))


def _facts(lines: Lines) -> dict[str, dict[str, float]]:
    return {label: {_moment(at): value for at, value in points.items()} for label, points in lines.items()}


def _moment(seconds: int) -> str:
    return clock.timestamp(datetime.fromtimestamp(seconds, UTC))
