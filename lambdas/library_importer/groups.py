"""How the files and folders of a page become groups of work."""

import hashlib
from collections.abc import Collection, Iterable

from library_importer.sources import Listing
from marquee.models.import_work import Entry, Work

# Large files have groups of their own, so that others do not wait for them; but of a page no more than some twelve.
GROUP_BYTES = 8_000_000
PARTS = 6


def found_groups(parent: Work, listing: Listing, new: Collection[str]) -> list[Work]:
    """Return the groups of those entries of a page that are `new`; the same page has the same groups."""
    folders = [("folders", each) for each in _groups(listing.folders, new)]
    files = [("files", each) for each in _groups(listing.files, new)]
    return [
        Work.model_validate(
            {"path": _path(parent, number), "kind": kind, "depth": parent.depth + 1, "entries": entries}
        )
        for number, (kind, entries) in enumerate(folders + files)
    ]


def _groups(entries: Iterable[Entry], new: Collection[str]) -> list[list[Entry]]:
    wanted = {each.id: each for each in entries if each.id in new}.values()
    largest = max(GROUP_BYTES, sum(each.size for each in wanted) // PARTS)
    groups: list[list[Entry]] = []
    size = 0
    for entry in wanted:
        if not groups or size + entry.size > largest:
            groups.append([])
            size = 0
        groups[-1].append(entry)
        size += entry.size
    return groups


def _path(parent: Work, number: int) -> str:
    """Return the name of a group; in order of names, those near to the root come first."""
    digest = hashlib.sha256(f"{parent.path}/{parent.step}/{number}".encode()).hexdigest()
    return f"{parent.depth + 1:03}.{digest[:16]}"
