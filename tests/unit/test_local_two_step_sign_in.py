"""Two-step sign-in in the local cloud: set up with the access token, asked for on the sign-in pages."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from ministack.services import cognito

from tests.fakes.sign_in import PASSWORD, Browser, alert, corrected_cognito, told

EMAIL = "new@example.com"


@pytest.fixture
def browser() -> Iterator[Browser]:
    with corrected_cognito(), Browser() as found:
        yield found


def asked(operation: str, **sent: Any) -> dict[str, Any]:
    status, _, body = getattr(cognito, f"_{operation}")(sent)
    assert status == 200, body
    answer: dict[str, Any] = json.loads(body)
    return answer


def set_up(browser: Browser) -> str:
    """Sign up, set an authenticator app up, and return its secret."""
    token = browser.redeem(browser.send(browser.sign_up(EMAIL), code="123456")).json()["access_token"]
    secret = asked("associate_software_token", AccessToken=token)["SecretCode"]
    asked("verify_software_token", AccessToken=token, UserCode=cognito._totp_code(secret))
    asked("set_user_mfa_preference", AccessToken=token, SoftwareTokenMfaSettings={"Enabled": True})
    return str(secret)


def test_code_of_the_app_is_asked_for_after_the_password(browser: Browser) -> None:
    secret = set_up(browser)
    asks = browser.send(browser.open("/login"), username=EMAIL, password=PASSWORD)
    assert "authenticator app" in asks.text

    wrong = browser.send(asks, code="000000" if cognito._totp_code(secret) != "000000" else "111111")
    assert alert(wrong) == "Invalid code."

    told(browser.send(wrong, code=cognito._totp_code(secret)))


def test_code_is_not_asked_for_before_the_password_is_right(browser: Browser) -> None:
    set_up(browser)

    assert alert(browser.send(browser.open("/login"), username=EMAIL, password="another"))


def test_who_has_turned_it_off_needs_the_password_alone(browser: Browser) -> None:
    set_up(browser)
    (user,) = cognito._user_pools[browser.pool]["_users"].values()
    cognito._apply_mfa_preference(user, {"SoftwareTokenMfaSettings": {"Enabled": False}})

    told(browser.send(browser.open("/login"), username=EMAIL, password=PASSWORD))
