"""R1's table and queries in SQLite over the same movies: every answer is the same but for R1's defects.

Where ours differs on purpose (FEATURES.md, defects of R1):

- 40: genres are compared in any case, several may be asked for, and a movie may have several (a row for each in SQL).
- 41: unrated movies come last, and movies of one rating in the order in which they were added.
- 43: a search is for beginnings of words with case, accents and signs folded, names that are just that first; R1's
  `ILIKE '%…%'` also finds the middle of words, takes `%` and `_` for anything, and has neither order nor pages.
- 46: movies without a rating or a year may not be added twice.
"""

import csv
import gzip
import json
import sqlite3
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marquee import library, search
from marquee.library_index import Filter, Place
from marquee.models.library import NewMovie
from marquee.repositories.library import LibraryIndex, MoviePage
from tests.fakes.library import batch, film, memory_desk

DATA = Path(__file__).resolve().parents[3] / "shared/data/tmdb5000/tmdb_5000_movies.csv.gz"
BEST_FIRST = "ORDER BY rating DESC NULLS LAST, n"
WORDS = [
    "the",
    "of",
    "star",
    "spider",
    "man 2",
    "amélie",
    "batman begins",
    "3",
    "zzz",
    "wall-e",
    "fast & furious",
    "avat",
]


class Rows:
    """R1's table. `n` stands for the time at which R1 writes a row; `folded` and `name` are what a search looks at."""

    def __init__(self, movies: Sequence[NewMovie]) -> None:
        self.db = sqlite3.connect(":memory:")
        self.db.executescript(
            """
            CREATE TABLE movies (n INTEGER PRIMARY KEY, title VARCHAR(255) NOT NULL, rating DECIMAL(3,1), year INTEGER,
                                 folded TEXT, name TEXT);
            CREATE TABLE genres (n INTEGER, genre VARCHAR(100) NOT NULL);
            """
        )
        for n, movie in enumerate(movies):
            words = " " + " ".join(search.title_words(movie.title))
            row = (n, movie.title, movie.rating, movie.year, words, library.whole_name(movie.title))
            self.db.execute("INSERT INTO movies VALUES (?, ?, ?, ?, ?, ?)", row)
            self.db.executemany("INSERT INTO genres VALUES (?, ?)", ((n, genre.lower()) for genre in movie.genres))

    def titles(self, where: str, *values: object, order: str = BEST_FIRST) -> list[str]:
        return [title for (title,) in self.db.execute(f"SELECT title FROM movies WHERE {where} {order}", values)]

    def one(self, query: str) -> Any:
        return self.db.execute(query).fetchone()[0]

    def search(self, text: str) -> list[str]:
        words = search.words(text)
        name = library.whole_name(text)
        begins = " AND ".join(["folded LIKE ?"] * len(words)) or "FALSE"
        values = [f"% {word}%" for word in words]
        return self.titles(
            f"name = ? OR ({begins})", name, *values, name, order="ORDER BY name <> ?, " + BEST_FIRST[9:]
        )

    def filter(self, wanted: Filter) -> list[str]:
        wheres, values = ["TRUE"], list[object]()
        if wanted.genres:
            marks = ", ".join("?" * len(wanted.genres))
            wheres.append(f"n IN (SELECT n FROM genres WHERE genre IN ({marks}))")
            values += [genre.lower() for genre in wanted.genres]
        for column, value in (("rating >= ?", wanted.min_rating), ("year = ?", wanted.year)):
            if value is not None:
                wheres.append(column)
                values.append(value)
        return self.titles(" AND ".join(wheres), *values)


