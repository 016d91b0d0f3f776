"""Compares the tally of a run with what the archive, the counters and the quarantine say of it. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from cli.readings import Archived
from cli.tally import Counts, Tally, TitleCounts
from marquee.messages.activity import event_id

ARCHIVE, COUNTERS, QUARANTINE, ANSWERS = "archive", "counters", "quarantine", "answers"


@dataclass(frozen=True)
class Difference:
    """One thing that is not as the tally says."""

    where: str
    what: str
    expected: object
    found: object


class ArchiveCheck:
    """Goes through the archive once and knows then which events of a run stand in it, and what they amount to."""

    def __init__(self, tally: Tally) -> None:
        self._tally = tally
        self._good = {event_id(tally.producer, tally.key(each)): each for each in range(tally.good)}
        self._bad = {event_id(tally.producer, tally.bad_key(each)): each for each in range(tally.bad)}
        self._times = bytearray(tally.good)
        self._unknown = frozenset(tally.unknown)
        self.unknown = Counts()
        """What stands there of events that nobody could tell of."""
        self._accepted = Counts()
        self._bad_found: list[str] = []

    def look_at(self, events: Iterable[Archived]) -> "ArchiveCheck":
        """Take in what the archive holds; events that are not of this run are passed over."""
        for each in events:
            if (number := self._good.get(each.event_id)) is not None:
                self._times[number] = min(255, self._times[number] + 1)
                self._count(number, each)
            elif (bad := self._bad.get(each.event_id)) is not None:
                self._bad_found.append(self._tally.bad_key(bad))
        return self

    def differences(self) -> Iterator[Difference]:
        """Yield events that are missing, stand there again or should not be there, and what does not add up."""
        for number, times in enumerate(self._times):
            if times > 1 or (times == 0 and number not in self._unknown):
                yield Difference(ARCHIVE, f"event {self._tally.key(number)}", 1, times)
        for key in self._bad_found:
            yield Difference(ARCHIVE, f"bad event {key}", 0, 1)
        yield from compared(ARCHIVE, self._tally.accepted, self._accepted)
        if self._tally.accepted.checksum != self._accepted.checksum:
            yield Difference(ARCHIVE, "checksum", self._tally.accepted.checksum, self._accepted.checksum)

    def _count(self, number: int, event: Archived) -> None:
        key = self._tally.key(number)
        if self._times[number] == 1:
            counts = self.unknown if number in self._unknown else self._accepted
            counts.add(key, event.event_type, event.timestamp, event.payload)


def expected_counters(tally: Tally, archive: ArchiveCheck) -> Counts | None:
    """Return what the counters should say now, None if nobody looked at them before the run."""
    if tally.before is None:
        return None
    expected = tally.before.model_copy(deep=True)
    expected.include(tally.accepted)
    expected.include(archive.unknown)
    return expected


def other_differences(tally: Tally, quarantined: Mapping[str, str]) -> Iterator[Difference]:
    """Yield the bad records that the quarantine does not hold with a reason, and the answers nobody should get."""
    for record, flaw in tally.bad_records.items():
        if not quarantined.get(record):
            yield Difference(QUARANTINE, f"record {record} ({flaw})", "a reason", None)
    for what, times in tally.surprises.items():
        yield Difference(ANSWERS, what, 0, times)


def compared(where: str, expected: Counts, found: Counts) -> Iterator[Difference]:
    """Yield the days, types and titles whose numbers differ."""
    if expected.events != found.events:
        yield Difference(where, "events", expected.events, found.events)
    for day in sorted(expected.types.keys() | found.types.keys()):
        types, others = expected.types.get(day, {}), found.types.get(day, {})
        for event_type in sorted(types.keys() | others.keys()):
            if types.get(event_type, 0) != others.get(event_type, 0):
                what = f"{day} {event_type}"
                yield Difference(where, what, types.get(event_type, 0), others.get(event_type, 0))
    for day in sorted(expected.titles.keys() | found.titles.keys()):
        yield from _titles_compared(where, day, expected.titles.get(day, {}), found.titles.get(day, {}))


def _titles_compared(
    where: str, day: str, expected: Mapping[str, TitleCounts], found: Mapping[str, TitleCounts]
) -> Iterator[Difference]:
    nothing = TitleCounts()
    for title_id in sorted(expected.keys() | found.keys()):
        wanted, counted = expected.get(title_id, nothing), found.get(title_id, nothing)
        if wanted != counted:
            yield Difference(where, f"{day} title {title_id}", _said(wanted), _said(counted))


def _said(counts: TitleCounts) -> str:
    return ", ".join(f"{field} {number}" for field, number in counts)
