import json
import random
from collections import Counter
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from botocore.exceptions import ClientError
from hypothesis import given, settings
from hypothesis import strategies as st

from marquee import clock
from marquee.models.reference import Source
from marquee.models.viewers import Preferences
from marquee.queue import Queue
from marquee.repositories.jobs import JobRepository
from marquee.repositories.listings import ListingRepository
from marquee.repositories.reference import ReferenceRepository
from marquee.repositories.table import Key
from marquee.repositories.viewers import ViewerRepository
from preference_watch import handler
from preference_watch.watch import PreferenceWatch
from tests.fakes.client import PreparedClient
from tests.fakes.viewers_table import ViewersTable
from tests.unit.conftest import Cloud, FakeContext

NETFLIX = Source(id="203", name="Netflix", type="sub", regions=("GB", "US"))
HULU = Source(id="157", name="Hulu", type="sub", regions=("US",))
USERS = ["anna", "ben", "cleo"]
IDS = st.sets(st.sampled_from("1234"), max_size=3).map(lambda ids: tuple(sorted(ids)))
CHANGES = st.tuples(st.sampled_from(USERS), st.builds(Preferences, sources=IDS, genres=IDS))


def deliver(*changed: Key) -> dict[str, Any]:
    records = [
        {"dynamodb": {"Keys": {"PK": {"S": pk}, "SK": {"S": sk}}, "SequenceNumber": str(number)}}
        for number, (pk, sk) in enumerate(changed, start=1)
    ]
    answer: dict[str, Any] = handler.lambda_handler({"Records": records}, FakeContext())  # type: ignore[arg-type]
    return answer


def watch_over(table: ViewersTable) -> PreferenceWatch:
    """Return a watch that only counts, because no service is known."""
    nothing, queue = ViewersTable(), Queue(PreparedClient({}), "")  # type: ignore[arg-type]
    others = ListingRepository(nothing), ReferenceRepository(nothing), JobRepository(nothing)
    return PreferenceWatch(ViewerRepository(table), *others, queue, queue, ("GB",))


@settings(max_examples=50, deadline=None)
@given(changes=st.lists(CHANGES, max_size=8), seed=st.integers(0, 2**32))
def test_counts_are_right_whatever_the_order_and_number_of_the_records(
    changes: list[tuple[str, Preferences]], seed: int
) -> None:
    table, chance = ViewersTable(), random.Random(seed)
    viewers, watch = ViewerRepository(table), watch_over(table)
    with patch.object(handler, "watch", lambda: watch):
        for user, wanted in changes:
            viewers.replace_preferences(user, wanted)
            deliver(*chance.sample(table.stream, chance.randint(0, len(table.stream))))
        records = table.stream * 2
        chance.shuffle(records)
        for start in range(0, len(records), 5):
            assert deliver(*records[start : start + 5]) == {"batchItemFailures": []}

    truth = Counter(pair for user in USERS for pair in viewers.preferences(user).pairs())
    assert {(each.source_id, each.genre_id): each.viewers for each in viewers.chosen_pairs()} == truth


@settings(max_examples=30, deadline=None)
@given(before=CHANGES, after=CHANGES)
def test_choice_that_changes_while_it_is_counted_ends_counted_right(
    before: tuple[str, Preferences], after: tuple[str, Preferences]
) -> None:
    table = ViewersTable()
    viewers = ViewerRepository(table)
    viewers.replace_preferences("anna", before[1])
    table.meanwhile = [
        lambda: viewers.replace_preferences("anna", after[1]),
        lambda: viewers.recount("anna"),
    ]

    viewers.recount("anna")
    viewers.recount("anna")

    counted = {(each.source_id, each.genre_id): each.viewers for each in viewers.chosen_pairs()}
    assert counted == dict.fromkeys(viewers.preferences("anna").pairs(), 1)


