"""A small tree of films that do not exist, with everything in it that an import of Drive may stumble over."""

from dataclasses import replace
from typing import Any

from local.upstreams.drive.files import CLOSED, GONE, DriveFile, Tree
from local.upstreams.drive.shelves import Shelves

ROOT = "marquee-demo-library"
SHARED_DRIVE = "0AMarqueeDemoDrivePVA"
CLOSED_FOLDER, GONE_FOLDER = "marquee-demo-closed", "marquee-demo-gone"

_MOVIES: tuple[tuple[str, str, float | None, int | None], ...] = (
    ("The Lamplighter's Daughter", "Drama", 7.4, 1994),
    ("Salt and Cedar", "Drama", 6.9, 1994),
    ("Été sans fin", "Drama", 8.1, 2003),
    ("A Quiet Ledger", "Drama", None, 2011),
    ("North of the Harbour", "Drama", 7.0, 2011),
    ("Two Left Feet", "Comedy", 6.2, 1987),
    ("100% Wool", "Comedy", 5.8, 1999),
    ("Dinner for Seven & a Half", "Comedy", 6.6, 1999),
    ("My Neighbour's Goat", "Comedy", 7.1, 2008),
    ("snake_case", "Comedy", 4.9, 2015),
    ("The Ninth Platform", "Thriller", 7.7, 1976),
    ("Cold Harvest", "Thriller", 6.4, 1994),
    ("Seven Minutes to Dover", "Thriller", 7.2, 2003),
    ("Der Uhrmacher von Köln", "Thriller", 8.0, 2008),
    ("Orbit of Glass", "Science Fiction", 7.9, 1982),
    ("The Last Gardener on Mars", "Science Fiction", 6.8, 1999),
    ("月の庭", "Science Fiction", 8.3, 2015),
    ("Signal Lost", "Science Fiction", 3.1, None),
    ("A Short History of Rain", "Documentary", 8.6, 2011),
    ("Bread", "Documentary", 7.3, 2015),
)
_IN_SHARED_DRIVE = (
    {"title": "The Cartographer's Song", "genre": "Drama", "rating": 7.5, "year": 2019},
    {"title": "Paper Moons", "genre": "Animation", "rating": 8.2, "year": 2020},
    # Stands in My Drive, too.
    {"title": "Bread", "genre": "Documentary", "rating": 7.3, "year": 2015},
)


def tree(folders: str) -> Tree:
    """Return the tree: 20 films by "genre" or "year", 4 more in a shared drive and in the folder of oddities."""
    planted = Tree(ROOT)
    root = planted.add_root("Demo library")
    shelves = Shelves(planted, root, folders)
    for movie in map(_facts, _MOVIES):
        shelves.put(movie)
    drive = planted.add_drive(SHARED_DRIVE, "Film club")
    club = planted.add_folder(drive, "Favourites")
    for facts in _IN_SHARED_DRIVE:
        planted.add_json(club, f"{facts['title']}.json", facts)
    odd = planted.add_folder(root, "Odds and ends")
    _add_what_cannot_be_read(planted, odd)
    _add_shortcuts(planted, odd, club)
    _add_bin(planted, odd)
    for folder_id, answers in ((CLOSED_FOLDER, CLOSED), (GONE_FOLDER, GONE)):
        planted.add(DriveFile(folder_id, folder_id.rpartition("-")[2], root.mime_type, root.id, answers=answers))
    return planted


def _facts(row: tuple[str, str, float | None, int | None]) -> dict[str, Any]:
    title, genre, rating, year = row
    return {
        "title": title,
        "genre": genre,
        **({} if rating is None else {"rating": rating}),
        **({} if year is None else {"year": year}),
    }


def _add_what_cannot_be_read(planted: Tree, folder: DriveFile) -> None:
    planted.add_file(folder, "cut-short.json", b'{"title": "Cut Short", "genre": "Dra')
    planted.add_file(folder, "empty.json", b"")
    planted.add_file(folder, "not-text.json", b"\xff\xfe\x00\xd8{}")
    planted.add_json(
        folder, "rating-of-eleven.json", {"title": "Too Good", "genre": "Drama", "rating": 11, "year": 2001}
    )
    planted.add_json(folder, "no-title.json", {"genre": "Drama", "rating": 5.0, "year": 2001})
    planted.add_json(folder, "future.json", {"title": "Not Yet", "genre": "Drama", "rating": 5.0, "year": 2525})
    planted.add_document(folder, "Notes about the library")
    planted.add_file(folder, "poster.png", b"\x89PNG\r\n\x1a\n", "image/png")


def _add_shortcuts(planted: Tree, folder: DriveFile, club: DriveFile) -> None:
    """Add a shortcut to a file outside, to a folder of the shared drive, to what is gone, and to where it is in."""
    elsewhere = planted.add(DriveFile("marquee-demo-elsewhere", "Elsewhere", folder.mime_type, None))
    film = {"title": "Further Along the Coast", "genre": "Drama", "rating": 6.7, "year": 1968}
    outside = planted.add_json(elsewhere, "further-along-the-coast.json", film)
    planted.add_shortcut(folder, "A film from elsewhere", outside)
    planted.add_shortcut(folder, "Favourites of the club", club)
    planted.add_shortcut(folder, "Gone", replace(outside, id="1marquee-demo-deleted-file"))
    planted.add_shortcut(folder, "Round and round", planted.files[ROOT])


def _add_bin(planted: Tree, folder: DriveFile) -> None:
    film = {"title": "Thrown Away", "genre": "Drama", "rating": 1.0, "year": 1990}
    planted.add_json(folder, "thrown-away.json", film, trashed=True)
    thrown = planted.add_folder(folder, "Thrown away", trashed=True)
    planted.add_json(thrown, "thrown-away-too.json", film | {"title": "Thrown Away, Too"})