def tmdb_movies() -> Iterator[NewMovie]:
    """Yield the films of TMDB 5000 that R1's table takes; each is there once."""
    with gzip.open(DATA, "rt", encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            genres = [genre["name"] for genre in json.loads(row["genres"])] or ["Unknown"]
            yield library.make_movie(
                title=row["title"],
                genres=genres,
                rating=row["vote_average"] if int(row["vote_count"]) else None,
                year=row["release_date"][:4],
                tmdb_id=row["id"],
            )


def filled(movies: Sequence[NewMovie]) -> LibraryIndex:
    """Return a library with movies, in this order."""
    desk, _ = memory_desk()
    desk.begin_import("i", len(movies))
    for start in range(0, len(movies), 100):
        assert desk.take(batch("i", str(start), movies[start : start + 100])) == [True]
    assert desk.counts("i").added == len(movies)
    return desk.index


def titles(page: MoviePage) -> list[str]:
    return [movie.title for movie in page.movies]


def all_pages(ask: Any) -> list[str]:
    """Return all titles of a list, page after page, and check that every page has the number of all."""
    found, totals = list[str](), set[int]()
    after: Place | None = None
    while True:
        page: MoviePage = ask(after)
        found += titles(page)
        totals.add(page.total)
        after = page.next
        if after is None:
            assert totals == {len(found)}
            return found


@pytest.fixture(scope="module")
def known() -> tuple[LibraryIndex, Rows]:
    if not DATA.is_file():
        pytest.skip("../shared/data/tmdb5000 is not there: put the shared folder beside the repository to run this")
    movies = list(tmdb_movies())
    assert len(movies) == 4803
    return filled(movies), Rows(movies)


@pytest.mark.parametrize("text", WORDS)
def test_search_finds_what_sql_finds(known: tuple[LibraryIndex, Rows], text: str) -> None:
    index, rows = known

    assert all_pages(lambda after: index.search(text, limit=100, after=after)) == rows.search(text)


def test_search_differs_from_r1_only_in_the_middle_of_words(known: tuple[LibraryIndex, Rows]) -> None:
    index, rows = known

    for text in ("star", "man", "ring", "avat"):
        ours = set(all_pages(lambda after, text=text: index.search(text, limit=100, after=after)))
        r1 = set(rows.titles("title LIKE ?", f"%{text}%"))
        assert ours <= r1
        assert not {title for title in r1 - ours if any(word.startswith(text) for word in search.title_words(title))}


@pytest.mark.parametrize(
    "wanted",
    [
        Filter(genres, least, year)
        for genres, least, year in product(
            [(), ("Drama",), ("SCIENCE fiction", "war"), ("None",)], [None, 0, 6.5, 10], [None, 1999, 1902]
        )
    ],
    ids=str,
)
def test_every_filter_finds_what_sql_finds(known: tuple[LibraryIndex, Rows], wanted: Filter) -> None:
    index, rows = known

    assert all_pages(lambda after: index.filter(wanted, limit=100, after=after)) == rows.filter(wanted)


@pytest.mark.parametrize("start", [0, 1, 20, 2500, 4700, 4790, 4803, 9999])
def test_top_rated_pages_are_those_of_sql(known: tuple[LibraryIndex, Rows], start: int) -> None:
    index, rows = known

    page = index.top_rated(limit=20, start=start)

    assert titles(page) == rows.titles("TRUE")[start : start + 20]
    assert (page.total, page.next is not None) == (4803, start + 20 < 4803)


def test_dashboard_is_that_of_sql(known: tuple[LibraryIndex, Rows]) -> None:
    index, rows = known

    shown = index.dashboard()

    assert shown.total == rows.one("SELECT COUNT(*) FROM movies")
    assert shown.average_rating == rows.one("SELECT ROUND(AVG(rating), 2) FROM movies")
    counted = rows.db.execute("SELECT genre, COUNT(*) AS c FROM genres GROUP BY genre ORDER BY c DESC, genre LIMIT 10")
    assert [(each.name.lower(), each.movies) for each in shown.top_genres] == counted.fetchall()
    years = "SELECT year, COUNT(*) FROM movies WHERE year IS NOT NULL GROUP BY year ORDER BY year DESC LIMIT 20"
    assert [(each.year, each.movies) for each in shown.by_year] == rows.db.execute(years).fetchall()


def test_same_rows_again_change_nothing(known: tuple[LibraryIndex, Rows]) -> None:
    index, _ = known

    assert index.duplicates(list(tmdb_movies())[:500]) == set(range(500))


MADE = st.builds(
    film,
    st.sampled_from(["Heat", "The Heat", "Heatwave", "Señor Heat", "100% Wolf", "Fast & Furious", "$", "Wall·E"]),
    st.sampled_from(["Drama", "drama", "War"]),
    rating=st.none() | st.integers(0, 100).map(lambda worth: worth / 10),
    year=st.none() | st.integers(1999, 2001),
)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(MADE, max_size=30, unique_by=lambda movie: library.identities(movie)),
    st.sampled_from(["heat", "HE", "senor", "%", "_", "$", "fast and", "wall e", "walle", "100%"]),
    st.builds(Filter, st.sampled_from([(), ("DRAMA",), ("war", "Drama")]), st.none() | st.floats(0, 10), st.none()),
)
def test_any_library_answers_as_sql_does(movies: list[NewMovie], text: str, wanted: Filter) -> None:
    index, rows = filled(movies), Rows(movies)

    assert all_pages(lambda after: index.search(text, limit=4, after=after)) == rows.search(text)
    assert all_pages(lambda after: index.filter(wanted, limit=4, after=after)) == rows.filter(wanted)
    assert all_pages(lambda after: index.top_rated(limit=4, after=after)) == rows.titles("TRUE")
