"""What a provider's answers and httpx's exceptions mean, in the errors of Marquee (marquee.errors)."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

import httpx
from pydantic import ValidationError

from marquee.clients.api_key import ApiKey
from marquee.errors import (
    QuotaExhausted,
    RateLimited,
    UpstreamError,
    UpstreamNotFound,
    UpstreamRejected,
    UpstreamUnavailable,
)

T = TypeVar("T")

FOREIGN_ERRORS = (httpx.HTTPError, httpx.InvalidURL, httpx.CookieConflict, httpx.StreamError)
# The request itself is unusable, so the provider is not to blame and trying again is no use.
UNSENDABLE = (httpx.InvalidURL, httpx.UnsupportedProtocol, httpx.CookieConflict)
# The provider cannot have seen, let alone charged, a call that ended like this.
UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
MESSAGE_LENGTH = 200


class UnexpectedShape(UpstreamUnavailable):
    """The answer can be read but is not what it should be; asking again would cost the same for the same."""


@dataclass(frozen=True)
class ProviderFormat:
    """How a provider takes its key and words its errors.

    `statuses` gives the HTTP status that a code in an error body stands for.
    """

    name: str
    key_header: str
    code_field: str
    message_field: str
    key_prefix: str = ""
    statuses: Mapping[int, int] = field(default_factory=dict)
    quota_headers: tuple[str, str] | None = None


@dataclass(frozen=True)
class Failure:
    """An attempt that led to no value; `paid` if the provider may have charged for it."""

    error: UpstreamError
    may_retry: bool = False
    paid: bool = False
    retry_after: float | None = None


class Translator:
    """Translates for one provider; `key` is what must not be seen in any message."""

    def __init__(self, provider: ProviderFormat, key: ApiKey) -> None:
        self._format = provider
        self._key = key

    def exception(self, error: Exception) -> Failure:
        """Return what an exception of httpx means."""
        kind = type(error).__name__
        if isinstance(error, UNSENDABLE):
            rejected = UpstreamRejected(self._format.name, f"the request cannot be sent ({kind})")
            return Failure(self._chained(rejected, error))
        unavailable = UpstreamUnavailable(self._format.name, f"no usable answer ({kind})")
        return Failure(self._chained(unavailable, error), may_retry=True, paid=not isinstance(error, UNSENT))

    def response(self, response: httpx.Response, parse: Callable[[Any], T]) -> T | Failure:
        """Return what `parse` makes of the body, or the failure that the answer means."""
        try:
            body = response.json()
        except (ValueError, RecursionError) as error:
            if not response.is_success:
                return self._refusal(response, response.status_code, None)
            unreadable = UpstreamUnavailable(self._format.name, "the answer is not JSON")
            return Failure(self._chained(unreadable, error), may_retry=True, paid=True)
        if not response.is_success or (isinstance(body, dict) and body.get("success") is False):
            return self._refusal(response, self._status(response.status_code, body), self._message(body))
        try:
            return parse(body)
        except ValidationError as error:
            place = ".".join(map(str, error.errors(include_input=False, include_url=False)[0]["loc"]))
            message = f"the answer has an unexpected shape at {place or 'its top'}"
            return Failure(self._chained(UnexpectedShape(self._format.name, message), error), paid=True)

    def _refusal(self, response: httpx.Response, status: int, message: str | None) -> Failure:
        name, text = self._format.name, message or f"HTTP {status} without a message"
        if status == 429:
            wait = retry_after(response.headers)
            return Failure(RateLimited(name, text, retry_after=wait), may_retry=True, retry_after=wait)
        if status == 402:
            return Failure(QuotaExhausted(name, text))
        # A 404 that is not in the provider's own words comes from in between and says nothing of the id.
        if status == 404 and message:
            return Failure(UpstreamNotFound(name, text))
        if 400 <= status < 500 and status != 404:
            return Failure(UpstreamRejected(name, text))
        wait = retry_after(response.headers)
        return Failure(UpstreamUnavailable(name, text), may_retry=status >= 500, retry_after=wait)

    def _status(self, status: int, body: object) -> int:
        code = body.get(self._format.code_field) if isinstance(body, dict) else None
        if isinstance(code, int) and code in self._format.statuses:
            return self._format.statuses[code]
        return status if status >= 300 else 500

    def _message(self, body: object) -> str | None:
        message = body.get(self._format.message_field) if isinstance(body, dict) else None
        return self._key.hide(str(message))[:MESSAGE_LENGTH] if message else None

    def _chained(self, error: UpstreamError, cause: Exception) -> UpstreamError:
        """Make `cause` the cause of `error`, as `raise … from` does, unless it would show the key."""
        text = str(cause)
        error.__cause__ = cause if self._key.hide(text) == text else None
        return error


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that a Retry-After header asks for, as a number or a date; None without one."""
    text = headers.get("Retry-After", "")
    try:
        seconds = float(text)
    except ValueError:
        try:
            moment = parsedate_to_datetime(text)
        except ValueError:
            return None
        seconds = (moment.replace(tzinfo=moment.tzinfo or UTC) - datetime.now(UTC)).total_seconds()
    return max(0.0, seconds) if math.isfinite(seconds) else None
