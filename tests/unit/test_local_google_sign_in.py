"""Signing in with the provider that stands in for Google, from the app through Cognito and back."""

import html
import io
import re
import urllib.request
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from ministack.services import cognito
from ministack.services.cloudformation import provisioners
from starlette.applications import Starlette
from starlette.routing import Mount

from local.upstreams.oidc import CLIENT_ID, CLIENT_SECRET
from local.upstreams.oidc.app import Oidc
from tests.fakes.clock import FakeClock
from tests.fakes.in_process import InProcess
from tests.fakes.sign_in import ASKED, Browser, claims, corrected_cognito, told

PROVIDER = "AWS::Cognito::UserPoolIdentityProvider"
GOOGLE = {
    "ProviderName": "Google",
    "ProviderType": "OIDC",
    "ProviderDetails": {
        **{"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET},
        **{"oidc_issuer": "http://localhost:8081/oidc", "authorize_scopes": "openid email profile"},
    },
    "AttributeMapping": {"email": "email", "email_verified": "email_verified"},
}


@pytest.fixture
def browser() -> Iterator[Browser]:
    with corrected_cognito(), Browser() as found:
        yield found


@pytest.fixture
def google(monkeypatch: pytest.MonkeyPatch) -> Iterator[httpx.Client]:
    """Stand in for Google, for the browser and for Cognito alike."""
    provider = InProcess(Starlette(routes=[Mount("/oidc", app=Oidc(FakeClock()))]))
    client = httpx.Client(transport=provider, base_url="http://localhost:8081")

    def urlopen(wanted: Any, timeout: float) -> io.BytesIO:
        if isinstance(wanted, str):
            return io.BytesIO(client.get(wanted).content)
        answer = client.post(wanted.full_url, content=wanted.data, headers=dict(wanted.header_items()))
        return io.BytesIO(answer.content)

    monkeypatch.setattr(urllib.request, "urlopen", urlopen)
    with client:
        yield client


def with_google(browser: Browser, google: httpx.Client) -> httpx.Response:
    """Sign in with Google's first account, as far as the way back to Cognito."""
    if "Google" not in cognito._user_pools[browser.pool].get("_identity_providers", {}):
        provisioners._RESOURCE_HANDLERS[PROVIDER]["create"]("", GOOGLE | {"UserPoolId": browser.pool}, "")
    link = re.search(r'href="([^"]*)">Continue with Google', browser.open("/oauth2/authorize").text)
    assert link
    choice = google.get(browser.http.get(html.unescape(link[1])).headers["location"])
    kept = re.findall(r'type="hidden" name="([^"]*)" value="([^"]*)"', choice.text.split("</form>")[0])
    return google.post("/oidc/authorize", data={name: html.unescape(value) for name, value in kept})


def test_google_is_offered_only_where_the_pool_has_it(browser: Browser) -> None:
    assert "Google" not in browser.open("/oauth2/authorize").text


def test_account_at_google_becomes_a_user_with_the_mapped_attributes(browser: Browser, google: httpx.Client) -> None:
    back = browser.http.get(with_google(browser, google).headers["location"])

    assert told(back)["state"] == ASKED["state"]
    assert browser.redeem(back, code_verifier="another").json()["error"] == "invalid_grant"
    found = claims(browser.redeem(back).json()["id_token"])
    assert (found["email"], found["email_verified"], found["nonce"]) == ("ada@example.com", True, "n-1")
    assert found["cognito:username"].startswith("Google_")
    assert "name" not in found


def test_address_known_from_google_is_free_for_an_account_of_its_own(browser: Browser, google: httpx.Client) -> None:
    browser.http.get(with_google(browser, google).headers["location"])

    told(browser.send(browser.sign_up("ada@example.com"), code="123456"))


def test_app_hears_that_google_refused(browser: Browser, google: httpx.Client) -> None:
    relay = dict(parse_qsl(urlsplit(with_google(browser, google).headers["location"]).query))["state"]

    back = browser.http.get("/oauth2/idpresponse", params={"error": "access_denied", "state": relay})

    assert told(back) == {"error": "access_denied", "state": ASKED["state"]}
