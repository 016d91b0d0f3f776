"""`marquee archive manifests`: what each harvest was asked for, what it found and what became of it."""

import json
from collections.abc import Iterator
from typing import Annotated, Any

import typer
from rich.text import Text

from cli import terminal
from cli.environment import LOCAL, environment
from cli.errors import OperatorError
from marquee.repositories.manifests import Manifests

FOLDER, SUFFIX = "tmdb/_manifests/", ".json"
SHOWN = 20


def manifests(
    job: Annotated[str, typer.Argument(help="A harvest; its manifest is shown whole.")] = "",
    env: terminal.Env = LOCAL,
    limit: Annotated[int, typer.Option(min=1, help="At most so many, the newest first.")] = SHOWN,
    as_json: terminal.AsJson = False,
) -> None:
    """Show the manifests, which stay in the archive when the jobs are forgotten."""
    place = environment(env)
    s3, bucket = place.client("s3"), place.output("ArchiveBucket")
    kept = Manifests(s3, bucket)
    if job:
        found = kept.get(job)
        if found is None:
            raise OperatorError(f"There is no manifest of a harvest {job!r}.")
        print(json.dumps(found, indent=2))
        return
    # The id of a job begins with the moment at which it was asked for.
    names = sorted(harvests(s3, bucket), reverse=True)[:limit]
    every = [each for each in map(kept.get, names) if each]
    if as_json:
        print(json.dumps(every, indent=2))
        return
    table = terminal.grid(None, "job", "state", "mode", "scope", "day", "done", "failed", "ended")
    for each in every:
        table.add_row(*(Text(_said(value)) for value in _row(each)))
    terminal.results.print(table)


def harvests(s3: Any, bucket: str) -> Iterator[str]:
    """Yield the ids of the jobs that have a manifest."""
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=FOLDER):
        yield from (each["Key"].removeprefix(FOLDER).removesuffix(SUFFIX) for each in page.get("Contents", ()))


def _row(manifest: dict[str, Any]) -> tuple[Any, ...]:
    request, counts = manifest.get("request", {}), manifest.get("counts", {})
    return (
        *(manifest.get("job_id"), manifest.get("state"), request.get("mode"), request.get("scope")),
        *(manifest.get("day"), counts.get("done"), counts.get("failed"), manifest.get("finished_at")),
    )


def _said(value: object) -> str:
    if value is None:
        return ""
    return f"{value:,}" if isinstance(value, int) else str(value)
