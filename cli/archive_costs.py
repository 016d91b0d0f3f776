"""What a harvest takes: calls, hours, storage and dollars, each with what it is computed from. Pure."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from marquee.governor import UTILISATION, tmdb_limits
from marquee.messages.archive import IDS_A_MESSAGE
from marquee.models.archive import Kind, MediaType

# Ten seasons come with the first call for a series, 20 more with each further one (marquee.clients.tmdb_archive); how
# many series have more is assumed: one in twenty.
CALLS: Mapping[MediaType, float] = {"movie": 1.0, "tv": 1.05, "person": 1.0}
# Assumed: most series have one season, and many of the rest have specials too.
SEASONS_A_SERIES = 2.0
# Objects with rows for SQL that a message of 100 ids leads to: of series also those of seasons and episodes.
ROW_FILES: Mapping[MediaType, int] = {"movie": 1, "tv": 3, "person": 1}

# List prices of AWS in us-east-1 in dollars, 2026: aws.amazon.com/{s3,lambda,sqs,dynamodb}/pricing. Data that comes in
# costs nothing; logs and alarms are not counted.
S3_WRITE, S3_READ, S3_GB_MONTH = 0.005 / 1000, 0.0004 / 1000, 0.023
LAMBDA_GB_SECOND, LAMBDA_CALL = 0.0000133334, 0.20 / 1e6
SQS_REQUEST = 0.40 / 1e6
DYNAMODB_WRITE, DYNAMODB_READ = 0.625 / 1e6, 0.125 / 1e6
COLLECTOR_GB = 1.0
# Of each message: received and deleted, and a tenth of a batch that sends it.
SQS_A_MESSAGE = 2.1
# Of each message: a claim of 2 KB, then a transaction of it and of its job, which counts twice.
WRITES_A_MESSAGE, READS_A_MESSAGE = 10, 6


@dataclass(frozen=True)
class Size:
    """The bytes of a stored object: between `low` and `high`, and where that is from."""

    low: float
    high: float
    basis: str


_RECORDED = "median and mean of {} recorded answers, packed as the archive does it"
# Measured with marquee.archive.packing and the dictionaries that come with it (docs/benchmarks.md). Recorded answers
# are of titles that are better known, and thus larger, than most.
MEASURED: Mapping[Kind, Size] = {
    "movie": Size(1291, 3166, _RECORDED.format(104)),
    "tv": Size(2462, 5790, _RECORDED.format(50)),
    "season": Size(8897, 8386, _RECORDED.format(40)),
    "person": Size(950, 13520, _RECORDED.format(19)),
}
# Measured on the same answers: bytes of gzip that the rows of an item take, those of the episodes of a season included.
ROW_BYTES: Mapping[Kind, int] = {"movie": 380, "tv": 360, "season": 3120, "person": 560}


@dataclass(frozen=True)
class Found:
    """The ids of a media type that a harvest would collect.

    `listed` are known from the exports, exactly; `changed` at most as many more from lists of changes of `pages` pages.
    """

    media_type: MediaType
    mode: str
    listed: int
    changed: int
    pages: int
    notes: tuple[str, ...] = ()

    @property
    def ids(self) -> int:
        """Return how many there are at most."""
        return self.listed + self.changed


@dataclass(frozen=True)
class Figure:
    """One number of an estimate, `low` to `high`, in a unit; `basis` says what it is computed from."""

    what: str
    low: float
    high: float
    unit: str
    basis: str


def estimate(
    found: list[Found], sizes: Mapping[Kind, Size], *, per_second: float, collectors: int
) -> tuple[Figure, ...]:
    """Return what a harvest takes if every id has changed: what is unchanged is not written again."""
    ids, messages = sum(each.ids for each in found), sum(math.ceil(each.ids / IDS_A_MESSAGE) for each in found)
    pages = sum(each.pages for each in found)
    calls = math.ceil(sum(each.ids * CALLS[each.media_type] for each in found)) + pages
    seconds = calls / (per_second * UTILISATION)
    low, high, objects = _stored(found, sizes)
    kinds = [kind for kind in sizes if any(_objects(each).get(kind) for each in found)]
    bases = "; ".join(f"{kind}: {sizes[kind].basis}" for kind in kinds)
    parts = dict(_dollars(found, calls=calls, seconds=seconds, objects=objects, per_second=per_second, n=collectors))
    once = sum(parts.values())
    said = ", ".join(f"{name} {dollars:,.2f}" for name, dollars in parts.items())
    return (
        Figure("ids", sum(each.listed for each in found), ids, "", "the exports, and the changes at most"),
        Figure("messages", messages, messages, "", f"{IDS_A_MESSAGE} ids each"),
        Figure("calls", calls, calls, "", f"one an id, {CALLS['tv']} a series, {pages:,} pages of changes"),
        Figure("time", seconds / 3600, seconds / 3600, "hours", f"{UTILISATION:.0%} of {per_second:g} calls a second"),
        Figure("storage", low, high, "bytes", bases or "nothing to store"),
        Figure("collecting", once, once, "dollars", f"{said}; list prices of us-east-1"),
        Figure(
            "keeping", low / 1e9 * S3_GB_MONTH, high / 1e9 * S3_GB_MONTH, "dollars a month", f"S3: {S3_GB_MONTH} a GB"
        ),
    )


def _objects(found: Found) -> dict[Kind, float]:
    """Return the objects that a media type leads to, by kind."""
    if found.media_type == "tv":
        return {"tv": found.ids, "season": found.ids * SEASONS_A_SERIES}
    return {found.media_type: found.ids}


def _stored(found: list[Found], sizes: Mapping[Kind, Size]) -> tuple[float, float, float]:
    """Return the bytes that are stored, at least and at most, and the number of objects."""
    counts = [(kind, count) for each in found for kind, count in _objects(each).items()]
    low = sum(count * (sizes[kind].low + ROW_BYTES[kind]) for kind, count in counts)
    high = sum(count * (sizes[kind].high + ROW_BYTES[kind]) for kind, count in counts)
    return low, high, sum(count for _, count in counts)


def _dollars(
    found: list[Found], *, calls: int, seconds: float, objects: float, per_second: float, n: int
) -> Iterator[tuple[str, float]]:
    """Yield what a harvest costs once, by service."""
    messages = {each.media_type: math.ceil(each.ids / IDS_A_MESSAGE) for each in found}
    total = sum(messages.values())
    series = sum(each.ids for each in found if each.media_type == "tv")
    written = objects + series + sum(count * ROW_FILES[kind] for kind, count in messages.items())
    yield "S3", written * S3_WRITE + objects * S3_READ
    yield "Lambda", seconds * n * COLLECTOR_GB * LAMBDA_GB_SECOND + total * LAMBDA_CALL
    yield "SQS", total * SQS_A_MESSAGE * SQS_REQUEST
    # The pace is claimed for a chunk of calls at a time.
    writes = total * WRITES_A_MESSAGE + calls / tmdb_limits(per_second).chunk
    yield "DynamoDB", writes * DYNAMODB_WRITE + total * READS_A_MESSAGE * DYNAMODB_READ
