"""Sending: nothing is counted twice, nothing that was taken is forgotten, whatever the API does."""

import asyncio
import json
from itertools import islice

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cli.errors import OperatorError
from cli.flaws import EVENT_FLAWS, REQUEST_FLAWS, REUSED_KEY
from cli.generator import Plan, requests, sends
from cli.sender import ATTEMPTS, Outcome, Pace, Sender, outcomes
from cli.synthesis import Subjects
from cli.tally import Counts, Tally
from ingest_api import producers, stores
from marquee import activity, clock
from marquee.messages.activity import event_id
from tests.fakes.ingest import PRODUCERS, Inlet
from tests.fakes.ingest_cloud import KEY, URL, IngestTransport
from tests.fakes.kinesis import throttled

SUBJECTS = Subjects(("11", "12", "13"), ("anna", "ben"))


@pytest.fixture
def inlet(monkeypatch: pytest.MonkeyPatch) -> Inlet:
    """Ingest with a stream and a table in memory."""
    found = Inlet()
    producers.by_key_id.cache_clear()
    monkeypatch.setenv("PRODUCERS", json.dumps(PRODUCERS))
    monkeypatch.setattr(stores, "ingest", lambda: found.ingest())
    return found


def new_tally() -> Tally:
    now = clock.now()
    return Tally(environment="test", run="run", producer="demo", seed=1, started_at=now, ended_at=now)


def run(
    transport: httpx.AsyncBaseTransport,
    tally: Tally | None = None,
    *,
    count: int = 60,
    batch: int = 7,
    key: str = KEY,
    **shares: float,
) -> Tally:
    """Send events and return the tally; pauses take no time."""
    tally = tally or new_tally()

    async def no_pause(seconds: float) -> None:
        await asyncio.sleep(0)

    async def send() -> None:
        async with httpx.AsyncClient(base_url=URL, transport=transport) as client:
            plan = Plan(activity.event_types(), SUBJECTS, 1, **shares)
            wanted = islice(sends(plan, tally.key, tally.bad_key, clock.now), count)
            await Sender(client, key, tally, pace=Pace(1e6), pause=no_pause).run(requests(wanted, batch))

    asyncio.run(send())
    return tally


def counted(inlet: Inlet, tally: Tally) -> Counts:
    """Return what the stream holds, counted as the tally counts."""
    names = {event_id("demo", tally.key(number)): tally.key(number) for number in range(tally.good)}
    counts = Counts()
    for each, found in inlet.events().items():
        counts.add(names[each], found.event_type, found.timestamp, found.payload)
    return counts


@pytest.mark.parametrize("batch", [1, 7, 500])
def test_tally_is_exactly_what_the_stream_holds(inlet: Inlet, batch: int) -> None:
    tally = run(IngestTransport(), count=400, batch=batch, bad=0.2, duplicates=0.1)

    assert tally.accepted == counted(inlet, tally)
    assert (tally.accepted.events, tally.unknown, tally.surprises) == (tally.good, [], {})
    assert tally.sent == 400 == tally.good + tally.bad + tally.duplicates


@pytest.mark.parametrize("batch", [1, 7])
def test_api_refuses_every_flaw_and_the_tally_says_how(inlet: Inlet, batch: int) -> None:
    tally = run(IngestTransport(), count=400, batch=batch, bad=0.5)

    assert tally.refused.keys() == {*EVENT_FLAWS, *REQUEST_FLAWS, REUSED_KEY}
    assert sum(times for answers in tally.refused.values() for times in answers.values()) == tally.bad
    assert tally.refused["no payload"].keys() == {"400 payload is required"}
    assert tally.refused["wrong API key"].keys() == {"403 Forbidden"}
    assert {answer[:3] for answer in tally.refused["body too large"]} == {"413"}
    assert {answer[:3] for answer in tally.refused[REUSED_KEY]} == {"422"}


@given(faults=st.lists(st.sampled_from([None, None, "busy", "throttled", "lost", "down"]), max_size=ATTEMPTS - 1))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_faults_that_pass_leave_no_trace(monkeypatch: pytest.MonkeyPatch, faults: list[str | None]) -> None:
    inlet = Inlet()
    monkeypatch.setattr(stores, "ingest", inlet.ingest)
    monkeypatch.setenv("PRODUCERS", json.dumps(PRODUCERS))

    tally = run(IngestTransport(dict(enumerate(faults, start=1)).get), bad=0.1, duplicates=0.1)

    assert tally.accepted == counted(inlet, tally)
    assert (tally.accepted.events, tally.unknown, tally.surprises) == (tally.good, [], {})