@pytest.mark.parametrize(
    ("pk", "sk", "user"),
    [
        pytest.param("userpref:anna", "source:1", "anna", id="a service"),
        pytest.param("userpref:anna", "genre:1", "anna", id="a genre"),
        pytest.param("userpref:a:b", "genre:1", "a:b", id="a name with a colon"),
        pytest.param("userpref:anna", "counted", None, id="its own note of what it counted"),
        pytest.param("userpref:anna", "settings", None, id="the version of the choice"),
        pytest.param("pairs", "source:1:genre:2", None, id="its own counts"),
        pytest.param("user:anna", "follow:1", None, id="something else of a viewer"),
        pytest.param("title:1", "follower:anna", None, id="a follower"),
    ],
)
def test_only_choices_are_looked_at(pk: str, sk: str, user: str | None) -> None:
    assert handler.chooser({"PK": {"S": pk}, "SK": {"S": sk}}) == user


@pytest.mark.parametrize(
    ("pk", "sk", "title_id"),
    [
        pytest.param("title:1", "follower:anna", "1", id="a follower"),
        pytest.param("title:1", "record", None, id="something else of a title"),
        pytest.param("user:anna", "follow:1", None, id="the follow itself"),
        pytest.param("userpref:anna", "source:1", None, id="a choice"),
    ],
)
def test_only_followers_make_a_title_be_looked_at(pk: str, sk: str, title_id: str | None) -> None:
    assert handler.followed({"PK": {"S": pk}, "SK": {"S": sk}}) == title_id


@pytest.fixture
def asking(cloud: Cloud) -> Cloud:
    handler.watch.cache_clear()
    cloud.reference.reconcile_sources([NETFLIX, HULU], ["GB", "US"], ["GB", "US"])
    return cloud


def choose(cloud: Cloud, user: str, sources: tuple[str, ...], genres: tuple[str, ...]) -> dict[str, Any]:
    cloud.viewers.replace_preferences(user, Preferences(sources=sources, genres=genres))
    return deliver((f"userpref:{user}", "source:203"))


def asked(cloud: Cloud) -> list[dict[str, Any]]:
    return [json.loads(body) for body in cloud.messages("LISTING_QUEUE_URL")]


def test_new_pair_is_asked_for_once_and_says_for_whom(asking: Cloud) -> None:
    choose(asking, "anna", ("203",), ("4",))
    deliver(("userpref:anna", "source:203"), ("userpref:anna", "genre:4"))

    (request,) = asked(asking)
    assert (request["region"], request["source_id"], request["genre_id"]) == ("GB", "203", "4")
    assert (request["cause"], request["traffic"]) == ("userpref:anna", "viewer")
    job = asking.jobs.get(request["job_id"])
    assert job is not None
    assert (job.kind, job.state, job.started_by, job.counts["queued"]) == ("listing", "running", "viewer", 1)


def test_pair_that_another_viewer_asked_for_is_not_asked_for_again(asking: Cloud) -> None:
    choose(asking, "anna", ("203",), ("4",))
    choose(asking, "ben", ("203",), ("4", "7"))

    assert [(each["cause"], each["genre_id"]) for each in asked(asking)] == [
        ("userpref:anna", "4"),
        ("userpref:ben", "7"),
    ]


def test_pair_that_has_been_listed_is_not_asked_for(asking: Cloud) -> None:
    asking.listings.record_listed(("GB", "203", "4"), listed_at=clock.now(), total=3)

    choose(asking, "anna", ("203",), ("4",))

    assert asked(asking) == []


@pytest.mark.parametrize(("minutes", "again"), [(9, 0), (11, 1)])
def test_pair_that_was_never_listed_is_asked_for_again_after_ten_minutes(
    asking: Cloud, minutes: int, again: int
) -> None:
    long_ago = clock.timestamp(clock.parse(clock.now()) - timedelta(minutes=minutes))
    asking.listings.record_asked([("GB", "203", "4")], long_ago)

    choose(asking, "anna", ("203",), ("4",))

    assert len(asked(asking)) == again


def test_forgotten_pair_is_asked_for_although_the_function_died_after_it_had_counted(asking: Cloud) -> None:
    long_ago = clock.timestamp(clock.parse(clock.now()) - timedelta(days=2))
    asking.listings.record_listed(("GB", "203", "4"), listed_at=long_ago, total=3)
    asking.viewers.replace_preferences("anna", Preferences(sources=("203",), genres=("4",)))
    asking.viewers.recount("anna")

    for _ in range(2):
        deliver(("userpref:anna", "source:203"))

    assert [each["genre_id"] for each in asked(asking)] == ["4"]
    assert asking.viewers.recount("anna").gained == frozenset()


