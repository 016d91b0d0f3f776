import json
from typing import Any

import httpx
import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from listing_planner import handler
from listing_planner.planner import Candidate, candidates, plan
from marquee.errors import UpstreamError
from marquee.models.reference import Genre, Source
from marquee.models.viewers import ChosenPair, Preferences
from tests.fakes.titles import DAY1, DAY2
from tests.fakes.watchmode import FakeWatchMode
from tests.unit.conftest import Cloud, FakeContext

NETFLIX = Source(id="203", name="Netflix", type="sub", regions=("GB", "US"))
HULU = Source(id="157", name="Hulu", type="sub", regions=("US",))
COMEDY = Genre(id="4", name="Comedy", tmdb_id=35)
CANDIDATES = st.builds(
    Candidate,
    region=st.sampled_from(["GB", "US"]),
    source_id=st.integers(1, 50).map(str),
    genre_id=st.integers(1, 50).map(str),
    viewers=st.integers(1, 5),
    listed_at=st.sampled_from(["", DAY1, DAY2]),
    credits=st.integers(1, 8),
)


def candidate(name: str, viewers: int = 1, listed_at: str = DAY1, credits: int = 1) -> Candidate:
    return Candidate("GB", name, "4", viewers, listed_at, credits)


def pair(source_id: str, viewers: int = 1) -> ChosenPair:
    return ChosenPair(source_id=source_id, genre_id="4", viewers=viewers)


def names(found: tuple[Candidate, ...]) -> list[str]:
    return [each.source_id for each in found]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(candidate("1", viewers=1, listed_at=""), candidate("2", viewers=9), id="never listed"),
        pytest.param(candidate("1", viewers=9, listed_at=DAY2), candidate("2", viewers=8), id="more viewers"),
        pytest.param(candidate("1", listed_at=DAY1), candidate("2", listed_at=DAY2), id="listed longer ago"),
    ],
)
def test_more_urgent_pair_comes_first(first: Candidate, second: Candidate) -> None:
    assert plan([second, first], 10).listed == (first, second)


def test_pair_that_is_too_dear_does_not_keep_cheaper_ones_waiting() -> None:
    chosen = plan([candidate("1", viewers=9, credits=5), candidate("2", viewers=2), candidate("3")], 2)

    assert (names(chosen.listed), names(chosen.deferred), chosen.credits) == (["2", "3"], ["1"], 2)


@given(st.lists(CANDIDATES), st.integers(-5, 40))
def test_plan_stays_within_the_credits_and_forgets_no_pair(found: list[Candidate], credits: int) -> None:
    chosen = plan(found, credits)

    assert chosen.credits <= max(0, credits)
    assert sorted(map(repr, chosen.listed + chosen.deferred)) == sorted(map(repr, found))


@given(st.lists(CANDIDATES), st.integers(0, 40))
def test_what_was_deferred_would_not_have_fitted(found: list[Candidate], credits: int) -> None:
    chosen = plan(found, credits)

    assert all(each.credits > credits - chosen.credits for each in chosen.deferred)


@given(st.permutations([candidate(str(n), viewers=n % 3, listed_at=("", DAY1)[n % 2]) for n in range(6)]))
def test_plan_does_not_depend_on_the_order_of_the_pairs(found: list[Candidate]) -> None:
    assert plan(found, 4) == plan(sorted(found, key=repr), 4)


def test_pair_is_a_candidate_only_where_its_service_exists() -> None:
    found = candidates([pair("203"), pair("157"), pair("999")], [NETFLIX, HULU], [COMEDY], ["GB", "US"], {})

    assert [(each.region, each.source_id) for each in found] == [("GB", "203"), ("US", "203"), ("US", "157")]


def test_pair_of_a_genre_that_is_no_more_is_no_candidate() -> None:
    assert candidates([pair("203")], [NETFLIX], [], ["GB"], {}) == []


@pytest.mark.parametrize(("total", "credits"), [(0, 1), (1, 1), (250, 1), (251, 2), (1000, 4), (1001, 5)])
def test_pair_costs_a_credit_for_each_250_titles_it_had(total: int, credits: int) -> None:
    (found,) = candidates([pair("203", 3)], [NETFLIX], [COMEDY], ["GB"], {("GB", "203", "4"): (DAY1, total)})

    assert (found.credits, found.listed_at, found.viewers) == (credits, DAY1, 3)


