"""`marquee library import`: movies of a file, of objects in S3 or of a folder of Google Drive into the library."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.progress import BarColumn, DownloadColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from cli import terminal
from cli.environment import LOCAL, environment
from cli.errors import OperatorError
from cli.library_client import ImportState, LibraryClient, Upload, library_client
from cli.library_shown import MOST_FAILURES, in_words, show_preview, show_result

SourceKind = Literal["upload", "s3", "drive"]
REMOTE: tuple[SourceKind, ...] = ("s3", "drive")
DRIVE_ADDRESS = re.compile(r"https://drive\.google\.com/drive/(?:u/\d+/)?folders/([A-Za-z0-9_-]+).*")
BEFORE_PREVIEW = frozenset({"awaiting_upload", "reading"})
PAUSE = 2.0


@dataclass(frozen=True)
class Source:
    """Where to import from: a file of this machine, a prefix of the bucket of imports, or a folder of Google Drive."""

    kind: SourceKind
    name: str

    @property
    def path(self) -> Path | None:
        """Return the file to upload, None if there is none."""
        return Path(self.name) if self.kind == "upload" else None

    def as_json(self) -> dict[str, object]:
        """Return the source as the API takes it; raises OperatorError for a file that is not there."""
        if self.path:
            if not self.path.is_file():
                raise OperatorError(f"There is no file {self.name}.")
            return {"kind": "upload", "filename": self.path.name, "size": self.path.stat().st_size}
        return {"kind": self.kind, ("prefix" if self.kind == "s3" else "folder"): self.name}


def import_movies(
    where: Annotated[
        str, typer.Argument(metavar="PATH_OR_URI", help="A file, s3:PREFIX, drive:FOLDER, or a folder's web address.")
    ],
    env: terminal.Env = LOCAL,
    source: Annotated[SourceKind | None, typer.Option(help="What it is, if that cannot be told from it.")] = None,
    mapping: Annotated[
        list[str] | None, typer.Option(metavar="FIELD=COLUMN", help="Which column is what; may be repeated.")
    ] = None,
    follow: Annotated[
        bool, typer.Option("--follow", help="Stay until it has ended; exit code 1 if a row failed.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Start without asking.")] = False,
    token: Annotated[str | None, typer.Option(envvar="MARQUEE_TOKEN", help="ID token of whoever imports.")] = None,
    as_json: terminal.AsJson = False,
) -> None:
    """Show what would be imported, ask, and import it; without --follow it goes on after the command has ended."""
    origin, chosen = source_of(where, source), mapping_of(mapping or [])
    library = library_client(environment(env), token)
    made = library.make(origin.as_json(), chosen)
    if made.upload and origin.path:
        upload(library, made.upload, origin.path)
        library.act(made.id, "read")
    shown = previewed(library, made.id)
    if shown.preview:
        show_preview(shown.preview)
    if not yes and not typer.confirm(f"Import {where}?", err=True):
        library.act(made.id, "cancel")
        terminal.progress.print("Nothing was imported.")
        raise typer.Exit(1)
    library.act(made.id, "start")
    ended = followed(library, made.id) if follow else library.get(made.id)
    failures = list(islice(library.failures(made.id), MOST_FAILURES)) if ended.counts.failed else []
    show_result(ended, failures, as_json=as_json)
    raise typer.Exit(1 if ended.counts.failed or (follow and ended.state != "finished") else 0)


def source_of(where: str, kind: SourceKind | None) -> Source:
    """Return what a path or a URI names; raises BadParameter for one that no import reads."""
    if address := DRIVE_ADDRESS.fullmatch(where):
        return Source("drive", address[1])
    scheme, separator, name = where.partition(":")
    for known in REMOTE:
        if separator and scheme == known and kind in (None, known):
            if name.startswith("//"):
                raise typer.BadParameter(f"The environment says which bucket or Drive: write {known}:NAME.")
            return Source(known, name)
    return Source(kind or "upload", where)


def mapping_of(pairs: list[str]) -> dict[str, str]:
    """Return the columns of fields from texts such as `title=Name`; an empty column means none."""
    parted = [pair.partition("=") for pair in pairs]
    if wrong := [pair for pair, part in zip(pairs, parted, strict=True) if not part[0] or not part[1]]:
        raise typer.BadParameter(f"{wrong[0]!r} does not say which column is what: write title=Name.")
    return {field.strip(): column for field, _, column in parted}


def upload(library: LibraryClient, target: Upload, path: Path) -> None:
    """Bring the file there, with a bar."""
    with Progress(
        TextColumn("uploading"), BarColumn(), DownloadColumn(), console=terminal.progress, transient=True
    ) as bar:
        task = bar.add_task("", total=path.stat().st_size)
        library.upload(target, path, lambda size: bar.advance(task, size))


def previewed(library: LibraryClient, import_id: str) -> ImportState:
    """Wait until there is a preview; raises OperatorError if nothing can be read there."""
    with terminal.progress.status("reading the first rows"):
        while (found := library.get(import_id)).state in BEFORE_PREVIEW:
            pause()
    if found.state != "preview":
        raise OperatorError(f"Import {import_id} is {found.state}: {found.problem or 'somebody else ended it'}")
    return found


def followed(library: LibraryClient, import_id: str) -> ImportState:
    """Show how far an import is until it has ended, and return how; it goes on if nobody looks any more."""
    columns = (TextColumn("importing"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"))
    try:
        with Progress(*columns, TimeElapsedColumn(), console=terminal.progress) as bar:
            task = bar.add_task("", total=None)
            for found in _until_the_end(library, import_id):
                done = found.counts.found - found.counts.left
                bar.update(task, total=found.counts.found, completed=done, description=in_words(found.counts))
            return found
    except KeyboardInterrupt:
        terminal.progress.print(f"Import {import_id} goes on; `marquee library status` tells how far it is.")
        raise typer.Exit(130) from None


def _until_the_end(library: LibraryClient, import_id: str) -> Iterator[ImportState]:
    while (found := library.get(import_id)).state == "running":
        yield found
        pause()
    yield found


def pause() -> None:
    """Give the importer a moment."""
    time.sleep(PAUSE)