def test_service_that_is_not_in_the_country_is_counted_and_not_asked_for(asking: Cloud) -> None:
    choose(asking, "anna", ("157",), ("4",))

    assert asked(asking) == []
    assert [each.source_id for each in asking.viewers.chosen_pairs()] == ["157"]


@pytest.mark.parametrize(
    ("code", "comes_again"), [("ProvisionedThroughputExceededException", ["2"]), ("ValidationException", [])]
)
def test_viewer_who_cannot_be_counted_comes_again_if_that_may_help_and_the_others_are_counted(
    asking: Cloud, monkeypatch: pytest.MonkeyPatch, code: str, comes_again: list[str]
) -> None:
    for user in ("anna", "ben"):
        asking.viewers.replace_preferences(user, Preferences(sources=("203",), genres=("4",)))
    recount = ViewerRepository.recount

    def refuse_anna(viewers: ViewerRepository, user_id: str) -> object:
        if user_id == "anna":
            raise ClientError({"Error": {"Code": code}}, "Query")
        return recount(viewers, user_id)

    monkeypatch.setattr(ViewerRepository, "recount", refuse_anna)

    answer = deliver(("userpref:ben", "source:203"), ("userpref:anna", "source:203"), ("userpref:anna", "genre:4"))

    assert answer == {"batchItemFailures": [{"itemIdentifier": number} for number in comes_again]}
    assert [each.viewers for each in asking.viewers.chosen_pairs()] == [1]


def test_question_that_cannot_be_queued_comes_again_and_is_asked_then(
    asking: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        error = ClientError({"Error": {"Code": "Throttled"}}, "SendMessageBatch")
        patched.setattr(handler.watch()._listing_queue, "_client", PreparedClient(error))
        assert choose(asking, "anna", ("203",), ("4",)) == {"batchItemFailures": [{"itemIdentifier": "1"}]}

    deliver(("userpref:anna", "source:203"))

    assert len(asked(asking)) == 1


def looked_at(cloud: Cloud) -> list[tuple[str, str]]:
    found = map(json.loads, cloud.messages("ENRICHMENT_QUEUE_URL"))
    return [(each["title_id"], each["traffic"]) for each in found]


def test_each_title_of_a_batch_whose_followers_change_is_looked_at_once(asking: Cloud) -> None:
    answer = deliver(
        ("title:12", "follower:anna"),
        ("user:anna", "follow:12"),
        ("title:11", "follower:anna"),
        ("title:12", "follower:ben"),
    )

    assert answer == {"batchItemFailures": []}
    assert sorted(looked_at(asking)) == [("11", "viewer"), ("12", "viewer")]
    assert asked(asking) == []


def test_many_titles_that_somebody_ceases_to_follow_are_all_looked_at(asking: Cloud) -> None:
    ids = [str(number) for number in range(35)]

    deliver(*[(f"title:{title_id}", "follower:anna") for title_id in ids])

    assert sorted(looked_at(asking)) == sorted((title_id, "viewer") for title_id in ids)


def test_followed_titles_that_cannot_be_queued_come_again_and_the_viewers_do_not(
    asking: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    asking.viewers.replace_preferences("ben", Preferences(sources=("203",), genres=("4",)))
    records = [("title:11", "follower:anna"), ("userpref:ben", "source:203"), ("title:11", "follower:ben")]
    records.append(("title:12", "follower:ben"))
    with monkeypatch.context() as patched:
        error = ClientError({"Error": {"Code": "Throttled"}}, "SendMessageBatch")
        patched.setattr(handler.watch()._enrichment_queue, "_client", PreparedClient(error))
        answer = deliver(*records)

    assert answer == {"batchItemFailures": [{"itemIdentifier": "1"}, {"itemIdentifier": "4"}]}
    assert [each.viewers for each in asking.viewers.chosen_pairs()] == [1]
    assert deliver(*records) == {"batchItemFailures": []}
    assert sorted(looked_at(asking)) == [("11", "viewer"), ("12", "viewer")]


def test_run_that_a_viewer_caused_does_not_say_who_it_was(asking: Cloud) -> None:
    choose(asking, "anna", ("203",), ("4",))

    assert "anna" not in str(asking.items(asking.operations))
