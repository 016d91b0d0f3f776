"""Changes as tests of notifications need them; a moment is told in hours before now, so that none of them rots."""

from datetime import UTC, datetime, timedelta
from typing import Any

from marquee import clock, keys
from marquee.messages.notifications import Announcement
from marquee.models.changes import Change
from marquee.repositories.table import Item, Table


def hours_ago(hours: float) -> str:
    return clock.timestamp(datetime.now(UTC) - timedelta(hours=hours))


def change(title_id: str = "11", hours: float = 1, **facts: Any) -> Change:
    """Return an arrival on Netflix in the United Kingdom."""
    arrived = {"kind": "arrived", "title": f"Title {title_id}", "type": "movie", "year": 2020, "provider": "watchmode"}
    place = {"region": "GB", "source_id": "203"}
    return Change(**{**arrived, **place, "title_id": title_id, "at": hours_ago(hours), **facts})


def new_season(title_id: str = "11", season: int = 2, hours: float = 1, **facts: Any) -> Change:
    told = {"kind": "new_season", "season": season, "region": None, "source_id": None, "type": "tv_series"}
    return change(title_id, hours, **{**told, "provider": "tmdb", **facts})


def follow(
    table: Table,
    *users: str,
    title_id: str = "11",
    source_id: str = "203",
    since: str | None = None,
    **settings: str | None,
) -> None:
    """Let viewers follow a title and have a service."""
    items: list[Item] = []
    for user in users:
        items.append({"PK": keys.title(title_id), "SK": keys.follower(user), "followed_at": since})
        items.append({"PK": keys.preferences(user), "SK": keys.source(source_id)})
        if settings:
            items.append({"PK": keys.preferences(user), "SK": "settings", "version": 1, **settings})
    table.batch_write(puts=items)


def queue_event(*bodies: str) -> dict[str, Any]:
    """Return a batch as Lambda gets it from a queue; the ids are the places in the batch."""
    return {"Records": [{"messageId": str(n), "body": body} for n, body in enumerate(bodies)]}


def announced(told: Change, after: str | None = None) -> str:
    return Announcement(change=told, after=after).model_dump_json()
