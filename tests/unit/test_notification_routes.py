"""`GET /notifications` and reading them."""

import base64
from typing import Any

import pytest

from guide_api import stores
from marquee.models.reference import Source
from tests.fakes.api_gateway import call
from tests.fakes.changes import change, hours_ago, new_season
from tests.fakes.titles import details, title
from tests.unit.conftest import Cloud


@pytest.fixture
def guide(cloud: Cloud) -> Cloud:
    for store in vars(stores).values():
        if hasattr(store, "cache_clear"):
            store.cache_clear()
    cloud.reference.reconcile_sources([Source(id="203", name="Netflix", type="sub", regions=("GB",))], ["GB"], ["GB"])
    return cloud


def tell(*changes: Any, user: str = "anna") -> None:
    for each in changes:
        stores.inbox().tell(each, {user: False})


def listed(**query: Any) -> Any:
    answer = call("GET", "/notifications", query=query)
    assert answer.status == 200, answer.body
    return answer.json


def test_notification_tells_all_of_a_change_with_the_poster_and_the_name_of_today(guide: Cloud) -> None:
    guide.titles.apply("11", lambda _: title("11", details=details(poster="https://p")))
    news = change(hours=2)
    tell(news)

    (found,) = listed()["notifications"]

    assert abs(len(found.pop("id")) - 56) < 3
    assert found.pop("expires_at") > hours_ago(-24 * 89)
    assert found == {
        "kind": "arrived",
        "at": news.at,
        "title_id": "11",
        "title": "Title 11",
        "year": 2020,
        "type": "movie",
        "poster": "https://p",
        "source_id": "203",
        "source_name": "Netflix",
        "region": "GB",
        "season": None,
        "provider": "watchmode",
        "read": False,
        "read_at": None,
    }


def test_new_season_has_neither_service_nor_region_and_a_lost_title_no_poster(guide: Cloud) -> None:
    tell(new_season(season=4))

    (found,) = listed()["notifications"]

    names = ("kind", "season", "source_id", "source_name", "region", "poster")
    assert tuple(found[name] for name in names) == ("new_season", 4, None, None, None, None)


def test_reading_one_is_idempotent_and_takes_it_from_the_unread(guide: Cloud) -> None:
    tell(change(hours=1), change("12", hours=2))
    tell(change(hours=1), user="ben")
    first, second = (each["id"] for each in listed()["notifications"])

    answers = [call("POST", f"/notifications/{first}/read") for _ in range(2)]

    assert [each.status for each in answers] == [204, 204]
    found = listed()
    assert found["unread"] == 1
    assert [(each["id"], each["read"], each["read_at"] is None) for each in found["notifications"]] == [
        (first, True, False),
        (second, False, True),
    ]
    assert [each["id"] for each in listed(unread="true")["notifications"]] == [second]
    assert call("GET", "/notifications", user="ben").json["unread"] == 1


def test_reading_all_leaves_nothing_unread(guide: Cloud) -> None:
    tell(*(change(str(number), hours=number) for number in range(1, 6)))

    assert call("POST", "/notifications/read").status == 204

    found = listed(unread="true")
    assert (found["notifications"], found["unread"], found["next"]) == ([], 0, None)
    assert len(listed()["notifications"]) == 5


@pytest.mark.parametrize("unread", ["true", "false"])
def test_pages_hold_everything_once(guide: Cloud, unread: str) -> None:
    tell(*(change(str(number), hours=number) for number in range(1, 6)))

    found, cursor = [], None
    while True:
        page = listed(unread=unread, limit="2", **({"next": cursor} if cursor else {}))
        found += [each["title_id"] for each in page["notifications"]]
        assert page["unread"] == 5
        if (cursor := page["next"]) is None:
            break

    assert found == ["1", "2", "3", "4", "5"]


def word(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "unknown", ["x", "%%%", "é", word("2026-11-01T00:00:00.000Z#0123456789abcdef"), word("calendar"), word("~" * 30)]
)
def test_unknown_notification_is_not_found(guide: Cloud, unknown: str) -> None:
    answer = call("POST", f"/notifications/{unknown}/read")

    assert (answer.status, answer.code) == (404, "not_found")


def test_notification_of_somebody_else_is_not_found(guide: Cloud) -> None:
    tell(change(), user="ben")
    (theirs,) = call("GET", "/notifications", user="ben").json["notifications"]

    assert call("POST", f"/notifications/{theirs['id']}/read").status == 404
    assert call("GET", "/notifications", user="ben").json["unread"] == 1


@pytest.mark.parametrize(
    ("query", "code"),
    [
        pytest.param({"limit": "0"}, "invalid_input", id="limit too small"),
        pytest.param({"limit": "101"}, "invalid_input", id="limit too large"),
        pytest.param({"unread": "perhaps"}, "invalid_input", id="neither true nor false"),
        pytest.param({"next": "x"}, "invalid_cursor", id="no cursor"),
        pytest.param({"next": word('["notifications", "2026"]')}, "invalid_cursor", id="no place in an inbox"),
        pytest.param({"next": word('["unread", "2026"]')}, "invalid_cursor", id="cursor of another list"),
        pytest.param({"kind": "arrived"}, "unknown_parameter", id="unknown parameter"),
    ],
)
def test_bad_input_is_refused(guide: Cloud, query: dict[str, str | list[str]], code: str) -> None:
    answer = call("GET", "/notifications", query=query)

    assert (answer.status, answer.code) == (400, code)


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/notifications"), ("POST", "/notifications/read"), ("POST", "/notifications/x/read")]
)
def test_inbox_is_for_those_who_have_signed_in(guide: Cloud, method: str, path: str) -> None:
    assert call(method, path, user=None).status == 401
