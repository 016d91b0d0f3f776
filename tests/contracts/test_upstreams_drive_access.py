"""Who may read the simulated Google Drive, and how it fails."""

import base64
import json
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from drive_client import Get, asker, reason, token

JWT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
SCOPE = "https://www.googleapis.com/auth/drive.readonly"


@pytest.fixture
def drive(client: httpx.Client) -> Get:
    return asker(client)


def test_access_tokens_expire(client: httpx.Client, drive: Get, clock, control) -> None:
    granted = token(client).json()
    assert granted["token_type"] == "Bearer"
    assert granted["expires_in"] == 3599

    clock.now += 3599
    assert drive("/files").status_code == 200
    clock.now += 1
    assert reason(drive("/files")) == (401, "global", "authError")
    assert control("DELETE", "/drive/tokens") == {"expired": 2}
    assert reason(client.get("/drive/v3/files")) == (403, "global", "forbidden")


@pytest.mark.parametrize(
    ("changed", "status", "error"),
    [
        ({"refresh_token": "another"}, 400, "invalid_grant"),
        ({"client_id": "another"}, 401, "invalid_client"),
        ({"client_secret": "another"}, 401, "invalid_client"),
        ({"scope": "https://www.googleapis.com/auth/calendar"}, 400, "invalid_scope"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
    ],
)
def test_wrong_credentials_get_no_token(client: httpx.Client, changed: dict[str, str], status: int, error: str) -> None:
    answer = token(client, **changed)

    assert (answer.status_code, answer.json()["error"]) == (status, error)


def assertion(account: dict[str, Any], now: float, **changed: Any) -> str:
    """Return a JWT as Google's libraries sign it."""
    claims = {
        "iss": account["client_email"],
        "scope": SCOPE,
        "aud": account["token_uri"],
        "iat": now,
        "exp": now + 3600,
    }
    parts = ({"typ": "JWT", "alg": "RS256", "kid": account["private_key_id"]}, claims | changed)
    signed = b".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in parts)
    key: Any = serialization.load_pem_private_key(account["private_key"].encode(), None)
    signature = key.sign(signed, padding.PKCS1v15(), hashes.SHA256())
    return (signed + b"." + base64.urlsafe_b64encode(signature).rstrip(b"=")).decode()


def test_service_account_gets_a_token_for_a_jwt_that_it_signed(client: httpx.Client, clock, control) -> None:
    account = control("GET", "/drive/credentials")

    def ask(jwt: str) -> httpx.Response:
        return client.post("/drive/token", data={"grant_type": JWT, "assertion": jwt})

    good = assertion(account, clock.now)
    bearer = {"Authorization": f"Bearer {ask(good).json()['access_token']}"}
    assert client.get("/drive/v3/files", headers=bearer).status_code == 200
    # Google's libraries always name Google's own address.
    assert ask(assertion(account, clock.now, aud="https://oauth2.googleapis.com/token")).status_code == 200

    bad = [good[:-8] + "AAAAAAAA", "no.jwt", assertion(account, clock.now, aud="http://elsewhere/oauth")]
    bad += [assertion(account, clock.now, iss="somebody@else"), assertion(account, clock.now - 7200)]
    assert {(each.status_code, each.json()["error"]) for each in map(ask, bad)} == {(400, "invalid_grant")}
    assert ask(assertion(account, clock.now, scope="calendar")).json()["error"] == "invalid_scope"


@pytest.mark.parametrize(
    ("status", "domain", "why"),
    [
        (403, "usageLimits", "userRateLimitExceeded"),
        (429, "usageLimits", "rateLimitExceeded"),
        (500, "global", "internalError"),
        (503, "global", "backendError"),
    ],
)
def test_faults_have_googles_form(drive: Get, control, status: int, domain: str, why: str) -> None:
    fault = {"provider": "drive", "path": "/v3/files", "status": status, "retry_after": 2, "times": 1}
    control("PUT", "/faults", json=fault)

    answer = drive("/files")

    assert reason(answer) == (status, domain, why)
    assert answer.headers["retry-after"] == "2"
    assert drive("/files").status_code == 200


def test_requests_are_counted_by_endpoint(drive: Get, control) -> None:
    drive("/files")
    drive("/files/none")
    drive("/changes")

    assert control("GET", "/counts")["drive"]["by_endpoint"] == {
        "/token": {"200": 1},
        "/v3/files": {"200": 1},
        "/v3/files/{id}": {"404": 1},
        "unknown": {"404": 1},
    }
