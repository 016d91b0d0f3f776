"""The provider that stands in for Google: what OpenID Connect promises to the one who signs people in with it."""

import base64
import hashlib
import html
import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from local.upstreams.oidc import CLIENT_ID, CLIENT_SECRET
from local.upstreams.oidc.grants import CODE_SECONDS, TOKEN_SECONDS

ISSUER = "http://upstreams/oidc"
APP = "http://localhost:4566/oauth2/idpresponse"
ASKED = {
    **{"client_id": CLIENT_ID, "redirect_uri": APP, "response_type": "code"},
    **{"scope": "openid email profile", "state": "a/b c", "nonce": "n-1"},
}
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


def allow(client: httpx.Client, email: str = "ada@example.com", **changed: str) -> dict[str, str]:
    """Choose an account and return what the app is told."""
    answer = client.post("/oidc/authorize", data={**ASKED, **changed, "email": email})
    assert answer.status_code == 302, answer.text
    assert answer.headers["location"].startswith(APP)
    return dict(parse_qsl(urlsplit(answer.headers["location"]).query))


def redeem(client: httpx.Client, code: str, **changed: str) -> httpx.Response:
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": APP}
    return client.post("/oidc/token", data=form | {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET} | changed)


def claims_of(client: httpx.Client, token: str) -> dict[str, Any]:
    """Return the claims of an ID token whose signature is right by the published key."""
    keys = KeySet.import_key_set(client.get("/oidc/jwks").json())
    return jwt.decode(token, keys, algorithms=["RS256"]).claims


def test_discovery_names_the_issuer_that_it_is_asked_at_and_endpoints_that_answer(client: httpx.Client) -> None:
    found = client.get("/oidc/.well-known/openid-configuration").json()

    assert found["issuer"] == ISSUER
    assert client.get(found["authorization_endpoint"], params=ASKED).status_code == 200
    assert client.post(found["token_endpoint"]).status_code == 401
    assert client.get(found["userinfo_endpoint"]).status_code == 401
    (key,) = client.get(found["jwks_uri"]).json()["keys"]
    assert "d" not in key


def test_the_page_offers_accounts_and_a_labelled_field_for_another(client: httpx.Client) -> None:
    page = client.get("/oidc/authorize", params=ASKED).text

    assert '<html lang="en">' in page
    assert "Ada Lovelace (ada@example.com)</button>" in page
    assert '<label for="email">' in page
    assert f'name="state" value="{html.escape(ASKED["state"])}"' in page
    assert not re.search(r"<script|stylesheet|src=|url\(", page)


def test_chosen_account_becomes_an_id_token(client: httpx.Client, clock) -> None:
    told = allow(client)
    answer = redeem(client, told["code"])
    claims = claims_of(client, answer.json()["id_token"])

    assert told["state"] == ASKED["state"]
    assert answer.headers["cache-control"] == "no-store"
    assert (claims["iss"], claims["aud"], claims["nonce"]) == (ISSUER, CLIENT_ID, "n-1")
    assert (claims["email"], claims["email_verified"], claims["name"]) == ("ada@example.com", True, "Ada Lovelace")
    assert (claims["iat"], claims["exp"]) == (clock.now, clock.now + TOKEN_SECONDS)


def test_the_same_person_keeps_the_subject_and_others_have_another(client: httpx.Client) -> None:
    subjects = [
        claims_of(client, redeem(client, allow(client, email)["code"]).json()["id_token"])["sub"]
        for email in ("ada@example.com", "Ada@Example.com", "somebody.else@example.com")
    ]

    assert subjects[0] == subjects[1] != subjects[2]


def test_scopes_decide_what_is_told(client: httpx.Client) -> None:
    tokens = redeem(client, allow(client, scope="openid email")["code"]).json()
    told = client.get("/oidc/userinfo", headers={"Authorization": f"Bearer {tokens['access_token']}"}).json()

    assert set(told) == {"sub", "email", "email_verified"}
    assert "name" not in claims_of(client, tokens["id_token"])


def test_access_token_expires(client: httpx.Client, clock) -> None:
    headers = {"Authorization": f"Bearer {redeem(client, allow(client)['code']).json()['access_token']}"}

    clock.now += TOKEN_SECONDS - 1
    assert client.get("/oidc/userinfo", headers=headers).json()["name"] == "Ada Lovelace"
    clock.now += 1
    assert client.get("/oidc/userinfo", headers=headers).status_code == 401


def test_code_is_good_once_and_not_for_long(client: httpx.Client, clock) -> None:
    code, other = allow(client)["code"], allow(client)["code"]

    assert redeem(client, code).status_code == 200
    assert redeem(client, code).json() == {"error": "invalid_grant"}
    clock.now += CODE_SECONDS + 1
    assert redeem(client, other).json() == {"error": "invalid_grant"}


@pytest.mark.parametrize(
    ("changed", "status", "error"),
    [
        ({"client_secret": "another"}, 401, "invalid_client"),
        ({"client_id": "another"}, 401, "invalid_client"),
        ({"redirect_uri": "http://localhost:1/"}, 400, "invalid_grant"),
        ({"code_verifier": "w" * 43}, 400, "invalid_grant"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
    ],
)
def test_wrong_request_gets_no_token(client: httpx.Client, changed: dict[str, str], status: int, error: str) -> None:
    code = allow(client, code_challenge=CHALLENGE, code_challenge_method="S256")["code"]

    answer = redeem(client, code, **{"code_verifier": VERIFIER} | changed)

    assert (answer.status_code, answer.json()) == (status, {"error": error})


def test_client_may_prove_itself_in_the_header_and_the_code_by_its_verifier(client: httpx.Client) -> None:
    code = allow(client, code_challenge=CHALLENGE, code_challenge_method="S256")["code"]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": APP, "code_verifier": VERIFIER}

    assert client.post("/oidc/token", data=form, auth=(CLIENT_ID, CLIENT_SECRET)).status_code == 200


@pytest.mark.parametrize("changed", [{"client_id": "another"}, {"redirect_uri": "https://example.com/"}])
def test_nobody_is_sent_to_an_app_that_is_not_known(client: httpx.Client, changed: dict[str, str]) -> None:
    answer = client.get("/oidc/authorize", params=ASKED | changed)

    assert answer.status_code == 400
    assert "location" not in answer.headers


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "email"}, "invalid_scope"),
        ({"code_challenge": "x", "code_challenge_method": "plain"}, "invalid_request"),
    ],
)
def test_the_app_hears_what_is_wrong_with_its_request(
    client: httpx.Client, changed: dict[str, str], error: str
) -> None:
    answer = client.get("/oidc/authorize", params=ASKED | changed)

    assert dict(parse_qsl(urlsplit(answer.headers["location"]).query)) == {"error": error, "state": ASKED["state"]}


def test_what_is_no_address_is_asked_for_again(client: httpx.Client) -> None:
    answer = client.post("/oidc/authorize", data={**ASKED, "email": "ada"})

    assert answer.status_code == 200
    assert 'role="alert">Enter an e-mail address.' in answer.text
