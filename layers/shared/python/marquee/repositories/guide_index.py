"""The guide index in the catalogue table: `source:<s>:genre:<g>` / `title:<id>` with the card, and three orders of it.

Rows are written by `TitleRepository`, together with the title they follow from.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from marquee import guide, keys
from marquee.models.titles import Card, IndexRow
from marquee.repositories.table import Item, Table, decode

Sort = Literal["rating", "popularity", "newest"]
# Index and sort key by order.
ORDERS: Mapping[Sort, tuple[str, str]] = {
    "rating": ("by_rating", "rating_sort"),
    "popularity": ("by_popularity", "popularity_sort"),
    "newest": ("by_release", "release_sort"),
}


@dataclass(frozen=True)
class Filter:
    """Which titles a page may show; what is left open does not matter, what is not known of a title does not fit.

    Titles have all of `genres_all` and none of `genres_none`, as far as any provider knows their genres; `without` are
    ids that are left out.
    """

    types: tuple[str, ...] = ()
    year_from: int | None = None
    year_to: int | None = None
    min_rating: float | None = None
    genres_all: tuple[str, ...] = ()
    genres_none: tuple[str, ...] = ()
    without: frozenset[str] = frozenset()


@dataclass(frozen=True)
class PageRequest:
    """Rows of a pair in a country after a position of an order, at most `limit` read, of which a filter keeps some."""

    region: str
    sort: Sort
    limit: int
    after: str | None = None
    filter: Filter = Filter()


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
        index, sort_key = ORDERS[wanted.sort]
        condition, within = range_condition(wanted)
        expression, values, names = filter_expression(wanted.region, wanted.filter)
        items, stopped = self._table.query_page(
            f"PK = :pk{condition}",
            {":pk": keys.pair(source_id, genre_id), **within, **values},
            IndexName=index,
            ScanIndexForward=False,
            Limit=wanted.limit,
            FilterExpression=expression,
            **names,
        )
        found = [FoundRow(item["id"]["S"], item[sort_key]["S"], item) for item in items]
        kept = [row for row in found if row.title not in wanted.filter.without and row.position != wanted.after]
        return kept, stopped[sort_key]["S"] if stopped else None


def range_condition(wanted: PageRequest) -> tuple[str, dict[str, object]]:
    """Return the key condition for what comes after a position, down to the lowest rating that is wanted.

    With both bounds the row at the position itself is read once more, because BETWEEN includes it.
    """
    _, sort_key = ORDERS[wanted.sort]
    floor = wanted.filter.min_rating if wanted.sort == "rating" else None
    if floor is None:
        return (f" AND {sort_key} < :after", {":after": wanted.after}) if wanted.after else ("", {})
    lowest = guide.rating_text(floor)
    if wanted.after is None:
        return f" AND {sort_key} >= :lowest", {":lowest": lowest}
    # A position below the lowest would make the range one that DynamoDB refuses.
    return f" AND {sort_key} BETWEEN :lowest AND :after", {":lowest": lowest, ":after": max(wanted.after, lowest)}


def filter_expression(region: str, wanted: Filter) -> tuple[str, dict[str, object], dict[str, Any]]:
    """Return the filter of a Query, its values, and the names it needs."""
    values: dict[str, object] = {":region": region}
    parts = ["contains(regions, :region)"]

    def add(template: str, name: str, given: Sequence[object]) -> list[str]:
        marks = [f":{name}{number}" for number, _ in enumerate(given)]
        values.update(zip(marks, given, strict=True))
        return [template.format(mark) for mark in marks]

    if wanted.types:
        parts.append(f"#type IN ({', '.join(add('{}', 'type', wanted.types))})")
    for template, name, bound in (
        ("#year >= {}", "from", wanted.year_from),
        ("#year <= {}", "to", wanted.year_to),
        ("user_rating >= {}", "rating", wanted.min_rating),
    ):
        parts += add(template, name, () if bound is None else (bound,))
    parts += add("contains(known_genre_ids, {})", "has", wanted.genres_all)
    parts += add("NOT contains(known_genre_ids, {})", "lacks", wanted.genres_none)
    used = {f"#{name}": name for name in ("type", "year") if any(f"#{name} " in part for part in parts)}
    return " AND ".join(parts), values, {"ExpressionAttributeNames": used} if used else {}


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
