"""How people get into the web app, and what happens when their session ends."""

import re

from playwright.sync_api import expect

from tests.e2e.browser import Visit
from tests.e2e.cloud import Cloud


def test_viewer_signs_in_sees_the_guide_and_signs_out(visit: Visit, cloud: Cloud):
    page = visit.sign_in(cloud.outputs.user("viewer"))

    expect(page.get_by_role("heading", name="For you")).to_be_visible()
    assert "code=" not in page.url
    assert page.evaluate("Object.keys(localStorage).filter((key) => !key.startsWith('mantine'))") == []

    page.get_by_role("button", name="Account and settings").click()
    page.get_by_role("menuitem", name="Sign out").click()

    expect(page.get_by_role("button", name="Create an account")).to_be_visible()
    page.reload()
    expect(page.get_by_role("button", name="Create an account")).to_be_visible()


def test_wrong_password_is_told_where_it_was_typed(visit: Visit, cloud: Cloud):
    page = visit.open()
    page.get_by_role("button", name="Sign in").first.click()
    page.locator("input[name=username]").fill(cloud.outputs.user("viewer").email)
    page.locator("input[name=password]").fill("not-the-password")
    page.keyboard.press("Enter")

    expect(page.get_by_text("Incorrect username or password.")).to_be_visible()


def test_page_that_needs_sign_in_is_shown_after_it(visit: Visit, cloud: Cloud):
    page = visit.open("/following")
    expect(page.get_by_role("heading", name="Sign in to see this page")).to_be_visible()

    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    visit.fill_in(cloud.outputs.user("viewer"))

    page.wait_for_url(re.compile("/following$"))
    expect(page.get_by_role("heading", name="Following", level=1)).to_be_visible()
