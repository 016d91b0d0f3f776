"""The private links to calendars, in the viewers table.

`user:<user>` / `calendar` has the token of a viewer, `calendar:<token>` / `viewer` the viewer of a token. Both change
in one transaction, so a token that was renewed or removed leads nowhere from that moment on.
"""

import re
import secrets
from typing import Any

from marquee import clock, keys
from marquee.errors import Conflict
from marquee.models.calendars import CalendarLink
from marquee.repositories.accounts import CALENDAR, alive_check, refuse_erased
from marquee.repositories.table import ConditionFailed, Item, Table, encode

VIEWER = "viewer"
ATTEMPTS = 8
TOKEN_BYTES = 32
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


class CalendarLinks:
    """Makes, renews, removes and resolves calendar links; a viewer has one at most.

    Every change is made on condition that the link is still the one that was read, so of two renewals at once one
    comes after the other and no token stays behind that nobody knows of.
    """

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, user_id: str) -> CalendarLink | None:
        """Return the link of a viewer or None."""
        item = self._stored(user_id)
        return CalendarLink.model_validate(item) if item else None

    def renew(self, user_id: str) -> CalendarLink:
        """Make a new link and let the old one, if there is one, lead nowhere.

        Raises AccountErased for a viewer who is no more, Conflict when others keep winning.
        """
        for _ in range(ATTEMPTS):
            stored = self._stored(user_id)
            link = CalendarLink(token=secrets.token_urlsafe(TOKEN_BYTES), created_at=clock.now())
            try:
                self._table.transact(self._renewal(user_id, stored, link))
            except ConditionFailed:
                refuse_erased(self._table, user_id)
            else:
                return link
        raise Conflict("the calendar link was changed by others at the same time")

    def _renewal(self, user_id: str, stored: Item | None, link: CalendarLink) -> list[dict[str, Any]]:
        own = self._table.put_action({"PK": keys.user(user_id), "SK": CALENDAR, **link.model_dump()})["Put"]
        lookup = {"PK": keys.calendar(link.token), "SK": VIEWER, "user_id": user_id, "created_at": link.created_at}
        return [
            alive_check(self._table, user_id),
            {"Put": own | _still(stored)},
            self._table.put_action(lookup),
            *([self._table.delete_action(keys.calendar(stored["token"]), VIEWER)] if stored else []),
        ]

    def remove(self, user_id: str) -> None:
        """Let the link of a viewer, if there is one, lead nowhere; raises Conflict when others keep winning."""
        for _ in range(ATTEMPTS):
            stored = self._stored(user_id)
            if stored is None:
                return
            try:
                self._table.transact(self._removal(user_id, stored))
            except ConditionFailed:
                continue
            return
        raise Conflict("the calendar link was changed by others at the same time")

    def _removal(self, user_id: str, stored: Item) -> list[dict[str, Any]]:
        own = self._table.delete_action(keys.user(user_id), CALENDAR)["Delete"]
        return [{"Delete": own | _still(stored)}, self._table.delete_action(keys.calendar(stored["token"]), VIEWER)]

    def viewer(self, token: str) -> str | None:
        """Return whose calendar a token leads to, None for anything that is no token in use."""
        if not TOKEN.fullmatch(token):
            return None
        item = self._table.get(keys.calendar(token), VIEWER, consistent=True)
        return str(item["user_id"]) if item else None

    def _stored(self, user_id: str) -> Item | None:
        return self._table.get(keys.user(user_id), CALENDAR, consistent=True)


def _still(stored: Item | None) -> dict[str, Any]:
    """Return the condition that a viewer's link is the one that was read."""
    if stored is None:
        return {"ConditionExpression": "attribute_not_exists(PK)"}
    return {
        "ConditionExpression": "#token = :token",
        "ExpressionAttributeNames": {"#token": "token"},
        "ExpressionAttributeValues": encode({":token": stored["token"]}),
    }
