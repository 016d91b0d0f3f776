"""Questions to the archive, answered by the local cloud's stand-in for Athena."""

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cli import archive_query
from cli import environment as environments
from cli.__main__ import app
from cli.archive_query import Result, ask
from cli.archive_sql import of_now
from cli.environment import Environment
from cli.errors import OperatorError
from marquee.archive import flat
from tests.fakes.athena import DATABASE, WORKGROUP, LocalAthena
from tests.fakes.client import PreparedClient

DECADE = """
SELECT title, vote_average, vote_count FROM movie
WHERE contains(genres, 'Crime') AND release_date >= '1990-01-01' AND release_date < '2000-01-01' AND vote_count > 1000
ORDER BY vote_average DESC, vote_count DESC LIMIT 10
"""


def row(table: str, number: object, collected_at: str = "2026-11-21T10:00:00.000Z", **facts: object) -> dict[str, Any]:
    """Return a row with every column of a table."""
    empty = {name: [] if kind.startswith("array") else None for name, kind in flat.COLUMNS[table].items()}
    return {**empty, "id": number, "collected_at": collected_at, "gone": False, **facts}


def crime(number: int, title: str, average: float, votes: int, year: int, **more: Any) -> dict[str, Any]:
    date = f"{year}-05-01"
    facts = {"title": title, "vote_average": average, "vote_count": votes, "release_date": date, "genres": ["Crime"]}
    return row("movie", number, **{**facts, **more})


@pytest.fixture
def athena() -> LocalAthena:
    """An archive of a few movies, with every table but no row in the others."""
    found = LocalAthena(page=3)
    movies = [crime(n, f"Number {n}", 7 + n / 10, 1000 + n, 1990 + n) for n in range(9)]
    movies += [
        crime(20, "Comedy", 9.5, 5000, 1995, genres=["Comedy"]),
        crime(21, "Too late", 9.5, 5000, 2001),
        crime(22, "Was better", 9.9, 5000, 1994),
        crime(22, "Is worse", 6.0, 5000, 1994, collected_at="2026-11-22T10:00:00.000Z"),
        crime(23, "Was there", 9.9, 5000, 1994),
        crime(23, "Was there", 9.9, 5000, 1994, collected_at="2026-11-22T10:00:00.000Z", gone=True),
        crime(24, "Nobody knows when", 9.9, 5000, 1994, release_date=None),
        # Written twice, because what wrote it was stopped and tried again.
        crime(25, "Twice", 8.8, 5000, 1999),
        crime(25, "Twice", 8.8, 5000, 1999),
    ]
    for name, columns in flat.COLUMNS.items():
        found.add_table(f"{name}_rows", columns, movies if name == "movie" else ())
    return found


def answer(athena: LocalAthena, sql: str) -> Result:
    return ask(athena, of_now(sql, flat.COLUMNS), database=DATABASE, workgroup=WORKGROUP, sleep=lambda _: None)


def test_best_crime_films_of_the_nineties_are_found(athena: LocalAthena) -> None:
    found = answer(athena, DECADE)

    assert found.columns == ("title", "vote_average", "vote_count")
    expected = [(f"Number {n}", 7 + n / 10, 1000 + n) for n in range(8, 0, -1)]
    assert list(found.rows) == [("Twice", 8.8, 5000), *expected, ("Is worse", 6.0, 5000)]


def test_episodes_are_those_of_the_latest_version_of_a_season_that_is_there() -> None:
    early, late = "2026-11-21T10:00:00.000Z", "2026-11-22T10:00:00.000Z"
    place = LocalAthena()
    episodes = [
        row("episode", 1, early, season_id="7-1", name="stays"),
        row("episode", 2, early, season_id="7-1", name="was dropped"),
        row("episode", 1, late, season_id="7-1", name="stays"),
        row("episode", 3, early, season_id="7-2", name="its season is gone"),
        *flat.gone("season", "7-2", late)["episode"],
    ]
    place.add_table("episode_rows", flat.COLUMNS["episode"], episodes)

    assert [list(each) for each in answer(place, "SELECT name FROM episode").rows] == [["stays"]]


def test_every_version_is_found_in_the_rows(athena: LocalAthena) -> None:
    found = answer(athena, "SELECT title, gone FROM movie_rows WHERE id IN (22, 23) ORDER BY id, collected_at")

    assert list(found.rows) == [("Was better", False), ("Is worse", False), ("Was there", False), ("Was there", True)]


