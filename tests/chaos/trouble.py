"""WatchMode and TMDB in this process, with calls that fail: each call in turn, or all for some time."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, ClassVar

import httpx

from local.catalogue import load_catalogue
from local.upstreams import TMDB_TOKEN, WATCHMODE_KEY
from local.upstreams.app import create_app
from local.upstreams.faults import Fault
from local.upstreams.state import State
from marquee.clients.tmdb import TmdbClient
from marquee.clients.watchmode import WatchModeClient
from marquee.governor import tmdb_limits, watchmode_limits
from marquee.repositories.governors import Governor
from tests.chaos.scenario import Scenario
from tests.fakes.clock import FakeClock
from tests.fakes.in_process import InProcess

KINDS: dict[str, str] = {
    "slow": "the provider does its work, and its answer comes after the client has given up waiting",
    "down": "503",
    "malformed": "200 with half of a body",
    "rate limited": "429 with Retry-After: 30",
    "cut off": "the connection is lost before the answer",
    "no credits": "402, until WatchMode has credits again; TMDB knows no credits",
    "key refused": "401, as when a key is changed",
}
# A call that is waited for longer than this has no answer; governors pause for less than that.
LATER = 2 * 3600.0


class Trouble(httpx.BaseTransport):
    """Passes calls on to the simulators, and has them fail: the n-th one, or all of an invocation."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.app = create_app(load_catalogue(), clock=self.clock)
        self.state: State = self.app.state.upstreams
        self.inner = InProcess(self.app)
        self._asking = httpx.Client(transport=self.inner, base_url="http://upstreams/watchmode/v1/")
        self.kind, self.tried, self.at, self.lasting, self.calls, self.struck = "", "", -1, False, 0, 0

    @property
    def refuses_key(self) -> bool:
        """Return whether the key is what this run has trouble with."""
        return self.tried == "key refused"

    def reset(self, kind: str = "", at: int = -1, *, lasting: bool = False) -> None:
        """Have one call fail, or with `lasting` all calls until `end`."""
        self.state.reset()
        self.tried = kind
        self.kind, self.at, self.lasting, self.calls, self.struck = kind, at, lasting, 0, 0

    def end(self) -> None:
        """Bring the provider back."""
        self.kind, self.at = "", -1
        self.state.reset_limits()

    def ask(self, path: str, **parameters: Any) -> Any:
        """Return what WatchMode says when nothing is wrong."""
        answer = self._asking.get(path, params=parameters, headers={"X-API-Key": WATCHMODE_KEY})
        return answer.raise_for_status().json()

    def ask_tmdb(self, path: str, **parameters: Any) -> Any:
        """Return what TMDB says when nothing is wrong."""
        headers = {"Authorization": f"Bearer {TMDB_TOKEN}"}
        answer = self._asking.get(f"http://upstreams/tmdb/3/{path}", params=parameters, headers=headers)
        return answer.raise_for_status().json()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        number, self.calls = self.calls, self.calls + 1
        free = self.kind == "no credits" and "/tmdb/" in request.url.path
        if not self.kind or free or not (number == self.at or self.lasting):
            return self.inner.handle_request(request)
        self.struck += 1
        if self.kind == "cut off":
            raise httpx.RemoteProtocolError("cut off", request=request)
        if self.kind == "slow":
            self.inner.handle_request(request)
            raise httpx.ReadTimeout("slow", request=request)
        if self.kind == "no credits":
            for plan in self.state.plans.values():
                plan.quota_used = plan.quota
            return self.inner.handle_request(request)
        facts: Mapping[str, dict[str, Any]] = {
            "down": {"status": 503},
            "malformed": {"malformed": True},
            "rate limited": {"status": 429, "retry_after": 30},
            "key refused": {"status": 401},
        }
        self.state.faults.faults.append(Fault("*", times=1, **facts[self.kind]))
        try:
            return self.inner.handle_request(request)
        finally:
            self.state.faults.clear()


@cache
def trouble() -> Trouble:
    """Return the simulators of this process."""
    return Trouble()


class ProviderScenario(Scenario):
    """A function between the world and the simulators; time passes between invocations.

    A fault that lasts does so for the first `outage` invocations.
    """

    outage: ClassVar[int] = 1

    def prepare(self) -> None:
        self.provider = trouble()
        operations, clock = self.cloud.operations, self.provider.clock
        paced = Governor(operations, watchmode_limits(1_000_000), clock=clock, sleep=clock.sleep)
        self.watchmode = WatchModeClient(
            "http://upstreams/watchmode/v1/", WATCHMODE_KEY, paced, transport=self.provider
        )
        tmdb = Governor(operations, tmdb_limits(100_000), clock=clock, sleep=clock.sleep)
        self.tmdb = TmdbClient("http://upstreams/tmdb/3/", TMDB_TOKEN, tmdb, transport=self.provider)
        self.invocations = 0

    def collect(self) -> None:
        self.invocations += 1
        if self.invocations > self.outage:
            self.provider.end()
        self.provider.clock.sleep(LATER)
        for window in (self.provider.state.tmdb.window, *(p.window for p in self.provider.state.plans.values())):
            window.clear()
