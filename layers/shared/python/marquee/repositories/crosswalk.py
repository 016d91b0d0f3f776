"""The id crosswalk in the catalogue table: from the ids of TMDB and IMDb to the title.

Of two titles with one id, the smaller title id is found. `TitleRepository` keeps it, before it writes the title itself.
"""

from collections.abc import Iterable
from contextlib import suppress

from marquee import keys
from marquee.models.titles import Card
from marquee.repositories.table import ConditionFailed, Table

TmdbId = tuple[str, int]


def title_ids(table: Table, tmdb_ids: Iterable[TmdbId]) -> dict[TmdbId, str]:
    """Return the titles to which ids of TMDB (`movie` or `tv`, and the number) lead, by batch reads."""
    wanted = {keys.tmdb_crosswalk(*each): each for each in tmdb_ids}
    return {wanted[item["PK"]]: item["title_id"] for item in table.batch_get((pk, "title") for pk in wanted)}


def follow(table: Table, old: Card | None, new: Card) -> None:
    """Lead from the ids of a title to it, and no more from those that it has lost; it may be repeated after a crash."""
    before, after = partitions(old) if old else set(), partitions(new)
    number = {":number": int(new.id)}
    for pk in after - before:
        with suppress(ConditionFailed):
            table.put(
                {"PK": pk, "SK": "title", "title_id": new.id, "title_number": int(new.id)},
                ConditionExpression="attribute_not_exists(PK) OR title_number > :number",
                ExpressionAttributeValues=number,
            )
    for pk in before - after:
        with suppress(ConditionFailed):
            table.delete(pk, "title", ConditionExpression="title_number = :number", ExpressionAttributeValues=number)


def partitions(card: Card) -> set[str]:
    """Return the partitions that lead to a title."""
    found = set()
    if card.tmdb_id and card.tmdb_type:
        found.add(keys.tmdb_crosswalk(card.tmdb_type, card.tmdb_id))
    if card.imdb_id:
        found.add(keys.imdb_crosswalk(card.imdb_id))
    return found
