"""Catalogue stream → arrivals log and notification queue."""

import copy
import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from availability_watch import handler
from marquee import answers, clock
from marquee.messages.notifications import Announcement
from marquee.models.changes import Change
from marquee.models.listings import PairListing
from marquee.models.titles import Attribution, OfferOption
from marquee.queue import QueueUnavailable
from marquee.repositories.table import decode
from tests.fakes.enrichers import stream_event
from tests.fakes.titles import listing, title, tmdb
from tests.unit.conftest import Cloud, FakeContext

PLACE = ("GB", "203", "4")
KEY = "GB:203:4"
Changes = list[tuple[dict[str, Any] | None, dict[str, Any] | None]]


def ago(days: float) -> str:
    return clock.timestamp(clock.parse(clock.now()) - timedelta(days=days))


NOW, YESTERDAY, BEFORE = ago(0), ago(1), ago(2)


@pytest.fixture(autouse=True)
def fresh() -> None:
    handler.watch.cache_clear()


@contextmanager
def recorded(cloud: Cloud) -> Iterator[Changes]:
    """Collect what the stream of the catalogue tells of the writes within."""
    before, changes = copy.deepcopy(cloud.items(cloud.catalogue)), []
    yield changes
    for key, item in cloud.items(cloud.catalogue).items():
        if item != before.get(key):
            changes.append((before.get(key), item))


def deliver(*changes: Any) -> list[str]:
    answer = handler.lambda_handler(stream_event(*changes), FakeContext())  # type: ignore[arg-type]
    return [each["itemIdentifier"] for each in answer["batchItemFailures"]]


def log(cloud: Cloud) -> list[Change]:
    found = [decode(item) for (pk, _), item in sorted(cloud.items(cloud.catalogue).items()) if "arrivals:" in pk]
    return [Change.model_validate(each) for each in found]


def announced(cloud: Cloud) -> list[Change]:
    return [Announcement.model_validate_json(each).change for each in cloud.messages("NOTIFICATION_QUEUE_URL")]


def seen(cloud: Cloud, title_id: str, as_of: str, left_at: str | None = None) -> Changes:
    """Store that the listing has a title, or has it no more."""
    place = {KEY: Attribution(first_seen=as_of, as_of=as_of, left_at=left_at)}
    with recorded(cloud) as changes:
        cloud.titles.apply(
            title_id, lambda found: (found or title(title_id)).model_copy(update={"attributions": place})
        )
    return changes


def listed(cloud: Cloud, as_of: str, *title_ids: str) -> None:
    cloud.listings.remember(PLACE, PairListing(as_of=as_of, title_ids=frozenset(title_ids)))


def from_provider(cloud: Cloud, provider: str, as_of: str, asked_before: str | None, *sources: str) -> Changes:
    options: answers.Options = {("GB", each): ("A service", [OfferOption(type="sub")]) for each in sources}
    stored = cloud.titles.get_with_offers("11")[1]
    with recorded(cloud) as changes:
        found = answers.provider_offers(stored, provider, options, as_of, asked_before)
        cloud.titles.set_provider_offers("11", provider, found)
    return changes


def test_arrival_is_one_row_and_announced_also_when_it_is_delivered_ten_times(cloud: Cloud) -> None:
    listed(cloud, YESTERDAY, "12")
    changes = seen(cloud, "11", NOW)

    for _ in range(10):
        assert deliver(*random.sample(changes, len(changes))) == []

    (change,) = log(cloud)
    assert (change.kind, change.at, change.checked_before, change.provider) == ("arrived", NOW, YESTERDAY, "watchmode")
    assert (change.region, change.source_id, change.title_id, change.title) == ("GB", "203", "11", "A title")
    assert {each.id for each in announced(cloud)} == {change.id}


def test_departure_is_one_row_and_a_return_another(cloud: Cloud) -> None:
    there, gone, back = seen(cloud, "11", BEFORE), seen(cloud, "11", BEFORE, YESTERDAY), seen(cloud, "11", NOW)
    listed(cloud, ago(3), "11")

    for _ in range(10):
        deliver(*random.sample([*there, *gone, *back], len([*there, *gone, *back])))

    assert sorted((each.kind, each.at, each.checked_before) for each in log(cloud)) == [
        ("arrived", NOW, YESTERDAY),
        ("left", YESTERDAY, BEFORE),
    ]
    assert {each.id for each in announced(cloud)} == {each.id for each in log(cloud)}


def test_what_the_first_listing_of_a_pair_finds_is_not_told(cloud: Cloud) -> None:
    changes = seen(cloud, "11", NOW)
    listed(cloud, NOW, "11")

    assert deliver(*changes) == []

    assert log(cloud) == announced(cloud) == []


