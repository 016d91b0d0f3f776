"""One page of the followers of a title: hand the change on to the next page, then tell this one."""

from collections.abc import Callable
from datetime import UTC, datetime

from marquee.messages.notifications import Announcement
from marquee.models.notifications import expiry
from marquee.repositories.notifications import Inbox
from notification_fanout.followers import Followers

PAGE = 500


class Fanout:
    """Tells a page of followers of a change.

    The next page goes first, so that the pages of a large audience are worked off side by side. A page whose telling
    fails comes again and is told again, which changes nothing (see `Inbox`). It must not hand on again, though: each
    repetition would double all pages behind it, and theirs again. So a page remembers that it has handed on; only a
    crash between the two lets the pages behind it come twice.
    """

    def __init__(self, followers: Followers, inbox: Inbox, hand_on: Callable[[Announcement], object]) -> None:
        self._followers = followers
        self._inbox = inbox
        self._hand_on = hand_on

    def tell(self, announcement: Announcement) -> int:
        """Tell one page; returns how many viewers did not know it yet."""
        change, after = announcement.change, announcement.after
        if expiry(change) <= datetime.now(UTC):
            return 0
        handed_on = self._followers.was_handed_on(change, after)
        # Who has begun to follow since the page was handed on would push others beyond its end: leave room for them.
        page, last = self._followers.page(change.title_id, after, 2 * PAGE if handed_on else PAGE)
        if last and not handed_on:
            self._hand_on(Announcement(change=change, after=last))
            self._followers.remember_handed_on(change, after)
        return self._inbox.tell(change, self._followers.concerned(change, page))
