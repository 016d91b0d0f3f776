"""Puts files of movies into folders of folders."""

import re
from collections.abc import Mapping
from typing import Any

from local.upstreams.drive.files import DriveFile, Tree

UNKNOWN = "Unknown"


class Shelves:
    """Folders below one folder, made when they are needed: `Drama/1999` by "genre", `1990s/1999` by "year"."""

    def __init__(self, tree: Tree, root: DriveFile, folders: str) -> None:
        self._tree = tree
        self._root = root
        self._by = folders
        self._made: dict[tuple[str, ...], DriveFile] = {}

    def put(self, movie: Mapping[str, Any]) -> DriveFile:
        """Add the JSON file of a movie where it belongs."""
        return self._tree.add_json(self.folder(movie), file_name(movie["title"]), movie)

    def folder(self, movie: Mapping[str, Any]) -> DriveFile:
        """Return the folder of a movie."""
        year = movie.get("year")
        outer = movie.get("genre", UNKNOWN) if self._by == "genre" else f"{year // 10 * 10}s" if year else UNKNOWN
        return self._at(str(outer), str(year or UNKNOWN))

    def _at(self, *path: str) -> DriveFile:
        if path not in self._made:
            parent = self._at(*path[:-1]) if len(path) > 1 else self._root
            self._made[path] = self._tree.add_folder(parent, path[-1])
        return self._made[path]


def file_name(title: str) -> str:
    """Return the name of the file of a movie."""
    return re.sub(r"[^\w]+", "-", title.lower()).strip("-") + ".json"
