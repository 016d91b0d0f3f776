"""`GET /me/export` and `DELETE /me`: everything about the viewer, to take away or to erase."""

from typing import Any

import pytest

from guide_api import stores
from guide_api.routes import me
from marquee import aws, clock, keys
from marquee.models.changes import Change
from marquee.models.viewers import Preferences
from marquee.repositories import accounts, viewers
from tests.fakes.api_gateway import call
from tests.fakes.titles import title
from tests.unit.conftest import Cloud

LISTS = ("follows", "ratings", "watched", "hidden")
EMPTY = {name: [] for name in (*LISTS, "notifications")}


@pytest.fixture
def guide(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Cloud:
    for store in vars(stores).values():
        if hasattr(store, "cache_clear"):
            store.cache_clear()
    pool = aws.cognito().create_user_pool(PoolName="viewers")["UserPool"]["Id"]
    monkeypatch.setenv("USER_POOL_ID", pool)
    monkeypatch.setenv("EMAIL_SENDER", "marquee@example.test")
    for user in ("anna", "ben"):
        aws.cognito().admin_create_user(UserPoolId=pool, Username=user)
    cloud.titles.apply("1", lambda _: title("1", "GB:203:4"))
    return cloud


def live(cloud: Cloud, user: str) -> None:
    """Let a viewer leave a trace of every kind."""
    cloud.viewers.replace_preferences(user, Preferences(sources=("203",), genres=("4",)))
    cloud.viewers.recount(user)
    for name in LISTS:
        call("PUT", f"/{name}/1", user=user, body={"rating": 9} if name == "ratings" else None)
    call("PUT", "/settings", user=user, body={"email_digest": "weekly"})
    stores.calendars().renew(user)
    stores.inbox().tell(arrival(), {user: True})


def arrival() -> Change:
    return Change(kind="arrived", title_id="1", title="A title", type="movie", provider="watchmode", at=clock.now())


def traces(cloud: Cloud, user: str) -> list[tuple[str, str]]:
    return [key for key, item in cloud.items(cloud.viewers_table).items() if user in str(item)]


def sign_ins(cloud: Cloud) -> list[str]:
    pool = aws.cognito().list_user_pools(MaxResults=1)["UserPools"][0]["Id"]
    return sorted(each["Username"] for each in aws.cognito().list_users(UserPoolId=pool)["Users"])


def test_viewer_who_left_no_trace_has_an_empty_export(guide: Cloud) -> None:
    assert call("GET", "/me/export").json == {
        "profile": {"id": "anna", "email": None},
        "preferences": {"sources": [], "genres": []},
        "settings": {"region": None, "email_digest": "off"},
        "calendar": None,
        **EMPTY,
        "next": None,
    }


def test_export_holds_everything_of_the_viewer_and_nothing_of_others(
    guide: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    live(guide, "anna")
    live(guide, "ben")
    monkeypatch.setattr(me, "claims", lambda _: {"sub": "anna", "email": "anna@example.test"})

    found = call("GET", "/me/export").json

    assert found["profile"] == {"id": "anna", "email": "anna@example.test"}
    assert found["preferences"] == {"sources": ["203"], "genres": ["4"]}
    assert found["settings"] == {"region": None, "email_digest": "weekly"}
    link = stores.calendars().get("anna")
    assert link is not None
    assert found["calendar"] == {"path": f"/api/calendar/{link.token}.ics", "created_at": link.created_at}
    for name in LISTS:
        (mark,) = found[name]
        assert (mark["title_id"], mark["title"], mark.get("rating")) == (
            "1",
            "A title",
            9 if name == "ratings" else None,
        )
    (told,) = found["notifications"]
    assert (told["change"]["kind"], told["change"]["title_id"]) == ("arrived", "1")
    assert found["next"] is None
    assert "ben" not in str(found)


def test_export_larger_than_a_query_goes_on_where_it_stopped(guide: Cloud) -> None:
    live(guide, "anna")
    long = {"kind": "watched", "title": "x" * 5_000, "at": clock.now()}
    ids = {str(number) for number in range(1_000, 1_500)}
    guide.viewers_table.batch_write(
        puts=({"PK": keys.user("anna"), "SK": f"watched:{each}", **long, "title_id": each} for each in ids)
    )
    pages = [call("GET", "/me/export").json]
    while pages[-1]["next"]:
        pages.append(call("GET", "/me/export", query={"next": pages[-1]["next"]}).json)

    assert len(pages) > 2
    watched = [each["title_id"] for page in pages for each in page["watched"]]
    assert sorted(watched) == sorted({*ids, "1"})
    assert [sum(len(page[name]) for page in pages) for name in ("follows", "ratings", "notifications")] == [1, 1, 1]
    assert {page["settings"]["email_digest"] for page in pages} == {"weekly"}


@pytest.mark.parametrize(("method", "path"), [("GET", "/me/export"), ("DELETE", "/me")])
def test_only_the_viewer_takes_away_or_erases(guide: Cloud, method: str, path: str) -> None:
    live(guide, "anna")

    assert call(method, path, user=None).status == 401
    assert call(method, path, token_use="access").status == 401
    assert call(method, path, query={"user": "anna"}, user="ben").code == "unknown_parameter"
    assert traces(guide, "anna")


def test_cursor_that_was_not_written_here_is_refused(guide: Cloud) -> None:
    assert call("GET", "/me/export", query={"next": "!!"}).code == "invalid_cursor"


def test_erased_viewer_leaves_nothing_and_the_others_stay(guide: Cloud) -> None:
    live(guide, "ben")
    before = guide.items(guide.viewers_table)
    live(guide, "anna")

    answers = [call("DELETE", "/me") for _ in range(3)]

    assert [(each.status, each.body or "") for each in answers] == [(204, "")] * 3
    after = guide.items(guide.viewers_table)
    mark = after.pop((keys.erased("anna"), accounts.MARK))
    assert 0 < int(mark["expires_at"]["N"]) - clock.in_days(0) <= 86_400
    assert after == before
    assert sign_ins(guide) == ["ben"]
    assert call("GET", "/me/export").json["follows"] == []


@pytest.mark.parametrize(
    ("path", "body"),
    [
        *[pytest.param(f"/{name}/1", {"rating": 5} if name == "ratings" else None, id=name) for name in LISTS],
        pytest.param("/preferences", {"sources": ["203"], "genres": []}, id="preferences"),
        pytest.param("/settings", {"email_digest": "daily"}, id="settings"),
    ],
)
def test_token_that_outlives_the_account_writes_nothing(
    guide: Cloud, monkeypatch: pytest.MonkeyPatch, path: str, body: Any
) -> None:
    monkeypatch.setattr("guide_api.routes.preferences.refuse_unknown", lambda _: None)
    call("DELETE", "/me")
    left = guide.items(guide.viewers_table)

    answer = call("PUT", path, body=body)

    assert (answer.status, answer.code) == (401, "account_erased")
    assert guide.items(guide.viewers_table) == left


def test_user_who_signs_in_elsewhere_goes_by_the_name_of_the_pool(
    guide: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(me, "claims", lambda _: {"sub": "anna", "cognito:username": "ben"})

    assert call("DELETE", "/me").status == 204

    assert sign_ins(guide) == ["anna"]


def test_account_whose_sign_in_cannot_be_removed_is_erased_by_the_next_call(
    guide: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    live(guide, "anna")
    with monkeypatch.context() as patched:
        patched.setenv("USER_POOL_ID", "eu-west-2_missing")
        assert call("DELETE", "/me").status == 503

    assert call("DELETE", "/me").status == 204
    assert (traces(guide, "anna"), sign_ins(guide)) == ([], ["ben"])


def test_large_account_is_erased_in_several_calls(guide: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    live(guide, "anna")
    for number in range(2, 62):
        guide.viewers_table.batch_write(
            puts=[
                {"PK": keys.user("anna"), "SK": f"follow:{number}"},
                {"PK": keys.title(str(number)), "SK": keys.follower("anna")},
            ]
        )
    # Each look at the time takes a second; the function stops after two.
    seconds = iter(range(1_000))
    monkeypatch.setattr(accounts, "time", type("", (), {"time": lambda: next(seconds)}))
    monkeypatch.setattr(me, "time", type("", (), {"time": lambda: next(seconds)}))
    monkeypatch.setattr(me, "ERASING_SECONDS", 2)

    answers = [call("DELETE", "/me")]
    while answers[-1].status != 204:
        assert (answers[-1].status, answers[-1].code) == (503, "not_finished")
        assert "anna" in sign_ins(guide)
        answers.append(call("DELETE", "/me"))

    assert len(answers) > 1
    assert (traces(guide, "anna"), sign_ins(guide)) == ([], ["ben"])


def test_large_choice_leaves_the_counts_in_several_calls(guide: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    live(guide, "ben")
    sources = tuple(map(str, range(130)))
    guide.viewers.replace_preferences("anna", Preferences(sources=(*sources, "203"), genres=("4",)))
    guide.viewers.recount("anna")
    monkeypatch.setattr(viewers, "ATTEMPTS", 1)

    answers = [call("DELETE", "/me") for _ in range(4)]

    assert [each.status for each in answers] == [503, 503, 204, 204]
    assert answers[0].code == "not_finished"
    assert [(each.source_id, each.viewers) for each in guide.viewers.chosen_pairs()] == [("203", 1)]
    assert traces(guide, "anna") == []
