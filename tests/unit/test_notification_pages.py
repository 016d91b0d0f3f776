"""A large audience: page after page of followers, each of them told once."""

import random
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marquee.messages.notifications import Announcement
from marquee.models.changes import Change
from marquee.repositories.notifications import Inbox, position
from notification_fanout import fanout
from notification_fanout.fanout import Fanout
from notification_fanout.followers import Followers
from tests.fakes.changes import change, follow, hours_ago
from tests.fakes.crowd import CrowdTable


class Queue:
    """Holds what was sent; delivers each message so many times, in any order."""

    def __init__(self, table: CrowdTable, seed: int = 0) -> None:
        self.sent: list[Announcement] = []
        self.waiting: list[Announcement] = []
        self.times = 1
        self.chance = random.Random(seed)
        self.fanout = Fanout(Followers(table, ["GB", "US"]), Inbox(table), self.send)

    def send(self, announcement: Announcement) -> None:
        self.sent.append(announcement)
        self.waiting += [announcement] * self.times

    def work_off(self, *, times: int = 1) -> int:
        """Deliver what waits and what that leads to; return how many were told."""
        told, self.times = 0, times
        self.waiting *= times
        while self.waiting:
            told += self.fanout.tell(self.waiting.pop(self.chance.randrange(len(self.waiting))))
        return told


def told(table: CrowdTable, news: Change) -> list[str]:
    keys = (key for key in table.stored if key[1] == f"notification:{position(news)}")
    return sorted(pk.removeprefix("user:") for pk, _ in keys)


def audience(*numbers: int) -> list[str]:
    return [f"user-{number:04d}" for number in numbers]


@pytest.mark.parametrize("seed", range(3))
def test_twelve_hundred_followers_are_told_once_each_however_often_the_messages_come(seed: int) -> None:
    table, news, users = CrowdTable(), change(), audience(*range(1200))
    follow(table, *users)
    queue = Queue(table, seed)
    queue.send(Announcement(change=news))

    assert queue.work_off(times=3) == 1200
    assert told(table, news) == users
    assert [each.after for each in queue.sent] == [None, "user-0499", "user-0999"]


def test_next_page_is_handed_on_once_although_this_one_cannot_be_told() -> None:
    table, news = CrowdTable(), change()
    follow(table, *audience(*range(501)))
    queue = Queue(table)

    def fail(*_: object) -> int:
        raise RuntimeError("throttled")

    queue.fanout._inbox.tell = fail  # type: ignore[method-assign]
    for _ in range(3):
        with pytest.raises(RuntimeError):
            queue.fanout.tell(Announcement(change=news))

    assert [each.after for each in queue.sent] == ["user-0499"]
    assert not [sk for _, sk in table.stored if sk.startswith("notification:")]


def test_page_that_comes_again_reaches_its_followers_although_others_have_come_between() -> None:
    table, news, users = CrowdTable(), change(), audience(*range(0, 1200, 2))
    follow(table, *users)
    queue = Queue(table)
    queue.send(Announcement(change=news))
    queue.work_off()
    table.batch_write(deletes=[(f"user:{user}", f"notification:{position(news)}") for user in users])
    follow(table, *audience(*range(1, 500, 2)), since=hours_ago(0))

    queue.waiting = list(queue.sent)

    assert queue.work_off() == len(users)
    assert (told(table, news), len(queue.sent)) == (users, 2)


def test_what_is_remembered_of_a_page_names_nobody() -> None:
    table = CrowdTable()
    follow(table, *audience(*range(1001)))
    queue = Queue(table)
    queue.send(Announcement(change=change()))
    queue.work_off()

    remembered = {key: item for key, item in table.stored.items() if key[0].startswith("announced:")}

    assert len(remembered) == 2
    assert "user-" not in str(remembered)


FOLLOWERS = st.dictionaries(
    st.sampled_from(audience(*range(30))),
    st.tuples(st.booleans(), st.sampled_from([None, 5.0, 0.1]), st.sampled_from(["GB", "US", None])),
)


@given(FOLLOWERS, st.integers(1, 7), st.integers(1, 3), st.randoms(use_true_random=False))
def test_all_whom_it_concerns_are_told_whatever_the_pages_and_repetitions(
    followers: Mapping[str, tuple[bool, float | None, str | None]], page: int, times: int, chance: random.Random
) -> None:
    table, news = CrowdTable(), change(hours=1)
    for user, (has_service, hours, region) in followers.items():
        since = hours_ago(hours) if hours is not None else None
        follow(table, user, source_id="203" if has_service else "26", since=since, region=region)
    queue = Queue(table, chance.randrange(1000))
    queue.send(Announcement(change=news))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fanout, "PAGE", page)
        queue.work_off(times=times)

    concerned = [user for user, (has, hours, region) in followers.items() if has and hours != 0.1 and region != "US"]
    assert told(table, news) == sorted(concerned)
