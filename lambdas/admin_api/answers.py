"""What operators are answered: runs, failures, functions, providers, tables and the quality of the data."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from marquee import clock, operations_jobs
from marquee.failures_shown import redacted
from marquee.models import Shape
from marquee.models.jobs import Job
from marquee.models.operations import (
    AuditEntry,
    Failure,
    FailureKind,
    FailureState,
    QualityDay,
    QualityMeasure,
    ReplayWay,
)


class StartedAnswer(Shape):
    """What was started, and under which id its progress can be read."""

    message: str
    job_id: str


class JobAnswer(Job):
    """A run, how long it has lasted so far, and which part of it is done (0 to 1, null if it has no parts)."""

    duration_seconds: float
    progress: float | None


class JobsAnswer(Shape):
    """A page of runs, the latest first."""

    jobs: list[JobAnswer]
    next: str | None


class FailureSummary(Shape):
    """Something that was given up; `preview` is the beginning of what failed, without what names a viewer."""

    id: str
    kind: FailureKind
    source: str
    reason: str
    first_at: str
    last_at: str
    age_seconds: float
    attempts: int
    state: FailureState
    note: str
    who: str
    preview: str
    way: ReplayWay


class FailureDetail(FailureSummary):
    """A failure with all of what failed, without what names a viewer; `payload` is JSON as text, or plain text."""

    payload: str
    attributes: dict[str, str]


class InboxAnswer(Shape):
    """A page of failures, the latest first, and how many are open by source."""

    failures: list[FailureSummary]
    next: str | None
    open: dict[str, int]


class TableAnswer(Shape):
    """How much a table holds, and how the number was come by: only what was counted `now` is of this moment."""

    name: str
    items: int
    bytes: int | None
    counted_at: str | None
    counted: Literal["now", "by the measurement of data quality", "by AWS every six hours"]


class FreshnessAnswer(Shape):
    """How old something is, and how old it may be; never done where there is no moment."""

    what: str
    as_of: str | None
    age_seconds: float | None
    expected_seconds: float
    fresh: bool


class SummaryAnswer(Shape):
    """What the tables hold, and how fresh it is."""

    tables: list[TableAnswer]
    freshness: list[FreshnessAnswer]


class FunctionAnswer(Shape):
    """What a function did in the last hour; durations are null if it did nothing."""

    name: str
    invocations: int
    errors: int
    throttles: int
    duration_p50_ms: float | None
    duration_p99_ms: float | None
    last_error_at: str | None


class FunctionsAnswer(Shape):
    """Our functions, and the hour that the numbers are of."""

    model_config = ConfigDict(populate_by_name=True)

    functions: list[FunctionAnswer]
    begins: Annotated[str, Field(alias="from")]
    ends: Annotated[str, Field(alias="to")]


class LogLine(Shape):
    """One line of a log; `fields` are the other members of a line in JSON."""

    at: str
    level: str
    message: str
    request_id: str | None
    fields: dict[str, object]


class LogsAnswer(Shape):
    """Lines of a function's log, the latest first."""

    lines: list[LogLine]


class CreditsAnswer(Shape):
    """The credits of a provider this month and today; `left` and `renews_at` are what is known and expected."""

    left: int
    limit: int
    renews_at: str
    spent_today: int
    budget_today: int


class BreakerAnswer(Shape):
    """Whether calls are made: none while the breaker is open."""

    state: Literal["closed", "open"]
    open_until: str | None
    failures: int


class ProviderAnswer(Shape):
    """How a provider may be used now; a provider without credits has none."""

    name: str
    requests_per_second: float
    credits: CreditsAnswer | None
    breaker: BreakerAnswer
    paused_until: str | None


class ProvidersAnswer(Shape):
    """All providers."""

    providers: list[ProviderAnswer]


class QualityAnswer(Shape):
    """The quality of the data as it was last measured, and by day, the latest first."""

    as_of: str | None
    measures: list[QualityMeasure]
    trend: list[QualityDay]


class AuditAnswer(Shape):
    """What operators did, the latest first."""

    entries: list[AuditEntry]
    next: str | None


def job_answer(job: Job) -> JobAnswer:
    """Return a run as it is shown now."""
    duration = operations_jobs.duration_seconds(job, clock.now())
    return JobAnswer(**job.model_dump(), duration_seconds=duration, progress=operations_jobs.progress(job))


def failure_summary(failure: Failure) -> FailureSummary:
    """Return a failure as a list shows it."""
    return FailureSummary(**_facts(failure))


def failure_detail(failure: Failure) -> FailureDetail:
    """Return a failure with what failed."""
    shown = {name: redacted(value) for name, value in failure.attributes.items()}
    return FailureDetail(**_facts(failure), payload=redacted(failure.payload), attributes=shown)


def _facts(failure: Failure) -> dict[str, Any]:
    facts = failure.model_dump(include=set(FailureSummary.model_fields) - {"age_seconds"})
    return {**facts, "age_seconds": clock.seconds_between(failure.first_at, clock.now())}
