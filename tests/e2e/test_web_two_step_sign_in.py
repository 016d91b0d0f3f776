"""Two-step sign-in: set up in the settings, asked for after the password, turned off again."""

import base64
import hashlib
import hmac
import struct
import time

from playwright.sync_api import Page, expect

from tests.e2e.browser import Visit
from tests.e2e.cloud import Cloud
from tests.e2e.signing_in import sign_out, tokens, welcomed

RIGHT = "aws.cognito.signin.user.admin"


def code_of(secret: str) -> str:
    """Return what an authenticator app shows now (RFC 6238)."""
    mac = hmac.new(base64.b32decode(secret), struct.pack(">Q", int(time.time() // 30)), hashlib.sha1).digest()
    offset = mac[-1] & 15
    return f"{(struct.unpack('>I', mac[offset : offset + 4])[0] & 0x7FFFFFFF) % 10**6:06d}"


def settings(page: Page) -> None:
    page.get_by_role("button", name="Account and settings").click()
    page.get_by_role("menuitem", name="Settings").click()
    expect(page.get_by_role("heading", name="Two-step sign-in")).to_be_visible()


def test_code_is_asked_for_once_it_is_set_up_and_until_it_is_turned_off(visit: Visit, cloud: Cloud) -> None:
    user = cloud.new_user()
    page = visit.sign_in(user)
    settings(page)
    assert RIGHT not in tokens(page)["scope"]

    page.get_by_role("button", name="Set up or turn off").click()
    visit.fill_in(user)
    page.get_by_role("button", name="Set up an authenticator app").click()
    secret = page.get_by_label("Key").inner_text().replace(" ", "")
    expect(page.get_by_role("img", name="QR code with the key")).to_be_visible()
    assert visit.serious_findings() == []
    visit.keep_picture("two-step-sign-in")
    page.get_by_label("Code that the app shows").fill("000000")
    page.get_by_role("button", name="Turn on").click()
    expect(page.get_by_role("alert")).to_contain_text("That code is not right")
    page.get_by_label("Code that the app shows").fill(code_of(secret))
    page.get_by_role("button", name="Turn on").click()

    visit.fill_in(user)
    page.get_by_label("Code").fill(code_of(secret))
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("button", name="Set up or turn off")).to_be_visible()
    assert RIGHT not in tokens(page)["scope"]
    kept = page.evaluate("JSON.stringify({...sessionStorage, ...localStorage})")
    assert secret not in kept
    sign_out(page)

    page.get_by_role("button", name="Sign in").first.click()
    visit.fill_in(user)
    page.get_by_label("Code").fill(code_of(secret))
    page.get_by_role("button", name="Sign in").click()
    welcomed(page)
    settings(page)
    page.get_by_role("button", name="Set up or turn off").click()
    visit.fill_in(user)
    page.get_by_label("Code").fill(code_of(secret))
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Turn off").click()

    visit.fill_in(user)
    expect(page.get_by_role("button", name="Set up or turn off")).to_be_visible()
