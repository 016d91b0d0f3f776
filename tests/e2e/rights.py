"""What each function may do: the one table that says it, against which the running cloud is held.

A line names resources of one kind, joined by ` + `, and the actions on them; a line that is indented further goes on.
`[…]` are the only partitions of a table, or the only beginnings of names, that a right is for, and `[but …]` those that
it is not for. Writing its own log is left out: every function may do that.
"""

import re
from collections.abc import Mapping
from fnmatch import fnmatchcase

Rights = Mapping[str, frozenset[str]]
"""What may be done, by what it may be done to."""

# Words for actions that always go together.
_WORDS = {
    "consumes": frozenset({"ReceiveMessage", "DeleteMessage", "ChangeMessageVisibility", "GetQueueAttributes"}),
    "fails-to": frozenset({"SendMessage", "GetQueueAttributes", "GetQueueUrl"}),
    "follows": frozenset({"DescribeStream", "GetRecords", "GetShardIterator"}),
}
# Kinds of resources of which a line may name several.
_SEVERAL = re.compile(r"(queue|function|secret|\w+ index) (.*)")
_TABLE: Mapping[str, str] = {
    "activity_consumer": """
        bucket events [activity/*]: ListBucket
        bucket events/activity/*: GetObject PutObject
        catalogue: BatchGetItem
        operations [but audit:* failure:* failures]: BatchGetItem PutItem UpdateItem
        programme-events: DescribeStreamSummary ListShards follows
        viewers: BatchGetItem ConditionCheckItem DeleteItem GetItem PutItem UpdateItem
        queue enrichment-EnrichmentQueue + streaming-QuarantineQueue: SendMessage
        queue streaming-ConsumerFailuresQueue: fails-to
    """,
    "admin_api": """
        anything: GetMetricData
        catalogue: DescribeTable
        catalogue stream: GetRecords GetShardIterator
        library: DescribeTable
        library [library:*]: GetItem
        logs *: FilterLogEvents
        operations: DescribeTable
        operations [archive:* audit:* failure:* failures governor:* job:* quality quarantine:* running:*]:
            BatchGetItem GetItem Query
        operations [audit:* failure:* failures job:* running:*]: DeleteItem PutItem UpdateItem
        programme-events: GetRecords GetShardIterator PutRecord
        tmdb_cache: DescribeTable
        viewers: DescribeTable
        viewers stream: GetRecords GetShardIterator
        function *: GetFunctionConfiguration
        function activity_consumer + availability_watch + data_quality + digest_planner + enrichment_sweep +
            library_recount + listing_planner + operations_watch + preference_watch + reference_refresh +
            title_consumer + title_enrichment + tmdb_cache_refresh: InvokeFunction
        operations index listed: Query
        queue archive-HarvestsQueue + archive-IdsQueue + enrichment-EnrichmentQueue + ingestion-ListingQueue
            + library-ChangesQueue + library-ImportWorkQueue + notifications-DigestQueue +
            notifications-NotificationQueue: SendMessage
        queue archive-IdsDeadLetter: consumes
        parameter clients: GetParameter
    """,
    "archive_api": """
        bucket archive [tmdb/*]: ListBucket
        bucket archive/tmdb/*: GetObject
        parameter clients: GetParameter
    """,
    "archive_collector": """
        bucket archive [tmdb/*]: ListBucket
        bucket archive/tmdb/*: GetObject PutObject
        operations [but audit:* failure:* failures]: GetItem PutItem UpdateItem
        queue archive-IdsDeadLetter: SendMessage
        queue archive-IdsQueue: consumes
        secret data-TmdbKey: GetSecretValue
    """,
    "archive_harvester": """
        bucket archive [tmdb/*]: ListBucket
        bucket archive/tmdb/*: GetObject PutObject
        operations [but audit:* failure:* failures]: GetItem PutItem UpdateItem
        queue archive-HarvestsQueue: SendMessage consumes
        queue archive-IdsQueue: SendMessage
        secret data-TmdbKey: GetSecretValue
    """,
    "availability_watch": """
        catalogue: BatchGetItem PutItem
        catalogue stream: ListStreams follows
        operations [but audit:* failure:* failures]: BatchGetItem
        queue enrichment-EnrichmentFailuresQueue: fails-to
        queue notifications-NotificationQueue: SendMessage
    """,
    "data_quality": """
        catalogue: Query
        operations [job:* quality running:*]: DeleteItem GetItem PutItem UpdateItem
        catalogue index pending_enrichment + refresh_due: Query
        queue operations-DataQualityFailedRunsQueue: fails-to
    """,
    "digest_planner": """
        operations [but audit:* failure:* failures]: BatchWriteItem GetItem PutItem UpdateItem
        operations [running:*]: DeleteItem
        viewers [digest:*]: Query
        queue notifications-DigestPlannerFailedRunsQueue: fails-to
        queue notifications-DigestQueue: SendMessage
    """,
    "digest_sender": """
        catalogue: BatchGetItem
        mail identity/digest@marquee.local: SendEmail
        operations [but audit:* failure:* failures]: GetItem UpdateItem
        operations [running:*]: DeleteItem PutItem
        parameter web-url: GetParameter
        user pool: AdminGetUser ListUsers
        viewers: BatchGetItem ConditionCheckItem GetItem Query UpdateItem
        catalogue index by_kind: Query
        queue notifications-DigestQueue: consumes
    """,
    "enrichment_sweep": """
        operations [but audit:* failure:* failures]: GetItem PutItem UpdateItem
        operations [running:*]: DeleteItem
        catalogue index pending_enrichment + refresh_due: Query
        queue enrichment-EnrichmentQueue: SendMessage
        queue enrichment-EnrichmentSweepFailedRunsQueue: fails-to
    """,
    "enrichment_worker": """
        catalogue: ConditionCheckItem DeleteItem GetItem PutItem Query UpdateItem
        operations [but audit:* failure:* failures]: GetItem UpdateItem
        viewers [title:*]: Query
        catalogue index by_kind: Query
        queue enrichment-EnrichmentQueue: consumes
        secret data-TmdbKey + data-WatchModeKey: GetSecretValue
    """,
    "failure_inbox": """
        operations [failure:* failures]: GetItem PutItem UpdateItem
        queue archive-HarvestsDeadLetter + archive-StartsFailedQueue + enrichment-EnrichmentDeadLetter +
            enrichment-EnrichmentFailuresQueue + enrichment-EnrichmentSweepFailedRunsQueue +
            ingestion-ListingDeadLetter + ingestion-ListingPlannerFailedRunsQueue +
            ingestion-ReferenceRefreshFailedRunsQueue + ingestion-TmdbCacheRefreshFailedRunsQueue +
            library-ChangesDeadLetter + library-ImportWorkDeadLetter + library-LibraryRecountFailedRunsQueue
            + notifications-DigestDeadLetter + notifications-DigestPlannerFailedRunsQueue +
            notifications-NotificationDeadLetter + operations-DataQualityFailedRunsQueue +
            operations-OperationsWatchFailedRunsQueue + streaming-ConsumerFailuresQueue +
            streaming-QuarantineQueue: consumes
    """,
    "guide_api": """
        catalogue: BatchGetItem GetItem Query
        operations [but audit:* failure:* failures]: BatchGetItem
        parameter web-url: GetParameter
        tmdb_cache: BatchGetItem GetItem Query
        tmdb_cache [asked usage]: UpdateItem
        tmdb_cache [shelf]: PutItem
        user pool: AdminDeleteUser
        viewers: BatchGetItem BatchWriteItem ConditionCheckItem DeleteItem GetItem PutItem Query UpdateItem
        catalogue index by_kind + by_popularity + by_rating + by_release: Query
        function tmdb_cache_refresh: InvokeFunction
        operations index by_score: Query
        queue enrichment-EnrichmentQueue: SendMessage
        viewers index unread: Query
        parameter clients: GetParameter
    """,
    "ingest_api": """
        operations [idempotency:*]: BatchGetItem PutItem
        programme-events: PutRecord PutRecords
    """,
    "library_api": """
        bucket uploads/uploads/*: PutObject
        library: BatchGetItem GetItem Query
        library [import:* imports library:*:request:*]: PutItem UpdateItem
        queue library-ChangesQueue + library-ImportWorkQueue: SendMessage
        parameter clients: GetParameter
    """,
    "library_importer": """
        bucket uploads [imports/*]: ListBucket
        bucket uploads [uploads/*]: ListBucket
        bucket uploads/imports/*: GetObject
        bucket uploads/uploads/*: GetObject
        library: BatchGetItem BatchWriteItem DeleteItem GetItem PutItem Query UpdateItem
        queue library-ChangesQueue: SendMessage
        queue library-ImportWorkQueue: SendMessage consumes
        secret data-DriveKey: GetSecretValue
    """,
    "library_recount": """
        library: DeleteItem GetItem PutItem Query
        operations [job:* running:*]: DeleteItem GetItem PutItem UpdateItem
        queue library-LibraryRecountFailedRunsQueue: fails-to
    """,
    "library_writer": """
        library: BatchGetItem BatchWriteItem DeleteItem GetItem PutItem UpdateItem
        queue library-ChangesDeadLetter: SendMessage
        queue library-ChangesQueue: consumes
    """,
    "listing_planner": """
        operations [but audit:* failure:* failures]: BatchGetItem BatchWriteItem GetItem PutItem UpdateItem
        operations [running:*]: DeleteItem
        viewers [pairs]: Query
        catalogue index by_kind: Query
        queue ingestion-ListingPlannerFailedRunsQueue: fails-to
        queue ingestion-ListingQueue: SendMessage
        secret data-WatchModeKey: GetSecretValue
    """,
    "notification_fanout": """
        viewers: BatchGetItem BatchWriteItem GetItem PutItem Query
        queue notifications-NotificationQueue: SendMessage consumes
    """,
    "operations_watch": """
        catalogue: BatchGetItem
        operations [archive:* failure:* failures governor:* job:* running:*]: BatchGetItem GetItem Query
        operations [failure:* failures job:* running:*]: DeleteItem PutItem UpdateItem
        catalogue index pending_enrichment: Query
        operations index listed: Query
        queue operations-OperationsWatchFailedRunsQueue: fails-to
    """,
    "preference_watch": """
        operations [but audit:* failure:* failures]: BatchGetItem BatchWriteItem GetItem PutItem UpdateItem
        viewers: ConditionCheckItem GetItem PutItem Query UpdateItem
        viewers stream: ListStreams follows
        catalogue index by_kind: Query
        queue enrichment-EnrichmentFailuresQueue: fails-to
        queue enrichment-EnrichmentQueue + ingestion-ListingQueue: SendMessage
    """,
    "reference_refresh": """
        catalogue: DeleteItem PutItem
        operations [but audit:* failure:* failures]: GetItem PutItem UpdateItem
        operations [running:*]: DeleteItem
        programme-events: PutRecords
        catalogue index by_kind: Query
        queue ingestion-ReferenceRefreshFailedRunsQueue: fails-to
        secret data-WatchModeKey: GetSecretValue
    """,
    "sign_up_link": """
        user pool: AdminCreateUser AdminGetUser AdminLinkProviderForUser AdminSetUserPassword AdminUpdateUserAttributes
    """,
    "title_consumer": """
        catalogue: BatchGetItem ConditionCheckItem DeleteItem GetItem PutItem Query UpdateItem
        operations [but audit:* failure:* failures]: BatchGetItem GetItem PutItem
        programme-events: DescribeStreamSummary ListShards follows
        viewers: BatchGetItem
        queue streaming-ConsumerFailuresQueue: fails-to
        queue streaming-QuarantineQueue: SendMessage
    """,
    "title_enrichment": """
        catalogue: ConditionCheckItem DeleteItem GetItem PutItem Query UpdateItem
        catalogue stream: ListStreams follows
        operations [but audit:* failure:* failures]: GetItem UpdateItem
        viewers [title:*]: Query
        catalogue index by_kind: Query
        queue enrichment-EnrichmentFailuresQueue: fails-to
        secret data-TmdbKey + data-WatchModeKey: GetSecretValue
    """,
    "title_ingestion": """
        catalogue: Query
        operations [but audit:* failure:* failures]: BatchGetItem GetItem PutItem UpdateItem
        operations [running:*]: DeleteItem
        programme-events: PutRecords
        queue ingestion-ListingQueue: consumes
        secret data-WatchModeKey: GetSecretValue
    """,
    "tmdb_cache_refresh": """
        operations [but audit:* failure:* failures]: BatchWriteItem GetItem PutItem UpdateItem
        operations [running:*]: DeleteItem
        tmdb_cache: BatchGetItem BatchWriteItem DeleteItem PutItem Query UpdateItem
        viewers [pairs]: Query
        catalogue index by_kind: Query
        queue ingestion-TmdbCacheRefreshFailedRunsQueue: fails-to
        secret data-TmdbKey: GetSecretValue
    """,
}
FUNCTIONS = sorted(_TABLE)


