"""Who comes from Google is the one user of the same address, whoever came first and however often Cognito asks."""

from collections.abc import Iterator
from typing import Any

import pytest
from ministack.services import cognito

from sign_up_link import handler
from sign_up_link.identity import SignUpRefused, identity_of
from sign_up_link.linking import Standing, standing
from sign_up_link.users import User
from tests.fakes.api_gateway import Context
from tests.fakes.sign_in import PASSWORD, Browser, corrected_cognito
from tests.fakes.user_pool import Died, PoolClient

EMAIL = "new@example.com"
SUBJECT = "000000000000000000042"
KEY = f"Google\x00Cognito_Subject\x00{SUBJECT}"


@pytest.fixture
def browser() -> Iterator[Browser]:
    with corrected_cognito(), Browser() as found:
        yield found


def arrival(pool: str, **changed: Any) -> dict[str, Any]:
    """Return what Cognito asks when somebody comes from Google for the first time."""
    attributes = {"email": EMAIL, "email_verified": "true"} | changed.pop("attributes", {})
    return {
        "triggerSource": "PreSignUp_ExternalProvider",
        "userPoolId": pool,
        "userName": f"Google_{SUBJECT}",
        "request": {"userAttributes": attributes, "validationData": {}},
        "response": {"autoConfirmUser": False, "autoVerifyEmail": False, "autoVerifyPhone": False},
        **changed,
    }


def asked(monkeypatch: pytest.MonkeyPatch, event: dict[str, Any], dies_after: int | None = None) -> list[str]:
    """Ask the function and return the calls that it made."""
    client = PoolClient(dies_after)
    monkeypatch.setenv("IDENTITY_PROVIDER", "Google")
    monkeypatch.setattr(handler.aws, "cognito", lambda: client)
    assert handler.lambda_handler(event, Context()) == event
    return client.calls


def users(browser: Browser) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = cognito._user_pools[browser.pool]["_users"]
    return list(found.values())


def linked(browser: Browser) -> dict[str, str]:
    found: dict[str, str] = cognito._provider_links(cognito._user_pools[browser.pool])
    return found


def attribute(user: dict[str, Any], name: str) -> str:
    return str(cognito._attr_list_to_dict(user["Attributes"]).get(name, ""))


def test_first_arrival_makes_a_user_who_can_choose_a_password(browser: Browser, monkeypatch) -> None:
    asked(monkeypatch, arrival(browser.pool))

    (user,) = users(browser)
    assert (user["UserStatus"], attribute(user, "email_verified")) == ("CONFIRMED", "true")
    assert attribute(user, "email") == EMAIL
    assert linked(browser) == {KEY: user["Username"]}


@pytest.mark.parametrize("email", [EMAIL, "NEW@example.com"], ids=["same letters", "other capitals"])
def test_arrival_is_linked_to_who_has_a_password_and_changes_nothing_else(browser: Browser, monkeypatch, email) -> None:
    browser.send(browser.sign_up(EMAIL), code="123456")
    before = users(browser)[0]["_password"]

    calls = asked(monkeypatch, arrival(browser.pool, attributes={"email": email}))

    (user,) = users(browser)
    assert calls == ["admin_get_user", "admin_link_provider_for_user"]
    assert user["_password"] == before == PASSWORD
    assert linked(browser) == {KEY: user["Username"]}


def test_who_typed_the_address_of_another_is_locked_out_when_its_owner_comes(browser: Browser, monkeypatch) -> None:
    browser.sign_up(EMAIL)
    assert users(browser)[0]["UserStatus"] == "UNCONFIRMED"

    asked(monkeypatch, arrival(browser.pool))

    (user,) = users(browser)
    assert (user["UserStatus"], attribute(user, "email_verified")) == ("CONFIRMED", "true")
    assert user["_password"] != PASSWORD
    assert linked(browser) == {KEY: user["Username"]}
    refused = browser.send(browser.open("/login"), username=EMAIL, password=PASSWORD)
    assert "Incorrect username or password." in refused.text


def test_an_invitation_that_nobody_has_used_is_taken_up(browser: Browser, monkeypatch) -> None:
    cognito._admin_create_user({"UserPoolId": browser.pool, "Username": EMAIL, "TemporaryPassword": PASSWORD})

    asked(monkeypatch, arrival(browser.pool))

    (user,) = users(browser)
    assert user["UserStatus"] == "CONFIRMED"
    assert user["_password"] != PASSWORD


