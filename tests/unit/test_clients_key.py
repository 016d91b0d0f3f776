"""The key goes into one header and appears nowhere else, whatever goes wrong."""

import logging
import traceback

import httpx
import pytest

from marquee.clients.api_key import ApiKey
from marquee.clients.tmdb import TmdbClient
from marquee.clients.watchmode import WatchModeClient
from marquee.errors import MarqueeError, UpstreamRejected
from marquee.governor import tmdb_limits, watchmode_limits
from marquee.repositories.governors import Governor
from marquee.traffic import TrafficClass
from tests.fakes.provider import FakeProvider

VIEWER = TrafficClass.VIEWER
SECRET = "s3cr3t-0123456789"
REFUSED = {"success": False, "statusCode": 401, "statusMessage": f"Invalid key {SECRET}"}


@pytest.fixture
def make_client(table, clock):
    def make(provider, key=SECRET):
        governor = Governor(table, watchmode_limits(), clock=clock, sleep=clock.sleep)
        governor.report_quota(2500, 300)
        return WatchModeClient("https://wm.test/v1", key, governor, transport=provider.transport)

    return make


def test_watchmode_gets_the_key_in_its_header(make_client):
    provider = FakeProvider(httpx.Response(200, json=[]))
    make_client(provider).genres(VIEWER)
    assert provider.requests[0].headers["X-API-Key"] == SECRET
    assert SECRET not in str(provider.requests[0].url)


def test_tmdb_gets_the_token_as_bearer(table, clock):
    provider = FakeProvider(httpx.Response(200, json={"id": 1, "title": "One"}))
    governor = Governor(table, tmdb_limits(), clock=clock, sleep=clock.sleep)
    TmdbClient("https://tmdb.test/3", SECRET, governor, transport=provider.transport).movie(1, VIEWER)
    assert provider.requests[0].headers["Authorization"] == f"Bearer {SECRET}"
    assert SECRET not in str(provider.requests[0].url)


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(401, json=REFUSED),
        httpx.Response(402, json=REFUSED),
        httpx.Response(403, content=SECRET),
        httpx.Response(404, json=REFUSED),
        httpx.Response(429, json=REFUSED),
        httpx.Response(500, json=REFUSED),
        httpx.Response(200, content=f"{{{SECRET}"),
        httpx.Response(200, json={"genres": SECRET}),
        httpx.Response(200, json=[{"id": SECRET, "name": SECRET}]),
        httpx.ReadTimeout("slow"),
        httpx.ConnectError("refused"),
        httpx.LocalProtocolError(f"Illegal header value b'{SECRET}'"),
        httpx.InvalidURL(f"?apiKey={SECRET}"),
    ],
    ids=lambda answer: f"{type(answer).__name__} {getattr(answer, 'status_code', '')}".strip(),
)
def test_no_failure_shows_the_key(make_client, caplog, answer):
    caplog.set_level(logging.DEBUG)
    client = make_client(FakeProvider(answer))
    with pytest.raises(MarqueeError) as caught:
        client.genres(VIEWER)
    shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value) + caplog.text + repr(client)
    assert SECRET not in shown


def test_a_client_shows_the_address_but_not_the_key(make_client):
    shown = repr(make_client(FakeProvider(httpx.Response(200))))
    assert "https://wm.test/v1/" in shown
    assert SECRET not in shown + repr(ApiKey("watchmode", SECRET))


@pytest.mark.parametrize("key", ["", "  ", f"{SECRET}\r\nX-Evil: 1", f"{SECRET} x", f"{SECRET}é", "\x00"])
def test_an_unusable_key_is_refused_before_anything_is_sent(make_client, key):
    provider = FakeProvider(httpx.Response(200, json=[]))
    with pytest.raises(UpstreamRejected) as caught:
        make_client(provider, key).genres(VIEWER)
    assert provider.requests == []
    assert SECRET not in "".join(traceback.format_exception(caught.value))


def test_a_key_pasted_with_a_line_break_works(make_client):
    provider = FakeProvider(httpx.Response(200, json=[]))
    make_client(provider, f"{SECRET}\n").genres(VIEWER)
    assert provider.requests[0].headers["X-API-Key"] == SECRET


class RotatingSecret:
    """A secret with a cache that is old, as in a function that has run for a while."""

    def __init__(self, cached, stored):
        self.cached = cached
        self.stored = stored
        self.reads = 0

    def __call__(self, fresh):
        if fresh:
            self.reads += 1
            self.cached = self.stored
        return self.cached


def accepts(key):
    def answer(request):
        good = request.headers["X-API-Key"] == key
        return httpx.Response(200, json=[]) if good else httpx.Response(401, json=REFUSED)

    return answer


def test_a_rotated_key_is_picked_up_without_a_new_deployment(make_client):
    provider = FakeProvider(accepts("new"))
    client = make_client(provider, RotatingSecret("old", "new"))
    assert client.genres(VIEWER) == ()
    assert len(provider.requests) == 2


def test_a_401_that_is_not_the_keys_fault_reads_the_secret_once(make_client):
    secret = RotatingSecret("same", "same")
    provider = FakeProvider(httpx.Response(401, json=REFUSED))
    client = make_client(provider, secret)
    for _ in range(3):
        with pytest.raises(UpstreamRejected):
            client.genres(VIEWER)
    assert secret.reads == 1
    assert len(provider.requests) == 3
