"""The items of a library as they are stored (docs/data-model.md), and the one read that sees a single moment."""

import random
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from botocore.exceptions import ClientError
from pyroaring import BitMap

from marquee import keys, library
from marquee.library_index import ALL
from marquee.models.library import Movie
from marquee.repositories.table import RESENDS, TRANSACTION, Item, Key, Table, decode, encode_key

PLACE = "place"
GUARD = "guard"

Bitmaps = dict[str, BitMap]


def bitmap_key(library_id: str, name: str) -> Key:
    """Return the key of a bitmap of the index."""
    return keys.library(library_id), name


def word_key(library_id: str, token: str) -> Key:
    """Return the key of the bitmap of a token."""
    return keys.library_words(library_id), token


def movie_key(library_id: str, ordinal: int) -> Key:
    """Return the key of a movie."""
    return keys.library_block(library_id, ordinal), keys.library_place(ordinal)


def place_key(library_id: str, movie_id: str) -> Key:
    """Return the key of what leads from the id of a movie to its ordinal."""
    return keys.library_movie(library_id, movie_id), PLACE


def guard_key(library_id: str, digest: str) -> Key:
    """Return the key of the guard of an identity."""
    return keys.library_unique(library_id, digest), GUARD


def bitmap_item(key: Key, bits: BitMap) -> Item:
    """Return a bitmap as it is stored: the portable format of Roaring bitmaps, runs as runs."""
    bits.run_optimize()
    return {"PK": key[0], "SK": key[1], "bits": bits.serialize()}


def read_bitmap(item: Mapping[str, Any]) -> BitMap:
    """Return a bitmap that was stored."""
    return BitMap.deserialize(item["bits"])


def bitmaps_of(partition: str, items: Iterable[Item]) -> Bitmaps:
    """Return the bitmaps of one partition among some items, by name."""
    return {item["SK"]: read_bitmap(item) for item in items if item["PK"] == partition and "bits" in item}


def movie_items(library_id: str, movie: Movie) -> Iterator[Item]:
    """Yield what stands for a movie beside the index: the movie, what leads to it from its id, and its guards."""
    pk, sk = movie_key(library_id, movie.ordinal)
    yield {"PK": pk, "SK": sk, **movie.model_dump(exclude_none=True)}
    pk, sk = place_key(library_id, movie.id)
    yield {"PK": pk, "SK": sk, "ordinal": movie.ordinal}
    for digest in library.identities(movie):
        pk, sk = guard_key(library_id, digest)
        yield {"PK": pk, "SK": sk, "movie_id": movie.id, "ordinal": movie.ordinal}


def present(library_id: str, items: Iterable[Item]) -> BitMap:
    """Return the ordinals of all movies, of the bitmap `all` that is among some items unless there is no movie."""
    return bitmaps_of(keys.library(library_id), items).get(ALL, BitMap())


def holders(library_id: str, items: Sequence[Item]) -> dict[str, str]:
    """Return the ids of movies by identity, of the guards among some items that hold; `all` must be among them.

    A guard whose ordinal the index does not hold is void: its movie has gone, or its writer was stopped before the end.
    """
    here = present(library_id, items)
    prefix = keys.library_unique(library_id, "")
    return {
        item["PK"].removeprefix(prefix): item["movie_id"]
        for item in items
        if item["SK"] == GUARD and item["ordinal"] in here
    }


def stored_ids(library_id: str, items: Sequence[Item]) -> set[str]:
    """Return the ids of movies that the library has, of the places among some items; `all` must be among them."""
    here = present(library_id, items)
    prefix = keys.library_movie(library_id, "")
    return {item["PK"].removeprefix(prefix) for item in items if item["SK"] == PLACE and item["ordinal"] in here}


def snapshot(table: Table, wanted: Iterable[Key]) -> list[Item]:
    """Return the items that exist among at most 100 keys, all as they were at one moment, in no order.

    A transaction that writes one of them just now refuses the read: it is sent again, a few times.
    """
    gets: Any = [{"Get": {"TableName": table.name, "Key": encode_key(key)}} for key in dict.fromkeys(wanted)]
    attempt = 0
    while True:
        attempt += 1
        try:
            answer = table.client.transact_get_items(TransactItems=gets[:TRANSACTION])
        except ClientError as error:
            if error.response["Error"]["Code"] != "TransactionCanceledException" or attempt == RESENDS:
                raise
            time.sleep(random.uniform(0, min(1.0, 0.02 * 2**attempt)))
        else:
            return [decode(each["Item"]) for each in answer["Responses"] if each.get("Item")]
