"""Real exports, row by row: every row is a movie, or is named with what is wrong with it."""

import gzip
import json
import zipfile
from pathlib import Path

import pytest

from marquee import importing, importing_files, importing_rows
from marquee.errors import InvalidInput
from marquee.importing_rows import Row
from marquee.models.library import NewMovie

DATA = Path(__file__).resolve().parents[3] / "shared/data"


def sample(name: str) -> Path:
    path = DATA / name
    if not path.is_file():
        pytest.skip(f"{path} is not there")
    return path


def imported(content: bytes) -> tuple[str | None, list[NewMovie], dict[int, str]]:
    """Return which export it is, its movies, and what is wrong with other rows by line."""
    head = content[: importing_files.HEAD_BYTES]
    layout, place = importing_rows.with_columns(importing_files.recognise(head, "export.csv"), head)
    movies, wrong = [], {}
    for found, _ in importing_rows.rows(layout, [content[place.offset :]], place):
        assert isinstance(found, Row), found
        try:
            movies.append(importing.to_movie(found.values, importing.mapping_for(found.values, {})))
        except InvalidInput as error:
            wrong[found.line] = str(error)
    return importing.recognise(layout.columns)[0], movies, wrong


def test_netflix_titles_are_all_imported() -> None:
    name, movies, wrong = imported(gzip.decompress(sample("netflix/netflix_titles.csv.gz").read_bytes()))

    assert name == "Netflix titles"
    assert (len(movies), wrong) == (8807, {})
    assert all(movie.rating is None for movie in movies)
    assert {movie.year for movie in movies} >= {1925, 2021}
    assert movies[1] == NewMovie(
        title="Blood & Water", genres=("International TV Shows", "TV Dramas", "TV Mysteries"), year=2021
    )


def test_tmdb_movies_are_imported_but_for_those_without_a_genre() -> None:
    name, movies, wrong = imported(gzip.decompress(sample("tmdb5000/tmdb_5000_movies.csv.gz").read_bytes()))

    assert name == "TMDB movies"
    assert (len(movies), len(wrong)) == (4775, 28)
    assert set(wrong.values()) == {"genres must be 1 to 10 names (found '[]')"}
    assert movies[0] == NewMovie(
        title="Avatar",
        genres=("Action", "Adventure", "Fantasy", "Science Fiction"),
        rating=7.2,
        year=2009,
        tmdb_id=19995,
    )


def test_movielens_movies_are_imported_with_the_year_out_of_their_title() -> None:
    with zipfile.ZipFile(sample("movielens/ml-latest-small.zip")) as archive:
        name, movies, wrong = imported(archive.read("ml-latest-small/movies.csv"))

    assert name == "MovieLens movies"
    assert (len(movies), len(wrong)) == (9708, 34)
    assert set(wrong.values()) == {"genres must be 1 to 10 names (found '(no genres listed)')"}
    assert movies[0].title == "Toy Story"
    assert sum(movie.year is None for movie in movies) < 20


def test_same_movies_as_lines_of_json_are_the_same() -> None:
    content = gzip.decompress(sample("netflix/netflix_titles.csv.gz").read_bytes())
    _, movies, _ = imported(content)
    facts = [{"title": each.title, "genres": each.genres, "year": each.year} for each in movies]
    lines = "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in facts).encode()
    layout = importing_files.recognise(lines[: importing_files.HEAD_BYTES], "movies.json")

    found = [row for row, _ in importing_rows.rows(layout, [lines], importing_rows.Place())]

    assert layout.kind == "lines"
    assert [importing.to_movie(row.values, importing.mapping_for(row.values, {})) for row in found] == movies  # type: ignore[union-attr]
