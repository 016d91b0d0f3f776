"""What was measured of the quality of the data, in the operations table: `quality` / `<day>`."""

from collections.abc import Sequence

from marquee import clock, keys
from marquee.models.operations import QualityDay, QualityReport
from marquee.repositories.table import Table, decode

KEPT_DAYS = 400
DAY = len("2026-11-21")


class QualityRepository:
    """Keeps a report for each day; the later one of a day takes the place of the earlier."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def put(self, report: QualityReport) -> None:
        """Keep a report as that of its day."""
        counts = {each.name: each.count for each in report.measures}
        expires = {"expires_at": clock.in_days(KEPT_DAYS)}
        place = {"PK": keys.QUALITY, "SK": report.as_of[:DAY]}
        self._table.put({**report.model_dump(), **place, "day": report.as_of[:DAY], "counts": counts, **expires})

    def latest(self) -> QualityReport | None:
        """Return the latest report or None."""
        rows = self._table.query("PK = :pk", {":pk": keys.QUALITY}, ScanIndexForward=False, Limit=1)
        found = next(rows, None)
        return QualityReport.model_validate(found) if found else None

    def trend(self, days: int) -> Sequence[QualityDay]:
        """Return what was counted on the latest days that there are reports of, at most so many."""
        rows, _ = self._table.query_page(
            "PK = :pk",
            {":pk": keys.QUALITY},
            ScanIndexForward=False,
            Limit=days,
            ProjectionExpression="#day, counts",
            ExpressionAttributeNames={"#day": "day"},
        )
        return [QualityDay.model_validate(decode(row)) for row in rows]