@pytest.mark.parametrize(
    "sql",
    [
        "WITH best AS (SELECT * FROM movie WHERE vote_average > 8) SELECT count(*) FROM best",
        "SELECT genre, count(*) FROM movie CROSS JOIN UNNEST(genres) AS t(genre) GROUP BY genre",
        "SELECT m.title FROM movie m JOIN person p ON m.id = p.id, season",
        "SELECT substr(release_date, 1, 4), cardinality(genres) FROM movie",
        "SELECT count(*) FROM tv UNION ALL SELECT count(*) FROM season UNION ALL SELECT count(*) FROM episode",
    ],
)
def test_question_is_understood(athena: LocalAthena, sql: str) -> None:
    assert list(answer(athena, sql).rows) is not None


def test_only_files_of_the_tables_that_are_named_are_read(athena: LocalAthena) -> None:
    answer(athena, "SELECT count(*) FROM movie")

    assert "person_rows" not in athena.questions[0]


def test_wrong_question_is_answered_with_the_reason(athena: LocalAthena) -> None:
    with pytest.raises(OperatorError, match=r"could not answer: .*colour"):
        answer(athena, "SELECT colour FROM movie")


def test_question_is_stopped_when_nobody_waits_for_the_answer() -> None:
    def interrupt(**_: str) -> dict[str, Any]:
        raise KeyboardInterrupt

    athena = PreparedClient({"QueryExecutionId": "q-1"}, interrupt, {})

    with pytest.raises(KeyboardInterrupt):
        ask(athena, "SELECT 1", database=DATABASE, workgroup=WORKGROUP)

    assert athena.requests[-1] == {"QueryExecutionId": "q-1"}


@pytest.fixture
def command(athena: LocalAthena, monkeypatch: pytest.MonkeyPatch) -> LocalAthena:
    """The command in an environment with that archive."""
    outputs = {"ArchiveDatabase": DATABASE, "ArchiveWorkgroup": WORKGROUP}
    place = Environment("test", outputs, lambda service: athena, lambda producer: "")
    monkeypatch.setattr(environments, "_deployed", lambda name, session: place)
    return athena


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app, ["archive", "query", *arguments, "--env", "test"], catch_exceptions=False)


def test_json_has_values_of_their_types(command: LocalAthena) -> None:
    found = run("SELECT id, title, vote_average, release_date, gone FROM movie_rows WHERE id IN (24, 25)", "--json")

    rows = json.loads(found.stdout)
    assert rows[0] == {"id": 24, "title": "Nobody knows when", "vote_average": 9.9, "release_date": None, "gone": False}
    assert len(rows) == 3


def test_no_row_is_an_empty_list(command: LocalAthena) -> None:
    assert json.loads(run("SELECT id FROM movie WHERE id = 999", "--json").stdout) == []


def test_csv_can_be_read_again(command: LocalAthena) -> None:
    found = run("SELECT id, 'one, \"two\"' AS words, release_date FROM movie WHERE id = 24", "--csv")

    assert list(csv.reader(io.StringIO(found.stdout))) == [["id", "words", "release_date"], ["24", 'one, "two"', ""]]


def test_table_shows_lists_as_they_are(command: LocalAthena) -> None:
    assert "[bold]" in run("SELECT '[bold]' AS word").stdout


def test_long_table_ends_with_a_word_about_the_rest(command: LocalAthena, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_query, "SHOWN_ROWS", 2)

    assert "Only the first 2 rows" in run("SELECT id FROM movie").stderr


def test_tables_and_their_columns_are_shown_without_a_question() -> None:
    shown = json.loads(run("--json").stdout)

    assert shown["movie_rows"].keys() - shown["movie"].keys() == {"gone", "collected"}
    assert shown.keys() == {each for name in flat.COLUMNS for each in (name, f"{name}_rows")}
    assert "movie_rows" in run().stdout


def test_json_and_csv_at_once_are_refused() -> None:
    assert run("SELECT 1", "--json", "--csv").exit_code == 2


OPERATIONS = Path(__file__).resolve().parents[2] / "docs" / "operations.md"
DOCUMENTED = re.findall(r"```sql\n(.*?)```", OPERATIONS.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("sql", DOCUMENTED)
def test_documented_question_is_answered(athena: LocalAthena, sql: str) -> None:
    found = answer(athena, sql)

    assert len(found.columns) >= 3
    assert len(list(found.rows)) <= 10