def rights_of(function: str) -> Rights:
    """Return what a function is meant to be allowed, by resource; raises KeyError for one that is not in the table."""
    found: dict[str, frozenset[str]] = {}
    for line in re.sub(r"\n {12}", " ", _TABLE[function]).strip().splitlines():
        resources, _, words = line.strip().rpartition(": ")
        kind = _SEVERAL.fullmatch(resources)
        named = [f"{kind[1]} {name}" for name in kind[2].split(" + ")] if kind else [resources]
        actions = frozenset[str]().union(*(_WORDS.get(word, {word}) for word in words.split()))
        found |= dict.fromkeys(named, actions)
    return found


def allows(rights: Rights, action: str, resource: str, part: str = "") -> bool:
    """Say whether rights are for an action on a part of a resource: a partition of a table, a beginning of names."""
    kind = resource.split(" ")[0]
    for name, actions in rights.items():
        named, _, parts = name.removesuffix("]").partition(" [")
        if action in actions and named in (resource, f"{kind} *") and _holds(parts, part):
            return True
    return False


def _holds(parts: str, part: str) -> bool:
    patterns = parts.split()
    if patterns[:1] == ["but"]:
        return not any(fnmatchcase(part, each) for each in patterns[1:])
    return not patterns or any(fnmatchcase(part, each) for each in patterns)
