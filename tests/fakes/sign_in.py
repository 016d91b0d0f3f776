"""Somebody in front of the sign-in pages of the local cloud."""

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

import httpx
from joserfc import jws
from ministack import app
from ministack.services import cognito
from ministack.services.cloudformation import provisioners

from local import hosted_ui, patched_cognito
from tests.fakes.in_process import InProcess

CALLBACK = "http://localhost:8080/callback"
PASSWORD = "Watch-tonight-9"
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"  # with its challenge, from RFC 7636, appendix B
ASKED = {
    **{"redirect_uri": CALLBACK, "response_type": "code", "scope": "openid email", "state": 'a&b"c', "nonce": "n-1"},
    **{"code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "code_challenge_method": "S256"},
}
POOL = {
    "MfaConfiguration": "OPTIONAL",
    "PoolName": "users",
    "UsernameAttributes": ["email"],
    "AutoVerifiedAttributes": ["email"],
    "UsernameConfiguration": {"CaseSensitive": False},
    "Policies": {"PasswordPolicy": {"MinimumLength": 12, "RequireNumbers": True}},
}
CLIENT = {
    "ClientName": "web",
    "CallbackURLs": [CALLBACK],
    "AllowedOAuthFlows": ["code"],
    "AllowedOAuthScopes": ["openid", "email"],
    "SupportedIdentityProviders": ["COGNITO", "Google"],
    "PreventUserExistenceErrors": "ENABLED",
}


@contextmanager
def corrected_cognito() -> Iterator[None]:
    """Correct MiniStack for as long as a test takes."""
    places = (vars(cognito), vars(app), provisioners._RESOURCE_HANDLERS, provisioners._REPLACING_PROPERTIES)
    before = [dict(place) for place in places]
    patched_cognito.correct_cognito()
    hosted_ui.add_pages()
    try:
        yield
    finally:
        cognito.reset()
        for place, was in zip(places, before, strict=True):
            place.clear()
            place.update(was)


class Browser:
    """Somebody in front of the pages of a pool with one app."""

    def __init__(self) -> None:
        self.pool = _created(cognito._create_user_pool(POOL))["UserPool"]["Id"]
        found = _created(cognito._create_user_pool_client({"UserPoolId": self.pool} | CLIENT))
        self.asked = ASKED | {"client_id": found["UserPoolClient"]["ClientId"]}
        self.http = httpx.Client(transport=InProcess(app.app), base_url="http://localhost:4566")

    def __enter__(self) -> Self:
        self.http.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self.http.close()

    def open(self, path: str, **changed: str) -> httpx.Response:
        return self.http.get(path, params=self.asked | changed)

    def send(self, page: httpx.Response, **typed: str) -> httpx.Response:
        """Fill in the last form of a page."""
        form = re.findall(r"<form.*?</form>", page.text, re.DOTALL)[-1]
        hidden = re.findall(r'type="hidden" name="([^"]*)" value="([^"]*)"', form)
        kept = {name: html.unescape(value) for name, value in hidden}
        action = re.search(r'action="([^"]*)"', form)
        assert action
        return self.http.post(action[1], data=kept | typed)

    def sign_up(self, email: str = "new@example.com") -> httpx.Response:
        return self.send(self.open("/signup"), username=email, password=PASSWORD)

    def tokens(self, **changed: str) -> httpx.Response:
        form = {"client_id": self.asked["client_id"], "redirect_uri": CALLBACK, "code_verifier": VERIFIER}
        return self.http.post("/oauth2/token", data=form | changed)

    def redeem(self, back: httpx.Response, **changed: str) -> httpx.Response:
        return self.tokens(grant_type="authorization_code", code=told(back)["code"], **changed)


def _created(answer: tuple[int, dict[str, str], bytes]) -> Any:
    assert answer[0] == 200, answer
    return httpx.Response(200, content=answer[2]).json()


def told(back: httpx.Response) -> dict[str, str]:
    """Return what the app is told when somebody comes back to it."""
    assert back.status_code == 302, back.text
    assert back.headers["location"].startswith(CALLBACK)
    return dict(parse_qsl(urlsplit(back.headers["location"]).query))


def alert(page: httpx.Response) -> str:
    found = re.search(r'role="alert">(.*?)<', page.text)
    return html.unescape(found[1]) if found else ""


def claims(token: str) -> Any:
    return httpx.Response(200, content=jws.extract_compact(token.encode()).payload).json()
