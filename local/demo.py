"""Demo data by the ways real data takes: reference, preferences, listing, lists of TMDB, stream, enrichment."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from local.catalogue import Catalogue
from local.catalogue.demo import load_demo
from local.emulator import AwsClients
from local.errors import LocalCloudError
from local.outputs import Outputs
from local.processes import Processes
from local.upstreams.watchmode.listing import list_item
from local.users import id_token
from local.waiting import wait_until

SOURCES = {"203": "Netflix", "26": "Prime Video", "372": "Disney+", "387": "HBO Max", "371": "Apple TV+"}
GENRES = {"1": "Action", "4": "Comedy", "5": "Crime", "7": "Drama", "15": "Science Fiction"}
ENOUGH_TITLES = 100
_LISTING_SECONDS = 180
_PAGE = 100
_BATCH = 500
# Before anything that this run lists: what a listing says of a title is later and stays.
_BEFORE_THE_RUN = timedelta(hours=1)


def load_reference(clients: AwsClients, outputs: Outputs) -> None:
    """Fetch the lists of services and genres now; raises LocalCloudError when the function fails."""
    _run(clients, outputs, "reference_refresh", {}, "The refresh of services and genres")


def load_lists(clients: AwsClients, outputs: Outputs) -> None:
    """Fetch TMDB's lists now, as the schedules do each day and each week; raises LocalCloudError when that fails."""
    _run(clients, outputs, "tmdb_cache_refresh", {"scheduleType": "full"}, "The refresh of TMDB's lists")


def _run(clients: AwsClients, outputs: Outputs, function: str, payload: dict[str, str], what: str) -> None:
    answer = clients.client("lambda").invoke(
        FunctionName=outputs.functions[function], Payload=json.dumps(payload).encode()
    )
    if "FunctionError" in answer:
        reason = json.load(answer["Payload"]).get("errorMessage")
        raise LocalCloudError(f"{what} failed: {reason}.")


def choose_preferences(clients: AwsClients, outputs: Outputs) -> "Viewer":
    """Let the demo viewer choose popular services and genres, among those that are offered here."""
    viewer = Viewer(outputs.api_url, id_token(clients, outputs.user_pool_client_id, outputs.user("viewer")))
    viewer.choose(
        sources=viewer.offered("sources", SOURCES),
        genres=viewer.offered("genres", GENRES),
    )
    return viewer


def wait_for_titles(viewer: "Viewer", processes: Processes) -> int:
    """Wait until the guide of the demo viewer has filled; return how many titles it has at least."""
    return wait_until(
        viewer.enough_titles,
        _LISTING_SECONDS,
        f"{ENOUGH_TITLES} titles in the demo viewer's guide",
        alive=processes.check,
    )


def wait_for_listings(clients: AwsClients, outputs: Outputs, processes: Processes) -> None:
    """Wait until every pair that the demo viewer chose is listed, so that the guide's titles get their cards first."""
    what = "the demo viewer's services to be listed"
    wait_until(lambda: drained(clients, outputs, "listing"), _LISTING_SECONDS, what, alive=processes.check)


def drained(clients: AwsClients, outputs: Outputs, queue: str) -> bool:
    """Return whether a queue is empty and nothing of it is being worked on."""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    answer = clients.client("sqs").get_queue_attributes(QueueUrl=outputs.queues[queue], AttributeNames=names)
    return all(answer["Attributes"][name] == "0" for name in names)


def publish_catalogue(clients: AwsClients, outputs: Outputs) -> int:
    """Put every title of the demo catalogue on the stream, as an external producer would; return how many there are.

    They get their cards by and by; nobody waits for them. Raises LocalCloudError when the stream does not take them.
    """
    stream, kinesis = outputs.streams["programme_events"], clients.client("kinesis")
    records = title_events(load_demo(), datetime.now(UTC) - _BEFORE_THE_RUN)
    for start in range(0, len(records), _BATCH):
        answer = kinesis.put_records(StreamName=stream, Records=records[start : start + _BATCH])
        if answer["FailedRecordCount"]:
            raise LocalCloudError(f"The stream refused {answer['FailedRecordCount']} titles of the demo catalogue.")
    return len(records)


def title_events(catalogue: Catalogue, published_at: datetime) -> list[dict[str, Any]]:
    """Return one event per title with what WatchMode's list says of it, which is not where it is to be seen."""
    header = {
        "publishingComponent": "demo",
        "publishTimestamp": published_at.isoformat(timespec="milliseconds"),
        "publishCause": "demo_catalogue",
    }
    return [
        {
            "Data": json.dumps({"header": header, "payload": list_item(catalogue, title)}).encode(),
            "PartitionKey": str(title.id),
        }
        for title in catalogue.titles.values()
    ]


class Viewer:
    """The demo viewer at the front door."""

    def __init__(self, api_url: str, token: str) -> None:
        self._client = httpx.Client(
            base_url=api_url, headers={"Authorization": f"Bearer {token}"}, timeout=40, trust_env=False
        )

    def offered(self, plural: str, wanted: dict[str, str]) -> list[str]:
        """Return the wanted ids that the guide knows."""
        known = {entry["id"] for entry in self._json("GET", f"/{plural}")[plural]}
        return [id_ for id_ in wanted if id_ in known]

    def choose(self, *, sources: list[str], genres: list[str]) -> None:
        """Replace the viewer's preferences."""
        self._answer("PUT", "/preferences", json={"sources": sources, "genres": genres})

    def enough_titles(self) -> int:
        """Return how many titles the guide has at least, or 0 while there are too few."""
        count, cursor = 0, None
        while count < ENOUGH_TITLES:
            page = self._json("GET", "/titles", params={"limit": _PAGE} | ({"next": cursor} if cursor else {}))
            count += len(page["titles"])
            cursor = page["next"]
            if cursor is None:
                break
        return count if count >= ENOUGH_TITLES else 0

    def _json(self, method: str, path: str, **options: Any) -> Any:
        return self._answer(method, path, **options).json()

    def _answer(self, method: str, path: str, **options: Any) -> httpx.Response:
        answer = self._client.request(method, path, **options)
        if answer.is_error:
            raise LocalCloudError(f"{method} /api{path} answered {answer.status_code}: {answer.text[:300]}")
        return answer
