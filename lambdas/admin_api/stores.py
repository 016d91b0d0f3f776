"""The stores of the admin API, each made once for a function."""

from functools import cache

from admin_api.functions import Functions
from admin_api.logs import FunctionLogs
from admin_api.tables import Tables
from admin_api.uncollected import Uncollected
from marquee import aws, settings
from marquee.errors import NotFound
from marquee.failures import Replayer
from marquee.failures_ways import Ways
from marquee.governor import tmdb_limits, watchmode_limits
from marquee.harvest_queue import HarvestQueue
from marquee.queue import Queue
from marquee.repositories.audit import AuditLog
from marquee.repositories.failures import FailureRepository
from marquee.repositories.governors import Governor
from marquee.repositories.jobs import JobRepository
from marquee.repositories.quality import QualityRepository
from marquee.repositories.quarantine import QuarantineRepository
from marquee.repositories.table import Table


@cache
def operations() -> Table:
    """Return the operations table."""
    return Table(aws.dynamodb(), settings.required("OPERATIONS_TABLE"))


@cache
def jobs() -> JobRepository:
    """Return the record of runs."""
    return JobRepository(operations())


@cache
def failures() -> FailureRepository:
    """Return what was given up."""
    return FailureRepository(operations())


@cache
def replayer() -> Replayer:
    """Return what gives failures back."""
    ways = Ways(
        sqs=aws.sqs(),
        kinesis=aws.kinesis(),
        streams=aws.dynamodb_streams(),
        lambda_=aws.waiting_lambda(),
        stream_name=settings.required("EVENT_STREAM"),
        quarantine=QuarantineRepository(operations()),
    )
    return Replayer(failures(), ways)


@cache
def uncollected() -> Uncollected:
    """Return the ids of the archive that could not be collected."""
    queue = settings.required("ARCHIVE_QUEUE_URL")
    return Uncollected(aws.sqs(), settings.required("ARCHIVE_DEAD_LETTER_QUEUE_URL"), queue)


@cache
def audit() -> AuditLog:
    """Return the log of what operators do."""
    return AuditLog(operations())


@cache
def quality() -> QualityRepository:
    """Return what was measured of the data."""
    return QualityRepository(operations())


@cache
def harvests() -> HarvestQueue:
    """Return the queue of harvests that are wanted."""
    return HarvestQueue(jobs(), Queue(aws.sqs(), settings.required("HARVEST_QUEUE_URL")))


@cache
def governors() -> tuple[Governor, ...]:
    """Return what paces the providers."""
    watchmode = watchmode_limits(settings.required_number("WATCHMODE_PER_MINUTE"))
    tmdb = tmdb_limits(settings.required_number("TMDB_PER_SECOND"))
    return Governor(operations(), watchmode), Governor(operations(), tmdb)


@cache
def tables() -> Tables:
    """Return what the tables hold."""
    names = {each: settings.required(f"{each.upper()}_TABLE") for each in Tables.NAMES}
    return Tables(aws.dynamodb(), names)


@cache
def functions() -> Functions:
    """Return our functions and what they do."""
    return Functions(aws.cloudwatch(), function_names())


@cache
def function_logs() -> FunctionLogs:
    """Return the logs of our functions."""
    return FunctionLogs(aws.logs(), aws.waiting_lambda(), function_names())


@cache
def function_names() -> dict[str, str]:
    """Return the names that AWS knows our functions by, by package; this one's it learns from Lambda itself."""
    told = settings.required("FUNCTIONS").split(",")
    return {**dict(each.split("=") for each in told), "admin_api": settings.required("AWS_LAMBDA_FUNCTION_NAME")}


def function_name(package: str) -> str:
    """Return the name that AWS knows a function by; raises NotFound where the environment does not have it."""
    if package not in function_names():
        raise NotFound(f"This environment has no function {package}.")
    return function_names()[package]