@pytest.fixture
def provider(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> FakeWatchMode:
    fake = FakeWatchMode()
    client, governor = fake.client(cloud.operations), fake.governor(cloud.operations)
    monkeypatch.setattr(handler, "watchmode", lambda: client)
    monkeypatch.setattr(handler, "watchmode_governor", lambda: governor)
    handler.operations.cache_clear()
    cloud.reference.reconcile_sources([NETFLIX, HULU], ["GB", "US"], ["GB", "US"])
    cloud.reference.reconcile_genres(Genre(id=str(each), name=f"Genre {each}") for each in range(1, 41))
    return fake


def choose(cloud: Cloud, user: str, sources: tuple[str, ...], genres: tuple[str, ...]) -> None:
    cloud.viewers.replace_preferences(user, Preferences(sources=sources, genres=genres))
    cloud.viewers.recount(user)


def run(**event: Any) -> dict[str, Any]:
    answer: dict[str, Any] = handler.lambda_handler(event, FakeContext())  # type: ignore[arg-type]
    return answer


def parts(cloud: Cloud, job_id: str) -> dict[str, str]:
    found = cloud.items(cloud.operations).items()
    return {sk: item["state"]["S"] for (pk, sk), item in found if pk == f"job:{job_id}" and sk != "record"}


def test_run_queues_the_chosen_pairs_of_the_region_in_their_order(cloud: Cloud, provider: FakeWatchMode) -> None:
    choose(cloud, "anna", ("203", "157"), ("4", "7"))
    choose(cloud, "ben", ("203",), ("7",))
    for genre in ("4", "7"):
        cloud.listings.record_listed(("GB", "203", genre), listed_at=DAY1, total=3)

    answer = run()

    sent = [json.loads(body) for body in cloud.messages("LISTING_QUEUE_URL")]
    assert [(each["region"], each["source_id"], each["genre_id"]) for each in sent] == [
        ("GB", "203", "7"),
        ("GB", "203", "4"),
    ]
    assert {(each["job_id"], each["cause"], each["traffic"]) for each in sent} == {
        (answer["job_id"], "scheduled_user_prefs_ingestion", "scheduled")
    }
    assert (answer["planned"], answer["deferred"]) == (2, 0)
    assert parts(cloud, answer["job_id"]) == {
        "part:GB:source:203:genre:4": "queued",
        "part:GB:source:203:genre:7": "queued",
    }
    job = cloud.jobs.get(answer["job_id"])
    assert job is not None
    assert (job.state, job.counts["queued"], job.counts["credits_planned"]) == ("running", 2, 2)


def test_what_the_day_does_not_allow_is_deferred_and_counted(cloud: Cloud, provider: FakeWatchMode) -> None:
    provider.quota = {"quota": 30, "quotaUsed": 0}  # one credit for each day that is left of the month, or a few
    choose(cloud, "anna", ("203",), tuple(map(str, range(1, 41))))

    answer = run()

    assert answer["deferred"] > 0
    assert answer["planned"] + answer["deferred"] == 40
    assert len(cloud.messages("LISTING_QUEUE_URL")) == answer["planned"] < 31
    assert list(parts(cloud, answer["job_id"]).values()).count("deferred") == answer["deferred"]


def test_run_that_can_afford_nothing_has_failed(cloud: Cloud, provider: FakeWatchMode) -> None:
    provider.quota = {"quota": 100, "quotaUsed": 100}
    choose(cloud, "anna", ("203",), ("4",))

    answer = run()

    job = cloud.jobs.get(answer["job_id"])
    assert job is not None
    assert (answer["planned"], job.state, job.counts["deferred"]) == (0, "failed", 1)


def test_run_finds_out_that_there_are_credits_again(cloud: Cloud, provider: FakeWatchMode) -> None:
    choose(cloud, "anna", ("203",), ("4",))
    provider.quota = {"quota": 100, "quotaUsed": 100}
    run()
    provider.quota = {"quota": 100, "quotaUsed": 0}

    assert run()["planned"] == 1


def test_run_without_viewers_asks_nobody(cloud: Cloud, provider: FakeWatchMode) -> None:
    answer = run(started_by="admin")

    job = cloud.jobs.get(answer["job_id"])
    assert job is not None
    assert (job.state, job.started_by, provider.requests) == ("succeeded", "admin", [])


def test_provider_that_is_down_before_the_quota_is_known_fails_the_run(cloud: Cloud, provider: FakeWatchMode) -> None:
    provider.faults["status"] = httpx.Response(503)
    choose(cloud, "anna", ("203",), ("4",))

    with pytest.raises(UpstreamError):
        run()

    (job,) = (item for (pk, _), item in cloud.items(cloud.operations).items() if pk.startswith("job:"))
    assert (job["state"]["S"], len(job["errors"]["L"])) == ("failed", 1)
    assert cloud.messages("LISTING_QUEUE_URL") == []


def test_run_that_cannot_be_queued_is_a_failed_job(
    cloud: Cloud, provider: FakeWatchMode, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(cloud, "anna", ("203",), ("4",))
    error = ClientError({"Error": {"Code": "AccessDenied"}}, "SendMessageBatch")
    monkeypatch.setattr(handler.Queue, "send", lambda *_: (_ for _ in ()).throw(error))

    with pytest.raises(ClientError):
        run()

    jobs = [item for (pk, sk), item in cloud.items(cloud.operations).items() if pk[:4] == "job:" and sk == "record"]
    assert [job["state"]["S"] for job in jobs] == ["failed"]
