"""Ends what has stopped without a word and closes what nobody has looked at for too long."""

from datetime import UTC, datetime, timedelta

from marquee import clock
from marquee.errors import Conflict
from marquee.models.jobs import Job
from marquee.operations_jobs import LONGEST_DAYS, SILENT, is_stale
from marquee.repositories.failures import KEPT_DAYS, FailureRepository
from marquee.repositories.jobs import JobRepository
from marquee.repositories.table import Table
from marquee.telemetry import logger

# Failures that one look closes at most.
FAILURES = 25
WHO = "operations_watch"
NOTE = f"Nobody looked at it for {KEPT_DAYS} days."


class Housekeeping:
    """Keeps runs and failures in order; what was put in order before is left alone."""

    def __init__(self, operations: Table) -> None:
        self._jobs = JobRepository(operations)
        self._failures = FailureRepository(operations)

    def end_stopped_runs(self) -> tuple[list[Job], list[Job]]:
        """End the runs of which nothing was heard for too long; returns those that run and those that were ended."""
        now = clock.now()
        running: list[Job] = []
        stopped: list[Job] = []
        for job in self._jobs.running(_days_ago(LONGEST_DAYS)):
            if is_stale(job, now) and self._jobs.give_up(job, SILENT):
                logger.error("run stopped without a word", job_id=job.id, kind=job.kind, heard=job.progress_at)
                stopped.append(job)
            else:
                running.append(job)
        return running, stopped

    def discard_old_failures(self) -> int:
        """Close failures that are too old to be kept; returns how many."""
        closed = 0
        for failure in self._failures.before(_days_ago(KEPT_DAYS), FAILURES):
            try:
                self._failures.discard(failure.id, WHO, NOTE)
            except Conflict as error:
                # It is failing right now, so it is not old.
                logger.warning("failure not closed", failure_id=failure.id, reason=str(error))
            else:
                closed += 1
        return closed


def _days_ago(days: int) -> str:
    return clock.timestamp(datetime.now(UTC) - timedelta(days=days))
