"""`.local/outputs.json`: what runs where, for the tests and for anybody who wants to call it."""

import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from local.errors import LocalCloudError
from local.providers import Providers
from local.settings import ACCOUNT, REGION, Settings
from local.users import DEMO_USERS, DemoUser

_TABLES = {
    "catalogue": "CatalogueTable",
    "viewers": "ViewersTable",
    "operations": "OperationsTable",
    "tmdb_cache": "TmdbCacheTable",
    "library": "LibraryTable",
}
_BUCKETS = {"events": "EventsBucket", "archive": "ArchiveBucket", "uploads": "UploadsBucket"}
_STREAMS = {"programme_events": "EventStream"}
_QUEUES = {
    "listing": "ListingQueueUrl",
    "listing_dead_letter": "ListingDeadLetterQueueUrl",
    "quarantine": "QuarantineQueueUrl",
    "consumer_failures": "ConsumerFailuresQueueUrl",
    "enrichment": "EnrichmentQueueUrl",
    "enrichment_dead_letter": "EnrichmentDeadLetterQueueUrl",
    "enrichment_failures": "EnrichmentFailuresQueueUrl",
    "notification": "NotificationQueueUrl",
    "notification_dead_letter": "NotificationDeadLetterQueueUrl",
    "harvest": "HarvestQueueUrl",
    "harvest_dead_letter": "HarvestDeadLetterQueueUrl",
    "archive": "ArchiveQueueUrl",
    "archive_dead_letter": "ArchiveDeadLetterQueueUrl",
    "library": "LibraryQueueUrl",
    "library_dead_letter": "LibraryDeadLetterQueueUrl",
    "import": "ImportQueueUrl",
    "import_dead_letter": "ImportDeadLetterQueueUrl",
    "digest": "DigestQueueUrl",
    "digest_dead_letter": "DigestDeadLetterQueueUrl",
}
_FUNCTION = re.compile(r"Function(?=[A-Z])(?P<name>\w+)")


@dataclass(frozen=True)
class Outputs:
    """The addresses, names and demo users of a running local cloud."""

    web_url: str
    api_url: str
    aws_endpoint_url: str
    region: str
    account: str
    user_pool_id: str
    user_pool_client_id: str
    ingest_api_key: str
    users: dict[str, dict[str, str]]
    upstreams: dict[str, Any]
    tables: dict[str, str]
    queues: dict[str, str]
    buckets: dict[str, str]
    functions: dict[str, str]
    streams: dict[str, str]

    @classmethod
    def of(cls, settings: Settings, providers: Providers, stacks: dict[str, str], ingest_api_key: str) -> Self:
        """Put together what the run decided, what the stacks put out, and the key of the demo's own events.

        Raises LocalCloudError naming a stack output that is missing.
        """
        try:
            return cls(
                web_url=settings.web_url,
                api_url=f"{settings.web_url}/api",
                aws_endpoint_url=settings.aws_url,
                region=REGION,
                account=ACCOUNT,
                user_pool_id=stacks["UserPoolId"],
                user_pool_client_id=stacks["UserPoolClientId"],
                ingest_api_key=ingest_api_key,
                users={name: {"email": user.email, "password": user.password} for name, user in DEMO_USERS.items()},
                upstreams=_upstreams(providers),
                tables={name: stacks[output] for name, output in _TABLES.items()},
                queues={name: stacks[output] for name, output in _QUEUES.items()},
                buckets={name: stacks[output] for name, output in _BUCKETS.items()},
                functions=_functions(stacks),
                streams={name: stacks[output] for name, output in _STREAMS.items()},
            )
        except KeyError as error:
            raise LocalCloudError(f"The stacks do not put out {error}; the local cloud cannot be described.") from error

    def write(self, path: Path) -> None:
        """Write the file so that a reader sees all of it or none."""
        draft = path.with_suffix(".draft")
        draft.write_text(json.dumps(asdict(self), indent=2) + "\n", encoding="utf-8")
        draft.chmod(0o600)
        draft.replace(path)

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read what a running local cloud wrote; raises LocalCloudError while there is nothing."""
        try:
            return cls(**json.loads(path.read_text(encoding="utf-8")))
        except FileNotFoundError as error:
            raise LocalCloudError("The local cloud is not up yet; it says so when it is.") from error

    def user(self, name: str) -> DemoUser:
        """Return a demo user; raises LocalCloudError listing the known ones."""
        if name not in self.users:
            raise LocalCloudError(f"There is no demo user {name!r}; there are {', '.join(self.users)}.")
        return DemoUser(**self.users[name])


def _upstreams(providers: Providers) -> dict[str, Any]:
    return {
        "watchmode": {
            "url": providers.watchmode_url,
            "key": providers.watchmode_key,
            "free_key": providers.free_watchmode_key,
        },
        "tmdb": {
            "url": providers.tmdb_url,
            "exports_url": providers.tmdb_exports_url,
            "key": providers.tmdb_token,
        },
        "control_url": providers.control_url,
    }


def _functions(stacks: dict[str, str]) -> dict[str, str]:
    matches = {output: _FUNCTION.fullmatch(output) for output in stacks}
    return {_snake(match["name"]): stacks[output] for output, match in matches.items() if match}


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
