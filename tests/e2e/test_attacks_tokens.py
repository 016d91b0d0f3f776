"""Tokens that are forged, of somebody else or for something else get nobody in, on no route."""

import json
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest
from cryptography.hazmat.primitives import serialization

from docs import openapi
from local.users import DemoUser, create_user
from tests.e2e import tokens
from tests.e2e.cloud import Cloud
from tests.waiting import ANSWER_SECONDS

Json = dict[str, Any]
OPERATIONS = [
    (method.upper(), path, operation)
    for path, operations in json.loads(openapi.DOCUMENT.read_text())["paths"].items()
    for method, operation in operations.items()
]
# Each with the reason for which it is open, as the stacks give it to cdk-nag.
PUBLIC = {("GET", "/sources"), ("GET", "/genres"), ("GET", "/calendar/{token}.ics"), ("GET", "/version")}
FORGERIES: dict[str, Callable[[Json, Json, Json], str]] = {
    "no signature, and says so": lambda header, claims, _: tokens.written({**header, "alg": "none"}, claims),
    "no signature, and says so loudly": lambda header, claims, _: tokens.written({**header, "alg": "NONE"}, claims),
    "no signature": lambda header, claims, _: tokens.written(header, claims),
    "a signature of nothing": lambda header, claims, _: tokens.written(header, claims, b"\0" * 256),
    "another key under the pool's name": lambda header, claims, _: tokens.signed(header, claims, tokens.new_key()),
    "the public key as a secret": tokens.signed_with_public_key,
    "a key of its own": lambda header, claims, _: with_own_key(header, claims),
    "an address of a key": lambda header, claims, _: tokens.signed(
        {**header, "jku": "http://127.0.0.1:9/keys.json", "kid": "mine"}, claims, tokens.new_key()
    ),
    "a path for a key": lambda header, claims, published: tokens.signed_with_public_key(
        {**header, "kid": "../../../../dev/null"}, claims, published
    ),
}


@pytest.fixture(scope="module")
def user(cloud: Cloud) -> DemoUser:
    """A viewer whom no other test knows."""
    return cloud.new_user()


@pytest.fixture(scope="module")
def good(cloud: Cloud, user: DemoUser) -> str:
    """An ID token that is right."""
    return cloud.token(user)


@pytest.fixture(scope="module")
def published(cloud: Cloud, good: str) -> Json:
    """The key with which the pool signs ID tokens, as it publishes it."""
    place = f"{cloud.outputs.aws_endpoint_url}/{cloud.outputs.user_pool_id}/.well-known/jwks.json"
    keys = httpx.get(place, timeout=ANSWER_SECONDS, trust_env=False).json()["keys"]
    found: Json = next(each for each in keys if each["kid"] == tokens.parts(good)[0]["kid"])
    return found


@pytest.fixture
def signs(cloud: Cloud) -> Callable[[Json, Json], str]:
    """What signs as the pool does: the emulator keeps the key that AWS shows nobody."""
    place = cloud.state / "tmp" / "state" / "cognito-pool-keys" / f"{cloud.outputs.user_pool_id}-id.pem"
    key = serialization.load_pem_private_key(place.read_bytes(), password=None)
    return lambda header, claims: tokens.signed(header, claims, key)  # type: ignore[arg-type]


def with_own_key(header: Json, claims: Json) -> str:
    """Return a token that brings the key by which it is to be checked."""
    key = tokens.new_key()
    return tokens.signed({**header, "jwk": tokens.published(key)}, claims, key)


def status(client: httpx.Client, token: str, path: str = "/preferences") -> int:
    """Return what somebody is answered who sends a token."""
    return client.get(path, headers={"Authorization": token}).status_code


def test_only_named_routes_are_open() -> None:
    assert {(method, path) for method, path, operation in OPERATIONS if not operation.get("security")} <= PUBLIC


@pytest.mark.parametrize(("method", "path", "_"), OPERATIONS, ids=lambda each: each if isinstance(each, str) else "")
def test_no_route_answers_who_has_no_token(anonymous: httpx.Client, method: str, path: str, _: Json) -> None:
    answer = anonymous.request(method, path, content=b"{" if method in ("POST", "PUT") else None)

    if (method, path) in PUBLIC:
        assert answer.status_code in (200, 404)
    else:
        assert answer.status_code == (403 if path.startswith("/ingest") else 401), answer.text


@pytest.mark.parametrize("forgery", FORGERIES)
def test_forged_token_gets_nobody_in(anonymous: httpx.Client, good: str, published: Json, forgery: str) -> None:
    header, claims = tokens.parts(good)
    wanted = {**claims, "cognito:groups": ["admin"]}

    assert status(anonymous, FORGERIES[forgery](header, wanted, published), "/admin/jobs") == 401
    assert status(anonymous, FORGERIES[forgery](header, claims, published)) == 401
    assert status(anonymous, good) == 200


