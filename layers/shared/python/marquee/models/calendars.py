"""The private link to a viewer's calendar."""

from marquee.models import Model


class CalendarLink(Model):
    """Whoever has the `token` can read the calendar, as a calendar program cannot sign in."""

    token: str
    created_at: str
