"""One person is one viewer, with a password and with Google, whichever comes first."""

from typing import Any
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Page, expect

from local.users import DemoUser
from tests.e2e.browser import Visit
from tests.e2e.cloud import Cloud
from tests.e2e.signing_in import choose_account, come_from_google, sign_out, tokens, welcomed
from tests.waiting import ANSWER_SECONDS

pytestmark = pytest.mark.usefixtures("awake")

CODE_FOR_A_NEW_PASSWORD = "654321"
NEW_PASSWORD = "Watch-tonight-2"


def users_of(cloud: Cloud, email: str) -> list[dict[str, Any]]:
    """Return all users of the pool with an address."""
    pools = cloud.aws.client("cognito-idp")
    found: list[dict[str, Any]] = pools.list_users(UserPoolId=cloud.outputs.user_pool_id, Filter=f'email = "{email}"')[
        "Users"
    ]
    return found


def api(cloud: Cloud, page: Page) -> httpx.Client:
    """Return a client of the API in the name of whoever is signed in to a page."""
    headers = {"Authorization": f"Bearer {tokens(page)['id_token']}"}
    return httpx.Client(base_url=cloud.outputs.api_url, headers=headers, timeout=ANSWER_SECONDS, trust_env=False)


def sign_up(page: Page, email: str, password: str) -> None:
    page.get_by_role("button", name="Create an account").click()
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign up").click()


def test_google_leads_to_what_was_followed_with_a_password(visit: Visit, cloud: Cloud, viewer: httpx.Client) -> None:
    title = viewer.get("/titles", params={"limit": 1}).json()["titles"][0]["id"]
    user = cloud.new_user()
    page = visit.sign_in(user)
    before = tokens(page)["profile"]["sub"]
    with api(cloud, page) as client:
        assert client.put(f"/follows/{title}").status_code < 300
    sign_out(page)

    come_from_google(page, user.email, links=True)

    welcomed(page)
    assert tokens(page)["profile"]["sub"] == before
    with api(cloud, page) as client:
        assert [each["id"] for each in client.get("/follows").json()["follows"]] == [title]
    sign_out(page)
    page.get_by_role("button", name="Sign in").first.click()
    visit.fill_in(user)
    welcomed(page)
    assert tokens(page)["profile"]["sub"] == before
    assert len(users_of(cloud, user.email)) == 1


def test_password_chosen_later_leads_to_what_google_had(visit: Visit, cloud: Cloud) -> None:
    email = f"{uuid4().hex}@example.com"
    page = visit.open()
    come_from_google(page, email, links=True)
    welcomed(page)
    before = tokens(page)["profile"]["sub"]
    sign_out(page)

    sign_up(page, email, NEW_PASSWORD)
    expect(page.get_by_role("alert")).to_contain_text("already exists")
    page.get_by_role("link", name="Sign in").click()
    page.get_by_role("link", name="Forgot your password?").click()
    page.get_by_label("E-mail").fill(email)
    page.get_by_role("button", name="Send a code").click()
    page.get_by_label("Code").fill(CODE_FOR_A_NEW_PASSWORD)
    page.get_by_label("Password").fill(NEW_PASSWORD)
    page.get_by_role("button", name="Change password").click()

    welcomed(page)
    assert tokens(page)["profile"]["sub"] == before
    sign_out(page)
    come_from_google(page, email)
    welcomed(page)
    assert tokens(page)["profile"]["sub"] == before
    assert len(users_of(cloud, email)) == 1


def test_who_typed_the_address_of_another_gets_nothing_of_it(visit: Visit, cloud: Cloud) -> None:
    email = f"{uuid4().hex}@example.com"
    thief = DemoUser(email, "Watch-tonight-3")
    page = visit.open()
    sign_up(page, email, thief.password)
    expect(page.get_by_label("Code")).to_be_visible()

    visit.open()
    come_from_google(page, email, links=True)

    welcomed(page)
    sign_out(page)
    page.get_by_role("button", name="Sign in").first.click()
    visit.fill_in(thief)
    expect(page.get_by_text("Incorrect username or password.")).to_be_visible()
    assert [each["UserStatus"] for each in users_of(cloud, email)] == ["CONFIRMED"]


def test_account_that_was_closed_is_told_why(visit: Visit, cloud: Cloud) -> None:
    user = cloud.new_user()
    cloud.aws.client("cognito-idp").admin_disable_user(UserPoolId=cloud.outputs.user_pool_id, Username=user.email)
    page = visit.open()
    page.get_by_role("button", name="Continue with Google").click()

    choose_account(page, user.email)

    expect(page.get_by_role("heading", name="Signing in did not work")).to_be_visible()
    expect(page.get_by_text("This account has been closed.", exact=True)).to_be_visible()
