"""What a viewer has been told."""

from datetime import datetime, timedelta

from marquee.models import Model
from marquee.models.changes import Change

KEPT = timedelta(days=90)


class Notification(Model):
    """A change that a viewer is told of; `expires_at` is an epoch second.

    `mail_due` holds while it waits for the viewer's next e-mail.
    """

    change: Change
    created_at: str
    expires_at: int
    read_at: str | None = None
    mail_due: bool = False
    emailed_at: str | None = None


def expiry(change: Change) -> datetime:
    """Return until when a change is worth telling: the same moment for the same change, whenever it is told."""
    return datetime.fromisoformat(change.at) + KEPT
