"""Short ways to write events for tests."""

import base64
import json
from typing import Any


def title_listed(title_id: int, as_of: str, **payload: Any) -> dict[str, Any]:
    """Return a `title.listed` event; without services and genres it is one of R0."""
    facts = {"id": title_id, "title": f"Title {title_id}", "type": "movie", "tmdb_id": title_id, "tmdb_type": "movie"}
    return event("title.listed", as_of, {**facts, **payload})


def listing_completed(source: str, genre: str, as_of: str, title_ids: list[int], region: str = "GB") -> dict[str, Any]:
    """Return a `listing.completed` event."""
    payload = {"source_id": source, "genre_id": genre, "region": region, "title_ids": title_ids}
    return event("listing.completed", as_of, payload)


def event(event_type: str, as_of: str, payload: Any) -> dict[str, Any]:
    """Return an event in its envelope."""
    header = {"eventType": event_type, "publishingComponent": "test", "publishTimestamp": as_of, "publishCause": "test"}
    return {"header": header, "payload": payload}


def kinesis(*events: dict[str, Any] | bytes) -> dict[str, Any]:
    """Return a batch as Lambda gets it from Kinesis; bytes go as they are."""
    encoded = [each if isinstance(each, bytes) else json.dumps(each).encode() for each in events]
    return {
        "Records": [
            {"kinesis": {"sequenceNumber": str(number), "data": base64.b64encode(data).decode()}}
            for number, data in enumerate(encoded, start=1)
        ]
    }
