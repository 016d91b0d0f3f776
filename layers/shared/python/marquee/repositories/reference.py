"""Services and genres in the catalogue table: `source:<id>` / `<name>`, listed through the sparse index `by_kind`."""

from collections.abc import Iterable
from typing import Literal, TypeVar

from marquee import keys
from marquee.models.reference import Genre, Source
from marquee.repositories.table import TRANSACTION, Item, Table

Entry = TypeVar("Entry", Source, Genre)
Kind = Literal["source", "genre"]


class ReferenceRepository:
    """Reads the reference data and brings it in line with what the provider has."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def sources(self) -> list[Source]:
        """Return all services by name."""
        return [Source.model_validate(item) for item in self._all("source")]

    def genres(self) -> list[Genre]:
        """Return all genres by name."""
        return [Genre.model_validate(item) for item in self._all("genre")]

    def reconcile_sources(
        self, current: Iterable[Source], regions: Iterable[str], served: Iterable[str]
    ) -> dict[str, int]:
        """Make the stored services of `regions` those given; see `_reconcile`.

        A service that has left them stays if it is still in another country that is `served`, and so does one that
        was not asked about.
        """
        asked, wanted = set(regions), {}
        for source in self.sources():
            elsewhere = tuple(region for region in source.regions if region not in asked)
            if elsewhere == source.regions or set(elsewhere) & set(served):
                wanted[keys.source(source.id)] = source.model_copy(update={"regions": elsewhere})
        wanted |= {keys.source(source.id): source for source in current}
        return self._reconcile("source", wanted)

    def reconcile_genres(self, current: Iterable[Genre]) -> dict[str, int]:
        """Make the stored genres those given; see `_reconcile`."""
        return self._reconcile("genre", {keys.genre(genre.id): genre for genre in current})

    def _all(self, kind: Kind) -> list[Item]:
        return list(self._table.query("kind = :kind", {":kind": kind}, IndexName="by_kind"))

    def _reconcile(self, kind: Kind, current: dict[str, Entry]) -> dict[str, int]:
        """Add, change, rename and remove; returns how many of each and how many were unchanged.

        The name is the sort key, so a rename deletes and puts in one transaction. Repeating it changes nothing.
        """
        counts = {"added": 0, "changed": 0, "renamed": 0, "removed": 0, "unchanged": 0}
        stored: dict[str, dict[str, Item]] = {pk: {} for pk in current}
        for item in self._all(kind):
            stored.setdefault(item["PK"], {})[item["SK"]] = item
        groups: list[list[dict[str, object]]] = []
        for pk, by_name in stored.items():
            wanted = _to_item(kind, pk, current[pk]) if pk in current else None
            counts[_change(wanted, by_name)] += 1
            names = by_name.keys() - ({wanted["SK"]} if wanted else set())
            group = [self._table.delete_action(pk, name) for name in sorted(names)]
            if wanted and by_name.get(wanted["SK"]) != wanted:
                group.append(self._table.put_action(wanted))
            groups.append(group)
        self._write(groups)
        return counts

    def _write(self, actions: list[list[dict[str, object]]]) -> None:
        """Write in transactions as large as they may be, without splitting the two halves of a rename."""
        chunk: list[dict[str, object]] = []
        for group in actions:
            if len(chunk) + len(group) > TRANSACTION:
                self._table.transact(chunk)
                chunk = []
            chunk += group
        if chunk:
            self._table.transact(chunk)


def _change(wanted: Item | None, stored_by_name: dict[str, Item]) -> str:
    if wanted is None:
        return "removed"
    if not stored_by_name:
        return "added"
    stored = stored_by_name.get(wanted["SK"])
    if stored is None or len(stored_by_name) > 1:
        return "renamed"
    return "unchanged" if stored == wanted else "changed"


def _to_item(kind: Kind, pk: str, entry: Source | Genre) -> Item:
    item: Item = {"PK": pk, "SK": entry.name, "kind": kind, **entry.model_dump(exclude_none=True)}
    if isinstance(entry, Source):
        item["regions"] = list(entry.regions)
    return item
