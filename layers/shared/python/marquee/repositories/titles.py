"""Titles, their offers, the guide index, the search index and the id crosswalk in the catalogue table.

The title record is the truth and carries a version. Every writer reads it, makes the next one by a pure rule and
writes it together with the rows of both indexes and the offers that follow from it, on condition that the version is
still the one that was read. A writer that was overtaken reads again; equal titles are not written at all. That makes
any repetition and any interleaving of writers end in a state that one of the orders of the same changes would give.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from marquee import enrichment, guide, keys
from marquee.errors import Conflict
from marquee.models.titles import Offer, ProviderOffer, Title
from marquee.repositories import crosswalk
from marquee.repositories.guide_index import to_row_item
from marquee.repositories.search_index import search_actions
from marquee.repositories.table import TRANSACTION, ConditionFailed, Item, Table

ATTEMPTS = 8
Change = Callable[[Title | None], Title | None]
# By (region, source id): the name of the service and what the provider now says of it.
ProviderOffers = Mapping[tuple[str, str], tuple[str | None, ProviderOffer]]


class TitleRepository:
    """Reads and writes titles with all that hangs on them."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, title_id: str) -> Title | None:
        """Return a title or None."""
        item = self._table.get(keys.title(title_id), keys.RECORD, consistent=True)
        return to_title(item) if item else None

    def get_many(self, title_ids: Iterable[str], *, consistent: bool = True) -> dict[str, Title]:
        """Return the titles that exist among the ids; who only shows them may do without the latest second."""
        wanted = [(keys.title(title_id), keys.RECORD) for title_id in title_ids]
        found = self._table.batch_get(wanted, ConsistentRead=consistent)
        return {title.id: title for title in map(to_title, found)}

    def get_with_offers(self, title_id: str) -> tuple[Title | None, list[Offer]]:
        """Return a title and what the services offer of it, by one Query."""
        title: Title | None = None
        offers: list[Offer] = []
        for item in self._table.query("PK = :pk", {":pk": keys.title(title_id)}, ConsistentRead=True):
            if item["SK"] == keys.RECORD:
                title = to_title(item)
            elif item["SK"].startswith(keys.OFFER_PREFIX):
                offers.append(Offer.model_validate(item))
        return title, offers

    def apply(self, title_id: str, change: Change, *, known: Title | None = None) -> Title | None:
        """Make the title what `change` returns for it; returns it, or None when there is none and none is made.

        `known` is a title read just before. Raises Conflict when other writers win eight times in a row.
        """
        title = known or self.get(title_id)
        for _ in range(ATTEMPTS):
            changed = change(title)
            if changed is None or changed == title:
                return title
            changed = changed.model_copy(update={"version": changed.version + 1})
            try:
                self._write(title, changed)
            except ConditionFailed:
                title = self.get(title_id)
            else:
                return changed
        raise Conflict(f"title {title_id} was changed by others {ATTEMPTS} times in a row")

    def _write(self, old: Title | None, new: Title) -> None:
        """Write the title, its rows of both indexes and its offers in one transaction, or raise ConditionFailed.

        More rows than a transaction takes go first, in transactions that check the version read: a crash between
        leaves rows ahead of the record, and the repetition writes the same rows again.
        """
        before, after = guide.card(old) if old else None, guide.card(new)
        crosswalk.follow(self._table, before, after)
        # Offers last, so that they are written with the record: their change is read off the stream together with it.
        follow = [*self._row_actions(old, new), *search_actions(self._table, before, after)]
        follow += self._listed_offer_actions(old, new)
        unchanged, values = _same_version(old)
        while len(follow) > TRANSACTION - 1:
            first, follow = follow[: TRANSACTION - 1], follow[TRANSACTION - 1 :]
            self._table.transact([self._version_check(new.id, unchanged, values), *first])
        record = self._table.put_action(to_item(new), ConditionExpression=unchanged, ExpressionAttributeValues=values)
        self._table.transact([record, *follow])

    def _version_check(self, title_id: str, condition: str, values: Mapping[str, object]) -> dict[str, Any]:
        return self._table.check_action(keys.title(title_id), keys.RECORD, condition, values)

    def _row_actions(self, old: Title | None, new: Title) -> Iterator[dict[str, Any]]:
        before = guide.index_rows(old) if old else {}
        after = guide.index_rows(new)
        for pair in before.keys() - after.keys():
            yield self._table.delete_action(keys.pair(*pair), keys.title(new.id))
        for pair, row in after.items():
            if before.get(pair) != row:
                yield self._table.put_action(to_row_item(row))

    def _listed_offer_actions(self, old: Title | None, new: Title) -> Iterator[dict[str, Any]]:
        before = guide.listed_offers(old) if old else {}
        for service, listed in guide.listed_offers(new).items():
            if before.get(service) != listed:
                yield self._offer_action(new.id, service, "listing", listed.model_dump())

    def _offer_action(
        self, title_id: str, service: tuple[str, str], part: str, value: Mapping[str, object], name: str | None = None
    ) -> dict[str, Any]:
        """Set one provider's part of an offer; the parts of the others stay."""
        region, source_id = service
        expression = "SET #part = :value, #region = :region, source_id = :source"
        values = {":value": value, ":region": region, ":source": source_id}
        names = {"#part": part, "#region": "region"}
        if name:
            expression, values[":name"], names["#name"] = f"{expression}, #name = :name", name, "name"
        return self._table.update_action(
            keys.title(title_id), keys.offer(region, source_id), expression, values, ExpressionAttributeNames=names
        )

    def set_provider_offers(self, title_id: str, provider: str, offers: ProviderOffers) -> None:
        """Set what one provider says of the offers of a title; call it before the title gets the provider's part."""
        actions = [
            self._offer_action(title_id, service, provider, offer.model_dump(exclude_none=True), name)
            for service, (name, offer) in offers.items()
        ]
        for start in range(0, len(actions), TRANSACTION):
            self._table.transact(actions[start : start + TRANSACTION])

    def lacking_enrichment(self, need: str, most: int) -> list[str]:
        """Return ids of at most `most` titles with a need (`card` or `details`), those in most demand first."""
        return self._swept("enrichment_due = :need", {":need": need}, "pending_enrichment", most)

    def due_for_refresh(self, before: str, most: int) -> list[str]:
        """Return ids of at most `most` titles due for a refresh before a moment, longest overdue first."""
        condition = "refresh_bucket = :bucket AND refresh_due <= :before"
        values = {":bucket": enrichment.REFRESH_BUCKET, ":before": before}
        return self._swept(condition, values, "refresh_due", most)

    def _swept(self, condition: str, values: Mapping[str, object], index: str, most: int) -> list[str]:
        found = self._table.query(condition, values, IndexName=index, ProjectionExpression="PK")
        return [item["PK"].removeprefix(keys.TITLE_PREFIX) for item in islice(found, most)]


def to_item(title: Title) -> Item:
    """Return the record of a title as it is stored, with the keys of the sparse indexes."""
    return {
        "PK": keys.title(title.id),
        "SK": keys.RECORD,
        **title.model_dump(exclude_none=True),
        **enrichment.schedule(title),
    }


def to_title(item: Item) -> Title:
    """Return the title of a stored record."""
    return Title.model_validate(item)


def _same_version(old: Title | None) -> tuple[str, dict[str, object]]:
    if old is None:
        return "attribute_not_exists(PK)", {}
    return "version = :version", {":version": old.version}
