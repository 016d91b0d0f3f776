"""The endpoints of the provider that stands in for Google; its issuer is the address that it is mounted at."""

import base64
import binascii
import re
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote_plus, urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route, Router

from local.pages import alert, field, form, page
from local.upstreams.limits import Clock
from local.upstreams.oidc import CLIENT_ID, CLIENT_SECRET
from local.upstreams.oidc.grants import ACCOUNTS, Grants, claims_about

_REQUEST = (
    *("client_id", "redirect_uri", "response_type", "scope", "state", "nonce"),
    *("code_challenge", "code_challenge_method"),
)
_AT_HOME = ("localhost", "127.0.0.1")
_NO_STORE = {"Cache-Control": "no-store"}


class Oidc(Router):
    """The provider; time is read from `clock`, in seconds since 1970."""

    def __init__(self, clock: Clock) -> None:
        self.grants = Grants(clock)
        super().__init__(
            [
                Route("/.well-known/openid-configuration", self._discovery),
                Route("/jwks", self._jwks),
                Route("/authorize", self._ask),
                Route("/authorize", self._authorize, methods=["POST"]),
                Route("/token", self._token, methods=["POST"]),
                Route("/userinfo", self._userinfo, methods=["GET", "POST"]),
            ]
        )

    def _discovery(self, request: Request) -> Response:
        issuer = _issuer(request)
        return JSONResponse(
            {
                "issuer": issuer,
                "authorization_endpoint": f"{issuer}/authorize",
                "token_endpoint": f"{issuer}/token",
                "userinfo_endpoint": f"{issuer}/userinfo",
                "jwks_uri": f"{issuer}/jwks",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "scopes_supported": ["openid", "email", "profile"],
                "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
                "claims_supported": ["aud", "email", "email_verified", "exp", "iat", "iss", "name", "sub"],
                "code_challenge_methods_supported": ["S256"],
            }
        )

    def _jwks(self, request: Request) -> Response:
        return JSONResponse({"keys": [self.grants.key.as_dict(private=False)]})

    def _ask(self, request: Request) -> Response:
        asked = {name: request.query_params.get(name, "") for name in _REQUEST}
        return _refusal(asked) or _choice(_issuer(request), asked)

    async def _authorize(self, request: Request) -> Response:
        sent = await _form(request)
        asked = {name: sent.get(name, "") for name in _REQUEST}
        email = sent.get("email", "").strip()
        if refused := _refusal(asked):
            return refused
        if not re.fullmatch(r"[^@\s]+@[^@\s]+", email):
            return _choice(_issuer(request), asked, "Enter an e-mail address.")
        code = self.grants.code_for(
            email, asked["redirect_uri"], asked["scope"], asked["nonce"], asked["code_challenge"]
        )
        return _back(asked, code=code)

    async def _token(self, request: Request) -> Response:
        sent = await _form(request)
        if not _is_our_client(request, sent):
            return _error("invalid_client", 401)
        if sent.get("grant_type") != "authorization_code":
            return _error("unsupported_grant_type")
        grant = self.grants.redeem(sent.get("code", ""), sent.get("redirect_uri", ""), sent.get("code_verifier", ""))
        if grant is None:
            return _error("invalid_grant")
        return JSONResponse(self.grants.tokens_for(grant, _issuer(request)), headers=_NO_STORE)

    def _userinfo(self, request: Request) -> Response:
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        grant = self.grants.of_token(token) if kind.lower() == "bearer" else None
        if grant is None:
            return _error("invalid_token", 401, {"WWW-Authenticate": 'Bearer error="invalid_token"'})
        return JSONResponse(claims_about(grant))


def _refusal(asked: Mapping[str, str]) -> Response | None:
    """Return why a request for authorization cannot be granted, to the app where that is surely the app."""
    if asked["client_id"] != CLIENT_ID or urlsplit(asked["redirect_uri"]).hostname not in _AT_HOME:
        explained = "<p>The client is unknown or may not be answered at that address.</p>"
        return HTMLResponse(page("Access blocked", "Access blocked", explained), 400)
    if asked["response_type"] != "code":
        return _back(asked, error="unsupported_response_type")
    if "openid" not in asked["scope"].split():
        return _back(asked, error="invalid_scope")
    if asked["code_challenge"] and asked["code_challenge_method"] != "S256":
        return _back(asked, error="invalid_request")
    return None


def _choice(issuer: str, asked: dict[str, str], error: str = "") -> Response:
    offered = "".join(
        form(f"{issuer}/authorize", {**asked, "email": email}, "", f"{name} ({email})")
        for email, name in ACCOUNTS.items()
    )
    other = field("email", "Another e-mail address", type="email", autocomplete="email")
    body = f"<p>This page stands in for Google.</p>{offered}{form(f'{issuer}/authorize', asked, other, 'Next')}"
    return HTMLResponse(page("Sign in with Google", "Choose an account", alert(error) + body), headers=_NO_STORE)


def _back(asked: Mapping[str, str], **answer: str) -> Response:
    state = {"state": asked["state"]} if asked["state"] else {}
    uri = asked["redirect_uri"]
    return RedirectResponse(f"{uri}{'&' if '?' in uri else '?'}{urlencode(answer | state)}", 302, _NO_STORE)


def _is_our_client(request: Request, sent: Mapping[str, str]) -> bool:
    given = (sent.get("client_id", ""), sent.get("client_secret", ""))
    kind, _, encoded = request.headers.get("authorization", "").partition(" ")
    if kind.lower() == "basic":
        try:
            name, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return False
        given = (unquote_plus(name), unquote_plus(secret))
    return given[0] == CLIENT_ID and secrets.compare_digest(given[1].encode(), CLIENT_SECRET.encode())


async def _form(request: Request) -> dict[str, str]:
    return dict(parse_qsl((await request.body()).decode("utf-8", "replace"), keep_blank_values=True))


def _issuer(request: Request) -> str:
    # `request.base_url` leaves out where this provider is mounted.
    return f"{request.url.scheme}://{request.url.netloc}{request.scope['root_path']}"


def _error(error: str, status: int = 400, headers: dict[str, str] | None = None) -> Response:
    body: dict[str, Any] = {"error": error}
    return JSONResponse(body, status, _NO_STORE | (headers or {}))
