"""What becomes of each kind of answer, tried on the client of TMDB and, where plans and credits matter, WatchMode."""

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest

from marquee import errors
from marquee.clients.tmdb import TmdbClient
from marquee.clients.translation import UnexpectedShape
from marquee.clients.watchmode import WatchModeClient
from marquee.governor import tmdb_limits, watchmode_limits
from marquee.repositories.governors import Governor
from marquee.traffic import TrafficClass
from tests.fakes.provider import FakeProvider

VIEWER = TrafficClass.VIEWER
# What a call waits when nobody is before it.
LEAD = tmdb_limits().lateness
MOVIE = {"id": 550, "title": "Fight Club"}
FOREIGN = [getattr(httpx, name) for name in httpx.__all__ if isinstance(getattr(httpx, name), type)]
FOREIGN = sorted((each for each in FOREIGN if issubclass(each, Exception)), key=lambda each: each.__name__)


@pytest.fixture
def tmdb(table, clock):
    def client(provider):
        governor = Governor(table, tmdb_limits(), clock=clock, sleep=clock.sleep)
        return TmdbClient("https://tmdb.test/3", "key", governor, transport=provider.transport)

    return client


@pytest.fixture
def governor(table, clock):
    governor = Governor(table, watchmode_limits(), clock=clock, sleep=clock.sleep)
    governor.report_quota(2500, 300)
    return governor


@pytest.fixture
def watchmode(governor):
    return lambda provider: WatchModeClient("https://wm.test/v1", "key", governor, transport=provider.transport)


def refusal(status, message="No.", **headers):
    body = {"success": False, "statusCode": status, "statusMessage": message}
    return httpx.Response(status, json=body, headers={name.replace("_", "-"): text for name, text in headers.items()})


def tmdb_refusal(status, code):
    return httpx.Response(status, json={"success": False, "status_code": code, "status_message": "No."})


def foreign(kind):
    """Return an exception of httpx as httpx makes them."""
    if issubclass(kind, httpx.HTTPStatusError):
        return kind("", request=httpx.Request("GET", "/"), response=httpx.Response(200))
    if issubclass(kind, httpx.StreamError) and kind is not httpx.StreamError:
        return kind()
    return kind("")


@pytest.mark.parametrize("kind", FOREIGN, ids=lambda kind: kind.__name__)
def test_every_exception_of_httpx_becomes_one_of_ours(tmdb, kind):
    with pytest.raises((errors.UpstreamUnavailable, errors.UpstreamRejected)) as caught:
        tmdb(FakeProvider(foreign(kind))).movie(550, VIEWER)
    assert type(caught.value.__cause__) is kind


@pytest.mark.parametrize("status", [400, 401, 403, 405, 422])
def test_a_refused_request_is_not_sent_again(watchmode, governor, status):
    provider = FakeProvider(refusal(status, "This endpoint needs a paid plan."))
    with pytest.raises(errors.UpstreamRejected, match="needs a paid plan"):
        watchmode(provider).genres(VIEWER)
    assert len(provider.requests) == 1
    assert governor.snapshot().budget.spent_today == 0


def test_an_unknown_id_is_not_found_and_free(watchmode, governor):
    provider = FakeProvider(refusal(404))
    with pytest.raises(errors.UpstreamNotFound):
        watchmode(provider).details(1, ["GB"], VIEWER)
    assert len(provider.requests) == 1
    assert governor.snapshot().budget.spent_today == 0


@pytest.mark.parametrize("body", [b"<html>not here</html>", b"{}", b"[]", b""])
def test_a_404_in_other_words_than_the_providers_says_nothing_of_the_id(watchmode, body):
    with pytest.raises(errors.UpstreamUnavailable):
        watchmode(FakeProvider(httpx.Response(404, content=body))).details(1, ["GB"], VIEWER)


def test_a_redirect_is_not_followed(watchmode):
    provider = FakeProvider(httpx.Response(301, headers={"Location": "https://elsewhere.test/"}))
    with pytest.raises(errors.UpstreamUnavailable):
        watchmode(provider).genres(VIEWER)
    assert len(provider.requests) == 1


def test_a_402_stops_all_further_calls_until_there_are_credits_again(watchmode, governor, clock):
    provider = FakeProvider(refusal(402, "Over the quota."))
    client = watchmode(provider)
    for _ in range(3):
        with pytest.raises(errors.QuotaExhausted):
            client.genres(VIEWER)
    assert len(provider.requests) == 1
    assert governor.snapshot().budget.spent_today == 0

    clock.sleep(3601)
    provider.answers = [httpx.Response(200, json={"quota": 2500, "quotaUsed": 0}), httpx.Response(200, json=[])]
    assert client.genres(VIEWER) == ()
    assert provider.paths[1:] == ["/v1/status", "/v1/genres"]


def test_a_429_is_tried_again_when_the_provider_says(tmdb, clock):
    limited = httpx.Response(429, headers={"Retry-After": "4"}, json={"status_code": 25, "status_message": "Slow."})
    provider = FakeProvider(limited, httpx.Response(200, json=MOVIE))
    begin = clock()
    assert tmdb(provider).movie(550, VIEWER).title == "Fight Club"
    assert clock() - begin == pytest.approx(LEAD + 4.0, abs=1e-4)


