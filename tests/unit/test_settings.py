"""`GET` and `PUT /settings`: how the viewer wants to be served."""

from functools import partial
from typing import Any

import pytest

from guide_api import stores
from marquee import settings
from marquee.errors import AccountErased, Conflict
from marquee.models.viewers import Preferences, Profile, Settings
from marquee.repositories.viewers import ViewerRepository
from tests.fakes.api_gateway import Answer, call
from tests.fakes.viewers_table import ViewersTable
from tests.unit.conftest import Cloud

CHOICE = Preferences(sources=("203",), genres=("4",))


@pytest.fixture
def guide(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Cloud:
    for store in vars(stores).values():
        if hasattr(store, "cache_clear"):
            store.cache_clear()
    monkeypatch.setenv("REGIONS", "GB,US")
    monkeypatch.setenv("EMAIL_SENDER", "marquee@example.test")
    return cloud


def change(**body: Any) -> Answer:
    return call("PUT", "/settings", body=body)


def digests(cloud: Cloud) -> set[tuple[str, str]]:
    return {key for key in cloud.items(cloud.viewers_table) if key[0].startswith("digest:")}


def test_viewer_who_set_nothing_has_the_first_country_and_no_e_mails(guide: Cloud) -> None:
    assert call("GET", "/settings").json == {
        "region": "GB",
        "regions": ["GB", "US"],
        "email_digest": "off",
        "email_available": True,
    }


def test_only_what_is_named_changes(guide: Cloud) -> None:
    answers = [change(region="US"), change(email_digest="weekly"), change(), change(region=None)]

    assert [(each.status, each.body or "") for each in answers] == [(204, "")] * 4
    found = call("GET", "/settings").json
    assert (found["region"], found["email_digest"]) == ("US", "weekly")
    assert call("GET", "/settings", user="ben").json["region"] == "GB"


def test_viewer_is_among_those_of_one_frequency_or_of_none(guide: Cloud) -> None:
    seen = []
    for frequency in ("daily", "daily", "weekly", "off", "off"):
        change(email_digest=frequency)
        seen.append(digests(guide))

    daily, weekly = {("digest:daily", "user:anna")}, {("digest:weekly", "user:anna")}
    assert seen == [daily, daily, weekly, set(), set()]


def test_country_no_longer_served_becomes_the_first_one(guide: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    change(region="US")
    monkeypatch.setenv("REGIONS", "GB")
    settings.regions.cache_clear()

    assert call("GET", "/settings").json["region"] == "GB"


@pytest.mark.parametrize(
    ("body", "code", "shown"),
    [
        pytest.param({"region": "FR"}, "unknown_region", "FR", id="country not served"),
        pytest.param({"region": "gb"}, "unknown_region", "gb", id="small letters"),
        pytest.param({"region": 1}, "invalid_input", "1", id="country a number"),
        pytest.param({"email_digest": "hourly"}, "invalid_input", "hourly", id="unknown frequency"),
        pytest.param({"colour": "red"}, "invalid_input", "colour", id="unknown field"),
        pytest.param([], "invalid_input", "body", id="no object"),
        pytest.param(None, "invalid_input", "body", id="nothing"),
    ],
)
def test_unusable_settings_are_refused_and_nothing_changes(guide: Cloud, body: object, code: str, shown: str) -> None:
    answer = call("PUT", "/settings", body=body)

    assert (answer.status, answer.code) == (400, code), answer.body
    assert shown in answer.body
    assert guide.items(guide.viewers_table) == {}


def test_e_mails_are_refused_where_none_can_be_sent(guide: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    change(email_digest="daily")
    monkeypatch.delenv("EMAIL_SENDER")

    refused = change(email_digest="weekly")

    assert (refused.status, refused.code) == (400, "email_not_configured")
    assert not call("GET", "/settings").json["email_available"]
    assert change(email_digest="off").status == 204
    assert digests(guide) == set()


def test_settings_need_an_id_token(guide: Cloud) -> None:
    assert call("GET", "/settings", user=None).status == 401
    assert call("PUT", "/settings", user=None, body={"region": "GB"}).status == 401


@pytest.mark.parametrize("settings_first", [True, False])
def test_choice_and_settings_changed_at_once_both_survive(settings_first: bool) -> None:
    table = ViewersTable()
    viewers = ViewerRepository(table)
    choose = partial(viewers.replace_preferences, "anna", CHOICE)
    change = partial(viewers.change_settings, "anna", region="US", email_digest="daily")
    first, second = (choose, change) if settings_first else (change, choose)
    table.meanwhile = [first]

    second()

    assert viewers.profile("anna") == Profile(preferences=CHOICE, settings=Settings(region="US", email_digest="daily"))
    assert ("digest:daily", "user:anna") in table.stored


def test_two_frequencies_set_at_once_leave_one_row() -> None:
    table = ViewersTable()
    viewers = ViewerRepository(table)
    table.meanwhile = [partial(viewers.change_settings, "anna", email_digest="weekly")]

    viewers.change_settings("anna", email_digest="daily")

    assert [pk for pk, _ in table.stored if pk.startswith("digest:")] == ["digest:daily"]


def test_settings_that_others_keep_changing_give_up_loudly() -> None:
    table = ViewersTable()
    viewers = ViewerRepository(table)
    table.meanwhile = [partial(viewers.change_settings, "anna", region=f"R{n}") for n in range(100)]

    with pytest.raises(Conflict):
        viewers.change_settings("anna", email_digest="daily")


def test_erased_viewer_sets_nothing(cloud: Cloud) -> None:
    stores.accounts.cache_clear()
    stores.viewers_table.cache_clear()
    stores.accounts().erase("anna", cloud.viewers, deadline=float("inf"))
    left = cloud.items(cloud.viewers_table)

    with pytest.raises(AccountErased):
        cloud.viewers.change_settings("anna", email_digest="daily")
    with pytest.raises(AccountErased):
        cloud.viewers.replace_preferences("anna", CHOICE)
    assert cloud.items(cloud.viewers_table) == left
