"""How Marquee speaks to a provider: paced, retried, with the key in a header, and with errors of one kind.

Whatever goes wrong leaves here as an `UpstreamError` (marquee.errors). The key appears in no address, log,
message or repr, nor in an exception that is chained to ours.
"""

import logging
import random
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import httpx

from marquee.clients.api_key import ApiKey, KeyHeader, KeySource
from marquee.clients.translation import FOREIGN_ERRORS, UNSENDABLE, Failure, ProviderFormat, Translator
from marquee.errors import QuotaExhausted, RateLimited, UpstreamError, UpstreamRejected, UpstreamUnavailable
from marquee.traffic import TrafficClass

if TYPE_CHECKING:
    from marquee.repositories.governors import Governor, Reservation

T = TypeVar("T")

# A provider that does not take a connection in 3 s is down; one that computes a long page may need 20 s (R2).
TIMEOUT = httpx.Timeout(20.0, connect=3.0)
# TMDB once allowed 20 connections an address; the permitted pace needs no more.
POOL = httpx.Limits(max_connections=20, max_keepalive_connections=20)
ATTEMPTS = 3
FIRST_BACKOFF_SECONDS = 0.5
# Nobody waits longer than this for a provider that fails; the work goes back to its queue instead.
LONGEST_WAIT_SECONDS = 20.0

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Calls:
    """How many calls a client has made, repeated ones included, and how many of them led to nothing."""

    made: int = 0
    failed: int = 0

    def since(self, earlier: "Calls") -> "Calls":
        """Return what was added after `earlier` was read."""
        return Calls(self.made - earlier.made, self.failed - earlier.failed)


class ProviderHttp:
    """Gets JSON from one provider, within what its governor permits."""

    def __init__(
        self,
        provider: ProviderFormat,
        base_url: str,
        key: KeySource,
        governor: "Governor",
        transport: httpx.BaseTransport | None,
    ) -> None:
        self._format = provider
        self._governor = governor
        self._key = ApiKey(provider.name, key)
        self._auth = KeyHeader(self._key, provider.key_header, provider.key_prefix)
        self._translator = Translator(provider, self._key)
        self._counting = threading.Lock()
        self.calls = Calls()
        self._client = httpx.Client(
            base_url=base_url,
            auth=self._auth,
            headers={"Accept": "application/json"},
            timeout=TIMEOUT,
            limits=POOL,
            transport=transport,
        )

    def __repr__(self) -> str:
        return f"ProviderHttp({self._format.name!r}, {str(self._client.base_url)!r})"

    def get(
        self,
        path: str,
        parse: Callable[[Any], T],
        params: Mapping[str, str | int] | None = None,
        *,
        credits: int = 0,
        traffic: TrafficClass,
        deadline: float | None = None,
        reservation: "Reservation | None" = None,
    ) -> T:
        """Return what `parse` makes of the answer; it may raise pydantic's ValidationError.

        The call is taken from `reservation` if there is one, else reserved with `credits` for `traffic`; it
        waits for its turn until `deadline` (epoch seconds). Raises UpstreamError.
        """
        if reservation is not None:
            return self._get(path, parse, params or {}, reservation)
        with self._governor.reserve(1, credits=credits, traffic=traffic, deadline=deadline) as own:
            return self._get(path, parse, params or {}, own)

    def _get(
        self,
        path: str,
        parse: Callable[[Any], T],
        params: Mapping[str, str | int],
        reservation: "Reservation",
    ) -> T:
        attempt = 0
        answer: T | Failure | None = None
        while True:
            attempt += 1
            try:
                reservation.wait_for_slot()
            except UpstreamError:
                # Why a call failed says more than that it may not be made again.
                if isinstance(answer, Failure):
                    raise answer.error from None
                raise
            answer = self._attempt(path, parse, params, attempt)
            self._count(failed=isinstance(answer, Failure))
            if not isinstance(answer, Failure):
                reservation.pay()
                return answer
            wait = self._wait_after(answer, attempt)
            late = reservation.deadline is not None and self._governor.clock() + wait > reservation.deadline
            if attempt == ATTEMPTS or not answer.may_retry or wait > LONGEST_WAIT_SECONDS or late:
                if answer.paid:
                    reservation.pay()
                raise answer.error
            logger.warning("attempt %d for %s failed, trying again: %s", attempt, path, answer.error)
            if isinstance(answer.error, RateLimited):
                reservation.drop_slots()
            self._governor.sleep(wait)

    def _attempt(
        self, path: str, parse: Callable[[Any], T], params: Mapping[str, str | int], attempt: int
    ) -> T | Failure:
        """Call once and tell the governor how it went."""
        try:
            response = self._client.get(path, params=params)
        except FOREIGN_ERRORS as error:
            if not isinstance(error, UNSENDABLE):
                self._governor.report_failure()
            return self._translator.exception(error)
        answer = self._translator.response(response, parse)
        self._report_quota(response.headers)
        refusal = answer.error if isinstance(answer, Failure) else None
        if isinstance(refusal, UpstreamUnavailable):
            self._governor.report_failure()
            return answer
        self._governor.report_success()
        if isinstance(refusal, QuotaExhausted):
            self._governor.report_exhausted()
        elif isinstance(refusal, RateLimited):
            refusal.retry_after = self._governor.report_rate_limited(refusal.retry_after, attempt)
        elif isinstance(refusal, UpstreamRejected) and response.status_code == httpx.codes.UNAUTHORIZED:
            return Failure(refusal, may_retry=self._key.was_replaced(self._auth.key_of(response.request)))
        return answer

    def _count(self, *, failed: bool) -> None:
        """Add a call to the tally; threads share the client."""
        with self._counting:
            self.calls = Calls(self.calls.made + 1, self.calls.failed + failed)

    def _wait_after(self, failure: Failure, attempt: int) -> float:
        """Return the seconds until the next attempt; after a 429 the governor's own queue is the wait."""
        if not isinstance(failure.error, UpstreamUnavailable):
            return 0.0
        backoff: float = FIRST_BACKOFF_SECONDS * 2 ** (attempt - 1)
        return max(backoff * random.uniform(0.5, 1.0), failure.retry_after or 0.0)

    def _report_quota(self, headers: Mapping[str, str]) -> None:
        if self._format.quota_headers is None:
            return
        quota, used = (headers.get(name, "") for name in self._format.quota_headers)
        if quota.isdecimal() and used.isdecimal():
            self._governor.report_quota(int(quota), int(used))
