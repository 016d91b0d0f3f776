"""Who wants an e-mail and what is due in it, in the viewers table: `digest:<frequency>` / `user:<user>`."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import islice

from marquee import clock, keys
from marquee.models.changes import Change
from marquee.models.notifications import Notification
from marquee.models.viewers import DigestFrequency
from marquee.repositories.notifications import UNREAD, sort_key
from marquee.repositories.table import ConditionFailed, Table

# A transaction takes 100 actions; one of them looks whether the viewer still wants the e-mail.
MOST = 99
# What could not be sent for so long is no news any more; it stays in the inbox.
NEWS = timedelta(days=30)


class Digests:
    """Knows who wants an e-mail, and gives each change to one e-mail of a viewer at most.

    A change is claimed before it is sent, in one transaction for all that the e-mail holds. Of any number of senders
    one gets them; whatever happens to that one, nobody else sends them.
    """

    def __init__(self, table: Table) -> None:
        self._table = table

    def subscribers(self, frequency: DigestFrequency) -> Iterator[str]:
        """Yield the ids of the viewers who want an e-mail so often."""
        for item in self._table.query("PK = :pk", {":pk": keys.digest(frequency)}, ProjectionExpression="SK"):
            yield str(item["SK"]).removeprefix(keys.user(""))

    def still_wanted(self, frequency: DigestFrequency, user_ids: Iterable[str]) -> set[str]:
        """Return those among viewers who want an e-mail so often at this moment."""
        found = self._table.batch_get(
            [(keys.digest(frequency), keys.user(user_id)) for user_id in user_ids],
            ConsistentRead=True,
            ProjectionExpression="SK",
        )
        return {str(item["SK"]).removeprefix(keys.user("")) for item in found}

    def due(self, user_id: str) -> list[Change]:
        """Return the changes that wait for an e-mail, oldest first, at most what one e-mail takes."""
        since = clock.timestamp(datetime.now(UTC) - NEWS)
        found = self._table.query(
            "PK = :pk AND SK BETWEEN :since AND :latest",
            {
                ":pk": keys.user(user_id),
                ":since": keys.NOTIFICATION_PREFIX + since,
                ":latest": keys.NOTIFICATION_PREFIX + "~",
            },
            FilterExpression="attribute_exists(mail_due)",
            ConsistentRead=True,
        )
        return [Notification.model_validate(item).change for item in islice(found, MOST)]

    def claim(self, frequency: DigestFrequency, user_id: str, changes: Sequence[Change], moment: str) -> bool:
        """Take changes for an e-mail; False when another sender has any of them, or when the viewer does not want it.

        What the viewer has read in between is not due any more either.
        """
        subscribed = self._table.check_action(keys.digest(frequency), keys.user(user_id), "attribute_exists(PK)", {})
        taken = [
            self._table.update_action(
                keys.user(user_id),
                sort_key(change),
                "SET emailed_at = :now REMOVE mail_due",
                {":now": moment},
                ConditionExpression="attribute_exists(mail_due)",
            )
            for change in changes
        ]
        try:
            self._table.transact([subscribed, *taken])
        except ConditionFailed:
            return False
        return True

    def give_back(self, user_id: str, changes: Iterable[Change], moment: str) -> None:
        """Make changes due again that were claimed at `moment` for an e-mail that was certainly not sent.

        What the viewer has read in between needs no e-mail any more.
        """
        for change in changes:
            with suppress(ConditionFailed):
                self._table.update(
                    keys.user(user_id),
                    sort_key(change),
                    "SET mail_due = :due REMOVE emailed_at",
                    {":due": True, ":claimed": moment},
                    ConditionExpression="emailed_at = :claimed AND attribute_exists(#unread)",
                    ExpressionAttributeNames={"#unread": UNREAD},
                )
