"""What a question's table names stand for: the latest rows of what TMDB still has, and no table that is not named."""

import re

import pytest

from cli.archive_sql import of_now
from cli.errors import OperatorError

COLUMNS = {
    "movie": {
        "id": "bigint",
        "collected_at": "string",
        "gone": "boolean",
        "title": "string",
        "genres": "array<string>",
    },
    "person": {"id": "bigint", "collected_at": "string", "gone": "boolean", "name": "string"},
    "season": {"id": "string", "collected_at": "string", "gone": "boolean", "episodes": "int"},
}
LATEST_PERSON = (
    'person AS (SELECT CAST("id" AS bigint) AS "id", CAST("collected_at" AS varchar) AS "collected_at", '
    'CAST("name" AS varchar) AS "name" FROM (SELECT *, row_number() OVER (PARTITION BY id ORDER BY collected_at DESC)'
    " AS newest FROM person_rows) AS numbered WHERE newest = 1 AND NOT gone)"
)


def scanned(question: str) -> list[str]:
    """Return the tables that Athena has to read for a question."""
    return re.findall(r"\b\w+_rows\b", of_now(question, COLUMNS))


def test_name_stands_for_the_latest_row_that_is_not_gone() -> None:
    assert of_now("SELECT name FROM person", COLUMNS) == f"WITH {LATEST_PERSON}\nSELECT name FROM person"


@pytest.mark.parametrize(
    ("question", "tables"),
    [
        ("SELECT title FROM movie", ["movie"]),
        ("select title\nfrom MOVIE m where m.id in (select id from Person)", ["movie", "person"]),
        ('SELECT 1 FROM "movie"', ["movie"]),
        ("SELECT 1 FROM movie, person AS p, season", ["movie", "person", "season"]),
        ("SELECT 1 FROM movie JOIN person ON f(movie.id, person.id) = 1, season", ["movie", "person", "season"]),
        ("SELECT 1 FROM (movie CROSS JOIN person)", ["movie", "person"]),
        ("SELECT 1 FROM (SELECT id FROM movie) AS found, person", ["movie", "person"]),
        ("SELECT 1 FROM movie CROSS JOIN UNNEST(genres) AS t(person)", ["movie"]),
        ("SELECT season, person FROM movie ORDER BY season, person", ["movie"]),
        ("SELECT 'FROM season' FROM movie -- FROM person\n/* JOIN person */", ["movie"]),
        ("SELECT title FROM movie UNION ALL SELECT name FROM person", ["movie", "person"]),
        ("SELECT count(*) FROM movie a JOIN movie b USING (id)", ["movie"]),
        ("SELECT 1", []),
        ("SELECT 1 FROM other.movie", []),
    ],
)
def test_only_tables_that_are_named_are_read(question: str, tables: list[str]) -> None:
    assert scanned(question) == [f"{table}_rows" for table in tables]


def test_every_version_is_there_for_who_asks_for_the_rows() -> None:
    question = "SELECT title, collected_at FROM movie_rows WHERE id = 1"

    assert of_now(question, COLUMNS) == question


def test_own_with_of_the_question_follows() -> None:
    found = of_now("WITH a(x) AS (SELECT id FROM person), b AS (SELECT 1) SELECT * FROM a, b", COLUMNS)

    assert found == f"WITH {LATEST_PERSON}, a(x) AS (SELECT id FROM person), b AS (SELECT 1) SELECT * FROM a, b"


def test_recursive_question_stays_recursive() -> None:
    found = of_now("with recursive t(n) as (select 1) select * from t, person", COLUMNS)

    assert found == f"with recursive {LATEST_PERSON}, t(n) as (select 1) select * from t, person"


def test_name_that_the_question_gives_itself_is_its_own() -> None:
    question = "WITH crime AS (SELECT 1), movie AS (SELECT * FROM movie_rows) SELECT * FROM movie, crime"

    assert of_now(question, COLUMNS) == question


def test_end_of_a_statement_is_not_part_of_the_question() -> None:
    assert of_now("SELECT 1 ; ;\n", COLUMNS).strip() == "SELECT 1"


@pytest.mark.parametrize("text", ["", "-- nothing", "DROP TABLE movie_rows", "INSERT INTO movie SELECT 1", "EXPLAIN x"])
def test_what_is_no_question_is_refused(text: str) -> None:
    with pytest.raises(OperatorError, match="begins with SELECT or WITH"):
        of_now(text, COLUMNS)


def test_two_questions_are_refused() -> None:
    with pytest.raises(OperatorError, match="more than one question"):
        of_now("SELECT ';' FROM movie; DROP TABLE movie_rows", COLUMNS)
