"""What MiniStack 1.5.33 gets wrong about Cognito put right; what it lacks of the sign-in pages is in `hosted_ui`.

Each correction says what AWS does, as in `patched_ministack`.
"""

import json
import time
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

from ministack.services import cognito  # type: ignore[import-untyped]
from ministack.services.cloudformation import provisioners  # type: ignore[import-untyped]

from local.patched_sign_up import Answer, correct_sign_up, instead_of_a_code

_PROVIDER = "AWS::Cognito::UserPoolIdentityProvider"


def correct_cognito() -> None:
    """Put everything right that this module knows of."""
    deploy_identity_providers()
    sign_in_at_this_address()
    federate_as_the_provider_is_mapped()
    give_federated_users_a_code_like_others()
    renew_with_everything()
    renew_without_a_new_sign_in()
    verify_the_address_that_was_confirmed()
    find_users_by_names_of_their_own()
    correct_sign_up()


def deploy_identity_providers() -> None:
    """Let CloudFormation make, change and delete identity providers of a user pool; their `Ref` is the name."""

    def call(handler: Callable[[dict[str, Any]], Answer], properties: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        status, _, body = handler(properties)
        if status >= 400:
            raise ValueError(f"{_PROVIDER} failed: {body!r}")
        return properties["ProviderName"], {}

    provisioners._RESOURCE_HANDLERS[_PROVIDER] = {
        "create": lambda logical_id, properties, stack: call(cognito._create_identity_provider, properties),
        "update": lambda physical_id, old, new, stack: call(cognito._update_identity_provider, new),
        "delete": lambda physical_id, properties: call(cognito._delete_identity_provider, properties),
    }
    provisioners._REPLACING_PROPERTIES[_PROVIDER] = ("ProviderName", "ProviderType", "UserPoolId")


def sign_in_at_this_address() -> None:
    """Serve a pool's domain at MiniStack's own address: nobody could reach the name that AWS would give it."""
    cognito._pool_domain_base_url = lambda pool: ""


def federate_as_the_provider_is_mapped() -> None:
    """Give a federated user the attributes that the provider's mapping names and no others, flags as `true`."""
    original = cognito._apply_inbound_federation_trigger

    def mapped(pool_id: str, client: str, user: str, provider: str, kind: str, sent: dict[str, Any]) -> dict[str, Any]:
        chosen: dict[str, Any] = original(pool_id, client, user, provider, kind, sent)
        wanted = cognito._user_pools[pool_id]["_identity_providers"][provider]["AttributeMapping"].values()
        claims = sent.get("idToken", {})
        return chosen or {claim: _text(claims[claim]) for claim in wanted if claim in claims}

    cognito._apply_inbound_federation_trigger = mapped


def give_federated_users_a_code_like_others() -> None:
    """Hold a federated sign-in to the code challenge (PKCE) it began with, as one with a password is held to it.

    Where the provider refuses, or the function before a sign-up does, the app hears of it at its own address instead of
    the user at Cognito's.
    """
    begin, end = cognito._oauth2_authorize_federation, cognito._oauth2_idp_response

    def authorize(query: dict[str, Any]) -> Answer:
        keys = ("redirect_uri", "code_challenge", "code_challenge_method", "state")
        redirect_uri, challenge, method, state = (cognito._qp(query, key) for key in keys)
        answer: Answer = begin(query)
        if answer[0] != 302 or "error" in _query(answer):
            return answer
        relay = cognito._auth_codes[_query(answer)["state"]]
        relay |= {"code_challenge": challenge, "code_challenge_method": method}
        refused: Answer | None = cognito._pkce_error_redirect(redirect_uri, challenge, method, state)
        return refused or answer

    def come_back(method: str, body: bytes, query: dict[str, Any]) -> Answer:
        form = {**parse_qs(body.decode("utf-8", "replace")), **query} if body else query
        relay = cognito._auth_codes.get(cognito._qp(form, "state")) or {}
        if relay and (error := cognito._qp(form, "error")):
            del cognito._auth_codes[cognito._qp(form, "state")]
            return _redirect(relay["redirect_uri"], error=error, state=relay["state"])
        pool = cognito._get_pool_unscoped(relay["pool_id"]) if relay else {}
        linked_before = dict(cognito._provider_links(pool))
        answer: Answer = end(method, body, query)
        if told := instead_of_a_code(answer, pool, linked_before):
            back = {"error_description": told, "error": "invalid_request", "state": relay["state"]}
            return _redirect(relay["redirect_uri"], **back)
        if answer[0] != 302:
            return answer
        username = cognito._auth_codes.pop(_query(answer)["code"])["username"]
        return issue_code(relay, relay["pool_id"], username)

    cognito._oauth2_authorize_federation, cognito._oauth2_idp_response = authorize, come_back


def renew_with_everything() -> None:
    """Renew tokens with the user's groups in them, and only while the refresh token holds.

    MiniStack forgets both for tokens of its sign-in pages; without its register of them it takes the way of the others.
    """

    class Forgetful(dict[str, Any]):
        def __setitem__(self, key: str, value: Any) -> None:
            """Keep nothing."""

    cognito._refresh_tokens = Forgetful()
    original = cognito._refresh_auth_user

    @wraps(original)
    def owner(pool: dict[str, Any], pool_id: str, client_id: str, token: str) -> Any:
        user, error = original(pool, pool_id, client_id, token)
        if user and cognito._token_claims(token)["exp"] <= time.time():
            return None, cognito.error_response_json("NotAuthorizedException", "Refresh Token has expired", 400)
        return user, error

    cognito._refresh_auth_user = owner


def renew_without_a_new_sign_in() -> None:
    """Let tokens that were renewed say when the user signed in: apps refuse those of another sign-in as not theirs."""
    original = cognito._signed_jwt
    signed_in_at: dict[str, int] = {}

    def signed(claims: dict[str, Any], *key: str) -> str:
        if "auth_time" in claims:
            claims |= {"auth_time": signed_in_at.setdefault(claims["origin_jti"], claims["auth_time"])}
        token: str = original(claims, *key)
        return token

    cognito._signed_jwt = signed


def verify_the_address_that_was_confirmed() -> None:
    """Mark the e-mail address as verified when its code confirms the sign-up, in pools that verify addresses."""
    original = cognito._confirm_sign_up

    def confirm(data: dict[str, Any]) -> Answer:
        answer: Answer = original(data)
        pool, _ = cognito._pool_for_client(data.get("ClientId"))
        if answer[0] == 200 and "email" in (pool.get("AutoVerifiedAttributes") or []):
            user, _ = cognito._resolve_user(pool, data["Username"])
            verified = [{"Name": "email_verified", "Value": "true"}]
            user["Attributes"] = cognito._merge_attributes(user["Attributes"], verified)
        return answer

    cognito._confirm_sign_up = confirm


def find_users_by_names_of_their_own() -> None:
    """Find a user by an e-mail address in whatever capitals, but never one who signs in somewhere else.

    The address of a federated user is no name to sign in with, so somebody may sign up with the same one.
    """
    original = cognito._resolve_user

    def resolve(pool: dict[str, Any], username: str) -> Any:
        found, error = original(pool, username)
        if found and (not _is_federated(found) or username in (found["Username"], _attributes(found)["sub"])):
            return found, None
        for user in pool["_users"].values():
            names = [_attributes(user).get(name, "") for name in pool.get("UsernameAttributes") or []]
            if username and not _is_federated(user) and username.lower() in (name.lower() for name in names):
                return user, None
        return None, error or cognito.error_response_json("UserNotFoundException", "User does not exist.", 400)

    cognito._resolve_user = resolve


def issue_code(request: Mapping[str, str], pool_id: str, username: str) -> Answer:
    """Send a user back to the app with a code, as the request for authorization wants it."""
    given = ("client_id", "redirect_uri", "scope", "nonce", "code_challenge", "code_challenge_method", "state")
    client_id, redirect_uri, scope, nonce, challenge, method, state = (request[name] for name in given)
    answer: Answer = cognito._issue_auth_code_redirect(
        client_id, pool_id, redirect_uri, scope, username, nonce, challenge, method, state
    )
    return answer


def revoke(headers: dict[str, str], body: bytes) -> Answer:
    """Answer POST /oauth2/revoke (RFC 7009): a refresh token and what was issued for it stop working."""
    form = dict(parse_qsl(body.decode("utf-8", "replace")))
    client_id, secret = cognito._authenticate_client(headers, form)
    client = cognito._find_pool_by_client_id(client_id)[2]
    if not form.get("token"):
        return _error(400, "invalid_request")
    if client is None or (client.get("ClientSecret") or "") != secret:
        return _error(401, "invalid_client")
    claims = cognito._token_claims(form["token"])
    if claims.get("token_use") in ("access", "id"):
        return _error(400, "unsupported_token_type")
    if claims.get("client_id") == client_id:
        cognito._revoke_token({"Token": form["token"]})
    return 200, {}, b""


def _is_federated(user: dict[str, Any]) -> bool:
    return bool(user["UserStatus"] == "EXTERNAL_PROVIDER")


def _attributes(user: dict[str, Any]) -> dict[str, str]:
    found: dict[str, str] = cognito._attr_list_to_dict(user["Attributes"])
    return found


def _error(status: int, error: str) -> Answer:
    return status, {"Content-Type": "application/json"}, json.dumps({"error": error}).encode()


def _redirect(uri: str, **parameters: str) -> Answer:
    query = cognito.urlencode({name: value for name, value in parameters.items() if value})
    return 302, {"Location": f"{uri}{'&' if '?' in uri else '?'}{query}", "Cache-Control": "no-store"}, b""


def _query(answer: Answer) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(answer[1]["Location"]).query))


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
