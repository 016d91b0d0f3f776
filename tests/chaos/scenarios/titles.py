"""What the stream says of titles, and what lists them."""

from __future__ import annotations

from typing import Any

import title_consumer.handler as consuming
import title_ingestion.handler as listing_pairs
from marquee import keys
from marquee.messages import envelope
from marquee.messages.titles import listing_completed as read_completed
from marquee.messages.titles import title_listed as read_listed
from marquee.messages.work import ListingRequest
from marquee.traffic import TrafficClass
from tests.chaos import invariants
from tests.chaos.scenario import Feed, Scenario
from tests.chaos.world import message
from tests.fakes.titles import DAY1, DAY2, DAY3
from tests.fakes.watchmode import FakeWatchMode, listed
from tests.unit.events import kinesis, listing_completed, title_listed

COMEDY: dict[str, Any] = {"source_ids": ["203"], "genre_ids": ["4"], "region": "GB"}
BOTH: dict[str, Any] = {"source_ids": ["203"], "genre_ids": ["4", "7"], "region": "GB"}


class TitleConsumer(Scenario):
    """Titles come, change, and leave with a complete listing; one event cannot be read."""

    name = "title_consumer"
    holds = "titles as told, index, search and offers equal the titles, the unreadable event is set aside"

    def prepare(self) -> None:
        self.world.fresh(consuming)
        self.cloud.titles.apply("12", lambda _: None)
        feed = Feed(consuming.lambda_handler, ordered=True, batch=4)
        feed.add(
            *kinesis(
                title_listed(11, DAY1, **COMEDY),
                title_listed(12, DAY1, **BOTH),
                b"not an event",
                title_listed(11, DAY2, **{**COMEDY, "title": "Another name"}),
                listing_completed("203", "4", DAY3, [11]),
                listing_completed("203", "7", DAY3, [12]),
            )["Records"]
        )
        self.feeds.append(feed)

    def check(self) -> None:
        found = invariants.titles(self.cloud)
        assert found.keys() == {"11", "12"}
        assert found["11"].listing.title == "Another name"
        shown = {genre: {row.card.id for row in self.cloud.index.rows_of_pair("203", genre)} for genre in ("4", "7")}
        assert shown == {"4": {"11"}, "7": {"12"}}, f"shown are {shown}"
        invariants.index_equals_titles(self.cloud)
        kept = [pk for pk, _ in self.cloud.items(self.cloud.operations) if pk.startswith("quarantine:")]
        assert len(kept) == 1, "the unreadable event is not in the quarantine"
        assert self.world.received("QUARANTINE"), "nobody was told of the unreadable event"


class TitleIngestion(Scenario):
    """Two pairs are listed, one over several pages; nobody knows their titles yet."""

    name = "title_ingestion"
    holds = "every title and every end of a listing is on the stream, the run's totals are those of its parts"

    def prepare(self) -> None:
        provider = FakeWatchMode()
        provider.pairs["GB", "203", "4"] = [listed(number) for number in range(1, 252)]
        provider.pairs["GB", "203", "7"] = [listed(3)]
        client = provider.client(self.cloud.operations)
        self.world.monkeypatch.setattr(listing_pairs, "watchmode", lambda: client)
        self.world.fresh(listing_pairs)
        self.job_id = self.cloud.jobs.start("listing", started_by="test", input={})
        parts = {keys.listing_part("GB", "203", genre): "queued" for genre in ("4", "7")}
        self.cloud.jobs.add_parts(self.job_id, parts, counts={})  # type: ignore[arg-type]
        feed = Feed(listing_pairs.lambda_handler)
        feed.add(*(message(self._request(genre).model_dump_json(), genre) for genre in ("4", "7")))
        self.feeds.append(feed)

    def _request(self, genre: str) -> ListingRequest:
        return ListingRequest(
            job_id=self.job_id,
            region="GB",
            source_id="203",
            genre_id=genre,
            cause="test",
            traffic=TrafficClass.SCHEDULED,
            requested_at=DAY1,
        )

    def check(self) -> None:
        events = [envelope.parse(data) for data in self.cloud.published()]
        told = {read_listed(each).id for each in events if each.header.eventType == envelope.TITLE_LISTED}
        ends = [read_completed(each) for each in events if each.header.eventType == envelope.LISTING_COMPLETED]
        assert told == {str(number) for number in range(1, 252)}, f"{len(told)} titles are on the stream"
        assert {(each.genre_id, len(each.title_ids)) for each in ends} == {("4", 251), ("7", 1)}
        assert all(len(each.title_ids) == len(set(each.title_ids)) for each in ends)
        invariants.job_adds_up(self.cloud, self.job_id, "succeeded")
