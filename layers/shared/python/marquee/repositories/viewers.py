"""What viewers chose, and how many chose each pair, in the viewers table."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from marquee import clock, keys
from marquee.errors import Conflict
from marquee.models.viewers import ChosenPair, EmailDigest, Preferences, Profile, Settings
from marquee.repositories.accounts import alive_check, is_erased, refuse_erased
from marquee.repositories.table import ConditionFailed, Item, Table

SETTINGS = "settings"
COUNTED = "counted"
# A round writes up to a transaction (100 actions, of which one is the version and one looks whether the viewer has been
# erased); the largest choice, every service and genre of a country, takes some twenty rounds of pair counts.
ATTEMPTS = 50
CHUNK = 98

Pair = tuple[str, str]


@dataclass(frozen=True)
class Recount:
    """The pairs that a viewer counts for, and those among them that nobody has looked after since they were chosen."""

    pairs: frozenset[Pair]
    gained: frozenset[Pair]


class ViewerRepository:
    """Reads and replaces preferences, and keeps the viewer counts of the pairs."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def preferences(self, user_id: str) -> Preferences:
        """Return what a viewer chose; nothing yet is empty."""
        return _chosen(self._partition(user_id))

    def profile(self, user_id: str) -> Profile:
        """Return what a viewer chose and set, by one Query."""
        stored = self._partition(user_id)
        return Profile(preferences=_chosen(stored), settings=_settings(stored))

    def replace_preferences(self, user_id: str, wanted: Preferences) -> None:
        """Make the choice of a viewer exactly `wanted`, writing only what differs.

        Two replacements at once end as one of them, never as a mixture: the version in `settings` decides. A choice
        that differs in more ids than a transaction takes (98) is replaced in rounds.
        Raises AccountErased, and Conflict when others keep winning.
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
            self._write_alive(user_id, stored, actions[:CHUNK])
        raise Conflict("the preferences were changed by others at the same time")

    def change_settings(
        self, user_id: str, *, region: str | None = None, email_digest: EmailDigest | None = None
    ) -> None:
        """Change what is given of a viewer's settings, and enter the viewer among those who want a digest.

        Raises AccountErased, and Conflict when others keep winning.
        """
        given = {"region": region, "email_digest": email_digest}
        for _ in range(ATTEMPTS):
            stored = self._partition(user_id)
            before = _settings(stored)
            after = before.model_copy(update={name: value for name, value in given.items() if value is not None})
            if before == after:
                return
            actions = list(self._digest_actions(user_id, before.email_digest, after.email_digest))
            self._write_alive(user_id, stored, actions, **after.model_dump())
        raise Conflict("the settings were changed by others at the same time")

    def _digest_actions(self, user_id: str, before: EmailDigest, after: EmailDigest) -> Iterator[dict[str, object]]:
        if before == after:
            return
        if before != "off":
            yield self._table.delete_action(keys.digest(before), keys.user(user_id))
        if after != "off":
            yield self._table.put_action({"PK": keys.digest(after), "SK": keys.user(user_id), "since": clock.now()})

    def erase(self, user_id: str) -> None:
        """Remove what a viewer chose and set, for an account marked as erased.

        The choice goes first and its pairs leave the counts before what was counted goes: this may stop and be
        repeated anywhere. Raises Conflict when others keep winning.
        """
        pk = keys.preferences(user_id)
        self._table.batch_write(deletes=[(pk, sk) for sk in _choice_keys(_chosen(self._partition(user_id)))])
        self.recount(user_id)
        self._table.batch_write(deletes=[(pk, sk) for sk in self._partition(user_id)])

    def chosen_pairs(self) -> Iterator[ChosenPair]:
        """Yield the pairs that at least one viewer chose."""
        for item in self._table.query("PK = :pk", {":pk": keys.PAIRS}):
            if item["viewers"] > 0:
                _, source_id, _, genre_id = item["SK"].split(":")
                yield ChosenPair(source_id=source_id, genre_id=genre_id, viewers=item["viewers"])

    def unchosen(self, pairs: Iterable[Pair]) -> frozenset[Pair]:
        """Return those of some pairs that nobody has chosen, by batch reads."""
        wanted = {keys.pair(*pair): pair for pair in pairs}
        found = self._table.batch_get((keys.PAIRS, sk) for sk in wanted)
        return frozenset(wanted.values()) - {wanted[item["SK"]] for item in found if item["viewers"] > 0}

    def recount(self, user_id: str) -> Recount:
        """Bring the pair counts in line with what a viewer has chosen now; returns what is counted.

        What was counted for the viewer is stored and changes with the counts in one transaction, so that stream
        records may come twice, late or in any order. What is gained is stored with them until `looked_after`, so that
        it is not forgotten by whoever dies after counting. A viewer who has been erased has chosen nothing.
        Raises Conflict when others keep winning.
        """
        erased = False
        for _ in range(ATTEMPTS):
            stored = self._partition(user_id)
            counted = _pairs(stored, "pairs")
            wanted = frozenset() if erased else _chosen(stored).pairs()
            if wanted == counted:
                return Recount(wanted, _pairs(stored, "gained") & wanted)
            changes = sorted(wanted ^ counted)[:CHUNK]
            after = (counted - set(changes)) | (wanted & set(changes))
            actions = [self._count_action(pair, 1 if pair in wanted else -1) for pair in changes]
            gained = (_pairs(stored, "gained") | (after - counted)) & after
            try:
                if wanted - counted:
                    actions.append(alive_check(self._table, user_id))
                self._write_versioned(user_id, stored, COUNTED, actions, pairs=_names(after), gained=_names(gained))
            except ConditionFailed:
                erased = is_erased(self._table, user_id)
        raise Conflict("the pair counts of a viewer were changed by others at the same time")

    def looked_after(self, user_id: str, gained: frozenset[Pair]) -> None:
        """Forget that a viewer has newly chosen some pairs, unless the choice is changing right now."""
        stored = self._partition(user_id)
        left = _pairs(stored, "gained") - gained
        if left != _pairs(stored, "gained"):
            with suppress(ConditionFailed):
                self._write_versioned(user_id, stored, COUNTED, [], gained=_names(left))

    def _count_action(self, pair: Pair, change: int) -> dict[str, object]:
        return self._table.update_action(keys.PAIRS, keys.pair(*pair), "ADD viewers :change", {":change": change})

    def _write_alive(
        self, user_id: str, stored: dict[str, Item], actions: list[dict[str, object]], **attributes: object
    ) -> None:
        """Write `actions` and settings unless others were faster; raises AccountErased."""
        try:
            self._write_versioned(
                user_id, stored, SETTINGS, [alive_check(self._table, user_id), *actions], **attributes
            )
        except ConditionFailed:
            refuse_erased(self._table, user_id)

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


def _settings(stored: dict[str, Item]) -> Settings:
    return Settings.model_validate(stored.get(SETTINGS, {}))


def _pairs(stored: dict[str, Item], attribute: str) -> frozenset[Pair]:
    pairs = stored.get(COUNTED, {}).get(attribute, [])
    return frozenset((parts[1], parts[3]) for parts in (pair.split(":") for pair in pairs))


def _names(pairs: Iterable[Pair]) -> list[str]:
    return sorted(keys.pair(*pair) for pair in pairs)
