"""Who follows a title and whom a change of it concerns, in the viewers table."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from marquee import clock, keys
from marquee.models.changes import Change
from marquee.models.viewers import Settings
from marquee.repositories.table import Item, Table, decode, encode_key
from marquee.repositories.viewers import SETTINGS

# The message of a page comes again for an hour at most; then nobody asks any more whether it was handed on.
REMEMBERED_DAYS = 2


class Followers:
    """Reads the followers of a title page by page."""

    def __init__(self, table: Table, regions: Sequence[str]) -> None:
        self._table = table
        self._regions = regions

    def page(self, title_id: str, after: str | None, limit: int) -> tuple[list[Item], str | None]:
        """Return a page of followers after one of them, and the last of the page when there are more."""
        pk = keys.title(title_id)
        start: dict[str, Any] = {"ExclusiveStartKey": encode_key((pk, keys.follower(after)))} if after else {}
        items, stopped = self._table.query_page(
            "PK = :pk AND begins_with(SK, :prefix)",
            {":pk": pk, ":prefix": keys.FOLLOWER_PREFIX},
            Limit=limit,
            ConsistentRead=True,
            **start,
        )
        return list(map(decode, items)), user_of(stopped["SK"]["S"]) if stopped else None

    def concerned(self, change: Change, followers: Iterable[Item]) -> dict[str, bool]:
        """Return whom of a page a change concerns, and whether each wants it by e-mail as well."""
        since = {user_of(item["SK"]): item.get("followed_at") for item in followers}
        # Who began to follow while the listing ran that told the change could not see it yet.
        noticed = change.noticed_at or change.at
        users = [user for user, moment in since.items() if moment is None or moment < noticed]
        if change.source_id:
            users = self._having(users, change.source_id)
        found = self._settings(users)
        return {
            user: found[user].email_digest != "off"
            for user in users
            if change.region is None or change.region == found[user].region_among(self._regions)
        }

    def _having(self, users: Iterable[str], source_id: str) -> list[str]:
        wanted = {keys.preferences(user): user for user in users}
        found = self._table.batch_get(
            [(pk, keys.source(source_id)) for pk in wanted], ConsistentRead=True, ProjectionExpression="PK"
        )
        return sorted(wanted[item["PK"]] for item in found)

    def _settings(self, users: Iterable[str]) -> Mapping[str, Settings]:
        wanted = {keys.preferences(user): user for user in users}
        found = self._table.batch_get(
            [(pk, SETTINGS) for pk in wanted],
            ConsistentRead=True,
            ProjectionExpression="PK, #region, email_digest",
            ExpressionAttributeNames={"#region": "region"},
        )
        known = {wanted[item["PK"]]: Settings.model_validate(item) for item in found}
        return {user: known.get(user, Settings()) for user in wanted.values()}

    def was_handed_on(self, change: Change, after: str | None) -> bool:
        """Return whether the page after a follower has already handed the change on."""
        return self._table.get(*_page_key(change, after), consistent=True) is not None

    def remember_handed_on(self, change: Change, after: str | None) -> None:
        """Record that the page after a follower has handed the change on."""
        pk, sk = _page_key(change, after)
        self._table.put({"PK": pk, "SK": sk, "expires_at": clock.in_days(REMEMBERED_DAYS)})


def user_of(sort_key: str) -> str:
    """Return the viewer of the row of a follower."""
    return sort_key.removeprefix(keys.FOLLOWER_PREFIX)


def _page_key(change: Change, after: str | None) -> tuple[str, str]:
    # A hash, because an account that is erased must not be found here.
    return keys.announced(change.id), hashlib.sha256((after or "").encode()).hexdigest()
