"""What viewers follow, rate, have watched and have hidden, in the viewers table."""

import random
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from marquee import keys
from marquee.errors import Conflict, InvalidInput
from marquee.models.viewers import Mark, Marked, MarkKind
from marquee.repositories.accounts import alive_check, refuse_erased
from marquee.repositories.table import ConditionFailed, Table, encode, encode_key
from marquee.repositories.viewers import SETTINGS

ATTEMPTS = 10
# The sets of ids that `marked` reads at once, with the most that each may hold: together they fit into one item.
SETS: Mapping[MarkKind, tuple[str, int]] = {
    "follow": ("followed", 2_000),
    "watched": ("watched", 20_000),
    "hidden": ("hidden", 10_000),
}

Action = dict[str, Any]


class MarkRepository:
    """Sets, removes and lists marks.

    A mark is one transaction: the mark itself, its place in the order of time, the set of ids and, for a follow, the
    row of the follower. It is written on condition that the mark is still as it was read, so that repetitions and
    two devices at once end in one mark that stands everywhere, or in none that stands anywhere.
    """

    def __init__(self, table: Table, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._table = table
        self._sleep = sleep

    def get(self, user_id: str, kind: MarkKind, title_id: str) -> Mark | None:
        """Return one mark or None."""
        item = self._table.get(keys.user(user_id), keys.mark(kind, title_id), consistent=True)
        return Mark.model_validate(item) if item else None

    def marked(self, user_id: str) -> Marked:
        """Return what a viewer follows, has watched and has hidden, by one read."""
        item = self._table.get(keys.user(user_id), keys.MARKS, consistent=True) or {}
        return Marked.model_validate({kind: set(map(str, item.get(kind, ()))) for kind in Marked.model_fields})

    def page(
        self, user_id: str, kind: MarkKind, limit: int, after: str | None, *, consistent: bool = False
    ) -> tuple[list[Mark], str | None]:
        """Return the marks of a kind after a position, newest first, and the position at which the next page begins.

        A position is a moment and a title, so that marks made meanwhile move nothing.
        """
        prefix = f"{kind}:"
        start: dict[str, Any] = {"ConsistentRead": True} if consistent else {}
        if after:
            start["ExclusiveStartKey"] = encode_key((keys.marked(user_id), prefix + after))
        condition, values = "PK = :pk AND begins_with(SK, :kind)", {":pk": keys.marked(user_id), ":kind": prefix}
        items = []
        for item in self._table.query(condition, values, ScanIndexForward=False, Limit=limit + 1, **start):
            items.append(item)
            if len(items) > limit:
                return list(map(Mark.model_validate, items[:limit])), items[limit - 1]["SK"].removeprefix(prefix)
        return list(map(Mark.model_validate, items)), None

    def rated(self, user_id: str, title_ids: Iterable[str]) -> frozenset[str]:
        """Return those of some titles that a viewer has rated, but for the latest second, by batch reads."""
        wanted = {keys.mark("rating", title_id): title_id for title_id in title_ids}
        found = self._table.batch_get(((keys.user(user_id), sk) for sk in wanted), ProjectionExpression="SK")
        return frozenset(wanted[item["SK"]] for item in found)

    def put(self, user_id: str, mark: Mark) -> None:
        """Set a mark: one that is there stays as it is, unless the rating is another one, which replaces it.

        Raises InvalidInput when the viewer has as many as there may be, AccountErased, and Conflict when others
        keep winning.
        """
        self._change(user_id, mark.kind, mark.title_id, mark, _says_the_same)

    def put_latest(self, user_id: str, mark: Mark) -> None:
        """Set a mark that was made elsewhere: of several, in whatever order they come, the latest stays.

        Raises what `put` does.
        """
        self._change(user_id, mark.kind, mark.title_id, mark, _is_no_earlier)

    def known(self, user_ids: Iterable[str]) -> frozenset[str]:
        """Return those who are viewers: who have chosen or set something, by batch reads."""
        wanted = {keys.preferences(user_id): user_id for user_id in user_ids}
        found = self._table.batch_get(((pk, SETTINGS) for pk in wanted), ProjectionExpression="PK")
        return frozenset(wanted[item["PK"]] for item in found)

    def remove(self, user_id: str, kind: MarkKind, title_id: str) -> bool:
        """Remove a mark and return whether there was one; raises AccountErased and Conflict as `put` does."""
        return self._change(user_id, kind, title_id, None, _says_the_same) is not None

    def _change(
        self, user_id: str, kind: MarkKind, title_id: str, wanted: Mark | None, stays: Callable[[Mark, Mark], bool]
    ) -> Mark | None:
        """Make a mark what is wanted, unless the one that is there stays; return what it was."""
        for attempt in range(ATTEMPTS):
            stored = self.get(user_id, kind, title_id)
            if stored is wanted or (stored and wanted and stays(stored, wanted)):
                return stored
            try:
                self._table.transact(list(self._actions(user_id, stored, wanted)))
            except ConditionFailed:
                refuse_erased(self._table, user_id)
                if stored is None:
                    self._refuse_too_many(user_id, kind)
                self._sleep(random.uniform(0, min(0.5, 0.02 * 2**attempt)))
            else:
                return stored
        raise Conflict("the marks of a viewer were changed by others at the same time")

    def _actions(self, user_id: str, old: Mark | None, new: Mark | None) -> Iterator[Action]:
        """Yield what leads from one mark to another; None is no mark."""
        yield alive_check(self._table, user_id)
        if new:
            yield self._put_action(keys.user(user_id), keys.mark(new.kind, new.title_id), new, **_unchanged(old))
            yield self._put_action(keys.marked(user_id), keys.marked_at(new.kind, new.at, new.title_id), new)
        elif old:
            delete = self._table.delete_action(keys.user(user_id), keys.mark(old.kind, old.title_id))["Delete"]
            yield {"Delete": delete | _unchanged(old) | {"ExpressionAttributeValues": encode({":at": old.at})}}
        if old and (new is None or new.at != old.at):
            yield self._table.delete_action(keys.marked(user_id), keys.marked_at(old.kind, old.at, old.title_id))
        if old is None and new:
            yield from self._entering(user_id, new)
        if old and new is None:
            yield from self._leaving(user_id, old)

    def _put_action(self, pk: str, sk: str, mark: Mark, **condition: Any) -> Action:
        return self._table.put_action({"PK": pk, "SK": sk, **mark.model_dump()}, **condition)

    def _entering(self, user_id: str, mark: Mark) -> Iterator[Action]:
        if mark.kind in SETS:
            name, most = SETS[mark.kind]
            yield self._table.update_action(
                keys.user(user_id),
                keys.MARKS,
                "ADD #set :title",
                {":title": {int(mark.title_id)}, ":most": most},
                ConditionExpression="attribute_not_exists(#set) OR size(#set) < :most",
                ExpressionAttributeNames={"#set": name},
            )
        if mark.kind == "follow":
            pk, sk = keys.title(mark.title_id), keys.follower(user_id)
            yield self._table.put_action({"PK": pk, "SK": sk, "followed_at": mark.at})

    def _leaving(self, user_id: str, mark: Mark) -> Iterator[Action]:
        if mark.kind in SETS:
            yield self._table.update_action(
                keys.user(user_id),
                keys.MARKS,
                "DELETE #set :title",
                {":title": {int(mark.title_id)}},
                ExpressionAttributeNames={"#set": SETS[mark.kind][0]},
            )
        if mark.kind == "follow":
            yield self._table.delete_action(keys.title(mark.title_id), keys.follower(user_id))

    def _refuse_too_many(self, user_id: str, kind: MarkKind) -> None:
        if kind not in SETS:
            return
        name, most = SETS[kind]
        if len(getattr(self.marked(user_id), name)) >= most:
            raise InvalidInput(
                f"There may be at most {most} titles in `{name}`.", code="limit_reached", details={"limit": most}
            )


def _says_the_same(stored: Mark, wanted: Mark) -> bool:
    return stored.rating == wanted.rating


def _is_no_earlier(stored: Mark, wanted: Mark) -> bool:
    """Return whether a mark is as late as another one; of two at one moment the better rating is taken as the later."""
    return (stored.at, stored.rating or 0) >= (wanted.at, wanted.rating or 0)


def _unchanged(mark: Mark | None) -> dict[str, Any]:
    """Return the condition that a mark is still as it was read."""
    if mark is None:
        return {"ConditionExpression": "attribute_not_exists(PK)"}
    return {
        "ConditionExpression": "#at = :at",
        "ExpressionAttributeNames": {"#at": "at"},
        "ExpressionAttributeValues": {":at": mark.at},
    }