def test_what_a_token_says_cannot_be_changed(anonymous: httpx.Client, good: str) -> None:
    header, claims = tokens.parts(good)
    signature = good.rpartition(".")[2]

    for changed in ({"cognito:groups": ["admin"]}, {"sub": str(uuid4())}, {"exp": claims["exp"] + 86_400}):
        assert status(anonymous, tokens.written(header, {**claims, **changed}, signature)) == 401


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"exp": 1_700_000_000}, id="it has expired"),
        pytest.param({"iss": "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_another00"}, id="another issuer"),
        pytest.param({"iss": "https://attacker.example"}, id="an issuer elsewhere"),
        pytest.param({"token_use": "access"}, id="another use"),
        pytest.param({"aud": "0123456789abcdefghijklmnop"}, id="another audience"),
        pytest.param({"sub": ""}, id="nobody"),
    ],
)
def test_token_that_the_pool_signed_is_no_use_once_it_is_old_or_for_something_else(
    anonymous: httpx.Client, good: str, signs: Callable[[Json, Json], str], changed: Json
) -> None:
    header, claims = tokens.parts(good)

    assert status(anonymous, signs(header, claims)) == 200
    assert status(anonymous, signs(header, {**claims, **changed})) == 401


@pytest.fixture
def foreign(cloud: Cloud, user: DemoUser) -> Iterator[str]:
    """An ID token for the same address, of a pool of somebody else."""
    cognito = cloud.aws.client("cognito-idp")
    pool = cognito.create_user_pool(PoolName="attack", UsernameAttributes=["email"])["UserPool"]["Id"]
    try:
        create_user(cloud.aws, pool, user)
        yield tokens_of(cloud, pool_client(cloud, pool), user)["IdToken"]
    finally:
        cognito.delete_user_pool(UserPoolId=pool)


@pytest.fixture
def stranger(cloud: Cloud) -> Iterator[str]:
    """A client of our pool that is none of ours."""
    client = pool_client(cloud, cloud.outputs.user_pool_id)
    yield client
    cloud.aws.client("cognito-idp").delete_user_pool_client(UserPoolId=cloud.outputs.user_pool_id, ClientId=client)


def pool_client(cloud: Cloud, pool: str) -> str:
    """Make a client of a pool, for passwords."""
    made = cloud.aws.client("cognito-idp").create_user_pool_client(
        UserPoolId=pool, ClientName="attack", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    )
    return str(made["UserPoolClient"]["ClientId"])


def tokens_of(cloud: Cloud, client: str, user: DemoUser) -> dict[str, str]:
    """Sign in and return all tokens."""
    answer = cloud.aws.client("cognito-idp").initiate_auth(
        ClientId=client,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": user.email, "PASSWORD": user.password},
    )
    found: dict[str, str] = answer["AuthenticationResult"]
    return found


def test_token_of_another_pool_gets_nobody_in(anonymous: httpx.Client, foreign: str) -> None:
    assert status(anonymous, foreign) == 401


def test_token_for_a_client_that_is_none_of_ours_gets_nobody_in(
    cloud: Cloud, anonymous: httpx.Client, user: DemoUser, stranger: str
) -> None:
    assert status(anonymous, tokens_of(cloud, stranger, user)["IdToken"]) == 401


@pytest.mark.parametrize("name", ["AccessToken", "RefreshToken"])
def test_other_tokens_are_no_id_tokens(cloud: Cloud, anonymous: httpx.Client, user: DemoUser, name: str) -> None:
    found = tokens_of(cloud, cloud.outputs.user_pool_client_id, user)

    assert status(anonymous, found[name]) == status(anonymous, found[name], "/admin/jobs") == 401
    assert status(anonymous, found["IdToken"]) == 200


@pytest.mark.parametrize("form", ["Basic {}", "Bearer Bearer {}", "{},{}", "Bearer {} x", "'{}'", "Bearer"])
def test_token_in_another_form_gets_nobody_in(anonymous: httpx.Client, good: str, form: str) -> None:
    assert status(anonymous, form.format(good, good)) == 401


def test_token_counts_in_its_header_alone(anonymous: httpx.Client, good: str) -> None:
    asked = {"Authorization": good, "token": good, "id_token": good}

    assert anonymous.get("/preferences", params=asked).status_code == 401
    assert anonymous.get("/preferences", headers={"Cookie": f"Authorization={good}"}).status_code == 401
    assert anonymous.get("/preferences", headers={"X-Amzn-Oidc-Data": good}).status_code == 401


def test_key_of_a_producer_opens_nothing_but_ingest(cloud: Cloud, anonymous: httpx.Client, good: str) -> None:
    key = {"X-API-Key": cloud.outputs.ingest_api_key}

    assert anonymous.get("/preferences", headers=key).status_code == 401
    assert anonymous.get("/admin/jobs", headers=key).status_code == 401
    assert anonymous.post("/ingest", headers={"Authorization": good}, json={}).status_code == 403
