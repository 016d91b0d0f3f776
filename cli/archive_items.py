"""`marquee archive get|versions|diff`: what the archive has of an item, and how that has changed."""

import json
from dataclasses import asdict
from itertools import islice
from typing import Annotated, Any

import typer
from rich.text import Text

from cli import terminal
from cli.archive_diff import changes
from cli.environment import LOCAL, Environment, environment
from cli.errors import OperatorError
from marquee.archive import flat
from marquee.models.archive import ArchivedItem, ArchivedVersion, Kind, MediaType
from marquee.repositories.archive import ArchiveStore, season_id

SHOWN_VERSIONS = 20

Type = Annotated[MediaType, typer.Argument(help="What it is.")]
Id = Annotated[int, typer.Argument(min=1, help="TMDB's id.")]
Season = Annotated[int | None, typer.Option(min=0, help="Of a series: this season, with its episodes.")]
Named = "as `versions` names it: its number, 0 for the newest, or its id"


def get(
    media_type: Type,
    id: Id,
    env: terminal.Env = LOCAL,
    season: Season = None,
    version: Annotated[str, typer.Option(help=f"A version {Named}.")] = "0",
    as_json: terminal.AsJson = False,
) -> None:
    """Show an item: the facts that SQL knows of it, or with --json everything that TMDB says."""
    kind, name = item(media_type, id, season)
    found = read(store(environment(env)), kind, name, version)
    if as_json:
        print(found.model_dump_json(indent=2))
        return
    at = f"collected {found.version.collected_at}, {found.version.bytes:,} bytes, version {found.version.version_id}"
    if found.body is None:
        terminal.results.print(Text(f"TMDB had no {kind} {name} any more ({at})."))
        return
    (row,) = flat.rows(kind, found.body, found.version.collected_at, id=name)[kind]
    table = terminal.grid(f"{kind} {name}, {at}", "what", "value")
    for column, value in row.items():
        if value not in (None, [], "") and column not in ("id", "collected_at", "gone"):
            table.add_row(column, Text(", ".join(value) if isinstance(value, list) else str(value)))
    terminal.results.print(table)


def versions(
    media_type: Type,
    id: Id,
    env: terminal.Env = LOCAL,
    season: Season = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many, the newest first.")] = SHOWN_VERSIONS,
    as_json: terminal.AsJson = False,
) -> None:
    """List the versions of an item, the newest first; an item that is collected unchanged has no new one."""
    kind, name = item(media_type, id, season)
    found = list(islice(store(environment(env)).versions(kind, name), limit))
    if not found:
        raise OperatorError(f"The archive has no {kind} {name}.")
    if as_json:
        print(json.dumps([each.model_dump(mode="json") for each in found], indent=2))
        return
    table = terminal.grid(None, "number", "collected", "bytes", "hash", "version")
    for number, each in enumerate(found):
        sha256 = "gone" if each.gone else each.sha256[:12]
        table.add_row(str(number), each.collected_at, f"{each.bytes:,}", sha256, Text(each.version_id))
    terminal.results.print(table)


def diff(
    media_type: Type,
    id: Id,
    old: Annotated[str, typer.Argument(help=f"A version {Named}.")] = "1",
    new: Annotated[str, typer.Argument(help="Another version.")] = "0",
    env: terminal.Env = LOCAL,
    season: Season = None,
    as_json: terminal.AsJson = False,
) -> None:
    """Tell what has changed between two versions of an item, by default between the newest and the one before."""
    kind, name = item(media_type, id, season)
    archive = store(environment(env))
    earlier, later = (read(archive, kind, name, each) for each in (old, new))
    if earlier.body is None or later.body is None:
        gone = earlier if earlier.body is None else later
        raise OperatorError(f"TMDB had no {kind} {name} on {gone.version.collected_at}; there is nothing to compare.")
    found = changes(earlier.body, later.body)
    if as_json:
        print(json.dumps([asdict(each) for each in found], indent=2, ensure_ascii=False))
        return
    span = f"{earlier.version.collected_at} → {later.version.collected_at}"
    if not found:
        terminal.results.print(f"Nothing differs ({span}).")
        return
    table = terminal.grid(f"{kind} {name}: {len(found):,} differences, {span}", "where", "what", "old", "new")
    for each in found:
        table.add_row(Text(each.place), each.change, *(Text(_short(value)) for value in (each.old, each.new)))
    terminal.results.print(table)


def store(place: Environment) -> ArchiveStore:
    """Return the archive of an environment."""
    return ArchiveStore(place.client("s3"), place.output("ArchiveBucket"))


def item(media_type: MediaType, id: int, season: int | None) -> tuple[Kind, str]:
    """Return the kind and the id under which the archive has something."""
    if season is None:
        return media_type, str(id)
    if media_type != "tv":
        raise typer.BadParameter("Only a series (tv) has seasons.")
    return "season", season_id(id, season)


def read(archive: ArchiveStore, kind: Kind, name: str, version: str) -> ArchivedItem:
    """Return a version of an item; raises NotFound or OperatorError if there is none."""
    if version == "0":
        return archive.get(kind, name)
    return archive.get(kind, name, _numbered(archive, kind, name, int(version)) if version.isdecimal() else version)


def _numbered(archive: ArchiveStore, kind: Kind, name: str, number: int) -> str:
    found: ArchivedVersion | None = next(islice(archive.versions(kind, name), number, None), None)
    if found is None:
        raise OperatorError(
            f"The archive has no {number + 1} versions of {kind} {name}; `versions` lists those it has."
        )
    return found.version_id


def _short(value: Any, length: int = 200) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= length else f"{text[:length]}…"
