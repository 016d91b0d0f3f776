"""What browser tests about signing in have in common: the stand-in for Google, and what a tab keeps of a session."""

import json
from typing import Any

from playwright.sync_api import Page, expect

# The web app's own user pool client keeps its tokens here.
TOKENS = "Object.keys(sessionStorage).find((key) => key.startsWith('oidc.user:'))"


def welcomed(page: Page) -> None:
    """Expect what somebody sees who is new."""
    expect(page.get_by_role("heading", name="Welcome to Marquee")).to_be_visible()


def tokens(page: Page) -> dict[str, Any]:
    """Return what the tab keeps of a session."""
    found: dict[str, Any] = json.loads(page.evaluate(f"sessionStorage.getItem({TOKENS})"))
    return found


def come_from_google(page: Page, email: str, *, links: bool = False) -> None:
    """Sign in with Google from the app's first page; where that `links` two users, the app asks Google once more."""
    page.get_by_role("button", name="Continue with Google").click()
    choose_account(page, email)
    if links:
        choose_account(page, email)


def choose_account(page: Page, email: str) -> None:
    """Choose an account on the page that stands in for Google's, and leave that page."""
    expect(page.get_by_role("heading", name="Choose an account")).to_be_visible()
    asked = page.url
    page.get_by_label("Another e-mail address").fill(email)
    page.get_by_role("button", name="Next").click()
    page.wait_for_url(lambda url: url != asked and not url.endswith("/oidc/authorize"))


def sign_out(page: Page, email: str | None = None) -> None:
    """Sign out, in the app and at the pool; who is signed in is looked at if an address is given."""
    page.get_by_role("button", name="Account and settings").click()
    if email:
        expect(page.get_by_text(email)).to_be_visible()
    page.get_by_role("menuitem", name="Sign out").click()
    expect(page.get_by_role("button", name="Continue with Google")).to_be_visible()
