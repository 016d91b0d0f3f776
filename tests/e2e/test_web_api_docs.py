"""The page about the API: there without an account, under the site's policy, and trying routes as who is signed in."""

from __future__ import annotations

import json

import httpx
from playwright.sync_api import Locator, Page, expect

from tests.e2e.browser import Visit
from tests.e2e.cloud import Cloud
from tests.waiting import ANSWER_SECONDS

ADDRESS = "/api-docs"


def tried(page: Page, operation: str) -> Locator:
    """Open an operation, execute it as it stands, and return what came back."""
    block = page.locator(f"#operations-{operation}")
    block.locator(".opblock-summary-control").click()
    block.get_by_role("button", name="Try it out").click()
    block.get_by_role("button", name="Execute", exact=True).click()
    answer = block.locator(".live-responses-table")
    expect(answer).to_be_visible()
    return answer


def test_document_of_the_site_is_that_of_the_api(cloud: Cloud, anonymous: httpx.Client) -> None:
    document = httpx.get(f"{cloud.outputs.web_url}/openapi.json", timeout=ANSWER_SECONDS).raise_for_status().json()

    assert document["servers"] == [{"url": "/api"}]
    assert anonymous.get("/version").status_code == 200
    assert "/version" in document["paths"]


def test_stranger_tries_what_is_public_and_is_refused_the_rest(visit: Visit) -> None:
    page = visit.open(ADDRESS)

    listed = tried(page, "Reference-list_sources_sources_get")
    expect(listed.locator(".response-col_status").last).to_contain_text("200")
    expect(tried(page, "Preferences-read_preferences_preferences_get")).to_contain_text("401")
    assert visit.violations == visit.errors == []


def test_viewer_tries_routes_with_the_account_that_is_signed_in(cloud: Cloud, visit: Visit) -> None:
    page = visit.sign_in(cloud.outputs.user("viewer"), ADDRESS)

    answer = tried(page, "Preferences-read_preferences_preferences_get")

    expect(answer).to_contain_text("200")
    body = json.loads(answer.locator(".highlight-code code").first.inner_text())
    assert body.keys() >= {"sources", "genres"}
    assert visit.violations == visit.errors == []


def test_foot_of_every_page_tells_the_release(anonymous: httpx.Client, visit: Visit) -> None:
    version = anonymous.get("/version").raise_for_status().json()["version"]

    page = visit.open("/about")

    expect(page.get_by_text(f"Version {version}")).to_be_visible()
