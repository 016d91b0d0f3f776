"""How people become users of the web app, and how long they stay signed in."""

import re
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from local.users import DemoUser
from tests.e2e.browser import Visit
from tests.e2e.cloud import Cloud
from tests.e2e.signing_in import TOKENS, come_from_google, sign_out, tokens, welcomed
from tests.waiting import wait_until

pytestmark = pytest.mark.usefixtures("awake")

CONFIRMATION_CODE = "123456"
LONG_AGO = 1_700_000_000
RENEWED_SECONDS = 20


def test_who_signs_up_confirms_the_address_and_is_welcomed(visit: Visit) -> None:
    email = f"{uuid4().hex}@marquee.local"
    page = visit.open()
    page.get_by_role("button", name="Create an account").click()
    expect(page.get_by_role("heading", name="Create an account")).to_be_visible()
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill("too-short")
    page.get_by_role("button", name="Sign up").click()
    expect(page.get_by_role("alert")).to_be_visible()

    page.get_by_label("Password").fill("Watch-tonight-1")
    page.get_by_role("button", name="Sign up").click()
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Code").fill(CONFIRMATION_CODE)
    page.get_by_role("button", name="Confirm").click()

    welcomed(page)
    page.get_by_role("button", name="Account and settings").click()
    expect(page.get_by_text(email)).to_be_visible()
    page.get_by_role("menuitem", name="Sign out").click()
    page.get_by_role("button", name="Sign in").first.click()
    visit.fill_in(DemoUser(email))
    welcomed(page)


def test_who_comes_from_google_is_welcomed_and_known_the_next_time(visit: Visit) -> None:
    email = f"{uuid4().hex}@example.com"
    page = visit.open()
    for is_first in (True, False):
        come_from_google(page, email, links=is_first)

        welcomed(page)
        sign_out(page, email)


def test_who_changes_their_mind_at_google_is_told_that_it_did_not_work(visit: Visit, cloud: Cloud) -> None:
    page = visit.open("/callback?error=access_denied&state=unknown")

    expect(page.get_by_role("heading", name="Signing in did not work")).to_be_visible()
    page.get_by_role("button", name="Try again").click()
    visit.fill_in(cloud.new_user())
    welcomed(page)


@pytest.mark.parametrize("is_refused", [True, False], ids=["refused by the API", "still taken by the API"])
def test_token_that_ran_out_while_the_computer_slept_is_renewed_unseen(
    visit: Visit, cloud: Cloud, is_refused: bool
) -> None:
    page = visit.sign_in(cloud.new_user(), "/following")
    expect(page.get_by_text("You follow nothing yet")).to_be_visible()
    change_tokens(page, {"expires_at": LONG_AGO} | ({"id_token": refused(page)} if is_refused else {}))

    page.reload()

    expect(page.get_by_text("You follow nothing yet")).to_be_visible()
    wait_until(lambda: tokens(page)["expires_at"] > LONG_AGO, RENEWED_SECONDS, "the tokens to be renewed")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("tab", name="Watched").click()
    expect(page.get_by_text("Nothing marked as watched")).to_be_visible()


def test_token_that_is_refused_in_the_middle_of_a_visit_is_renewed_unseen(visit: Visit, cloud: Cloud) -> None:
    page = visit.sign_in(cloud.new_user(), "/following")
    expect(page.get_by_text("You follow nothing yet")).to_be_visible()
    bad = refused(page)
    change_tokens(page, {"id_token": bad})

    page.get_by_role("tab", name="Hidden").click()

    expect(page.get_by_text("Nothing is hidden")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)
    assert tokens(page)["id_token"] != bad


def test_session_goes_on_after_the_sign_in_could_not_be_reached(visit: Visit, cloud: Cloud) -> None:
    page = visit.sign_in(cloud.new_user(), "/following")
    expect(page.get_by_text("You follow nothing yet")).to_be_visible()
    change_tokens(page, {"id_token": refused(page)})
    page.route("**/oauth2/token", lambda route: route.abort())

    page.get_by_role("tab", name="Hidden").click()
    expect(page.get_by_role("alert")).to_contain_text("Marquee could not be reached")
    expect(page.get_by_role("dialog")).to_have_count(0)

    page.unroute_all()
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("Nothing is hidden")).to_be_visible()


def test_session_that_was_ended_elsewhere_says_so_and_signing_in_leads_back(visit: Visit, cloud: Cloud) -> None:
    user = cloud.new_user()
    page = visit.sign_in(user, "/following?tab=watched")
    expect(page.get_by_text("Nothing marked as watched")).to_be_visible()
    revoked = page.request.post(
        f"{cloud.outputs.aws_endpoint_url}/oauth2/revoke",
        form={"token": tokens(page)["refresh_token"], "client_id": tokens(page)["profile"]["aud"]},
    )
    assert revoked.ok
    change_tokens(page, {"id_token": refused(page)})

    page.get_by_role("tab", name="Rated").click()

    ended = page.get_by_role("dialog", name="Your session has ended")
    expect(ended).to_be_visible()
    page.keyboard.press("Escape")
    expect(ended).to_be_visible()
    visit.keep_picture("session-ended")
    assert visit.serious_findings() == []
    ended.get_by_role("button", name="Sign in again").click()
    visit.fill_in(user)
    page.wait_for_url(re.compile(r"/following\?tab=rated$"))
    expect(page.get_by_text("You have rated nothing yet")).to_be_visible()


def refused(page: Page) -> str:
    """Return the ID token of a session with another signature than its own."""
    text: str = tokens(page)["id_token"]
    return text.rpartition(".")[0] + ".AAAA"


def change_tokens(page: Page, changes: dict[str, Any]) -> None:
    """Change what the tab keeps of a session, as time or somebody else would."""
    page.evaluate(
        f"(kept) => sessionStorage.setItem({TOKENS}, JSON.stringify(kept))",
        {**tokens(page), **changes},
    )
