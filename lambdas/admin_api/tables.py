"""How much the tables hold, each number with how it was come by, and how fresh the data is."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from admin_api.answers import FreshnessAnswer, TableAnswer
from marquee import clock, settings
from marquee.operations_freshness import LOCKS, Freshness, archive_freshness, freshness
from marquee.repositories.archive_states import ArchiveStates
from marquee.repositories.jobs import JobRepository
from marquee.repositories.library import LibraryIndex
from marquee.repositories.quality import QualityRepository
from marquee.repositories.table import Table

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class Tables:
    """The tables of this environment. Nothing is scanned: what nobody counts as it changes, AWS counts now and then."""

    NAMES = ("catalogue", "viewers", "operations", "tmdb_cache", "library")

    def __init__(self, client: "DynamoDBClient", names: Mapping[str, str]) -> None:
        self._client = client
        self._names = names

    def counted(self) -> list[TableAnswer]:
        """Return what is counted as it changes or by a measurement, then all tables as AWS last counted them."""
        movies = LibraryIndex(self._table("library")).header().total
        report = QualityRepository(self._table("operations")).latest()
        titles = max((each.of for each in report.measures), default=0) if report else 0
        by_us = [
            TableAnswer(name="movies", items=movies, bytes=None, counted_at=clock.now(), counted="now"),
            TableAnswer(
                name="titles",
                items=titles,
                bytes=None,
                counted_at=report.as_of if report else None,
                counted="by the measurement of data quality",
            ),
        ]
        return by_us + [self._described(name) for name in self.NAMES]

    def freshness(self) -> list[FreshnessAnswer]:
        """Return how old the data is, of everything that comes by the clock."""
        now, operations = clock.now(), self._table("operations")
        states = ArchiveStates(operations)
        interval = float(settings.required("COLLECTION_INTERVAL"))
        harvested = [states.get(each).changes_until for each in settings.media_types()] if interval else []
        found = freshness(JobRepository(operations).last_successes(LOCKS), now)
        return [_told(each) for each in (*found, *archive_freshness(harvested, interval, now))]

    def _described(self, name: str) -> TableAnswer:
        found = self._client.describe_table(TableName=self._names[name])["Table"]
        return TableAnswer(
            name=name,
            items=found["ItemCount"],
            bytes=found["TableSizeBytes"],
            counted_at=None,
            counted="by AWS every six hours",
        )

    def _table(self, name: str) -> Table:
        return Table(self._client, self._names[name])


def _told(found: Freshness) -> FreshnessAnswer:
    return FreshnessAnswer(
        what=found.what,
        as_of=found.as_of,
        age_seconds=found.age,
        expected_seconds=found.expected,
        fresh=found.is_fresh,
    )
