"""`marquee archive estimate`: what a harvest would take, before it runs."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.text import Text

from cli import terminal
from cli.archive_costs import Figure, Found, estimate
from cli.archive_harvest import Day, From, IncludeAdult, MinPopularity, ModeOption, ScopeOption, To, Types, requested
from cli.archive_survey import Surveyor, sizes
from cli.environment import LOCAL, environment
from marquee import harvesting
from marquee.harvesting import HarvestRefused
from marquee.models.archive import MEDIA_TYPES

# What cdk.json says of an environment that does not say otherwise.
COLLECTORS = 5


def estimated(
    env: terminal.Env = LOCAL,
    types: Types = "",
    scope: ScopeOption = "both",
    mode: ModeOption = "differential",
    min_popularity: MinPopularity = 0,
    include_adult: IncludeAdult = False,
    start: From = None,
    end: To = None,
    day: Day = None,
    collectors: Annotated[
        int, typer.Option(min=1, help="Functions that collect at once: collector_concurrency of the environment.")
    ] = COLLECTORS,
    as_json: terminal.AsJson = False,
) -> None:
    """Tell what a harvest with these options would take; reads the exports and the first pages of the changes."""
    request = requested(types, scope, mode, min_popularity, include_adult, start, end, day)
    place = environment(env)
    as_of = harvesting.day_of(request, datetime.now(UTC).date())
    collected = tuple(each for each in MEDIA_TYPES if each in place.output("MediaTypes").split(","))
    surveyor = Surveyor.of(place)
    found: list[Found] = []
    for media_type in request.types(collected):
        with terminal.progress.status(f"reading what there is of {media_type}"):
            found.append(surveyor.survey(request, media_type, as_of))
    per_second = float(place.output("TmdbPerSecond"))
    known = sizes(place.client("s3"), place.output("ArchiveBucket"))
    figures = estimate(found, known, per_second=per_second, collectors=collectors)
    notes = [note for each in found for note in each.notes]
    try:
        harvesting.refuse_if_too_long(sum(each.ids for each in found), per_second)
    except HarvestRefused as refusal:
        notes.append(str(refusal))
    show(found, figures, notes, as_json=as_json)


def show(found: list[Found], figures: tuple[Figure, ...], notes: list[str], *, as_json: bool) -> None:
    """Print an estimate."""
    if as_json:
        types = [{**asdict(each), "ids": each.ids} for each in found]
        print(json.dumps({"types": types, "figures": [asdict(each) for each in figures], "notes": notes}, indent=2))
        return
    table = terminal.grid(None, "what", "how", "listed", "changed, at most", "ids")
    for each in found:
        table.add_row(each.media_type, each.mode, f"{each.listed:,}", f"{each.changed:,}", f"{each.ids:,}")
    terminal.results.print(table)
    table = terminal.grid(None, "", "estimate", "because of")
    for figure in figures:
        table.add_row(figure.what, said(figure), Text(figure.basis))
    terminal.results.print(table)
    for note in notes:
        terminal.results.print(Text(f"note: {note}"))


def said(figure: Figure) -> str:
    """Return a figure as a reader takes it in."""
    low, high = (_number(value, figure.unit) for value in (figure.low, figure.high))
    unit = "" if figure.unit in ("", "bytes") else f" {figure.unit}"
    return f"{high}{unit}" if low == high else f"{low} to {high}{unit}"


def _number(value: float, unit: str) -> str:
    if unit == "bytes":
        return f"{value / 1e9:,.2f} GB" if value >= 1e9 else f"{value / 1e6:,.1f} MB"
    return f"{value:,.2f}" if unit else f"{value:,.0f}"
