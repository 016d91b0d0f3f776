"""The sign-in pages of the local cloud, asked as a browser and the web app ask them."""

import re
from collections.abc import Iterator

import pytest
from ministack.services import cognito

from local import patched_cognito
from tests.fakes.sign_in import ASKED, PASSWORD, Browser, alert, claims, corrected_cognito, told


@pytest.fixture
def browser() -> Iterator[Browser]:
    with corrected_cognito(), Browser() as found:
        yield found


@pytest.mark.parametrize("path", ["/login", "/oauth2/authorize", "/signup", "/forgotPassword"])
def test_pages_are_whole_labelled_and_without_other_files(browser: Browser, path: str) -> None:
    page = browser.open(path).text
    inputs = re.findall(r'<input id="(\w+)"', page)

    assert '<html lang="en">' in page
    assert page.count("<h1>") == page.count("<main>") == 1
    assert inputs
    assert all(f'<label for="{name}">' in page for name in inputs)
    assert not re.search(r"<script|stylesheet|src=|url\(", page)


@pytest.mark.parametrize("path", ["/login", "/signup", "/forgotPassword"])
def test_pages_are_for_apps_at_their_own_address_only(browser: Browser, path: str) -> None:
    assert browser.open(path, redirect_uri="http://evil.example/").status_code == 400
    assert browser.open(path, client_id="nobody").status_code == 400


def test_sign_up_says_what_is_wrong_and_keeps_the_address(browser: Browser) -> None:
    page = browser.send(browser.open("/signup"), username="new@example.com", password="short")

    assert "Password must have length greater than or equal to 12" in alert(page)
    assert 'value="new@example.com"' in page.text
    assert "At least 12 characters, among them a digit." in page.text


def test_sign_up_goes_on_to_the_app_once_the_code_is_right(browser: Browser) -> None:
    asks_for_code = browser.sign_up()
    assert "the code is 123456" in asks_for_code.text

    wrong = browser.send(asks_for_code, code="111111")
    assert alert(wrong) == "Invalid verification code provided, please try again."
    back = browser.send(wrong, code=" 123456 ")

    assert told(back)["state"] == ASKED["state"]
    assert browser.redeem(back, code_verifier="another").json()["error"] == "invalid_grant"
    found = claims(browser.redeem(back).json()["id_token"])
    assert (found["email"], found["email_verified"], found["nonce"]) == ("new@example.com", True, "n-1")


def test_code_page_is_good_once(browser: Browser) -> None:
    page = browser.sign_up()
    browser.send(page, code="123456")

    assert browser.send(page, code="123456").status_code == 400
    assert browser.http.post("/confirm", data=browser.asked | {"code": "123456"}).status_code == 400


def test_address_in_other_capitals_is_the_same(browser: Browser) -> None:
    browser.send(browser.sign_up("New@example.com"), code="123456")

    assert alert(browser.sign_up("new@Example.com")) == "User already exists."
    told(browser.send(browser.open("/login"), username="NEW@example.com", password=PASSWORD))


def test_who_has_not_confirmed_is_asked_for_the_code_when_signing_in(browser: Browser) -> None:
    browser.sign_up()
    page = browser.open("/login")

    assert alert(browser.send(page, username="new@example.com", password="another")) != ""
    told(browser.send(browser.send(page, username="new@example.com", password=PASSWORD), code="123456"))


def test_forgotten_password_is_replaced(browser: Browser) -> None:
    browser.send(browser.sign_up(), code="123456")
    page = browser.send(browser.open("/forgotPassword"), username="new@example.com")
    assert "the code is 654321" in page.text

    page = browser.send(page, code="1", password="Watch-tonight-7")
    assert alert(page) == "Invalid verification code provided, please try again."
    told(browser.send(page, code="654321", password="Watch-tonight-7"))
    told(browser.send(browser.open("/login"), username="new@example.com", password="Watch-tonight-7"))


def test_nobody_learns_whether_somebody_has_an_account(browser: Browser) -> None:
    page = browser.send(browser.open("/forgotPassword"), username="nobody@example.com")

    assert alert(browser.send(page, code="654321", password=PASSWORD)).startswith("Invalid verification code")


def test_renewed_token_has_the_groups_too(browser: Browser) -> None:
    back = browser.send(browser.sign_up(), code="123456")
    cognito._create_group({"UserPoolId": browser.pool, "GroupName": "admin"})
    member = {"UserPoolId": browser.pool, "Username": "new@example.com", "GroupName": "admin"}
    cognito._admin_add_user_to_group(member)
    tokens = browser.redeem(back).json()

    renewed = browser.tokens(grant_type="refresh_token", refresh_token=tokens["refresh_token"]).json()

    assert claims(tokens["id_token"])["cognito:groups"] == ["admin"]
    assert claims(renewed["id_token"])["cognito:groups"] == ["admin"]
    assert claims(renewed["id_token"])["email"] == "new@example.com"


def test_renewed_token_says_when_the_user_signed_in(browser: Browser, monkeypatch) -> None:
    tokens = browser.redeem(browser.send(browser.sign_up(), code="123456")).json()
    before, later = claims(tokens["id_token"]), claims(tokens["id_token"])["iat"] + 60
    monkeypatch.setattr(patched_cognito.time, "time", lambda: later)

    renewed = browser.tokens(grant_type="refresh_token", refresh_token=tokens["refresh_token"]).json()

    for token in (claims(renewed["id_token"]), claims(renewed["access_token"])):
        assert (token["iat"], token["auth_time"]) == (later, before["auth_time"])


def test_refresh_token_ends_with_its_time_or_when_it_is_revoked(browser: Browser, monkeypatch) -> None:
    tokens = browser.redeem(browser.send(browser.sign_up(), code="123456")).json()
    token, client = tokens["refresh_token"], browser.asked["client_id"]

    def renew(sent: str) -> tuple[int, str | None]:
        answer = browser.tokens(grant_type="refresh_token", refresh_token=sent)
        return answer.status_code, answer.json().get("error")

    def revoke(**form: str) -> tuple[int, str]:
        answer = browser.http.post("/oauth2/revoke", data=form)
        assert answer.headers["access-control-allow-origin"] == "*"
        return answer.status_code, answer.text

    with monkeypatch.context() as later:
        later.setattr(patched_cognito.time, "time", lambda: claims(token)["exp"])
        assert renew(token) == (400, "invalid_grant")
    assert renew("rubbish") == (400, "invalid_grant")
    assert revoke(client_id=client) == (400, '{"error": "invalid_request"}')
    assert revoke(token=token, client_id="another") == (401, '{"error": "invalid_client"}')
    assert revoke(token=tokens["id_token"], client_id=client) == (400, '{"error": "unsupported_token_type"}')
    assert renew(token) == (200, None)
    assert revoke(token=token, client_id=client) == (200, "")
    assert renew(token) == (400, "invalid_grant")
