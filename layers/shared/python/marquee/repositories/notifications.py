"""What viewers are told, in the viewers table: `user:<user>` / `notification:<at>#<change id>`."""

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from marquee import clock, keys
from marquee.errors import Conflict, NotFound
from marquee.models.changes import Change
from marquee.models.notifications import KEPT, Notification, expiry
from marquee.repositories.accounts import MARK as ERASED
from marquee.repositories.table import TRANSACTION, ConditionFailed, Item, Table, decode, encode, encode_key

ATTEMPTS = 8
UNREAD = "unread"
# A position in an inbox is what follows the prefix in a sort key; it is also what tells one notification from another.
POSITION = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z#[0-9a-f]{16}")


class Inbox:
    """Keeps what each viewer is told of each change, once.

    The key of a notification follows from the change, and a notification is only ever written where there is none:
    telling again, side by side or late, changes nothing, least of all what the viewer has read since.
    """

    def __init__(self, table: Table) -> None:
        self._table = table

    def tell(self, change: Change, viewers: Mapping[str, bool]) -> int:
        """Tell viewers (id → whether by e-mail too) of a change; returns how many did not know it yet.

        An account may be erased while this runs. It is marked as erased before its rows are deleted, so what is
        written here is found either by the erasure or by the look at the marks that follows.
        """
        users, told = list(viewers), 0
        for start in range(0, len(users), TRANSACTION):
            told += self._tell(change, viewers, users[start : start + TRANSACTION])
        self._forget_erased(change, users)
        return told

    def _tell(self, change: Change, viewers: Mapping[str, bool], users: Sequence[str]) -> int:
        for _ in range(ATTEMPTS):
            if not users:
                return 0
            try:
                self._table.transact([self._new(change, user, viewers[user]) for user in users])
            except ConditionFailed:
                known = self._existing((keys.user(user), sort_key(change)) for user in users)
                users = [user for user in users if keys.user(user) not in known]
            else:
                return len(users)
        raise Conflict(f"change {change.id} was told by others at the same time {ATTEMPTS} times in a row")

    def _new(self, change: Change, user_id: str, mail_due: bool) -> dict[str, object]:
        item = to_item(user_id, change, told_at=clock.now(), mail_due=mail_due)
        return self._table.put_action(item, ConditionExpression="attribute_not_exists(PK)")

    def _forget_erased(self, change: Change, users: Iterable[str]) -> None:
        marks = {keys.erased(user): user for user in users}
        erased = self._existing((pk, ERASED) for pk in marks)
        self._table.batch_write(deletes=[(keys.user(marks[pk]), sort_key(change)) for pk in erased])

    def _existing(self, wanted: Iterable[tuple[str, str]]) -> set[str]:
        found = self._table.batch_get(wanted, ConsistentRead=True, ProjectionExpression="PK")
        return {item["PK"] for item in found}

    def page(
        self, user_id: str, limit: int, *, after: str | None = None, unread: bool = False
    ) -> tuple[list[Notification], str | None]:
        """Return what a viewer was told, newest first, and the position after which more follows.

        Notifications that have expired are never shown, however late the table removes them. `after` is a position
        of this inbox (`POSITION`).
        """
        earliest = _earliest()
        if after is not None and keys.NOTIFICATION_PREFIX + after <= earliest:
            return [], None
        condition, values = _in_time(user_id, unread, earliest)
        items, _ = self._table.query_page(condition, values, **_page(user_id, limit, after, unread))
        shown = [decode(item) for item in items[:limit]]
        following = _position(shown[-1]) if len(items) > limit else None
        return [Notification.model_validate(item) for item in self._whole(shown, unread)], following

    def _whole(self, shown: list[Item], unread: bool) -> list[Item]:
        """Return items with all attributes, in their order: the index of the unread holds keys alone."""
        if not unread:
            return shown
        found = self._table.batch_get([(item["PK"], item["SK"]) for item in shown], ConsistentRead=True)
        return sorted(found, key=lambda item: str(item["SK"]), reverse=True)

    def unread(self, user_id: str) -> int:
        """Return how many notifications a viewer has not read."""
        condition, values = _in_time(user_id, True, _earliest())
        pages = self._table.client.get_paginator("query").paginate(
            TableName=self._table.name,
            IndexName=UNREAD,
            KeyConditionExpression=condition,
            ExpressionAttributeValues=encode(values),
            ConsistentRead=True,
            Select="COUNT",
        )
        return sum(page["Count"] for page in pages)

    def read(self, user_id: str, position: str) -> None:
        """Record that a viewer has read a notification, once; raises NotFound when there is none."""
        if not POSITION.fullmatch(position) or keys.NOTIFICATION_PREFIX + position <= _earliest():
            raise NotFound("There is no such notification.")
        try:
            self._table.transact([self._reading(user_id, keys.NOTIFICATION_PREFIX + position, clock.now())])
        except ConditionFailed as error:
            raise NotFound("There is no such notification.") from error

    def read_all(self, user_id: str) -> None:
        """Record that a viewer has read everything there is; raises Conflict when others keep changing it."""
        for _ in range(ATTEMPTS):
            condition, values = _in_time(user_id, True, _earliest())
            found = self._table.query(condition, values, IndexName=UNREAD, ConsistentRead=True)
            now = clock.now()
            actions = [self._reading(user_id, item["SK"], now) for item in found]
            with suppress(ConditionFailed):
                for start in range(0, len(actions), TRANSACTION):
                    self._table.transact(actions[start : start + TRANSACTION])
                return
        raise Conflict("the notifications were changed by others at the same time")

    def _reading(self, user_id: str, sk: str, now: str) -> dict[str, object]:
        """Return the action of reading, which wakes up no notification that has been removed in between."""
        return self._table.update_action(
            keys.user(user_id),
            sk,
            "SET read_at = if_not_exists(read_at, :now) REMOVE #unread, mail_due",
            {":now": now},
            ConditionExpression="attribute_exists(PK)",
            ExpressionAttributeNames={"#unread": UNREAD},
        )


