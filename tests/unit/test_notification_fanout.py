"""Announcement → inboxes of followers."""

import json
from typing import Any

import pytest

from marquee import settings
from marquee.models.changes import Change
from marquee.repositories.notifications import Inbox
from notification_fanout import handler
from tests.fakes.changes import announced, change, follow, hours_ago, new_season, queue_event
from tests.unit.conftest import Cloud, FakeContext


@pytest.fixture
def followed(cloud: Cloud) -> Cloud:
    handler.fanout.cache_clear()
    return cloud


def deliver(*bodies: str) -> list[str]:
    answer = handler.lambda_handler(queue_event(*bodies), FakeContext())  # type: ignore[arg-type]
    return [each["itemIdentifier"] for each in answer["batchItemFailures"]]


def told(cloud: Cloud) -> list[str]:
    """Return who was told of something, once for each time."""
    found = [key for key in cloud.items(cloud.viewers_table) if key[1].startswith("notification:")]
    return sorted(pk.removeprefix("user:") for pk, _ in found)


PLACES = [
    pytest.param(change(), {}, True, id="on a service of mine"),
    pytest.param(change(source_id="26"), {}, False, id="on another service"),
    pytest.param(change(region="US"), {}, False, id="in another country"),
    pytest.param(change(region="US"), {"region": "US"}, True, id="in the country I chose"),
    pytest.param(change(), {"region": "US"}, False, id="not in the country I chose"),
    pytest.param(change(), {"region": "XX"}, True, id="my country is not served any more"),
    pytest.param(change(kind="left"), {}, True, id="left a service of mine"),
    pytest.param(change(kind="left", source_id="26"), {}, False, id="left another service"),
    pytest.param(new_season(), {"region": "US"}, True, id="new season"),
]


@pytest.mark.parametrize(("news", "chosen", "concerned"), PLACES)
def test_change_is_told_to_whom_it_concerns(
    followed: Cloud, monkeypatch: pytest.MonkeyPatch, news: Change, chosen: dict[str, str], concerned: bool
) -> None:
    monkeypatch.setenv("REGIONS", "GB,US")
    settings.regions.cache_clear()
    follow(followed.viewers_table, "anna", **chosen)
    follow(followed.viewers_table, "ben", title_id="12")

    deliver(announced(news))

    assert told(followed) == (["anna"] if concerned else [])


def test_new_season_is_told_also_to_whom_has_no_service(followed: Cloud) -> None:
    followed.viewers_table.put({"PK": "title:11", "SK": "follower:anna"})

    deliver(announced(new_season()))

    assert told(followed) == ["anna"]


@pytest.mark.parametrize(
    ("hours", "noticed", "concerned"),
    [
        pytest.param(2, None, True, id="before"),
        pytest.param(0.5, None, False, id="after"),
        pytest.param(0.9, 0.8, True, id="while the listing ran"),
        pytest.param(0.7, 0.8, False, id="after it was noticed"),
    ],
)
def test_whoever_begins_to_follow_after_a_change_was_noticed_is_not_told_of_it(
    followed: Cloud, hours: float, noticed: float | None, concerned: bool
) -> None:
    follow(followed.viewers_table, "anna", since=hours_ago(hours))

    deliver(announced(change(hours=1, noticed_at=hours_ago(noticed) if noticed else None)))

    assert told(followed) == (["anna"] if concerned else [])


@pytest.mark.parametrize(("frequency", "due"), [("off", False), ("daily", True), ("weekly", True), (None, False)])
def test_mail_is_due_to_whom_wants_it(followed: Cloud, frequency: str | None, due: bool) -> None:
    follow(followed.viewers_table, "anna", region="GB", email_digest=frequency)

    deliver(announced(change()))

    (kept,) = Inbox(followed.viewers_table).page("anna", 10)[0]
    assert kept.mail_due is due


def test_change_from_long_ago_is_told_to_nobody(followed: Cloud) -> None:
    follow(followed.viewers_table, "anna")

    deliver(announced(change(hours=24 * 91)))

    assert told(followed) == []


def test_message_that_cannot_be_read_comes_again_and_holds_up_no_other(followed: Cloud) -> None:
    follow(followed.viewers_table, "anna")

    assert deliver("no json", announced(change()), "{}") == ["0", "2"]
    assert told(followed) == ["anna"]


def test_log_tells_the_change_and_nobody_of_the_followers(
    followed: Cloud, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lines: list[dict[str, Any]] = []
    monkeypatch.setattr(handler.logger, "info", lambda message, **fields: lines.append(fields))
    follow(followed.viewers_table, "anna")
    news = change()

    deliver(announced(news))

    assert lines == [{"change_id": news.id, "title_id": "11", "kind": "arrived", "told": 1}]
    (metric,) = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "NotificationsWritten" in line]
    assert metric["NotificationsWritten"] == [1.0]
