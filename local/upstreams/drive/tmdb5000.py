"""A tree of 4,803 JSON files, one a movie, from `../shared/data` where that is present."""

import csv
import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from local.settings import PROJECT
from local.upstreams.drive.files import Tree
from local.upstreams.drive.shelves import Shelves

PATH = PROJECT.parent / "shared" / "data" / "tmdb5000" / "tmdb_5000_movies.csv.gz"
ROOT = "marquee-tmdb5000"


def tree(folders: str) -> Tree:
    """Return the tree, with folders of folders by "genre" and year or by decade and "year".

    Raises ValueError where the data is not present.
    """
    planted = Tree(ROOT)
    shelves = Shelves(planted, planted.add_root("TMDB 5000"), folders)
    for movie in movies(PATH):
        shelves.put(movie)
    return planted


def movies(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the movies as they are in R1's files; genre and year are left out where the data has none."""
    if not path.is_file():
        raise ValueError(f"There is no {path} to make this tree of.")
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            genres, year = json.loads(row["genres"]), row["release_date"][:4]
            movie = {"title": row["title"], "rating": float(row["vote_average"])}
            if genres:
                movie["genre"] = genres[0]["name"]
            if year:
                movie["year"] = int(year)
            yield movie
