"""What viewers chose, and how many chose each pair, in the viewers table."""

from collections.abc import Iterator
from contextlib import suppress

from marquee import clock, keys
from marquee.errors import Conflict
from marquee.models.viewers import ChosenPair, Preferences
from marquee.repositories.table import ConditionFailed, Item, Table

SETTINGS = "settings"
COUNTED = "counted"
# A round writes up to a transaction (100 actions, one of them the version); the largest choice, every service and
# genre of a country, takes some twenty rounds of pair counts.
ATTEMPTS = 50
CHUNK = 99

Pair = tuple[str, str]


class ViewerRepository:
    """Reads and replaces preferences, and keeps the viewer counts of the pairs."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def preferences(self, user_id: str) -> Preferences:
        """Return what a viewer chose; nothing yet is empty."""
        return _chosen(self._partition(user_id))

    def replace_preferences(self, user_id: str, wanted: Preferences) -> None:
        """Make the choice of a viewer exactly `wanted`, writing only what differs.

        Two replacements at once end as one of them, never as a mixture: the version in `settings` decides. A choice
        that differs in more ids than a transaction takes (99) is replaced in rounds.
        Raises Conflict when others keep winning.
        """
        pk, after = keys.preferences(user_id), set(_choice_keys(wanted))
        for _ in range(ATTEMPTS):
            stored = self._partition(user_id)
            before = set(_choice_keys(_chosen(stored)))
            if before == after:
                return
            now = clock.now()
            actions = [
                *(self._table.delete_action(pk, sk) for sk in sorted(before - after)),
                *(self._table.put_action({"PK": pk, "SK": sk, "chosen_at": now}) for sk in sorted(after - before)),
            ]
            with suppress(ConditionFailed):
                self._write_versioned(user_id, stored, SETTINGS, actions[:CHUNK])
        raise Conflict("the preferences were changed by others at the same time")

    def chosen_pairs(self) -> Iterator[ChosenPair]:
        """Yield the pairs that at least one viewer chose."""
        for item in self._table.query("PK = :pk", {":pk": keys.PAIRS}):
            if item["viewers"] > 0:
                _, source_id, _, genre_id = item["SK"].split(":")
                yield ChosenPair(source_id=source_id, genre_id=genre_id, viewers=item["viewers"])

    def recount(self, user_id: str) -> frozenset[Pair]:
        """Bring the pair counts in line with what a viewer has chosen now; returns the pairs newly counted.

        What was counted for the viewer is stored and changes with the counts in one transaction, so that stream
        records may come twice, late or in any order. Raises Conflict when others keep winning.
        """
        gained: set[Pair] = set()
        for _ in range(ATTEMPTS):
            stored = self._partition(user_id)
            wanted, counted = _chosen(stored).pairs(), _counted(stored)
            gained |= wanted - counted
            if wanted == counted:
                return frozenset(gained)
            changes = sorted(wanted ^ counted)[:CHUNK]
            after = (counted - set(changes)) | (wanted & set(changes))
            actions = [self._count_action(pair, 1 if pair in wanted else -1) for pair in changes]
            pairs = sorted(keys.pair(*pair) for pair in after)
            with suppress(ConditionFailed):
                self._write_versioned(user_id, stored, COUNTED, actions, pairs=pairs)
        raise Conflict("the pair counts of a viewer were changed by others at the same time")

    def _count_action(self, pair: Pair, change: int) -> dict[str, object]:
        return self._table.update_action(keys.PAIRS, keys.pair(*pair), "ADD viewers :change", {":change": change})

    def _write_versioned(
        self, user_id: str, stored: dict[str, Item], sk: str, actions: list[dict[str, object]], **attributes: object
    ) -> None:
        """Write `actions` on condition that the item `sk` of the viewer is still as it was read."""
        version = stored.get(sk, {}).get("version")
        item = {**stored.get(sk, {}), **attributes, "PK": keys.preferences(user_id), "SK": sk}
        guard = self._table.put_action(
            {**item, "version": (version or 0) + 1},
            ConditionExpression="attribute_not_exists(PK)" if version is None else "version = :version",
            ExpressionAttributeValues={} if version is None else {":version": version},
        )
        self._table.transact([guard, *actions])

    def _partition(self, user_id: str) -> dict[str, Item]:
        items = self._table.query("PK = :pk", {":pk": keys.preferences(user_id)}, ConsistentRead=True)
        return {item["SK"]: item for item in items}


def _choice_keys(chosen: Preferences) -> Iterator[str]:
    yield from map(keys.source, chosen.sources)
    yield from map(keys.genre, chosen.genres)


def _chosen(stored: dict[str, Item]) -> Preferences:
    ids: dict[str, list[str]] = {"source": [], "genre": []}
    for sk in stored:
        kind, _, chosen_id = sk.partition(":")
        if kind in ids and chosen_id:
            ids[kind].append(chosen_id)
    return Preferences(sources=tuple(sorted(ids["source"], key=int)), genres=tuple(sorted(ids["genre"], key=int)))


def _counted(stored: dict[str, Item]) -> frozenset[Pair]:
    pairs = stored.get(COUNTED, {}).get("pairs", [])
    return frozenset((parts[1], parts[3]) for parts in (pair.split(":") for pair in pairs))