def test_a_429_without_a_time_is_tried_again_ever_later(tmdb, clock):
    provider = FakeProvider(tmdb_refusal(429, 25), tmdb_refusal(429, 25), httpx.Response(200, json=MOVIE))
    begin = clock()
    tmdb(provider).movie(550, VIEWER)
    assert clock() - begin == pytest.approx(LEAD + 1.0 + 2.0, abs=1e-4)


def test_a_long_429_is_left_to_the_caller_who_learns_how_long(watchmode, governor):
    provider = FakeProvider(refusal(429, "The rate limit was exceeded.", Retry_After="50"))
    with pytest.raises(errors.RateLimited) as caught:
        watchmode(provider).genres(VIEWER)
    assert len(provider.requests) == 1
    assert 0 < caught.value.retry_after <= 50
    assert governor.snapshot().budget.spent_today == 0


def test_retry_after_may_be_a_date(tmdb, clock):
    when = format_datetime(datetime.now(UTC) + timedelta(seconds=10), usegmt=True)
    limited = httpx.Response(429, headers={"Retry-After": when}, json={"status_code": 25, "status_message": "Slow."})
    begin = clock()
    tmdb(FakeProvider(limited, httpx.Response(200, json=MOVIE))).movie(550, VIEWER)
    assert 1 <= clock() - begin <= 10


BROKEN = [
    pytest.param(httpx.Response(500), id="500"),
    pytest.param(tmdb_refusal(503, 9), id="503"),
    pytest.param(httpx.Response(200, content=b'{"id": 550, "ti'), id="half a body"),
    pytest.param(httpx.Response(200, content=b"\xff\xfe\xfa"), id="no text"),
    pytest.param(httpx.Response(200, content=b"[" * 100_000), id="too deep"),
    pytest.param(httpx.ReadTimeout("slow"), id="time-out"),
    pytest.param(httpx.ConnectError("refused"), id="connection"),
]


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_answer_is_asked_for_again(tmdb, broken):
    provider = FakeProvider(broken, broken, httpx.Response(200, json=MOVIE))
    assert tmdb(provider).movie(550, VIEWER).id == 550


@pytest.mark.parametrize("broken", BROKEN)
def test_three_broken_answers_are_enough(tmdb, broken):
    provider = FakeProvider(broken)
    with pytest.raises(errors.UpstreamUnavailable):
        tmdb(provider).movie(550, VIEWER)
    assert len(provider.requests) == 3


def test_an_outage_stops_all_calls_after_five_failures(tmdb):
    provider = FakeProvider(httpx.Response(500))
    client = tmdb(provider)
    for _ in range(4):
        with pytest.raises(errors.UpstreamUnavailable):
            client.movie(550, VIEWER)
    assert len(provider.requests) == 5


def test_no_attempt_is_made_after_the_deadline(tmdb, clock):
    provider = FakeProvider(httpx.Response(503, headers={"Retry-After": "10"}))
    with pytest.raises(errors.UpstreamUnavailable):
        tmdb(provider).movie(550, VIEWER, deadline=clock() + 5)
    assert len(provider.requests) == 1


@pytest.mark.parametrize("body", [[], {}, {"id": "x", "title": "y"}, {"id": 1, "title": None}, "text", None])
def test_an_unexpected_shape_is_not_asked_for_twice(tmdb, body):
    provider = FakeProvider(httpx.Response(200, content=json.dumps(body)))
    with pytest.raises(UnexpectedShape):
        tmdb(provider).movie(550, VIEWER)
    assert len(provider.requests) == 1


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (401, 7, errors.UpstreamRejected),
        (404, 34, errors.UpstreamNotFound),
        (404, 6, errors.UpstreamNotFound),
        (200, 34, errors.UpstreamNotFound),
        (200, 7, errors.UpstreamRejected),
        (400, 9, errors.UpstreamUnavailable),
        (200, 999, errors.UpstreamUnavailable),
        (422, 20, errors.UpstreamRejected),
    ],
)
def test_tmdbs_own_codes_count_more_than_the_http_status(tmdb, status, code, expected):
    with pytest.raises(expected):
        tmdb(FakeProvider(tmdb_refusal(status, code))).movie(550, VIEWER)


@pytest.mark.parametrize(
    ("answer", "spent"),
    [
        (httpx.ReadTimeout(""), 1),
        (httpx.ConnectError(""), 0),
        (httpx.Response(500), 0),
        (httpx.Response(200, json=7), 1),
    ],
    ids=["time-out", "no connection", "500", "odd answer"],
)
def test_credits_are_counted_only_for_calls_that_may_have_been_charged(watchmode, governor, answer, spent):
    with pytest.raises(errors.UpstreamUnavailable):
        watchmode(FakeProvider(answer)).genres(VIEWER)
    assert governor.snapshot().budget.spent_today == spent