def test_what_was_taken_without_an_answer_is_unknown_and_not_accepted(inlet: Inlet) -> None:
    tally = run(IngestTransport(lambda call: "lost" if call > 5 else None))

    assert tally.unknown
    assert tally.accepted.events + len(tally.unknown) == tally.good
    assert counted(inlet, tally).events > tally.accepted.events


def test_only_events_that_the_stream_rejected_go_again(inlet: Inlet) -> None:
    inlet.kinesis.trouble = lambda call: {0, 2} if 2 <= call <= 5 else set()

    tally = run(IngestTransport(), count=8, batch=7)

    assert (tally.accepted.events, tally.resent) == (8, 1)
    assert tally.accepted == counted(inlet, tally)


def test_throttled_stream_is_waited_for(inlet: Inlet) -> None:
    def trouble(call: int) -> None:
        if call in (3, 4):
            raise throttled("PutRecords")

    inlet.kinesis.trouble = trouble

    tally = run(IngestTransport(), count=30, batch=7)

    assert (tally.accepted.events, tally.resent > 0) == (30, True)


def test_refused_key_ends_the_run_at_the_first_event(inlet: Inlet) -> None:
    transport, tally = IngestTransport(), new_tally()

    with pytest.raises(OperatorError, match="refuses the key or the address of this machine: 403 Forbidden"):
        run(transport, tally, key="wrong")

    assert (len(transport.calls), tally.sent, tally.unknown) == (1, 1, [0])


def test_api_that_never_takes_the_first_event_ends_the_run(inlet: Inlet) -> None:
    transport, tally = IngestTransport(lambda call: "down"), new_tally()

    with pytest.raises(OperatorError, match="did not take the first event: no answer: ConnectError"):
        run(transport, tally)

    assert (len(transport.calls), tally.sent, tally.unknown) == (ATTEMPTS, 1, [0])


def test_function_that_breaks_off_is_a_surprise_though_the_event_arrives_later(inlet: Inlet) -> None:
    tally = run(IngestTransport(lambda call: "broken" if call == 3 else None))

    assert (tally.accepted.events, tally.unknown) == (tally.good, [])
    assert list(tally.surprises) == ["answered 502 Internal server error"]


def test_good_event_that_is_refused_is_a_surprise(inlet: Inlet, monkeypatch: pytest.MonkeyPatch) -> None:
    only_some = [each for each in activity.event_types() if each != "search_performed"]
    monkeypatch.setattr(inlet, "ingest", lambda: _accepting(inlet, only_some))

    tally = run(IngestTransport(), count=100)

    assert [what[:50] for what in tally.surprises] == ["search_performed refused: 400 Invalid event_type. "]
    assert sum(tally.surprises.values()) == len(tally.unknown)


def _accepting(inlet: Inlet, types: list[str]) -> object:
    found = Inlet.ingest(inlet)
    found._accepted = types
    return found


def test_stopped_run_sends_nothing_more_and_accounts_for_what_it_sent(inlet: Inlet) -> None:
    tally = new_tally()

    async def send() -> None:
        async with httpx.AsyncClient(base_url=URL, transport=IngestTransport()) as client:
            sender = Sender(client, KEY, tally, pace=Pace(1e6))
            endless = sends(Plan(("title_viewed",), SUBJECTS, 1), tally.key, tally.bad_key, clock.now)
            asyncio.get_running_loop().call_later(0.05, sender.stop)
            await sender.run(requests(endless, 10))

    asyncio.run(send())

    assert 0 < tally.accepted.events == tally.good
    assert tally.accepted == counted(inlet, tally)


def test_pace_keeps_the_rate_and_makes_up_for_a_second_at_most() -> None:
    now = [100.0]
    pace = Pace(50, clock=lambda: now[0])

    assert [pace.delay(100), pace.delay(100), pace.delay(100)] == [0, 2, 4]
    now[0] += 60
    assert [round(pace.delay(25), 6) for _ in range(4)] == [0, 0, 0, 0.5]


def test_batch_is_judged_event_by_event_and_any_other_answer_as_a_whole() -> None:
    batch = httpx.Response(202, json={"results": [{"status": 202}, {"status": 400, "error": "payload is required"}]})

    assert outcomes(batch, 2) == [Outcome(202), Outcome(400, "payload is required")]
    assert outcomes(httpx.Response(413, json={"message": "Too long"}), 2) == [Outcome(413, "Too long")] * 2
    assert outcomes(httpx.Response(502, text="<html>"), 1) == [Outcome(502, "Bad Gateway")]
