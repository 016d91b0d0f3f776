"""The guide index in the catalogue table: `source:<s>:genre:<g>` / `title:<id>` with the card, and two orders of it.

Rows are written by `TitleRepository`, together with the title they follow from.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from marquee import keys
from marquee.models.titles import Card, IndexRow
from marquee.repositories.table import Item, Table, decode

Sort = Literal["rating", "release"]
SORT_KEYS: Mapping[Sort, str] = {"rating": "rating_sort", "release": "release_sort"}


@dataclass(frozen=True)
class PageRequest:
    """Rows of a pair in a country after a position of an order, at most `limit` read, of one type or all."""

    region: str
    sort: Sort
    limit: int
    after: str | None = None
    type: str | None = None


@dataclass(frozen=True)
class FoundRow:
    """A row that a page may show, unread: of many pairs, few rows are shown."""

    title: str
    position: str
    item: Item

    def card(self) -> Card:
        """Read the card."""
        return Card.model_validate(decode(self.item))


class GuideIndex:
    """Reads the rows of pairs."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def rows_of_pair(self, source_id: str, genre_id: str) -> Iterator[IndexRow]:
        """Yield all index rows of a pair, in all countries."""
        values = {":pk": keys.pair(source_id, genre_id)}
        for item in self._table.query("PK = :pk", values, ConsistentRead=True):
            yield to_row(item)

    def pair_page(self, source_id: str, genre_id: str, wanted: PageRequest) -> tuple[list[FoundRow], str | None]:
        """Return rows of one pair in descending order by one Query, and where it stopped, None at the end."""
        sort_key = SORT_KEYS[wanted.sort]
        condition, values = "PK = :pk", {":pk": keys.pair(source_id, genre_id), ":region": wanted.region}
        if wanted.after:
            condition, values = f"{condition} AND {sort_key} < :after", {**values, ":after": wanted.after}
        more: dict[str, Any] = {"FilterExpression": "contains(regions, :region)"}
        if wanted.type:
            more = {
                "FilterExpression": "contains(regions, :region) AND #type = :type",
                "ExpressionAttributeNames": {"#type": "type"},
            }
            values = {**values, ":type": wanted.type}
        items, stopped = self._table.query_page(
            condition,
            values,
            IndexName=f"by_{wanted.sort}",
            ScanIndexForward=False,
            Limit=wanted.limit,
            **more,
        )
        found = [FoundRow(item["SK"]["S"], item[sort_key]["S"], item) for item in items]
        return found, stopped[sort_key]["S"] if stopped else None


def to_row_item(row: IndexRow) -> Item:
    """Return an index row as it is stored: the card lies flat beside the keys."""
    shown = row.card.model_dump(exclude_none=True)
    return {
        "PK": keys.pair(row.source_id, row.genre_id),
        "SK": keys.title(row.card.id),
        **row.model_dump(exclude={"card", "source_id", "genre_id"}),
        **shown,
    }


def to_row(item: Item) -> IndexRow:
    """Return a stored index row."""
    _, source_id, _, genre_id = item["PK"].split(":")
    return IndexRow.model_validate(
        {**item, "source_id": source_id, "genre_id": genre_id, "card": Card.model_validate(item)}
    )
