"""What is known of the listings of each pair, in the operations table."""

import zlib
from collections.abc import Iterable

from marquee import clock, keys
from marquee.models.operations import PairListing
from marquee.repositories.table import ConditionFailed, Item, Table

# (region, source id, genre id)
Place = tuple[str, str, str]


class ListingRepository:
    """Keeps when each pair was listed last, and which titles its last complete listing held."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def completed(self, wanted: Iterable[Place]) -> dict[Place, PairListing]:
        """Return the last complete listings by (region, source, genre)."""
        found = self._table.batch_get(((keys.listing(*place), "completed") for place in wanted), ConsistentRead=True)
        return {_place(item): _to_listing(item) for item in found}

    def complete(self, listing: PairListing) -> None:
        """Store a complete listing unless a later one is known."""
        packed = zlib.compress(",".join(sorted(listing.title_ids, key=int)).encode(), 9)
        item = {
            "PK": keys.listing(listing.region, listing.source_id, listing.genre_id),
            "SK": "completed",
            **listing.model_dump(exclude={"title_ids"}),
            "title_ids": packed,
            "title_count": len(listing.title_ids),
        }
        try:
            self._table.put(
                item,
                ConditionExpression="attribute_not_exists(PK) OR as_of < :as_of",
                ExpressionAttributeValues={":as_of": listing.as_of},
            )
        except ConditionFailed:
            return

    def listed_at(self, wanted: Iterable[Place]) -> dict[Place, tuple[str, int]]:
        """Return by (region, source, genre) when it was last listed and how many titles there were."""
        return {_place(item): (item["listed_at"], item["total"]) for item in self._marks("listed", wanted)}

    def record_listed(self, place: Place, *, listed_at: str, total: int) -> None:
        """Record that a pair was listed to its last page."""
        self._table.put({**_mark("listed", place), "listed_at": listed_at, "total": total})

    def asked_at(self, wanted: Iterable[Place]) -> dict[Place, str]:
        """Return by (region, source, genre) when a listing of it was last asked for."""
        return {_place(item): item["asked_at"] for item in self._marks("asked", wanted)}

    def record_asked(self, places: Iterable[Place], moment: str) -> None:
        """Record that listings were asked for."""
        expires = clock.in_days(1)
        self._table.batch_write(
            puts=({**_mark("asked", place), "asked_at": moment, "expires_at": expires} for place in places)
        )

    def _marks(self, sk: str, wanted: Iterable[Place]) -> list[Item]:
        return self._table.batch_get((keys.listing(*place), sk) for place in wanted)


def _mark(sk: str, place: Place) -> Item:
    region, source_id, genre_id = place
    return {"PK": keys.listing(*place), "SK": sk, "region": region, "source_id": source_id, "genre_id": genre_id}


def _place(item: Item) -> Place:
    return item["region"], item["source_id"], item["genre_id"]


def _to_listing(item: Item) -> PairListing:
    ids = zlib.decompress(item["title_ids"]).decode()
    return PairListing.model_validate({**item, "title_ids": frozenset(filter(None, ids.split(",")))})
