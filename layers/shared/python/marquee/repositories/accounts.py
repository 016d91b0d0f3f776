"""Everything about one viewer in the viewers table, to be exported and erased."""

import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, get_args

from marquee import clock, keys
from marquee.errors import AccountErased, Conflict, NotFinished
from marquee.models.notifications import Notification
from marquee.models.viewers import DigestFrequency, Mark, MarkKind
from marquee.repositories.table import BATCH_WRITE, ConditionFailed, Table, decode, encode_key

if TYPE_CHECKING:
    from marquee.repositories.viewers import ViewerRepository

ATTEMPTS = 8
MARK = "mark"
CALENDAR = "calendar"
LEFT = "A part of the account is still there. Call again."
# A token outlives its account by an hour at most.
ERASED_DAYS = 1


def alive_check(table: Table, user_id: str) -> dict[str, Any]:
    """Return the action of a transaction that lets nothing be written for a viewer who has been erased."""
    return table.check_action(keys.erased(user_id), MARK, "attribute_not_exists(PK)", {})


def is_erased(table: Table, user_id: str) -> bool:
    """Return whether a viewer has been erased, or is being erased."""
    return table.get(keys.erased(user_id), MARK, consistent=True) is not None


def refuse_erased(table: Table, user_id: str) -> None:
    """Raise AccountErased if that is why a transaction with an `alive_check` has failed."""
    if is_erased(table, user_id):
        raise AccountErased


@dataclass(frozen=True)
class ExportPage:
    """A part of what there is about a viewer, and the position at which the next part begins."""

    marks: list[Mark]
    notifications: list[Notification]
    next: str | None


class AccountRepository:
    """Exports and erases accounts."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def export_page(self, user_id: str, after: str | None) -> ExportPage:
        """Return what a viewer has marked and been told after a position, as much as one Query reads."""
        start = {"ExclusiveStartKey": encode_key((keys.user(user_id), after))} if after else {}
        found, stopped = self._table.query_page("PK = :pk", {":pk": keys.user(user_id)}, **start)
        items = list(map(decode, found))
        kinds = tuple(f"{kind}:" for kind in get_args(MarkKind))
        return ExportPage(
            marks=[Mark.model_validate(item) for item in items if item["SK"].startswith(kinds)],
            notifications=[
                Notification.model_validate(item) for item in items if item["SK"].startswith(keys.NOTIFICATION_PREFIX)
            ],
            next=stopped["SK"]["S"] if stopped else None,
        )

    def erase(self, user_id: str, viewers: "ViewerRepository", deadline: float) -> None:
        """Remove everything about a viewer; raises NotFinished when it takes longer than until `deadline`.

        First of all the account is marked as erased, so that nothing can be written behind the removal. What leads
        to other rows goes after them: each step may be repeated, and the whole goes on where it stopped.
        """
        self._mark_erased(user_id)
        for follows in self._batches(keys.user(user_id), keys.FOLLOW_PREFIX, deadline):
            titles = (sk.removeprefix(keys.FOLLOW_PREFIX) for sk in follows)
            self._table.batch_write(deletes=[(keys.title(title_id), keys.follower(user_id)) for title_id in titles])
            self._table.batch_write(deletes=[(keys.user(user_id), sk) for sk in follows])
        if link := self._table.get(keys.user(user_id), CALENDAR, consistent=True):
            self._table.batch_write(deletes=[(keys.calendar(link["token"]), "viewer")])
        self._table.batch_write(deletes=[(keys.digest(each), keys.user(user_id)) for each in get_args(DigestFrequency)])
        try:
            viewers.erase(user_id)
        except Conflict as error:
            raise NotFinished(LEFT) from error
        for pk in (keys.user(user_id), keys.marked(user_id)):
            for batch in self._batches(pk, "", deadline):
                self._table.batch_write(deletes=[(pk, sk) for sk in batch])

    def _mark_erased(self, user_id: str) -> None:
        mark = {"PK": keys.erased(user_id), "SK": MARK, "expires_at": clock.in_days(ERASED_DAYS)}
        for _ in range(ATTEMPTS):
            # A write of the viewer that is just looking whether the mark is there keeps it from being put.
            with suppress(ConditionFailed):
                self._table.put(mark)
                return
        raise Conflict("the viewer's own writes kept the account from being erased")

    def _batches(self, pk: str, prefix: str, deadline: float) -> Iterator[list[str]]:
        """Yield the sort keys of a partition in batches, until the time is up."""
        condition, values = "PK = :pk", {":pk": pk}
        if prefix:
            condition, values = "PK = :pk AND begins_with(SK, :prefix)", {":pk": pk, ":prefix": prefix}
        found = self._table.query(condition, values, ConsistentRead=True, ProjectionExpression="SK")
        while batch := [item["SK"] for item in islice(found, BATCH_WRITE)]:
            if time.time() > deadline:
                raise NotFinished(LEFT)
            yield batch