@pytest.mark.parametrize("provider", ["watchmode", "tmdb"])
def test_what_the_first_answer_of_a_provider_names_is_not_told_but_what_the_second_adds_is(
    cloud: Cloud, provider: str
) -> None:
    cloud.titles.apply("11", lambda _: title("11"))

    deliver(*from_provider(cloud, provider, BEFORE, None, "203"))
    deliver(*from_provider(cloud, provider, YESTERDAY, BEFORE, "203", "26", "tmdb-593"))
    deliver(*from_provider(cloud, provider, NOW, YESTERDAY, "26"))

    assert sorted((each.kind, each.source_id, each.at, each.provider) for each in log(cloud)) == [
        ("arrived", "26", YESTERDAY, provider),
        ("left", "203", NOW, provider),
    ]


def test_new_season_is_told_once_ever(cloud: Cloud) -> None:
    for number, (as_of, seasons) in enumerate([(ago(5), 2), (ago(4), 3), (ago(3), 2), (ago(2), 3), (ago(1), 4)]):
        with recorded(cloud) as changes:
            part = tmdb(as_of, seasons=seasons, tmdb_type="tv")
            cloud.titles.apply("11", lambda found, part=part: (found or title()).model_copy(update={"tmdb": part}))
        for _ in range(1 + 2 * number):
            assert deliver(*changes) == []

    told = announced(cloud)
    assert {each.season for each in told} == {3, 4}
    assert len({each.id for each in told}) == 2
    assert [sk for pk, sk in sorted(cloud.items(cloud.catalogue)) if sk.startswith("season:")] == [
        "season:00003",
        "season:00004",
    ]


def test_item_that_cannot_be_read_does_not_hold_up_the_others(cloud: Cloud) -> None:
    listed(cloud, YESTERDAY)
    changes = seen(cloud, "11", NOW)
    broken = {"PK": {"S": "title:12"}, "SK": {"S": "offer:GB:203"}, "listing": {"S": "?"}}

    assert deliver((None, broken), *changes) == []

    assert len(log(cloud)) == 1


def test_what_is_no_offer_and_no_season_is_passed_over(cloud: Cloud) -> None:
    with recorded(cloud) as changes:
        cloud.titles.apply("11", lambda _: title("11", KEY, listing=listing(tmdb_id=7, tmdb_type="tv")))

    gone = [(new, None) for _, new in changes]
    assert deliver(*[each for each in changes if not str(each[1]).count("offer:GB")], *gone) == []

    assert log(cloud) == announced(cloud) == []


def test_announcement_that_was_not_sent_is_sent_by_the_repetition(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed(cloud, YESTERDAY)
    changes = seen(cloud, "11", NOW)

    def refuse(_: object) -> int:
        raise QueueUnavailable("full")

    with monkeypatch.context() as patched:
        patched.setattr(handler.watch()._queue, "send", refuse)
        assert len(deliver(*changes)) == 1
    assert announced(cloud) == []

    assert deliver(*changes) == []

    assert [each.id for each in announced(cloud)] == [each.id for each in log(cloud)]


def test_stream_goes_on_from_the_first_change_that_was_not_written(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed(cloud, YESTERDAY)
    offers = [
        change
        for number in (11, 12, 13)
        for change in seen(cloud, str(number), NOW)
        if change[1] and change[1]["SK"]["S"].startswith("offer:")
    ]
    record = handler.watch()._log.record

    def fail(change: Change) -> tuple[Change, bool]:
        if change.title_id != "11":
            raise ClientError({"Error": {"Code": "ThrottlingException"}}, "PutItem")
        return record(change)

    with monkeypatch.context() as patched:
        patched.setattr(handler.watch()._log, "record", fail)
        assert deliver(*offers) == ["2"]
    assert deliver(*offers[1:]) == []

    assert [each.title_id for each in log(cloud)] == ["11", "12", "13"]
    assert {each.title_id for each in announced(cloud)} == {"11", "12", "13"}


def test_change_that_can_never_be_written_does_not_hold_up_the_others(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed(cloud, YESTERDAY)
    offers = [
        change
        for number in (11, 12)
        for change in seen(cloud, str(number), NOW)
        if change[1] and change[1]["SK"]["S"].startswith("offer:")
    ]
    record = handler.watch()._log.record

    def fail(change: Change) -> tuple[Change, bool]:
        if change.title_id == "11":
            raise ClientError({"Error": {"Code": "ValidationException"}}, "PutItem")
        return record(change)

    monkeypatch.setattr(handler.watch()._log, "record", fail)

    assert deliver(*offers) == []
    assert [each.title_id for each in announced(cloud)] == ["12"]


def test_batch_comes_again_whole_when_nothing_can_be_read(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    changes = [each for each in seen(cloud, "11", NOW) if each[1] and each[1]["SK"]["S"].startswith("offer:")]

    def fail(_: object) -> Any:
        raise ClientError({"Error": {"Code": "ThrottlingException"}}, "BatchGetItem")

    monkeypatch.setattr(handler.watch()._listings, "completed", fail)

    assert deliver(*changes, *changes) == ["1"]
