"""`marquee library recount`: whether the index of the library says what its movies say."""

import json
from typing import Annotated, Any

import typer
from pydantic import BaseModel

from cli import terminal
from cli.environment import LOCAL, Environment, environment
from cli.errors import OperatorError
from cli.library_shown import printable

FUNCTION = "FunctionLibraryRecount"


class Recounted(BaseModel):
    """What a recount found; `differences` are the first ones in words, `counts` how many there are."""

    job_id: str
    counts: dict[str, int]
    differences: list[str]


def recount(
    env: terminal.Env = LOCAL,
    repair: Annotated[bool, typer.Option("--repair", help="Write what differs as it should be.")] = False,
    as_json: terminal.AsJson = False,
) -> None:
    """Count the library anew from its movies and print what differs; exit code 1 if anything did."""
    with terminal.progress.status("counting"):
        found = recounted(environment(env), repair=repair)
    if as_json:
        print(found.model_dump_json(indent=2))
    else:
        show(found)
    raise typer.Exit(1 if found.counts["differences"] else 0)


def recounted(place: Environment, *, repair: bool) -> Recounted:
    """Have the library counted; raises OperatorError with the reason if that fails."""
    asked = json.dumps({"repair": repair, "started_by": terminal.operator()})
    answer = place.client("lambda").invoke(FunctionName=place.output(FUNCTION), Payload=asked)
    said: Any = json.loads(answer["Payload"].read())
    if "FunctionError" in answer:
        raise OperatorError(f"The library could not be counted: {said.get('errorMessage', 'the function broke off')}")
    if skipped := said.get("skipped"):
        raise OperatorError(f"The library was not counted: {skipped}")
    return Recounted.model_validate(said)


def show(found: Recounted) -> None:
    """Print what differs."""
    movies, differences, repaired = (found.counts[name] for name in ("movies", "differences", "repaired"))
    if not differences:
        terminal.results.print(f"All numbers of {movies:,} movies are right.")
        return
    table = terminal.grid(f"{differences:,} differences in {movies:,} movies, {repaired:,} repaired", "what differs")
    for each in found.differences:
        table.add_row(printable(each))
    if differences > len(found.differences):
        table.add_row(f"… and {differences - len(found.differences):,} more")
    terminal.results.print(table)