def test_user_of_an_unproven_address_is_not_given_away(browser: Browser, monkeypatch) -> None:
    browser.send(browser.sign_up(EMAIL), code="123456")
    (user,) = users(browser)
    doubt = [{"Name": "email_verified", "Value": "false"}]
    user["Attributes"] = cognito._merge_attributes(user["Attributes"], doubt)

    with pytest.raises(SignUpRefused, match="has not proven it"):
        asked(monkeypatch, arrival(browser.pool))

    assert linked(browser) == {}
    assert user["_password"] == PASSWORD


def test_account_that_was_closed_stays_closed(browser: Browser, monkeypatch) -> None:
    browser.send(browser.sign_up(EMAIL), code="123456")
    cognito._admin_disable_user({"UserPoolId": browser.pool, "Username": EMAIL})

    with pytest.raises(SignUpRefused, match="closed"):
        asked(monkeypatch, arrival(browser.pool))

    assert linked(browser) == {}


@pytest.mark.parametrize("attributes", [{"email_verified": "false"}, {"email_verified": None}, {"email": ""}])
def test_address_that_google_has_not_verified_makes_no_user(browser: Browser, monkeypatch, attributes) -> None:
    with pytest.raises(SignUpRefused, match="Google has not verified your e-mail address"):
        asked(monkeypatch, arrival(browser.pool, attributes=attributes))

    assert users(browser) == []


@pytest.mark.parametrize("name", ["Facebook_1", "Google_", "Google", ""])
def test_identity_of_no_provider_that_is_known_is_refused(name: str) -> None:
    with pytest.raises(SignUpRefused, match="does not know this way"):
        identity_of(arrival("pool", userName=name), "Google")


def test_name_that_cognito_made_small_is_linked_under_the_name_in_the_pool() -> None:
    identity = identity_of(arrival("pool", userName="google_1_2"), "Google")

    assert (identity.provider, identity.subject) == ("Google", "1_2")


@pytest.mark.parametrize("source", ["PreSignUp_SignUp", "PreSignUp_AdminCreateUser"])
def test_sign_up_with_a_password_goes_its_own_way(browser: Browser, monkeypatch, source: str) -> None:
    assert asked(monkeypatch, arrival(browser.pool, triggerSource=source)) == []


def test_second_asking_changes_nothing(browser: Browser, monkeypatch) -> None:
    asked(monkeypatch, arrival(browser.pool))
    before = [dict(each) for each in users(browser)]

    assert asked(monkeypatch, arrival(browser.pool)) == ["admin_get_user"]
    assert users(browser) == before


@pytest.mark.parametrize("signed_up", [False, True], ids=["nobody there", "not confirmed"])
@pytest.mark.parametrize("calls", [1, 2, 3, 4])
def test_function_that_dies_after_any_call_is_finished_by_the_next(
    browser: Browser, monkeypatch, signed_up: bool, calls: int
) -> None:
    if signed_up:
        browser.sign_up(EMAIL)
    with pytest.raises(Died):
        asked(monkeypatch, arrival(browser.pool), dies_after=calls)

    asked(monkeypatch, arrival(browser.pool))

    (user,) = users(browser)
    assert (user["UserStatus"], attribute(user, "email_verified")) == ("CONFIRMED", "true")
    assert user["_password"] != PASSWORD
    assert linked(browser) == {KEY: user["Username"]}


def test_user_whom_another_asking_has_made_meanwhile_is_taken(browser: Browser, monkeypatch) -> None:
    find = cognito._admin_get_user

    def not_yet(data: dict[str, Any]) -> Any:
        answer = find(data)
        cognito._admin_create_user(data)
        return answer

    monkeypatch.setattr(cognito, "_admin_get_user", not_yet)
    calls = asked(monkeypatch, arrival(browser.pool))

    assert calls[:3] == ["admin_get_user", "admin_create_user", "admin_get_user"]
    assert len(users(browser)) == len(linked(browser)) == 1


@pytest.mark.parametrize(
    ("status", "proven", "enabled", "expected"),
    [
        ("CONFIRMED", True, True, Standing.PROVEN),
        ("RESET_REQUIRED", True, True, Standing.PROVEN),
        ("CONFIRMED", False, True, Standing.DOUBTFUL),
        ("UNCONFIRMED", False, True, Standing.UNUSED),
        ("FORCE_CHANGE_PASSWORD", True, True, Standing.UNUSED),
        ("EXTERNAL_PROVIDER", True, True, Standing.DOUBTFUL),
        ("COMPROMISED", True, True, Standing.DOUBTFUL),
        ("CONFIRMED", True, False, Standing.CLOSED),
    ],
)
def test_claim_to_an_address_is_worth(status: str, proven: bool, enabled: bool, expected: Standing) -> None:
    assert standing(User("1", status, enabled, proven, frozenset())) is expected
