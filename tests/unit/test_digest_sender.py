"""E-mails with what is due, and no change in two of them."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Thread
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError

from digest_sender import handler
from digest_sender.mail import Addresses
from marquee import aws
from marquee.messages.notifications import DigestRequest
from marquee.models.changes import Change
from marquee.models.reference import Source
from marquee.models.viewers import Mark
from marquee.repositories.marks import MarkRepository
from marquee.repositories.notifications import Inbox, position
from tests.fakes.changes import change, hours_ago, queue_event
from tests.fakes.mail import FakeCognito, FakeSes, answer_of_ses
from tests.fakes.titles import title
from tests.unit.conftest import Cloud, FakeContext

USERS = ("anna", "ben", "cleo")
THROTTLED = answer_of_ses("TooManyRequestsException", 429)
REJECTED = answer_of_ses("MessageRejected", 400)
BROKEN = answer_of_ses("InternalServiceErrorException", 500)
TIMEOUT = ReadTimeoutError(endpoint_url="https://email")


@dataclass
class Post:
    """Viewers who want an e-mail every day, and what happens to it."""

    cloud: Cloud
    ses: FakeSes = field(default_factory=FakeSes)
    cognito: FakeCognito = field(default_factory=lambda: FakeCognito(*USERS))

    def __post_init__(self) -> None:
        self.inbox = Inbox(self.cloud.viewers_table)
        self.marks = MarkRepository(self.cloud.viewers_table)
        self.job_id = self.cloud.jobs.start("digest", started_by="schedule", input={})
        self.cloud.jobs.add_parts(self.job_id, {"daily:00000": "queued"}, counts={})

    def subscribe(self, *users: str) -> None:
        puts = [{"PK": "digest:daily", "SK": f"user:{user}", "since": hours_ago(99)} for user in users]
        self.cloud.viewers_table.batch_write(puts=puts)

    def tell(self, *changes: Change, users: tuple[str, ...] = ("anna",), mail: bool = True) -> None:
        for each in changes:
            self.inbox.tell(each, dict.fromkeys(users, mail))
            for user in users:
                follow = Mark(kind="follow", title_id=each.title_id, title="", at=hours_ago(99))
                self.marks.put(user, follow)

    def deliver(self, *users: str) -> list[str]:
        request = DigestRequest(job_id=self.job_id, part="daily:00000", frequency="daily", user_ids=users or ("anna",))
        answer = handler.lambda_handler(queue_event(request.model_dump_json()), FakeContext())  # type: ignore[arg-type]
        return [each["itemIdentifier"] for each in answer["batchItemFailures"]]

    def due(self, user: str = "anna") -> int:
        return sum(each.mail_due for each in self.inbox.page(user, 200)[0])

    @property
    def job(self) -> Any:
        return self.cloud.jobs.get(self.job_id)


@pytest.fixture
def post(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Post:
    monkeypatch.setenv("USER_POOL_ID", "pool")
    monkeypatch.setenv("EMAIL_SENDER", "digest@marquee.test")
    cloud.reference.reconcile_sources([Source(id="203", name="Netflix", type="sub", regions=("GB",))], ["GB"], ["GB"])
    cloud.titles.apply("11", lambda _: title("11"))
    found = Post(cloud)
    monkeypatch.setattr(handler, "ses", lambda: found.ses)
    monkeypatch.setattr(aws, "cognito", lambda: found.cognito)
    found.subscribe(*USERS)
    return found


def test_what_is_due_is_sent_once_however_often_the_message_comes(post: Post) -> None:
    post.tell(change("11"), change("12", hours=2))
    post.tell(change("13"), mail=False)

    assert [post.deliver() for _ in range(10)] == [[]] * 10

    (mail,) = post.ses.sent
    assert (post.ses.addresses, mail["FromEmailAddress"]) == (["anna@example.test"], "digest@marquee.test")
    assert all(part in post.ses.texts for part in ("Title 11", "Title 12", "Netflix"))
    assert "Title 13" not in post.ses.texts
    sent = {each.change.title_id for each in post.inbox.page("anna", 10)[0] if each.emailed_at}
    assert sent == {"11", "12"}
    assert (post.due(), post.inbox.unread("anna")) == (0, 3)
    assert (post.job.state, post.job.counts["done"], post.job.counts["mails"]) == ("succeeded", 1, 1)


def test_message_delivered_again_while_the_first_is_being_sent_sends_nothing(post: Post) -> None:
    post.tell(change())
    post.ses.faults = [lambda: post.deliver()]

    post.deliver()

    assert post.ses.addresses == ["anna@example.test"]


def test_messages_side_by_side_send_each_change_once(post: Post) -> None:
    post.tell(*(change(str(number)) for number in range(5)), users=USERS)
    sender = handler.make_sender()
    threads = [Thread(target=lambda: [sender.send("daily", user) for user in USERS]) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    post.deliver(*USERS)

    assert sorted(post.ses.addresses) == [f"{user}@example.test" for user in USERS]
    assert [post.ses.texts.count(f"Title {number} ") for number in range(5)] == [3] * 5


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(THROTTLED, id="throttled"),
        pytest.param(EndpointConnectionError(endpoint_url="https://email"), id="unreachable"),
        pytest.param(ConnectTimeoutError(endpoint_url="https://email"), id="no connection"),
    ],
)
def test_what_was_certainly_not_sent_is_sent_when_the_message_comes_again(post: Post, fault: Exception) -> None:
    post.tell(change())
    post.ses.faults = [fault]

    assert (post.deliver(), post.due(), post.job.state) == (["0"], 1, "failed")
    assert (post.deliver(), post.due(), post.job.state) == ([], 0, "succeeded")

    assert post.ses.addresses == ["anna@example.test"]
    assert "example.test" not in str(post.cloud.items(post.cloud.operations))


@pytest.mark.parametrize("fault", [pytest.param(TIMEOUT, id="timeout"), pytest.param(BROKEN, id="broken")])
def test_what_may_have_been_sent_is_never_sent_again(
    post: Post, fault: Exception, capsys: pytest.CaptureFixture[str]
) -> None:
    post.tell(change())
    post.ses.faults = [fault]

    assert [post.deliver() for _ in range(3)] == [[]] * 3

    assert (post.ses.sent, post.due(), post.inbox.unread("anna")) == ([], 0, 1)
    counted = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "DigestsUncertain" in line]
    assert [each["DigestsUncertain"] for each in counted] == [[1.0], [0.0], [0.0]]


def test_refused_e_mail_holds_up_no_other(post: Post) -> None:
    post.tell(change(), users=USERS)
    post.ses.faults = [REJECTED]

    assert (post.deliver(*USERS), post.ses.addresses) == ([], ["ben@example.test", "cleo@example.test"])
    # What was refused goes with the next digest.
    assert (post.due(), post.deliver(*USERS), post.ses.addresses[2:]) == (1, [], ["anna@example.test"])


def test_viewer_whose_turn_fails_holds_up_no_other_and_comes_again(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    post.tell(change(), users=USERS)
    real = Addresses.of

    def fail_for_anna(addresses: Addresses, user_id: str) -> str | None:
        if user_id == "anna":
            raise ClientError({"Error": {"Code": "TooManyRequestsException"}}, "AdminGetUser")
        return real(addresses, user_id)

    with monkeypatch.context() as patched:
        patched.setattr(Addresses, "of", fail_for_anna)
        assert (post.deliver(*USERS), post.ses.addresses) == (["0"], ["ben@example.test", "cleo@example.test"])
    assert (post.deliver(*USERS), post.ses.addresses[2:]) == ([], ["anna@example.test"])


def test_viewers_for_whom_no_time_is_left_come_with_the_message_again(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    post.tell(change(), users=USERS)

    with monkeypatch.context() as patched:
        patched.setattr(handler, "SENDING_SECONDS", 3600)
        assert (post.deliver(*USERS), post.ses.sent, post.due()) == (["0"], [], 1)
    assert (post.deliver(*USERS), post.ses.addresses) == ([], [f"{user}@example.test" for user in USERS])


def test_throttling_stops_the_message_until_it_comes_again(post: Post) -> None:
    post.tell(change(), users=USERS)
    post.ses.faults = [None, THROTTLED]

    assert (post.deliver(*USERS), post.ses.addresses) == (["0"], ["anna@example.test"])
    assert (post.deliver(*USERS), post.ses.addresses) == ([], [f"{user}@example.test" for user in USERS])


def unsubscribe(post: Post) -> None:
    post.cloud.viewers_table.delete("digest:daily", "user:anna")


def prove_nothing(post: Post) -> None:
    post.cognito.users["anna"] = post.cognito.attributes("anna", verified="false")


SILENT = [
    pytest.param(lambda post: post.inbox.read_all("anna"), 0, id="read in the meantime"),
    pytest.param(unsubscribe, 1, id="ended in the meantime"),
    pytest.param(lambda post: post.cognito.users.clear(), 1, id="account gone"),
    pytest.param(prove_nothing, 1, id="address not proven"),
    pytest.param(lambda post: post.marks.remove("anna", "follow", "11"), 0, id="not followed any more"),
]


@pytest.mark.parametrize(("before", "due"), SILENT)
def test_nobody_is_written_to_who_need_not_be(post: Post, before: Callable[[Post], object], due: int) -> None:
    post.tell(change())
    before(post)

    assert (post.deliver(), post.ses.sent, post.due(), post.job.state) == ([], [], due, "succeeded")


def test_viewer_who_signed_in_with_google_is_found_by_a_search(post: Post) -> None:
    post.cognito.users.clear()
    post.cognito.federated["anna"] = post.cognito.attributes("anna")
    post.tell(change())

    post.deliver()

    assert post.ses.addresses == ["anna@example.test"]


def test_more_than_one_e_mail_takes_goes_into_the_next(post: Post) -> None:
    changes = [change("11", hours=200 - number, source_id=str(number)) for number in range(120)]
    post.tell(*changes)

    assert [(post.deliver(), post.due()) for _ in range(3)] == [([], 21), ([], 0), ([], 0)]

    assert len(post.ses.sent) == 2
    first = {each.change.source_id for each in post.inbox.page("anna", 200)[0] if each.emailed_at}
    assert len(first) == 120


def test_news_of_long_ago_is_no_news(post: Post) -> None:
    old = change(hours=24 * 31)
    post.tell(old)

    post.deliver()

    assert (post.ses.sent, position(old) in str(post.cloud.items(post.cloud.viewers_table))) == ([], True)
