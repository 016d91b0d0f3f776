"""What is known of the listings of each pair, in the operations table."""

import zlib
from collections.abc import Iterable

from marquee import clock, keys
from marquee.errors import Conflict
from marquee.models.listings import History, PairListing
from marquee.repositories.table import ConditionFailed, Item, Table

# (region, source id, genre id)
Place = tuple[str, str, str]

COMPLETED = "completed"
# Complete listings kept of a pair: with one a day, an event may come more than a week late and still find its place.
REMEMBERED = 10
ATTEMPTS = 8


class ListingRepository:
    """Keeps when each pair was listed last, and which titles its latest complete listings held."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def completed(self, wanted: Iterable[Place]) -> dict[Place, History]:
        """Return the complete listings known by (region, source, genre)."""
        found = self._table.batch_get(((keys.listing(*place), COMPLETED) for place in wanted), ConsistentRead=True)
        return {_place(item): _to_history(item) for item in found}

    def remember(self, place: Place, listing: PairListing) -> History:
        """Add a complete listing to those known of a pair and return them; the same twice, or in any order, is one.

        Raises Conflict when others keep winning.
        """
        for _ in range(ATTEMPTS):
            item = self._table.get(keys.listing(*place), COMPLETED, consistent=True)
            known = _to_history(item) if item else ()
            history = tuple(sorted({*known, listing}, key=_order, reverse=True))[:REMEMBERED]
            if history == known:
                return known
            version = item["version"] if item else None
            try:
                self._table.put(
                    {**_mark(COMPLETED, place), **_packed(history), "version": (version or 0) + 1},
                    ConditionExpression="attribute_not_exists(PK)" if version is None else "version = :version",
                    ExpressionAttributeValues={} if version is None else {":version": version},
                )
            except ConditionFailed:
                continue
            return history
        raise Conflict(f"the listings of {place} were changed by others {ATTEMPTS} times in a row")

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


def _packed(history: History) -> Item:
    """Return a history as it is stored: the latest listing whole, each earlier one as what it has more and less."""
    latest, changes, later = history[0], [], history[0].title_ids
    for each in history[1:]:
        more, less = each.title_ids - later, later - each.title_ids
        changes.append({"as_of": each.as_of, "more": _pack(more), "less": _pack(less)})
        later = each.title_ids
    return {"as_of": latest.as_of, "title_ids": _pack(latest.title_ids), "earlier": changes}


def _to_history(item: Item) -> History:
    ids = _unpack(item["title_ids"])
    history = [PairListing(as_of=item["as_of"], title_ids=ids)]
    for each in item["earlier"]:
        ids = (ids - _unpack(each["less"])) | _unpack(each["more"])
        history.append(PairListing(as_of=each["as_of"], title_ids=ids))
    return tuple(history)


def _pack(ids: Iterable[str]) -> bytes:
    return zlib.compress(",".join(sorted(ids, key=int)).encode(), 9)


def _unpack(packed: bytes) -> frozenset[str]:
    return frozenset(filter(None, zlib.decompress(packed).decode().split(",")))


def _order(listing: PairListing) -> tuple[str, list[str]]:
    return listing.as_of, sorted(listing.title_ids)
