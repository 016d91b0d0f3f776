"""One person who comes with a password and from Google, in front of the pages of the local cloud, function included."""

import html
import re
from collections.abc import Iterator

import httpx
import pytest
from ministack.services import cognito

from tests.fakes.sign_in import ASKED, PASSWORD, Browser, claims, told
from tests.fakes.user_pool import PoolClient, asked_before_sign_up
from tests.unit.test_local_google_sign_in import browser, google, with_google

ADA = "ada@example.com"
__all__ = ["browser", "google"]


@pytest.fixture
def linking(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> Iterator[PoolClient]:
    client = PoolClient()
    with asked_before_sign_up(monkeypatch, browser.pool, client):
        yield client


def back_from_google(browser: Browser, google: httpx.Client) -> httpx.Response:
    return browser.http.get(with_google(browser, google).headers["location"])


def subject(browser: Browser, back: httpx.Response) -> str:
    return str(claims(browser.redeem(back).json()["id_token"])["sub"])


def test_sign_in_that_links_fails_in_the_words_of_aws_and_the_next_one_works(browser, google, linking) -> None:
    first = told(back_from_google(browser, google))
    assert re.fullmatch("Already found an entry for username Google_[0-9]{21}", first["error_description"])
    assert (first["error"], first["state"]) == ("invalid_request", ASKED["state"])

    found = claims(browser.redeem(back_from_google(browser, google)).json()["id_token"])

    assert (found["email"], found["email_verified"]) == (ADA, True)
    assert found["cognito:username"] == found["sub"]


def test_password_first_then_google_is_one_viewer(browser, google, linking) -> None:
    with_password = subject(browser, browser.send(browser.sign_up(ADA), code="123456"))
    back_from_google(browser, google)

    assert subject(browser, back_from_google(browser, google)) == with_password
    assert subject(browser, browser.send(browser.open("/login"), username=ADA, password=PASSWORD)) == with_password


def test_google_first_then_a_password_is_one_viewer(browser, google, linking) -> None:
    back_from_google(browser, google)
    from_google = subject(browser, back_from_google(browser, google))
    page = browser.sign_up(ADA)
    assert "User already exists." in html.unescape(page.text)

    page = browser.send(browser.open("/forgotPassword"), username=ADA)
    chosen = browser.send(page, code="654321", password="Watch-tonight-7")

    assert subject(browser, chosen) == from_google


def test_app_hears_why_the_function_refused(browser, google, linking) -> None:
    browser.send(browser.sign_up(ADA), code="123456")
    cognito._admin_disable_user({"UserPoolId": browser.pool, "Username": ADA})

    refused = told(back_from_google(browser, google))

    assert refused["error_description"] == "PreSignUp failed with error This account has been closed.."
    assert refused["error"] == "invalid_request"


def test_who_was_erased_comes_back_as_somebody_new(browser, google, linking) -> None:
    back_from_google(browser, google)
    before = subject(browser, back_from_google(browser, google))
    cognito._admin_delete_user({"UserPoolId": browser.pool, "Username": ADA})

    assert "Already found" in told(back_from_google(browser, google))["error_description"]
    assert subject(browser, back_from_google(browser, google)) != before


def test_function_is_asked_before_an_operator_makes_a_user_too(browser, linking, monkeypatch) -> None:
    sources = []
    original = cognito._apply_presignup_trigger

    def noted(*of: str, trigger_source: str) -> object:
        sources.append(trigger_source)
        return original(*of, trigger_source=trigger_source)

    monkeypatch.setattr(cognito, "_apply_presignup_trigger", noted)
    invited = {"UserPoolId": browser.pool, "Username": ADA, "TemporaryPassword": PASSWORD}
    assert cognito._admin_create_user(invited)[0] == 200
    assert cognito._admin_create_user(invited | {"MessageAction": "RESEND"})[0] == 200

    assert sources == ["PreSignUp_AdminCreateUser"]
