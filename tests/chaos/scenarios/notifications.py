"""Who is told of a change, in the inbox and by e-mail."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import boto3
from moto.backends import get_backend

import digest_planner.handler as planning
import digest_sender.handler as sending
import notification_fanout.fanout
import notification_fanout.handler as telling
from marquee import aws
from marquee.messages.notifications import Announcement, DigestRequest
from marquee.models.viewers import Mark
from marquee.repositories.marks import MarkRepository
from marquee.repositories.notifications import Inbox
from operations_watch.housekeeping import Housekeeping
from tests.chaos import invariants
from tests.chaos.scenario import Feed, Scenario, Schedule
from tests.chaos.scenarios.enrichment import NETFLIX
from tests.chaos.world import ACCOUNT, REGION, World, message
from tests.fakes.changes import change, follow, hours_ago
from tests.fakes.titles import title

SENDER = "digest@marquee.test"


class NotificationFanout(Scenario):
    """A title of seven followers arrives on a service that six of them have; a page holds three."""

    name = "notification_fanout"
    holds = "each follower with the service is told once, nobody else is"

    def prepare(self) -> None:
        self.world.fresh(telling)
        self.world.monkeypatch.setattr(notification_fanout.fanout, "PAGE", 3)
        self.users = [f"user-{number}" for number in range(6)]
        follow(self.cloud.viewers_table, *self.users)
        follow(self.cloud.viewers_table, "without", source_id="26")
        self.feed = Feed(telling.lambda_handler)
        self.feed.add(message(Announcement(change=change()).model_dump_json(), "first"))
        self.feeds.append(self.feed)

    def collect(self) -> None:
        self.feed.add(*self.world.received("NOTIFICATION"))

    def check(self) -> None:
        told = Counter(pk for pk, sk in self.cloud.items(self.cloud.viewers_table) if sk.startswith("notification:"))
        assert told == {f"user:{each}": 1 for each in self.users}, f"told are {dict(told)}"


class DigestSender(Scenario):
    """Two viewers wait for an e-mail, one of them about two changes."""

    name = "digest_sender"
    holds = "no change is in two e-mails; what is in none stays in the inbox and is marked, never due for ever"

    def prepare(self) -> None:
        mailbox(self.world)
        self.world.monkeypatch.setenv("EMAIL_SENDER", SENDER)
        cloud, viewers = self.cloud, self.cloud.viewers_table
        cloud.reference.reconcile_sources([NETFLIX], ["GB"], ["GB"])
        for each in ("11", "12"):
            cloud.titles.apply(each, lambda _, each=each: title(each))
        self.inbox, marks = Inbox(viewers), MarkRepository(viewers)
        viewers.batch_write(puts=[{"PK": "digest:daily", "SK": f"user:{each}"} for each in ("anna", "ben")])
        for title_id, users in (("11", ("anna", "ben")), ("12", ("anna",))):
            told = change(title_id, hours=int(title_id) - 10)
            self.inbox.tell(told, dict.fromkeys(users, True))
            for user in users:
                marks.put(user, Mark(kind="follow", title_id=title_id, title="", at=hours_ago(99)))
        self.job_id = cloud.jobs.start("digest", started_by="schedule", input={})
        cloud.jobs.add_parts(self.job_id, {"daily:00000": "queued"}, counts={})
        request = DigestRequest(job_id=self.job_id, part="daily:00000", frequency="daily", user_ids=("anna", "ben"))
        feed = Feed(sending.lambda_handler)
        feed.add(message(request.model_dump_json(), "part"))
        self.feeds.append(feed)

    def check(self) -> None:
        mails = get_backend("ses")[ACCOUNT][REGION].sent_messages
        sent = Counter(
            (each.destinations["ToAddresses"][0].partition("@")[0], found)
            for each in mails
            for found in set(re.findall(r"Title (\d+)", each.body))
        )
        assert not [each for each, times in sent.items() if times > 1], f"sent twice: {sent}"
        for user, ids in (("anna", {"11", "12"}), ("ben", {"11"})):
            notifications = self.inbox.page(user, 10)[0]
            assert {each.change.title_id for each in notifications} == ids, "the inbox has lost something"
            assert not [each for each in notifications if each.mail_due], f"an e-mail to {user} is due for ever"
            assert all(each.emailed_at for each in notifications)
        invariants.job_adds_up(self.cloud, self.job_id, "succeeded")


class DigestPlanner(Scenario):
    """Thirty viewers want an e-mail every day."""

    name = "digest_planner"
    holds = "each viewer is in a message of a run, a run that died does not keep out the next"

    def prepare(self) -> None:
        self.users = {f"user-{number:02d}" for number in range(30)}
        puts = [{"PK": "digest:daily", "SK": f"user:{each}"} for each in sorted(self.users)]
        self.cloud.viewers_table.batch_write(puts=puts)
        housekeeping = Housekeeping(self.cloud.operations)
        self.feeds.append(Schedule(planning.lambda_handler, {"frequency": "daily"}, housekeeping.end_stopped_runs))

    def check(self) -> None:
        requests = [DigestRequest.model_validate_json(each["body"]) for each in self.world.received("DIGEST")]
        last = max(each.job_id for each in requests)
        planned = {user for each in requests if each.job_id == last for user in each.user_ids}
        assert planned == self.users, f"{len(planned)} viewers are in the last run"
        assert self.cloud.jobs.get(last) is not None, "the run is not known"


def mailbox(world: World) -> None:
    """Have SES and a user pool ready, and no e-mail sent yet."""
    messages: Any = get_backend("ses")[ACCOUNT][REGION]
    if not world.pool:
        boto3.client("ses", region_name=REGION).verify_email_identity(EmailAddress=SENDER)
        pool = aws.cognito().create_user_pool(PoolName="viewers")["UserPool"]["Id"]
        for user in ("anna", "ben"):
            facts = [{"Name": "email", "Value": f"{user}@marquee.test"}, {"Name": "email_verified", "Value": "true"}]
            aws.cognito().admin_create_user(UserPoolId=pool, Username=user, UserAttributes=facts)
        world.pool = pool
    messages.sent_messages.clear()
    world.monkeypatch.setenv("USER_POOL_ID", world.pool)
