"""What a run of the generator has sent and what became of it, written so that others can be compared with it."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, Field, ValidationError

from cli.errors import OperatorError
from marquee import clock
from marquee.trending import WEIGHTS

COUNTED_AS = {
    "title_viewed": "views",
    "title_watched": "watches",
    "title_rated": "ratings",
    "title_followed": "follows",
}
# A sum below this is a whole number for every reader of JSON.
CHECKSUM_RANGE = 2**53


class TitleCounts(BaseModel):
    """What happened to a title on a day."""

    views: int = 0
    watches: int = 0
    ratings: int = 0
    rating_sum: int = 0
    follows: int = 0
    score: int = 0


class Counts(BaseModel):
    """What a number of events amounts to, by UTC day of their `timestamp`.

    Equal counts with equal checksums are of the same events, in whatever order they were added.
    """

    events: int = 0
    checksum: int = 0
    types: dict[str, dict[str, int]] = Field(default_factory=dict)
    titles: dict[str, dict[str, TitleCounts]] = Field(default_factory=dict)

    def add(self, event_id: str, event_type: str, timestamp: str, payload: Mapping[str, Any]) -> None:
        """Count one event."""
        moment = clock.normalised(timestamp)
        day = moment[:10]
        self.events += 1
        self.checksum = (self.checksum + _checksum(event_id, event_type, moment, payload)) % CHECKSUM_RANGE
        self.add_type(day, event_type, 1)
        if field := COUNTED_AS.get(event_type):
            counts = TitleCounts(**{field: 1}, rating_sum=_rating(payload), score=WEIGHTS[field])
            self.add_title(day, str(payload["title_id"]), counts)

    def add_type(self, day: str, event_type: str, events: int) -> None:
        """Count events of one type on one day."""
        types = self.types.setdefault(day, {})
        types[event_type] = types.get(event_type, 0) + events

    def add_title(self, day: str, title_id: str, more: TitleCounts) -> None:
        """Count what happened to one title on one day."""
        titles = self.titles.setdefault(day, {})
        counts = titles.setdefault(title_id, TitleCounts())
        for field in TitleCounts.model_fields:
            setattr(counts, field, getattr(counts, field) + getattr(more, field))

    def include(self, other: "Counts") -> None:
        """Count what another has counted."""
        self.events += other.events
        self.checksum = (self.checksum + other.checksum) % CHECKSUM_RANGE
        for day, types in other.types.items():
            for event_type, events in types.items():
                self.add_type(day, event_type, events)
        for day, titles in other.titles.items():
            for title_id, counts in titles.items():
                self.add_title(day, title_id, counts)


class Tally(BaseModel):
    """The account of one run.

    Good events are numbered from 0 and known by `<run>-<number>`; each is counted in `accepted` once, however often it
    was sent. Of those in `unknown` nobody knows: the API took too long, or the run was ended. Bad events are known by
    `<run>-bad-<number>` and must not have left a trace.
    """

    environment: str
    run: str
    producer: str
    seed: int
    started_at: str
    ended_at: str
    sent: int = 0
    """Events and bad requests, each repetition on purpose included."""
    resent: int = 0
    """Sent again because the API was busy or did not answer."""
    good: int = 0
    bad: int = 0
    duplicates: int = 0
    """Repetitions on purpose that were answered as the first time."""
    accepted: Counts = Field(default_factory=Counts)
    unknown: list[int] = Field(default_factory=list)
    refused: dict[str, dict[str, int]] = Field(default_factory=dict)
    """By what was wrong, the answers to it."""
    surprises: dict[str, int] = Field(default_factory=dict)
    """Answers that the API should not have given."""
    bad_records: dict[str, str] = Field(default_factory=dict)
    """By the id under which the quarantine has to hold it, what is wrong with a record put on the stream."""
    before: Counts | None = None
    """What the counters said before the run."""

    def key(self, number: int) -> str:
        """Return the name of a good event."""
        return f"{self.run}-{number}"

    def bad_key(self, number: int) -> str:
        """Return the name of a bad event."""
        return f"{self.run}-bad-{number}"

    def write(self, path: Path) -> None:
        """Write the file that `marquee events verify` reads."""
        path.write_text(self.model_dump_json(indent=2) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read what a run has written; raises OperatorError for a file that is none."""
        try:
            return cls.model_validate_json(path.read_text(encoding="utf-8"))
        except (OSError, ValidationError) as error:
            raise OperatorError(f"{path} is no tally of `marquee events generate`: {error}") from error


def _rating(payload: Mapping[str, Any]) -> int:
    rating: int = payload.get("rating", 0)
    return rating


def _checksum(*facts: object) -> int:
    text = json.dumps(facts, sort_keys=True, separators=(",", ":"))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6])
