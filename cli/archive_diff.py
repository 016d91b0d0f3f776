"""What has changed between two versions of an item. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from deepdiff import DeepDiff

# What tells the objects of TMDB's lists apart, the first that all objects of a list have and none twice. Compared by
# their places, all people after one that is new in a cast would be others.
NAMES = ("credit_id", "id", "file_path", "iso_3166_1", "season_number", "provider_id", "title")
LANGUAGES = ("iso_639_1", "iso_3166_1")

_KINDS: Mapping[str, Literal["added", "removed", "changed"]] = {
    "dictionary_item_added": "added",
    "iterable_item_added": "added",
    "dictionary_item_removed": "removed",
    "iterable_item_removed": "removed",
    "values_changed": "changed",
    "type_changes": "changed",
}


@dataclass(frozen=True)
class Change:
    """One difference; `old` is None for what was added, `new` for what was removed."""

    path: tuple[str | int, ...]
    change: Literal["added", "removed", "changed"]
    old: Any
    new: Any

    @property
    def place(self) -> str:
        """Return the path as a reader takes it in."""
        return " › ".join(map(str, self.path))


def changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """Return in what two bodies differ, in the order of their paths; objects of a list are told apart by their ids."""
    found = DeepDiff(_named(old), _named(new), view="tree", ignore_numeric_type_changes=True)
    return sorted(_changes(found), key=lambda each: tuple(map(str, each.path)))


def _changes(found: Mapping[str, Any]) -> Iterator[Change]:
    for name, levels in found.items():
        kind = _KINDS[name]
        for level in levels:
            path = tuple(level.path(output_format="list"))
            yield Change(path, kind, None if kind == "added" else level.t1, None if kind == "removed" else level.t2)


def _named(value: Any) -> Any:
    """Return a body with lists of objects as objects by name, so that they are compared name by name."""
    if isinstance(value, dict):
        return {name: _named(part) for name, part in value.items()}
    if not isinstance(value, list):
        return value
    parts = [_named(part) for part in value]
    if parts and all(isinstance(part, dict) for part in parts):
        for names in (LANGUAGES, *((name,) for name in NAMES)):
            known = {" ".join(str(part.get(name)) for name in names): part for part in parts}
            if len(known) == len(parts) and all(name in part for part in parts for name in names):
                return known
    return parts
