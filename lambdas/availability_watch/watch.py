"""Tells what written offers and titles show: arrivals, departures and new seasons."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from marquee import availability, clock, keys
from marquee.availability import Transition
from marquee.errors import Conflict
from marquee.messages.notifications import Announcement
from marquee.models.changes import Change
from marquee.models.titles import Offer
from marquee.queue import Queue, QueueUnavailable
from marquee.repositories.arrivals import ArrivalLog
from marquee.repositories.listings import ListingRepository
from marquee.repositories.table import decode, may_go_better
from marquee.repositories.titles import TitleRepository, to_title
from marquee.telemetry import MetricUnit, logger, metrics

TRANSIENT = (Conflict, QueueUnavailable, ClientError, BotoCoreError)


@dataclass(frozen=True)
class Seen:
    """What a record of the stream shows of a title, and the number of the record."""

    number: str
    title_id: str
    shown: Transition | Change


class AvailabilityWatch:
    """Writes each change to the log once and announces it to the followers of the title.

    A change and its key in the log follow from the record that shows it, so it is one row however often the record is
    delivered. It is announced after it stands there, and again with every delivery, because nobody knows whether the
    delivery before came that far; who is told recognises a change by its id.
    """

    def __init__(self, titles: TitleRepository, listings: ListingRepository, log: ArrivalLog, queue: Queue) -> None:
        self._titles = titles
        self._listings = listings
        self._log = log
        self._queue = queue

    def watch(self, records: Sequence[dict[str, Any]]) -> set[str]:
        """Tell what a batch shows; returns the numbers of the records that have to come again."""
        seen = [found for record in records if (found := read(record))]
        try:
            news = self._news(seen)
        except TRANSIENT as error:
            return _again({each.number for each in seen}, error)
        announced: list[tuple[str, Change]] = []
        failed: set[str] = set()
        for number, change in news:
            try:
                announced.append((number, self._recorded(change)))
            except TRANSIENT as error:
                if may_go_better(error):
                    failed |= _again({number}, error)
                else:
                    metrics.add_metric("ChangesPassedOver", MetricUnit.Count, 1)
                    logger.exception("change cannot be logged", change_id=change.id)
        try:
            self._queue.send(Announcement(change=change) for _, change in announced)
        except TRANSIENT as error:
            failed |= _again({number for number, _ in announced}, error)
        return failed

    def _news(self, seen: Sequence[Seen]) -> list[tuple[str, Change]]:
        """Return what is to be told, by one read of all titles and one of all complete listings that are concerned."""
        titles = self._titles.get_many({each.title_id for each in seen if isinstance(each.shown, Transition)})
        moved = [
            (each.number, each.shown, titles[each.title_id])
            for each in seen
            if isinstance(each.shown, Transition) and each.title_id in titles
        ]
        places = {place for _, shown, title in moved for place in availability.concerned(shown, title)}
        histories = self._listings.completed(places)
        news = [(each.number, each.shown) for each in seen if isinstance(each.shown, Change)]
        for number, shown, title in moved:
            heard = [histories[place] for place in availability.concerned(shown, title) if place in histories]
            if change := availability.news(shown, title, heard):
                news.append((number, change))
        return news

    def _recorded(self, change: Change) -> Change:
        """Write a change to the log and return what stands there: a season was perhaps announced some time ago.

        When it was noticed is written with it, and so the same however often it is seen.
        """
        standing, is_new = self._log.record(change.model_copy(update={"noticed_at": clock.now()}))
        if is_new:
            metrics.add_metric("ChangesLogged", MetricUnit.Count, 1)
            logger.info("change logged", change_id=change.id, kind=change.kind, title_id=change.title_id)
        return standing


def read(record: dict[str, Any]) -> Seen | None:
    """Return what a record of the catalogue stream shows, None if that is nothing to tell.

    An item that cannot be read will be no better the next time: it is counted and passed over, for it stays in the
    table, while the changes behind it must not wait.
    """
    change = record["dynamodb"]
    try:
        return _read(change)
    except (ValueError, KeyError, TypeError) as error:
        metrics.add_metric("ChangesUnreadable", MetricUnit.Count, 1)
        logger.error("item cannot be read", key=change.get("Keys"), error_type=type(error).__name__, reason=str(error))
        return None


def _read(change: dict[str, Any]) -> Seen | None:
    if "NewImage" not in change:
        return None
    new, old = decode(change["NewImage"]), decode(change.get("OldImage", {}))
    shown: Transition | Change | None = None
    if new["SK"].startswith(keys.OFFER_PREFIX):
        shown = availability.transition(Offer.model_validate(old) if old else None, Offer.model_validate(new))
    elif new["SK"] == keys.RECORD and old:
        shown = availability.new_season(to_title(old), to_title(new))
    return Seen(change["SequenceNumber"], new["PK"].removeprefix(keys.TITLE_PREFIX), shown) if shown else None


def _again(numbers: set[str], error: Exception) -> set[str]:
    logger.warning("records will come again", error_type=type(error).__name__, reason=str(error), records=len(numbers))
    return numbers
