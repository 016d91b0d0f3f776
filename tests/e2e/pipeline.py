"""What the end-to-end tests do to the running pipeline, and how they see what it did."""

import json
from datetime import UTC, datetime
from typing import Any

import httpx

from local import demo
from local.catalogue import load_demo
from tests.e2e.cloud import Cloud
from tests.waiting import wait_until

RUN_SECONDS = 120


def invoke(cloud: Cloud, function: str, payload: dict[str, Any] | None = None) -> dict[str, Any]:
    """Invoke a function and return its answer, or its error under `errorMessage`."""
    answer = cloud.aws.client("lambda").invoke(
        FunctionName=cloud.outputs.functions[function], Payload=json.dumps(payload or {}, default=str).encode()
    )
    found: dict[str, Any] = json.load(answer["Payload"])
    return found


def run_listing(cloud: Cloud, state: str) -> dict[str, Any]:
    """Run the listing of all chosen pairs and wait until its job has ended in `state`; returns the job."""
    job_id = invoke(cloud, "listing_planner")["job_id"]
    return wait_until(lambda: ended(cloud, job_id, state), RUN_SECONDS, f"job {job_id} to be {state}")


def list_pair(cloud: Cloud, source: str, genre: str) -> None:
    """List one pair in the United Kingdom now and wait until that is done; a whole run would keep the pace for all."""
    moment = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    request = {
        "job_id": "e2e",
        "region": "GB",
        "source_id": source,
        "genre_id": genre,
        "cause": "e2e",
        "traffic": "viewer",
        "requested_at": moment,
    }
    cloud.aws.client("sqs").send_message(QueueUrl=cloud.outputs.queues["listing"], MessageBody=json.dumps(request))
    key = {"PK": {"S": f"listing:GB:source:{source}:genre:{genre}"}, "SK": {"S": "listed"}}
    dynamodb, table = cloud.aws.client("dynamodb"), cloud.outputs.tables["operations"]

    def listed() -> bool:
        return bool(dynamodb.get_item(TableName=table, Key=key)["Item"]["listed_at"]["S"] >= moment)

    wait_until(listed, RUN_SECONDS, f"service {source}, genre {genre} to be listed")


def ended(cloud: Cloud, job_id: str, state: str) -> dict[str, Any] | None:
    """Return a job if it has ended in `state`."""
    item = cloud.aws.client("dynamodb").get_item(
        TableName=cloud.outputs.tables["operations"], Key={"PK": {"S": f"job:{job_id}"}, "SK": {"S": "record"}}
    )["Item"]
    return item if item["state"]["S"] == state else None


def catalogue(cloud: Cloud) -> dict[tuple[str, str], dict[str, Any]]:
    """Return everything in the catalogue table by key."""
    pages = cloud.aws.client("dynamodb").get_paginator("scan").paginate(TableName=cloud.outputs.tables["catalogue"])
    return {(item["PK"]["S"], item["SK"]["S"]): item for page in pages for item in page["Items"]}


def nothing_pending(cloud: Cloud) -> bool:
    """Return whether every title of the demo catalogue is known and has all that enrichment can give it now."""
    if not all(drained(cloud, queue) for queue in ("listing", "enrichment")):
        return False
    records = [item for (_, sk), item in catalogue(cloud).items() if sk == "record"]
    return len(records) >= len(load_demo().titles) and all(
        item["enrichment_state"]["S"] != "pending" for item in records
    )


def guide(viewer: httpx.Client, **filters: str) -> dict[str, dict[str, Any]]:
    """Return all titles of a viewer's guide by id, page after page."""
    found: dict[str, dict[str, Any]] = {}
    cursor: str | None = None
    while True:
        query = {"limit": "100", **filters, **({"next": cursor} if cursor else {})}
        page = viewer.get("/titles", params=query).raise_for_status().json()
        assert not found.keys() & {title["id"] for title in page["titles"]}, "a title came twice"
        found |= {title["id"]: title for title in page["titles"]}
        cursor = page["next"]
        if cursor is None:
            return found


def choose(viewer: httpx.Client, sources: list[str], genres: list[str]) -> None:
    """Replace the preferences of a viewer."""
    viewer.put("/preferences", json={"sources": sources, "genres": genres}).raise_for_status()


def truth(cloud: Cloud, source: str, genre: str) -> set[str]:
    """Return the ids of the titles that the provider has under a pair in the United Kingdom."""
    with cloud.control() as control:
        query = {"source": source, "genre": genre, "region": "GB", "limit": 10_000}
        found = control.get("/titles", params=query).raise_for_status().json()
    return {str(title["id"]) for title in found["titles"]}


def watchmode_requests(cloud: Cloud) -> dict[str, int]:
    """Return the number of requests to each endpoint of WatchMode since the last reset."""
    with cloud.control() as control:
        counts = control.get("/counts").raise_for_status().json()["watchmode"]["by_endpoint"]
    return {endpoint: sum(statuses.values()) for endpoint, statuses in counts.items()}


def arrivals(viewer: httpx.Client, source: str, title: str) -> list[str]:
    """Return what is logged of a title on a service, latest first: `arrived`, `left`."""
    page = viewer.get("/arrivals", params={"source": source, "limit": 100}).raise_for_status().json()
    return [each["kind"] for each in page["arrivals"] if each["title_id"] == title]


def deliver_again(cloud: Cloud, source: str, title: str, times: int) -> None:
    """Hand every change of an offer to the watch again, as a stream does after a failure, and wait for its effects."""
    changes = table_changes(cloud, "catalogue", (f"title:{title}", f"offer:GB:{source}"))
    assert changes
    for _ in range(times):
        assert invoke(cloud, "availability_watch", {"Records": changes}) == {"batchItemFailures": []}
    wait_until(lambda: drained(cloud, "notification"), 60, "the announcements to be worked off")


def viewer_items(cloud: Cloud) -> dict[tuple[str, str], dict[str, Any]]:
    """Return everything in the viewers table by key."""
    pages = cloud.aws.client("dynamodb").get_paginator("scan").paginate(TableName=cloud.outputs.tables["viewers"])
    return {(item["PK"]["S"], item["SK"]["S"]): item for page in pages for item in page["Items"]}


def drained(cloud: Cloud, queue: str) -> bool:
    """Return whether a queue is empty and nothing of it is being worked on."""
    return demo.drained(cloud.aws, cloud.outputs, queue)


def table_changes(cloud: Cloud, table: str, key: tuple[str, str]) -> list[dict[str, Any]]:
    """Return the changes of one item as the stream of its table hands them to a function."""
    streams = cloud.aws.client("dynamodbstreams")
    (stream,) = streams.list_streams(TableName=cloud.outputs.tables[table])["Streams"]
    found = []
    for shard in streams.describe_stream(StreamArn=stream["StreamArn"])["StreamDescription"]["Shards"]:
        iterator = streams.get_shard_iterator(
            StreamArn=stream["StreamArn"], ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        while iterator:
            answer = streams.get_records(ShardIterator=iterator)
            found += [record for record in answer["Records"] if _key(record) == key]
            iterator = answer.get("NextShardIterator") if answer["Records"] else None
    return [{**record, "eventSource": "aws:dynamodb"} for record in found]


def _key(record: dict[str, Any]) -> tuple[str, str]:
    found = record["dynamodb"]["Keys"]
    return found["PK"]["S"], found["SK"]["S"]
