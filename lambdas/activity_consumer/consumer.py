"""Takes batches of events of other systems: counts each once, archives each once, then does what they ask for."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from activity_consumer.follow_ups import FollowUps
from activity_consumer.reading import Taken, read_event
from marquee.messages.envelope import MalformedEvent
from marquee.quarantining import Quarantine
from marquee.repositories.activity import ActivityRepository, Claim
from marquee.repositories.event_archive import EventArchive
from marquee.stream_records import StreamRecord
from marquee.telemetry import MetricUnit, metrics


class ActivityConsumer:
    """Consumes batches of one shard of the programme-events stream.

    Every event is counted once and stands in the archive once, however its records are repeated, divided into batches
    or broken off:

    - The claim on an event names the record it is counted for and the object it will stand in. It is written together
      with what the event adds to the counters. Another record of the same event finds it and does nothing more.
    - An object is put when all events of its batch are claimed, and with it whole. It is named for the batch, so that
      a repetition puts the same object again.
    - A record that comes in another batch leaves its event where it is if that object is there. If it is not, nobody
      will put it any more, and the event moves: first the claim, so that the former batch, should it ever come again,
      leaves it out.
    - What events ask for is repeated until it is done, and noted in the claim, so that it is not done again later,
      when a viewer may have taken it back.

    Until the archive holds the events, any failure brings the whole batch again. Batches of a shard have to come one
    after the other.
    """

    def __init__(
        self, activity: ActivityRepository, archive: EventArchive, quarantine: Quarantine, follow_ups: FollowUps
    ) -> None:
        self._activity = activity
        self._archive = archive
        self._quarantine = quarantine
        self._follow_ups = follow_ups

    def consume(self, shard: str, records: Sequence[StreamRecord]) -> set[str]:
        """Take a batch; returns the sequence numbers of records that have to be delivered again."""
        taken = self._read(records)
        batch = f"{shard}-{records[0].sequence_number}-{records[-1].sequence_number}"
        claims = self._activity.count([each.entry(shard, batch) for each in taken])
        own = [each for each in taken if claims[each.event_id].sequence_number == each.record.sequence_number]
        self._put_into_archive(own, batch, claims)
        metrics.add_metric("ActivityEvents", MetricUnit.Count, len(own))
        return self._follow_ups.apply([each for each in own if not claims[each.event_id].done])

    def _read(self, records: Sequence[StreamRecord]) -> list[Taken]:
        """Return the events of a batch, of those that come twice the first; what cannot be used is set aside."""
        found: dict[str, Taken] = {}
        for record in records:
            try:
                taken = read_event(record)
            except MalformedEvent as error:
                self._quarantine.set_aside(record, str(error))
                continue
            if taken is not None:
                found.setdefault(taken.event_id, taken)
        return list(found.values())

    def _put_into_archive(self, events: Sequence[Taken], batch: str, claims: Mapping[str, Claim]) -> None:
        elsewhere = {claims[each.event_id].object for each in events} - {each.object(batch) for each in events}
        missing = {key for key in elsewhere if not self._archive.has(key)}
        moved = {each.event_id: each.object(batch) for each in events if claims[each.event_id].object in missing}
        self._activity.move({event_id: (claims[event_id].object, after) for event_id, after in moved.items()})
        lines: dict[str, list[bytes]] = defaultdict(list)
        for each in events:
            key = each.object(batch)
            if key == moved.get(each.event_id, claims[each.event_id].object):
                lines[key].append(each.line)
        for key in lines:
            self._archive.put(key, lines[key])
