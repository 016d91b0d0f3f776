"""What viewers are told, once each."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from marquee import clock, keys
from marquee.errors import Conflict, NotFound
from marquee.models.changes import Change
from marquee.repositories.notifications import Inbox, position
from tests.fakes.changes import change, hours_ago
from tests.fakes.interruptions import before_requests, colliding, overtaking
from tests.unit.conftest import Cloud


@pytest.fixture
def inbox(cloud: Cloud) -> Inbox:
    return Inbox(cloud.viewers_table)


def told(inbox: Inbox, user: str = "anna", **page: bool) -> list[str]:
    found, _ = inbox.page(user, 100, **page)
    return [each.change.id for each in found]


def rows(cloud: Cloud) -> list[tuple[str, str]]:
    return [key for key in cloud.items(cloud.viewers_table) if key[1].startswith("notification:")]


def test_change_told_again_and_again_is_told_once_and_stays_read(cloud: Cloud, inbox: Inbox) -> None:
    news = change()
    assert inbox.tell(news, {"anna": True, "ben": False}) == 2
    inbox.read("anna", position(news))

    assert [inbox.tell(news, {"anna": True, "ben": False}) for _ in range(10)] == [0] * 10

    (seen,), (unseen,) = inbox.page("anna", 10)[0], inbox.page("ben", 10)[0]
    assert (seen.read_at is not None, seen.mail_due, unseen.read_at, unseen.mail_due) == (True, False, None, False)
    assert (inbox.unread("anna"), inbox.unread("ben"), len(rows(cloud))) == (0, 1, 2)


def test_whoever_does_not_know_yet_is_told_beside_those_who_do(inbox: Inbox) -> None:
    users = [f"user-{number:03d}" for number in range(250)]
    inbox.tell(change(), dict.fromkeys(users[::7], False))
    news = change(title_id="12")
    inbox.tell(news, dict.fromkeys(users[::7], False))

    assert inbox.tell(news, dict.fromkeys(users, False)) == 250 - len(users[::7])
    assert all(inbox.unread(user) == (2 if number % 7 == 0 else 1) for number, user in enumerate(users))


def test_another_teller_in_between_leaves_one_notification(cloud: Cloud, inbox: Inbox) -> None:
    news = change()

    with before_requests(cloud.viewers_table.client, overtaking(lambda: inbox.tell(news, {"anna": False}))):
        assert inbox.tell(news, {"anna": False, "ben": False}) == 1

    assert len(rows(cloud)) == 2


def test_transactions_that_meet_are_tried_again_but_not_for_ever(cloud: Cloud, inbox: Inbox) -> None:
    with before_requests(cloud.viewers_table.client, colliding(3)):
        assert inbox.tell(change(), {"anna": False}) == 1
    with before_requests(cloud.viewers_table.client, colliding(100)), pytest.raises(Conflict):
        inbox.tell(change(title_id="12"), {"anna": False})


def test_erased_account_gets_nothing_back(cloud: Cloud, inbox: Inbox) -> None:
    cloud.viewers_table.put({"PK": keys.erased("anna"), "SK": "mark"})

    inbox.tell(change(), {"anna": True, "ben": True})

    assert [pk for pk, _ in rows(cloud)] == ["user:ben"]


def walk(inbox: Inbox, limit: int, meanwhile: Callable[[], object] = lambda: None, **page: bool) -> list[str]:
    found, after = [], None
    while True:
        shown, after = inbox.page("anna", limit, after=after, **page)
        found += [each.change.id for each in shown]
        meanwhile()
        if after is None:
            return found


@pytest.mark.parametrize("unread", [True, False])
@pytest.mark.parametrize("limit", [1, 2, 3, 5, 7, 8])
def test_pages_hold_everything_once_newest_first(inbox: Inbox, limit: int, unread: bool) -> None:
    changes = [change(title_id=str(number), hours=1 + number // 2) for number in range(7)]
    for each in random.Random(limit).sample(changes, 7):
        inbox.tell(each, {"anna": False, "ben": False})

    walked = walk(inbox, limit, unread=unread)

    assert walked == [each.id for each in sorted(changes, key=lambda each: (each.at, each.id), reverse=True)]
    assert inbox.page("anna", 7, unread=unread)[1] is None


def test_news_that_comes_while_somebody_turns_the_pages_moves_nothing(inbox: Inbox) -> None:
    changes = [change(title_id=str(number), hours=2 + number) for number in range(5)]
    for each in changes:
        inbox.tell(each, {"anna": False})
    newer = iter(range(100, 200))

    walked = walk(inbox, 2, lambda: inbox.tell(change(title_id=str(next(newer)), hours=1), {"anna": False}))

    assert walked == [each.id for each in changes]


def old(days: float) -> Change:
    return change(at=hours_ago(24 * days))


def test_expired_notifications_are_not_shown_however_late_they_are_removed(inbox: Inbox) -> None:
    almost, expired = old(89.9), old(90.1)
    inbox.tell(almost, {"anna": False})
    inbox.tell(expired, {"anna": False})

    assert told(inbox) == told(inbox, unread=True) == [almost.id]
    assert inbox.unread("anna") == 1
    with pytest.raises(NotFound):
        inbox.read("anna", position(expired))
    assert inbox.page("anna", 10, after=position(expired)) == ([], None)


def test_notification_expires_ninety_days_after_its_change(cloud: Cloud, inbox: Inbox) -> None:
    news = change()
    inbox.tell(news, {"anna": False})

    (kept,) = inbox.page("anna", 1)[0]

    until = datetime.fromtimestamp(kept.expires_at, UTC)
    assert abs(until - clock.parse(news.at) - timedelta(days=90)) < timedelta(seconds=1)


def test_reading_twice_keeps_the_first_moment(inbox: Inbox) -> None:
    news = change()
    inbox.tell(news, {"anna": True})
    inbox.read("anna", position(news))
    (first,) = inbox.page("anna", 1)[0]

    inbox.read("anna", position(news))

    assert inbox.page("anna", 1)[0] == [first]
    assert told(inbox, unread=True) == []


@pytest.mark.parametrize(
    "place_of",
    [
        pytest.param(lambda: "", id="nothing"),
        pytest.param(lambda: "x", id="no place"),
        pytest.param(lambda: "2026-11-01T00:00:00.000Z#0123456789abcdef", id="another time"),
        pytest.param(lambda: position(change()), id="what was never told"),
    ],
)
def test_nothing_is_read_that_is_not_there(cloud: Cloud, inbox: Inbox, place_of: Callable[[], str]) -> None:
    place = place_of()
    with pytest.raises(NotFound):
        inbox.read("anna", place)

    assert rows(cloud) == []


def test_reading_everything_leaves_nothing_unread_and_others_alone(inbox: Inbox) -> None:
    for number in range(120):
        inbox.tell(change(title_id=str(number), hours=1 + number), {"anna": number % 2 == 0, "ben": False})

    inbox.read_all("anna")
    inbox.read_all("anna")

    assert (inbox.unread("anna"), inbox.unread("ben"), len(told(inbox))) == (0, 120, 100)


def test_reading_everything_wakes_up_nothing_that_is_removed_meanwhile(cloud: Cloud, inbox: Inbox) -> None:
    gone, stays = change(title_id="1"), change(title_id="2")
    for each in (gone, stays):
        inbox.tell(each, {"anna": False})

    def remove() -> None:
        cloud.viewers_table.delete("user:anna", f"notification:{position(gone)}")

    with before_requests(cloud.viewers_table.client, overtaking(remove)):
        inbox.read_all("anna")

    assert (told(inbox), inbox.unread("anna")) == ([stays.id], 0)
