"""What the provider has given out and not yet taken back: codes, access tokens, and the ID tokens it signs."""

import base64
import hashlib
import secrets
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from joserfc import jwt
from joserfc.jwk import RSAKey

from local.upstreams.limits import Clock
from local.upstreams.oidc import CLIENT_ID

CODE_SECONDS = 600
TOKEN_SECONDS = 3600
ACCOUNTS = {"ada@example.com": "Ada Lovelace", "grace@example.com": "Grace Hopper"}
"""Those that the page offers; any other address may be typed."""
_ALGORITHM = "RS256"
# Which scope asks for which claims (OpenID Connect Core 1.0, section 5.4).
_CLAIMS = {"email": ("email", "email_verified"), "profile": ("name",)}


@dataclass(frozen=True, slots=True)
class Grant:
    """What somebody allowed: who, to which address, for which scopes, and the code challenge that was sent (S256)."""

    email: str
    redirect_uri: str
    scopes: frozenset[str]
    nonce: str
    challenge: str
    until: float


class Grants:
    """The provider's memory; it is lost with the process, key included."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._codes: dict[str, Grant] = {}
        self._tokens: dict[str, Grant] = {}

    @cached_property
    def key(self) -> RSAKey:
        """Return the key that signs ID tokens."""
        return RSAKey.generate_key(2048, {"use": "sig", "alg": _ALGORITHM}, auto_kid=True)

    def code_for(self, email: str, redirect_uri: str, scope: str, nonce: str, challenge: str) -> str:
        """Return a code that is good once, for ten minutes."""
        code, until = secrets.token_urlsafe(24), self._clock() + CODE_SECONDS
        self._codes[code] = Grant(email.lower(), redirect_uri, frozenset(scope.split()), nonce, challenge, until)
        return code

    def redeem(self, code: str, redirect_uri: str, verifier: str) -> Grant | None:
        """Return what the code stands for, once; None for a code, an address or a verifier that is not right."""
        grant = self._codes.pop(code, None)
        if grant is None or grant.until < self._clock() or grant.redirect_uri != redirect_uri:
            return None
        return grant if not grant.challenge or _challenge(verifier) == grant.challenge else None

    def tokens_for(self, grant: Grant, issuer: str) -> dict[str, Any]:
        """Return what the token endpoint answers with."""
        token, now = secrets.token_urlsafe(24), int(self._clock())
        self._tokens[token] = grant
        claims = {"iss": issuer, "azp": CLIENT_ID, "aud": CLIENT_ID, "iat": now, "exp": now + TOKEN_SECONDS}
        claims |= claims_about(grant) | ({"nonce": grant.nonce} if grant.nonce else {})
        return {
            "access_token": token,
            "token_type": "Bearer",
            "expires_in": TOKEN_SECONDS,
            "scope": " ".join(sorted(grant.scopes)),
            "id_token": jwt.encode({"alg": _ALGORITHM, "kid": self.key.kid}, claims, self.key),
        }

    def of_token(self, token: str) -> Grant | None:
        """Return what an access token was given for, while it holds."""
        grant = self._tokens.get(token)
        return grant if grant and grant.until - CODE_SECONDS + TOKEN_SECONDS > self._clock() else None


def claims_about(grant: Grant) -> dict[str, Any]:
    """Return what the scopes allow to be known of a person; `sub` is always the same for the same address."""
    number = int.from_bytes(hashlib.sha256(grant.email.encode()).digest(), "big") % 10**21
    known = {"email": grant.email, "email_verified": True, "name": _name(grant.email)}
    allowed = {claim for scope in grant.scopes for claim in _CLAIMS.get(scope, ())}
    return {"sub": f"{number:021}"} | {claim: value for claim, value in known.items() if claim in allowed}


def _name(email: str) -> str:
    return ACCOUNTS.get(email) or email.split("@", 1)[0].replace(".", " ").title()


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
