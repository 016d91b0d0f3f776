"""What changed offers and changed choices lead to."""

from __future__ import annotations

from datetime import timedelta

import availability_watch.handler as watching
import preference_watch.handler as choosing
from marquee import clock, keys
from marquee.messages.notifications import Announcement
from marquee.messages.work import EnrichmentRequest, ListingRequest
from marquee.models.changes import Change
from marquee.models.viewers import Preferences
from marquee.repositories.table import decode
from tests.chaos import invariants
from tests.chaos.scenario import Feed, Scenario
from tests.chaos.scenarios.enrichment import NETFLIX
from tests.fakes.enrichers import stream_event
from tests.unit.test_availability_watch import ago, listed, seen


class AvailabilityWatch(Scenario):
    """A title left a service and came back, another one arrived."""

    name = "availability_watch"
    holds = "each change is one row of the log and is announced under one id"

    def prepare(self) -> None:
        self.world.fresh(watching)
        before, yesterday, now = ago(2), ago(1), ago(0)
        listed(self.cloud, ago(3), "13")
        changes = [
            *seen(self.cloud, "11", before),
            *seen(self.cloud, "11", before, yesterday),
            *seen(self.cloud, "11", now),
            *seen(self.cloud, "12", now),
        ]
        self.expected = sorted(
            [("11", "arrived", before), ("11", "left", yesterday), ("11", "arrived", now), ("12", "arrived", now)]
        )
        feed = Feed(watching.lambda_handler, ordered=True, batch=4)
        feed.add(*stream_event(*changes)["Records"])
        self.feeds.append(feed)

    def check(self) -> None:
        rows = [decode(item) for (pk, _), item in self.cloud.items(self.cloud.catalogue).items() if "arrivals:" in pk]
        log = [Change.model_validate(each) for each in rows]
        assert sorted((each.title_id, each.kind, each.at) for each in log) == self.expected, f"the log is {log}"
        told = {
            Announcement.model_validate_json(each["body"]).change.id for each in self.world.received("NOTIFICATION")
        }
        assert told == {each.id for each in log}, "what is announced is not what the log has"


class PreferenceWatch(Scenario):
    """Two viewers choose; one pair was never listed, one was forgotten, and a title has a new follower."""

    name = "preference_watch"
    holds = "pairs counted as chosen, each missing or forgotten pair asked for, the followed title looked at"

    def prepare(self) -> None:
        self.world.fresh(choosing)
        cloud = self.cloud
        cloud.reference.reconcile_sources([NETFLIX], ["GB"], ["GB"])
        forgotten = clock.timestamp(clock.parse(clock.now()) - timedelta(days=2))
        cloud.listings.record_listed(("GB", "203", "7"), listed_at=forgotten, total=1)
        cloud.viewers.replace_preferences("anna", Preferences(sources=("203",), genres=("4", "7")))
        cloud.viewers.replace_preferences("ben", Preferences(sources=("203",), genres=("4",)))
        cloud.viewers_table.put({"PK": keys.title("11"), "SK": keys.follower("anna"), "followed_at": ago(1)})
        items = cloud.items(cloud.viewers_table)
        feed = Feed(choosing.lambda_handler, ordered=True)
        feed.add(*stream_event(*((None, item) for _, item in sorted(items.items())))["Records"])
        self.feeds.append(feed)

    def check(self) -> None:
        invariants.pairs_equal_choices(self.cloud)
        asked = [ListingRequest.model_validate_json(each["body"]) for each in self.world.received("LISTING")]
        assert {each.genre_id for each in asked} == {"4", "7"}, f"asked for are {[each.genre_id for each in asked]}"
        looked = {
            EnrichmentRequest.model_validate_json(each["body"]).title_id for each in self.world.received("ENRICHMENT")
        }
        assert looked == {"11"}, "nobody looks at the followed title"
