"""What becomes of stream records that cannot be used: they are set aside with the reason and hold nothing up."""

from collections.abc import Callable, Sequence

from marquee.messages import envelope
from marquee.messages.work import QuarantineNotice
from marquee.queue import Queue
from marquee.repositories.quarantine import QuarantineRepository
from marquee.repositories.table import may_go_better
from marquee.stream_records import StreamRecord
from marquee.telemetry import MetricUnit, logger, metrics

REASON_LENGTH = 1000


class Quarantine:
    """Keeps a record that cannot be used and tells of it; the same bytes twice are one record of the quarantine."""

    def __init__(self, kept: QuarantineRepository, notices: Queue) -> None:
        self._kept = kept
        self._notices = notices

    def set_aside(self, record: StreamRecord, reason: str) -> None:
        """Keep a record with the reason why it cannot be used."""
        reason = reason[:REASON_LENGTH]
        event_id = envelope.content_id(record.data)
        origin = f"programme-events:{record.sequence_number}"
        self._kept.add(event_id, reason=reason, original=record.data, origin=origin)
        self._notices.send([QuarantineNotice(event_id=event_id, reason=reason)])
        metrics.add_metric("QuarantinedEvents", MetricUnit.Count, 1)
        logger.warning("event set aside", event_id=event_id, reason=reason)

    def attempt(self, records: Sequence[StreamRecord], work: Callable[[], object]) -> set[str]:
        """Do what some records ask for; returns those that come again because it may go better then.

        What can never be written is set aside, so that one record does not hold up its shard.
        """
        try:
            work()
        except Exception as error:
            if may_go_better(error):
                logger.warning("records will come again", error_type=type(error).__name__, reason=str(error))
                return {record.sequence_number for record in records}
            logger.exception("records cannot be applied")
            for record in records:
                self.set_aside(record, f"cannot be applied: {type(error).__name__}: {error}")
        return set()
