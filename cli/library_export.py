"""`marquee library export`: all movies of the library as CSV, JSON or one JSON object a line."""

import csv
import io
import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Literal, TextIO

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from cli import terminal
from cli.environment import LOCAL, environment
from marquee.models.library import Movie
from marquee.repositories.library import LibraryIndex
from marquee.repositories.table import Table

Format = Literal["csv", "json", "ndjson"]
Facts = dict[str, Any]

COLUMNS = ("title", "genres", "rating", "year", "tmdb_id", "imdb_id", "id", "added_by", "source")
MOMENTS = ("created_at", "updated_at")
# What parts genres where an import reads several from one column.
PARTING = re.compile(r"[|;,\[]")


def export(
    env: terminal.Env = LOCAL,
    form: Annotated[Format, typer.Option("--format", help="How movies are written.")] = "csv",
    output: Annotated[Path | None, typer.Option(help="The file to write, if not the standard output.")] = None,
) -> None:
    """Write all movies as they are at the beginning; what is written, `import` reads again as the same movies."""
    place = environment(env)
    library = LibraryIndex(Table(place.client("dynamodb"), place.output("LibraryTable")))
    total, columns = library.header().total, (TextColumn("exporting"), BarColumn(), MofNCompleteColumn())
    with destination(output) as file, Progress(*columns, TimeRemainingColumn(), console=terminal.progress) as bar:
        for piece in FORMATS[form](facts(each) for each in bar.track(library.every_movie(), total=total)):
            file.write(piece)
    if output:
        terminal.progress.print(f"{output} is written.", markup=False)


@contextmanager
def destination(output: Path | None) -> Iterator[TextIO]:
    """Yield where to write; a file is there whole or, if writing it fails, as it was before."""
    if output is None:
        yield sys.stdout
        return
    draft = output.with_name(f".{output.name}.{os.getpid()}")
    try:
        with draft.open("w", encoding="utf-8", newline="") as file:
            yield file
        draft.replace(output)
    finally:
        draft.unlink(missing_ok=True)


def facts(movie: Movie) -> Facts:
    """Return what is told of a movie; `genre` is for clients of R1, who know but one."""
    known = movie.model_dump(mode="json")
    return {"genre": known["genres"][0], **{name: known[name] for name in (*COLUMNS, *MOMENTS)}}


def as_csv(movies: Iterable[Facts]) -> Iterator[str]:
    """Yield a line of names, and a line for each movie."""
    yield _line((*COLUMNS, *MOMENTS))
    for movie in movies:
        values = {**movie, "genres": genres_text(movie["genres"])}
        yield _line(values[name] for name in (*COLUMNS, *MOMENTS))


def as_json(movies: Iterable[Facts]) -> Iterator[str]:
    """Yield one array, an object a line."""
    before = "[\n"
    for movie in movies:
        yield before + json.dumps(movie, ensure_ascii=False)
        before = ",\n"
    yield "\n]\n" if before != "[\n" else "[]\n"


def as_ndjson(movies: Iterable[Facts]) -> Iterator[str]:
    """Yield an object a line."""
    yield from (json.dumps(movie, ensure_ascii=False) + "\n" for movie in movies)


FORMATS: Mapping[Format, Callable[[Iterable[Facts]], Iterator[str]]] = {
    "csv": as_csv,
    "json": as_json,
    "ndjson": as_ndjson,
}


def genres_text(genres: list[str]) -> str:
    """Return genres in one text: parted by bars, or as JSON if a name has in it what parts names."""
    if any(PARTING.search(name) for name in genres):
        return json.dumps(genres, ensure_ascii=False)
    return "|".join(genres)


def _line(values: Iterable[object]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(values)
    return line.getvalue()
