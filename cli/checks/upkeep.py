"""Whether anything waits for a person: dead letters, failures, alarms, credits, data that has grown old."""

from collections.abc import Iterable, Iterator
from datetime import UTC

from cli.archive_progress import duration
from cli.checks.site import Site, Skipped
from cli.environment import LOCAL
from marquee import clock
from marquee.governor import tmdb_limits, watchmode_limits
from marquee.models.jobs import Job
from marquee.operations_freshness import LOCKS, freshness
from marquee.repositories.failures import FailureRepository
from marquee.repositories.governors import Governor
from marquee.repositories.jobs import JobRepository

QUEUE, TOPIC, ALARM = "AWS::SQS::Queue", "AWS::SNS::Topic", "AWS::CloudWatch::Alarm"
# How the constructs call a queue at the end of the line.
ENDS = ("DeadLetter", "Failures", "FailedRuns", "Failed", "Quarantine")
ALARMS_A_CALL = 100
RECENT_JOBS = 100
# What the archive could not collect is not taken into the inbox.
ARCHIVE_IDS, ARCHIVE_TELLS = "IdsDeadLetter", "`marquee archive replay --list`"
PENDING = "PendingConfirmation"
REFERENCE = "reference"


def dead_letter_queues_are_empty(site: Site) -> Iterator[str]:
    """Say which queue at the end of the line holds messages."""
    sqs = site.client("sqs")
    for each in site.of_type(QUEUE):
        if not any(end in each.name for end in ENDS):
            continue
        try:
            said = sqs.get_queue_attributes(QueueUrl=each.id, AttributeNames=["ApproximateNumberOfMessages"])
        except (sqs.exceptions.QueueDoesNotExist, sqs.exceptions.QueueDeletedRecently):
            yield f"The queue {each.name} is gone; deploy {each.stack} anew."
            continue
        if waiting := int(said["Attributes"]["ApproximateNumberOfMessages"]):
            tells = ARCHIVE_TELLS if each.name.startswith(ARCHIVE_IDS) else "`marquee failures list`"
            yield f"{waiting:,} messages wait in {each.name} of {each.stack}; {tells} says why."


def no_failures_are_open(site: Site) -> Iterator[str]:
    """Say from where failures wait for a person."""
    for source, count in FailureRepository(site.table("OperationsTable")).open_by_source().items():
        yield f"{count:,} failures of {source} are open; `marquee failures list --source {source}` shows them."


def last_jobs_went_well(site: Site) -> Iterator[str]:
    """Say of which kind the last run failed."""
    jobs, _ = JobRepository(site.table("OperationsTable")).list(limit=RECENT_JOBS)
    for each in latest(jobs).values():
        if each.state == "failed":
            reason = each.errors[-1] if each.errors else "no reason is given"
            yield f"The last run of {each.kind} failed ({each.id}): {reason.rstrip('.')}."


def latest(jobs: Iterable[Job]) -> dict[str, Job]:
    """Return the latest run of each kind, of runs that come latest first."""
    found: dict[str, Job] = {}
    for each in jobs:
        found.setdefault(each.kind, each)
    return found


def data_is_there_and_fresh(site: Site) -> Iterator[str]:
    """Say what is older than it may be; of what never ran only services and genres are missed on the first day."""
    done = JobRepository(site.table("OperationsTable")).last_successes(LOCKS)
    for each in freshness(done, clock.now()):
        if each.age is not None and not each.is_fresh:
            yield f"It is {duration(each.age)} since the last {each.what}; `marquee jobs` says why."
    if REFERENCE not in done:
        yield f"Services and genres were never fetched; `marquee run {REFERENCE}` does it, once the keys are there."


def providers_answer(site: Site) -> Iterator[str]:
    """Say which provider nobody may call just now, or has no credits left."""
    table = site.table("OperationsTable")
    for governor in (Governor(table, watchmode_limits()), Governor(table, tmdb_limits())):
        view = governor.snapshot()
        if view.open_until:
            yield (
                f"Nobody calls {view.provider} until {view.open_until:%H:%M:%S} UTC: "
                f"it failed {view.failures} times in a row."
            )
        if view.budget and view.budget.exhausted_until:
            yield f"The credits of {view.provider} are used up, probably until {view.budget.exhausted_until:%Y-%m-%d}."


def alarms_are_quiet(site: Site) -> Iterator[str]:
    """Say which alarm rings."""
    names = [each.id for each in site.of_type(ALARM)]
    if not names:
        raise Skipped("the stacks have no alarms")
    client = site.client("cloudwatch")
    for start in range(0, len(names), ALARMS_A_CALL):
        some = names[start : start + ALARMS_A_CALL]
        found = client.describe_alarms(AlarmNames=some, MaxRecords=ALARMS_A_CALL)["MetricAlarms"]
        for each in found:
            if each["StateValue"] == "ALARM":
                since = each["StateUpdatedTimestamp"].astimezone(UTC)
                yield f"The alarm {each['AlarmName']} rings since {since:%Y-%m-%d %H:%M} UTC; see docs/alarms.md."
            elif not each.get("ActionsEnabled", True):
                yield f"The alarm {each['AlarmName']} is muted: its actions are off."
        for gone in sorted(set(some) - {each["AlarmName"] for each in found}):
            yield f"The alarm {gone} is gone; deploy its stack anew."


def somebody_hears_alarms(site: Site) -> Iterator[str]:
    """Say which topic has nobody who has confirmed to be told."""
    topics = site.of_type(TOPIC)
    if not topics:
        raise Skipped("the stacks have no topic for alarms")
    if site.place.name == LOCAL:
        raise Skipped("the local cloud tells nobody")
    client = site.client("sns")
    for each in topics:
        pages = client.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=each.id)
        found = [subscription for page in pages for subscription in page["Subscriptions"]]
        waiting = [one["Endpoint"] for one in found if one["SubscriptionArn"] == PENDING]
        if len(waiting) < len(found):
            continue
        if waiting:
            yield f"{', '.join(waiting)} has not confirmed to be told of alarms; the link is in an e-mail from AWS."
        else:
            yield f"Nobody is told of alarms: set alarm_email in cdk.json, or subscribe to {each.id}."
