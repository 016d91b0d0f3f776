"""Does what events ask for: marks of viewers, and a look at the providers where somebody reports an offer."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import partial

from activity_consumer.reading import FOLLOWED, RATED, REPORTED, WATCHED, Taken
from marquee.errors import AccountErased, InvalidInput
from marquee.messages.work import EnrichmentRequest
from marquee.models.titles import Title
from marquee.models.viewers import Mark, MarkKind
from marquee.quarantining import Quarantine
from marquee.queue import Queue
from marquee.repositories.activity import ActivityRepository
from marquee.repositories.marks import MarkRepository
from marquee.repositories.titles import TitleRepository
from marquee.telemetry import MetricUnit, logger, metrics
from marquee.traffic import TrafficClass

MARKS: Mapping[str, MarkKind] = {WATCHED: "watched", RATED: "rating", FOLLOWED: "follow"}
HOUR = len("2026-11-21T05")


class FollowUps:
    """Sets the marks of which trusted producers tell, and has reported offers checked.

    A mark has the moment of its event and gives way to a later one, so that any order and any repetition ends in the
    same mark. A report changes no offer: the providers are asked, once an hour at most for a title, and what they
    answer does. The same report sent again asks them nothing that they have answered since.
    """

    def __init__(
        self,
        titles: TitleRepository,
        marks: MarkRepository,
        activity: ActivityRepository,
        enrichment: Queue,
        quarantine: Quarantine,
        trusted: Collection[str],
    ) -> None:
        self._titles = titles
        self._marks = marks
        self._activity = activity
        self._enrichment = enrichment
        self._quarantine = quarantine
        self._trusted = trusted

    def apply(self, events: Sequence[Taken]) -> set[str]:
        """Do what the events ask for; returns the sequence numbers of records that have to be delivered again."""
        marks = [each for each in events if self._is_mark(each)]
        reports = [each for each in events if each.activity.event_type == REPORTED]
        titles = self._titles.get_many({each.title_id for each in (*marks, *reports)})
        failed = self._set_marks(marks, titles)
        self._check(each for each in reports if self._is_known(each, titles))
        self._activity.finish(each.event_id for each in (*marks, *reports) if each.record.sequence_number not in failed)
        return failed

    def _is_mark(self, event: Taken) -> bool:
        told = event.activity
        return told.event_type in MARKS and told.producer in self._trusted and "user_id" in told.payload

    def _set_marks(self, events: Sequence[Taken], titles: Mapping[str, Title]) -> set[str]:
        viewers = self._marks.known({each.activity.payload["user_id"] for each in events})
        failed: set[str] = set()
        for each in events:
            if not self._is_known(each, titles):
                continue
            if each.activity.payload["user_id"] not in viewers:
                not_applied(each, "unknown viewer")
                continue
            failed |= self._quarantine.attempt([each.record], partial(self._set_mark, each, titles[each.title_id]))
        return failed

    def _set_mark(self, event: Taken, title: Title) -> None:
        told = event.activity
        mark = Mark(
            kind=MARKS[told.event_type],
            title_id=title.id,
            title=title.listing.title,
            year=title.listing.year,
            rating=event.rating,
            # A moment that is still to come would win over every later word of the viewer.
            at=min(told.timestamp, told.ingested_at),
        )
        try:
            self._marks.put_latest(told.payload["user_id"], mark)
        except (InvalidInput, AccountErased) as error:
            not_applied(event, str(error))

    def _check(self, reports: Iterable[Taken]) -> None:
        doubted = [
            EnrichmentRequest(
                title_id=each.title_id,
                # Whoever may send events may ask, but not spend what scheduled work needs.
                traffic=TrafficClass.SCHEDULED if each.activity.producer in self._trusted else TrafficClass.BACKFILL,
                doubted_at=each.activity.ingested_at,
            )
            for each in reports
            if self._activity.claim_check(each.title_id, each.activity.ingested_at[:HOUR], each.event_id)
        ]
        metrics.add_metric("OffersInDoubt", MetricUnit.Count, self._enrichment.send(doubted))

    def _is_known(self, event: Taken, titles: Mapping[str, Title]) -> bool:
        if event.title_id in titles:
            return True
        not_applied(event, "unknown title")
        return False


def not_applied(event: Taken, reason: str) -> None:
    """Take note of an event that is counted and archived, but asks for something that cannot be."""
    metrics.add_metric("ActivityNotApplied", MetricUnit.Count, 1)
    logger.info("event not applied", event_id=event.event_id, event_type=event.activity.event_type, reason=reason)
