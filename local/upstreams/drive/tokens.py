"""`POST /token`: access tokens for a signed JWT of the service account, or for the refresh token of a person."""

import base64
import json
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from local.upstreams.drive.accounts import (
    CLIENT_ID,
    CLIENT_SECRET,
    REFRESH_TOKEN,
    SCOPES,
    SERVICE_ACCOUNT,
    ServiceAccount,
)
from local.upstreams.drive.errors import DriveError, TokenError
from local.upstreams.limits import Clock

JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
# What Google's libraries name as the audience, whatever the credentials say of where tokens are to be had.
GOOGLE = "https://oauth2.googleapis.com/token"
LIFETIME = 3600
# How far the clock of a caller may be ahead of Google's.
SKEW = 300


class Tokens:
    """Gives out access tokens and knows until when they hold; `lifetime` is in seconds."""

    def __init__(self, account: ServiceAccount, clock: Clock) -> None:
        self.lifetime = LIFETIME
        self._account = account
        self._clock = clock
        self._valid_until: dict[str, float] = {}

    def grant(self, form: Mapping[str, str], path: str) -> dict[str, Any]:
        """Answer a request for an access token that came to `path`; raises TokenError."""
        kind = form.get("grant_type", "")
        if kind == JWT_GRANT:
            scope = self._of_jwt(form.get("assertion", ""), path)
        elif kind == "refresh_token":
            scope = self._of_refresh_token(form)
        else:
            raise TokenError("unsupported_grant_type", f"Invalid grant_type: {kind}")
        token = f"ya29.{secrets.token_urlsafe(24)}"
        self._valid_until[token] = self._clock() + self.lifetime
        # Google, too, says a second less than it means.
        return {"access_token": token, "expires_in": self.lifetime - 1, "token_type": "Bearer", "scope": scope}

    def check(self, authorization: str) -> None:
        """Raise DriveError unless the Authorization header holds a token that is still good."""
        scheme, _, token = authorization.partition(" ")
        if not authorization:
            message = (
                "Method doesn't allow unregistered callers (callers without established identity). "
                "Please use API Key or other form of API consumer identity to call this API."
            )
            raise DriveError(403, "forbidden", message, name="PERMISSION_DENIED")
        if scheme.lower() != "bearer" or self._valid_until.get(token.strip(), 0) <= self._clock():
            message = "Invalid Credentials"
            raise DriveError(401, "authError", message, location="Authorization", name="UNAUTHENTICATED")

    def expire(self) -> int:
        """Make all tokens invalid and return how many there were."""
        count = len(self._valid_until)
        self._valid_until.clear()
        return count

    def _of_jwt(self, assertion: str, path: str) -> str:
        claims = self._claims(assertion)
        if claims.get("iss") != SERVICE_ACCOUNT:
            raise TokenError("invalid_grant", "Invalid grant: account not found")
        audience = str(claims.get("aud"))
        if audience != GOOGLE and urlsplit(audience).path != path:
            raise TokenError("invalid_grant", "Invalid JWT: Failed audience check.")
        now, issued, expires = self._clock(), claims.get("iat"), claims.get("exp")
        if not (isinstance(issued, int | float) and isinstance(expires, int | float)) or not (
            issued <= now + SKEW and now < expires <= issued + LIFETIME
        ):
            raise TokenError(
                "invalid_grant",
                "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. "
                "Check your iat and exp values in the JWT claim.",
            )
        return _scope(str(claims.get("scope", "")))

    def _claims(self, assertion: str) -> dict[str, Any]:
        signed, _, signature = assertion.rpartition(".")
        try:
            header, claims = (json.loads(_decoded(part)) for part in signed.split("."))
            if header["alg"] != "RS256":
                raise TokenError("invalid_grant", "Invalid JWT Signature.")
            self._account.key.public_key().verify(
                _decoded(signature), signed.encode(), padding.PKCS1v15(), hashes.SHA256()
            )
        except InvalidSignature:
            raise TokenError("invalid_grant", "Invalid JWT Signature.") from None
        except (ValueError, KeyError, TypeError):
            raise TokenError("invalid_grant", "Invalid JWT: not three parts of JSON and a signature.") from None
        if not isinstance(claims, dict):
            raise TokenError("invalid_grant", "Invalid JWT: the claims are no object.")
        return claims

    @staticmethod
    def _of_refresh_token(form: Mapping[str, str]) -> str:
        if form.get("client_id") != CLIENT_ID:
            raise TokenError("invalid_client", "The OAuth client was not found.", 401)
        if form.get("client_secret") != CLIENT_SECRET:
            raise TokenError("invalid_client", "Unauthorized", 401)
        if form.get("refresh_token") != REFRESH_TOKEN:
            raise TokenError("invalid_grant", "Token has been expired or revoked.")
        return _scope(form.get("scope", "https://www.googleapis.com/auth/drive.readonly"))


def _scope(text: str) -> str:
    """Return the scope that is granted: one that reads files must be in it."""
    if not text:
        raise TokenError("invalid_scope", "Empty or missing scope not allowed.")
    if not SCOPES.intersection(text.split()):
        raise TokenError("invalid_scope", "Some requested scopes were invalid.")
    return text


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