def sort_key(change: Change) -> str:
    """Return the sort key of a change in every inbox."""
    return keys.notification(change.at, change.id)


def position(change: Change) -> str:
    """Return the position of a change in every inbox."""
    return sort_key(change).removeprefix(keys.NOTIFICATION_PREFIX)


def to_item(user_id: str, change: Change, *, told_at: str, mail_due: bool) -> Item:
    """Return an unread notification as it is stored; `mail_due` is there only while it is true."""
    told = Notification(change=change, created_at=told_at, expires_at=int(expiry(change).timestamp()))
    sk = sort_key(change)
    more: Item = {"mail_due": True} if mail_due else {}
    return {
        "PK": keys.user(user_id),
        "SK": sk,
        UNREAD: sk,
        **told.model_dump(exclude_none=True, exclude={"mail_due"}),
        **more,
    }


def _position(item: Item) -> str:
    return str(item["SK"]).removeprefix(keys.NOTIFICATION_PREFIX)


def _earliest() -> str:
    """Return the sort key before which everything has expired: a notification expires a fixed time after its change."""
    return keys.NOTIFICATION_PREFIX + clock.timestamp(datetime.now(UTC) - KEPT)


def _in_time(user_id: str, unread: bool, earliest: str) -> tuple[str, dict[str, object]]:
    """Return the key condition for what has not expired, all of it or the unread."""
    latest = keys.NOTIFICATION_PREFIX + "~"
    name = UNREAD if unread else "SK"
    return f"PK = :pk AND {name} BETWEEN :earliest AND :latest", {
        ":pk": keys.user(user_id),
        ":earliest": earliest,
        ":latest": latest,
    }


def _page(user_id: str, limit: int, after: str | None, unread: bool) -> dict[str, Any]:
    """Return the further arguments of a Query for one page; one more than the page tells whether another follows."""
    request: dict[str, Any] = {"ScanIndexForward": False, "ConsistentRead": True, "Limit": limit + 1}
    if unread:
        request["IndexName"] = UNREAD
    if after is not None:
        sk = keys.NOTIFICATION_PREFIX + after
        start = encode_key((keys.user(user_id), sk))
        request["ExclusiveStartKey"] = start | ({UNREAD: {"S": sk}} if unread else {})
    return request
