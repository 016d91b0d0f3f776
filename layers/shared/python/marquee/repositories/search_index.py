"""The words of the titles in the catalogue table: `search:<first letters>` / `<token>#<rank>#<title id>` with the card.

Rows are written by `TitleRepository`, together with the title they follow from.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from marquee import keys, search
from marquee.models.titles import Card
from marquee.repositories.table import Item, Table, decode

# How many rows are read to find all words that begin with six letters and more; more than these are found in the list
# of the first five letters, where the popular ones come first.
WHOLE_WORDS = 500


@dataclass(frozen=True)
class FoundHit:
    """A title that a question may mean, unread: of many rows, few are shown. Smaller positions come first."""

    position: str
    item: Item

    def card(self) -> Card:
        """Read the card; it has no plot."""
        return Card.model_validate(decode(self.item))

    def tier(self, question: search.Question) -> int | None:
        """Return how well the title answers a question, None if it does not."""
        year = self.item.get("year")
        return question.tier(self.item["words"]["S"], self.item["folded"]["S"], int(year["N"]) if year else None)

    @property
    def type(self) -> str:
        """The type of the title."""
        return str(self.item["type"]["S"])

    def sources(self, region: str) -> set[str]:
        """Return the services that list the title in a country."""
        return {each["S"] for each in self.item["availability"]["M"].get(region, {"L": ()})["L"]}


Hits = tuple[list[FoundHit], str | None]


class SearchIndex:
    """Finds titles by the beginnings of words."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def page(self, lookup: search.Lookup, after: str, most: int) -> Hits:
        """Return rows of a token after a position, by one Query, and where it stopped after `most`, None at the end."""
        key, more = ("SK", {}) if lookup.year is None else ("release_sort", {"IndexName": "by_release"})
        begin = f"{lookup.token}#" if lookup.year is None else f"{lookup.token}#{lookup.year:04d}#"
        # All positions are of one length: a sign more stands behind its own place and before the next.
        values = {
            ":pk": keys.search(search.letters(lookup.token)),
            ":from": f"{begin}{after}#" if after else begin,
            ":to": f"{begin}~",
        }
        items, stopped = self._table.query_page(f"PK = :pk AND {key} BETWEEN :from AND :to", values, Limit=most, **more)
        return [_hit(item) for item in items], _position(stopped["SK"]["S"]) if stopped else None

    def words(self, lookup: search.Lookup, after: str) -> list[FoundHit] | None:
        """Return all titles with a word that begins so, in order after a position; None if they are too many."""
        values = {":pk": keys.search(search.letters(lookup.token)), ":word": lookup.token}
        condition = "PK = :pk AND begins_with(SK, :word)"
        items, stopped = self._table.query_page(condition, values, Limit=WHOLE_WORDS)
        if stopped:
            return None
        # A title with two such words is found twice, at one position.
        found = {hit.position: hit for hit in map(_hit, items) if hit.position > after}
        return [found[position] for position in sorted(found)]


def search_actions(table: Table, old: Card | None, new: Card) -> Iterator[dict[str, Any]]:
    """Yield the actions that bring the rows of a title from its old card to the new one, none if they stay as they are.

    Every row shows the card, so a card that changed changes all of them; its plot is not among what is shown.
    """
    if old and _shown(old) == _shown(new):
        return
    rows = {(item["PK"], item["SK"]): item for item in _to_items(new)}
    if old:
        for key in {(item["PK"], item["SK"]) for item in _to_items(old)} - rows.keys():
            yield table.delete_action(*key)
    for item in rows.values():
        yield table.put_action(item)


def _to_items(card: Card) -> Iterator[Item]:
    """Yield the rows of a title as they are stored: the card lies flat beside the keys."""
    position = search.position(card)
    shown = {
        **_shown(card),
        "words": " ".join(search.title_words(card.title)),
        "folded": search.joined(search.words(card.title)),
    }
    for token in search.tokens(card.title):
        yield {
            "PK": keys.search(search.letters(token)),
            "SK": f"{token}#{position}",
            "release_sort": f"{token}#{card.year or 0:04d}#{position}",
            **shown,
        }


def _shown(card: Card) -> dict[str, Any]:
    return card.model_dump(exclude={"plot_overview"}, exclude_none=True)


def _hit(item: Item) -> FoundHit:
    return FoundHit(_position(item["SK"]["S"]), item)


def _position(sort_key: str) -> str:
    return sort_key.split("#", 1)[1]
