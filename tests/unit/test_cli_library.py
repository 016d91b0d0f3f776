"""`marquee library export|recount|status`: what is written and printed of a library, and how it ends."""

import csv
import io
import json
import os
from pathlib import Path
from typing import Any

import boto3
import pytest
from typer.testing import CliRunner, Result

from cli import library, library_export, library_recount, library_status, terminal
from cli.environment import Environment
from cli.errors import OperatorError
from library_recount import handler
from marquee import aws, importing, keys
from marquee.models.library import NewMovie
from marquee.repositories.library import LibraryIndex
from marquee.repositories.table import Table
from tests.fakes.library import Desk, film
from tests.unit.conftest import Cloud, FakeContext

FILMS = (
    film("Heat", "Crime", "Drama", rating=8.3, year=1995, tmdb_id=949),
    film('A "quoted", comma', "Drama, or not", rating=0.0),
    film("月の庭", "Science Fiction", year=2015, imdb_id="tt0133093"),
)


class RecountFunction:
    """Lambda, with the recount alone; `failure` is what it breaks off with."""

    def __init__(self) -> None:
        self.failure: str | None = None
        self.asked: list[dict[str, Any]] = []

    def invoke(self, *, FunctionName: str, Payload: str) -> dict[str, Any]:  # noqa: N803
        self.asked.append({"function": FunctionName, **json.loads(Payload)})
        if self.failure:
            said = {"errorMessage": self.failure, "errorType": "Conflict"}
            return {"FunctionError": "Unhandled", "Payload": io.BytesIO(json.dumps(said).encode())}
        answer = handler.lambda_handler(json.loads(Payload), FakeContext())
        return {"Payload": io.BytesIO(json.dumps(answer).encode())}


@pytest.fixture
def function() -> RecountFunction:
    return RecountFunction()


@pytest.fixture
def desk(cloud: Cloud, monkeypatch: pytest.MonkeyPatch, function: RecountFunction) -> Desk:
    """A library of three films, in the environment that every command finds."""
    table = Table(aws.dynamodb(), os.environ["LIBRARY_TABLE"])
    found = Desk(table)
    found.add(*FILMS)
    outputs = {"LibraryTable": table.name, "FunctionLibraryRecount": "recount"}
    outputs |= {each: aws.sqs().create_queue(QueueName=each)["QueueUrl"] for each in library_status.QUEUES.values()}
    place = Environment(
        "test", outputs, lambda service: function if service == "lambda" else boto3.client(service), lambda _: ""
    )
    for module in (library_export, library_recount, library_status):
        monkeypatch.setattr(module, "environment", lambda name: place)
    return found


def marquee(*arguments: object) -> Result:
    return CliRunner().invoke(library.app, [*map(str, arguments), "--env", "test"], catch_exceptions=False)


def printed(ended: Result) -> Any:
    """Return the JSON that a command printed; functions that ran in the process have logged lines before it."""
    lines = ended.stdout.splitlines()
    return json.loads("\n".join(lines[lines.index("{") :]))


def exported(form: str) -> str:
    ended = marquee("export", "--format", form)
    assert ended.exit_code == 0, ended.output
    return ended.stdout


def as_imported(values: dict[str, Any]) -> NewMovie:
    """Return the movie that an import makes of a row."""
    return importing.to_movie(values, importing.mapping_for(values, {}))


def test_exported_csv_is_imported_as_the_same_movies(desk: Desk) -> None:
    rows = list(csv.DictReader(io.StringIO(exported("csv"), newline="")))

    assert [as_imported(row) for row in rows] == list(FILMS)
    assert rows[0]["id"] == desk.movies()[0].id


@pytest.mark.parametrize("form", ["json", "ndjson"])
def test_exported_json_has_every_movie_in_r1s_names_too(desk: Desk, form: str) -> None:
    text = exported(form)
    movies = json.loads(text) if form == "json" else [json.loads(line) for line in text.strip("\n").split("\n")]

    heat = movies[0]
    assert {name: heat[name] for name in ("title", "genre", "rating", "year")} == {
        "title": "Heat",
        "genre": "Crime",
        "rating": 8.3,
        "year": 1995,
    }
    assert [each["genres"] for each in movies] == [list(each.genres) for each in FILMS]
    assert "ordinal" not in heat


def test_empty_library_is_exported_as_nothing(desk: Desk) -> None:
    for movie in desk.movies():
        desk.take(desk.ask("delete", movie_id=movie.id))

    assert json.loads(exported("json")) == []
    assert exported("ndjson") == ""
    assert exported("csv").splitlines() == [",".join((*library_export.COLUMNS, *library_export.MOMENTS))]


def test_file_is_written_whole(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "library.ndjson"

    ended = marquee("export", "--format", "ndjson", "--output", file)

    assert ended.stdout == ""
    assert len(file.read_text(encoding="utf-8").splitlines()) == 3
    assert list(tmp_path.iterdir()) == [file]


def test_export_that_breaks_off_leaves_the_file_as_it_was(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "library.json"
    file.write_text("what was there")
    monkeypatch.setattr(library_export, "facts", lambda movie: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        marquee("export", "--format", "json", "--output", file)

    assert file.read_text() == "what was there"
    assert list(tmp_path.iterdir()) == [file]


def test_movies_are_written_while_they_are_read(desk: Desk) -> None:
    taken = []

    def movies() -> Any:
        for each in desk.movies():
            taken.append(each.id)
            yield library_export.facts(each)

    pieces = library_export.as_json(movies())
    next(pieces)

    assert len(taken) == 1


def test_recount_of_a_right_library_ends_well(desk: Desk, function: RecountFunction) -> None:
    ended = marquee("recount")

    assert ended.exit_code == 0
    assert "All numbers of 3 movies are right." in ended.stdout
    assert function.asked == [{"function": "recount", "repair": False, "started_by": terminal.operator()}]


def test_recount_tells_differences_and_mends_them(desk: Desk) -> None:
    desk.table.update(keys.library("main"), keys.HEADER, "SET rated = :n", {":n": 7})

    told = marquee("recount")
    mended = marquee("recount", "--repair", "--json")
    again = marquee("recount")

    assert (told.exit_code, mended.exit_code, again.exit_code) == (1, 1, 0)
    assert "rated: 7 instead of 2" in told.stdout
    assert printed(mended)["counts"] == {"movies": 3, "differences": 1, "repaired": 1}
    assert LibraryIndex(desk.table).header().rated == 2


def test_recount_that_fails_says_why(desk: Desk, function: RecountFunction) -> None:
    function.failure = "the library was changed 5 times"

    with pytest.raises(OperatorError, match="the library was changed 5 times"):
        marquee("recount")


def test_status_tells_numbers_queues_and_imports_under_way(desk: Desk, cloud: Cloud) -> None:
    desk.begin_import("import-1", found=5)
    desk.begin_import("import-2", found=0)
    url = aws.sqs().get_queue_url(QueueName="LibraryQueueUrl")["QueueUrl"]
    aws.sqs().send_message(QueueUrl=url, MessageBody="{}")

    found = printed(marquee("status", "--json"))
    shown = marquee("status").stdout

    numbers = {"movies": 3, "rated": 2, "average rating": 4.15, "genres": 4, "years": 2}
    assert {name: found["numbers"][name] for name in numbers} == numbers
    assert found["queues"][0] == {"queue": "changes", "waiting": 1, "held": 0}
    assert [each["id"] for each in found["imports"]] == ["import-1"]
    assert "import-1" in shown
    assert "average rating" in shown
