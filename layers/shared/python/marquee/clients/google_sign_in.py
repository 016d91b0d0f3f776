"""Signing in to Google with what is kept in a secret: google-auth makes the tokens, its requests go over httpx."""

import json
import threading
from collections.abc import Generator, Mapping
from typing import TYPE_CHECKING, Any

import httpx
from google.auth import exceptions, transport
from google.auth.credentials import Credentials
from google.oauth2 import credentials as user_credentials
from google.oauth2 import service_account

from marquee.errors import SignInRefused, UpstreamUnavailable

if TYPE_CHECKING:
    from marquee.clients.api_key import KeySource

SCOPES = ("https://www.googleapis.com/auth/drive.readonly",)
TOKEN_URI = "https://oauth2.googleapis.com/token"


class GoogleSignIn(httpx.Auth):
    """Adds an access token to a request; one that is refused is replaced once, and so is the secret behind it."""

    def __init__(self, provider: str, source: "KeySource", client: httpx.Client) -> None:
        self._provider = provider
        self._source = source
        self._request = _Request(client)
        self._credentials: Credentials | None = None
        self._lock = threading.Lock()

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Put a token into the header of `request`; raises SignInRefused, UpstreamUnavailable."""
        token = self._token(refused=None)
        request.headers["Authorization"] = f"Bearer {token}"
        response = yield request
        if response.status_code == httpx.codes.UNAUTHORIZED:
            request.headers["Authorization"] = f"Bearer {self._token(refused=token)}"
            yield request

    def _token(self, *, refused: str | None) -> str:
        """Return a token, another one than that which was `refused`."""
        with self._lock:
            if self._credentials is None or (refused and self._credentials.token == refused):
                self._credentials = self._read(fresh=refused is not None)
            # Not `before_request`: it also looks up, in the background, in which regions an account may be used.
            if not self._credentials.valid:
                self._refresh(self._credentials)
            return str(self._credentials.token)

    def _read(self, *, fresh: bool) -> Credentials:
        text = self._source if isinstance(self._source, str) else self._source(fresh)
        try:
            return credentials_of(json.loads(text))
        except (ValueError, TypeError, KeyError, AttributeError):
            # What is wrong with a secret may quote it.
            message = "the secret is neither the key of a service account nor the stored consent of a user"
            raise SignInRefused(self._provider, message) from None

    def _refresh(self, credentials: Credentials) -> None:
        try:
            credentials.refresh(self._request)  # type: ignore[no-untyped-call]
        except (exceptions.TransportError, TypeError, ValueError, KeyError, AttributeError) as error:
            # google-auth stumbles over an answer that is no JSON object.
            message = f"no token could be had ({type(error).__name__})"
            raise UpstreamUnavailable(self._provider, message) from None
        except exceptions.GoogleAuthError as error:
            raise SignInRefused(self._provider, f"Google refuses the credentials ({_code(error)})") from None


def credentials_of(secret: Mapping[str, Any]) -> Credentials:
    """Return the credentials of a service account's key file, or of a user's consent as `token.json` has it.

    Raises ValueError, TypeError or KeyError for anything else.
    """
    if secret.get("type") == "service_account":
        account: Credentials = service_account.Credentials.from_service_account_info(  # type: ignore[no-untyped-call]
            secret, scopes=SCOPES
        )
        return account
    return user_credentials.Credentials(  # type: ignore[no-untyped-call]
        token=None,
        refresh_token=secret["refresh_token"],
        client_id=secret["client_id"],
        client_secret=secret["client_secret"],
        token_uri=secret.get("token_uri") or TOKEN_URI,
    )


class _Response(transport.Response):
    """An answer of httpx as google-auth reads it."""

    def __init__(self, response: httpx.Response) -> None:
        self._response = response

    @property
    def status(self) -> int:
        """Return the HTTP status."""
        return self._response.status_code

    @property
    def headers(self) -> Mapping[str, str]:
        """Return the headers."""
        return self._response.headers

    @property
    def data(self) -> bytes:
        """Return the body."""
        return self._response.content


class _Request(transport.Request):
    """A request of google-auth over httpx; google-auth itself would bring `requests` for this."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def __call__(
        self,
        url: str,
        method: str = "GET",
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float | None = None,
        **_: Any,
    ) -> _Response:
        """Send a request; raises TransportError, also for answers that say: later.

        Those google-auth would wait for by itself, without regard to the time that a function has.
        """
        wait = httpx.USE_CLIENT_DEFAULT if timeout is None else timeout
        try:
            response = self._client.request(method, url, content=body, headers=headers, timeout=wait)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise exceptions.TransportError(type(error).__name__) from None  # type: ignore[no-untyped-call]
        if response.status_code in transport.DEFAULT_RETRYABLE_STATUS_CODES:
            raise exceptions.TransportError(f"HTTP {response.status_code}")  # type: ignore[no-untyped-call]
        return _Response(response)


def _code(error: exceptions.GoogleAuthError) -> str:
    """Return the code of an OAuth 2 error, such as invalid_grant; the rest of the answer is not repeated."""
    body = error.args[1] if len(error.args) > 1 else None
    code = body.get("error") if isinstance(body, dict) else None
    return code if isinstance(code, str) and code.replace("_", "").isalpha() else type(error).__name__
