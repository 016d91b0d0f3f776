"""What the generator sends: good events that fit, bad ones of every kind, in requests of a size."""

import json
from itertools import islice
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cli import synthesis
from cli.flaws import EVENT_FLAWS, REQUEST_FLAWS, REUSED_KEY, BadRequest
from cli.generator import Plan, Request, Send, request, requests, sends
from cli.synthesis import Subjects
from marquee import activity

SUBJECTS = Subjects(("11", "12", "13"), ("anna", "ben"))
TYPES = activity.event_types()
NOON = "2026-03-10T12:00:00.000Z"
ALL_FLAWS = {*EVENT_FLAWS, *REQUEST_FLAWS, REUSED_KEY}


def planned(count: int, *, seed: int = 1, bad: float = 0.0, duplicates: float = 0.0) -> list[Send]:
    plan = Plan(TYPES, SUBJECTS, seed, bad, duplicates)
    return list(islice(sends(plan, "good-{}".format, "bad-{}".format, lambda: NOON), count))


def bodies(found: list[Request]) -> list[object]:
    return [json.loads(each.content) for each in found]


@pytest.mark.parametrize("event_type", TYPES)
@given(seed=st.integers(0, 2**32))
@settings(deadline=None)
def test_made_payload_fits_its_type_and_spoiled_one_does_not(event_type: str, seed: int) -> None:
    rng = Random(seed)

    good = synthesis.payload(event_type, SUBJECTS, rng)

    assert activity.problem(event_type, good) is None
    assert activity.problem(event_type, synthesis.unfit(event_type, good, rng)) is not None
    assert activity.problem(event_type, synthesis.incomplete(event_type, good, rng)) is not None


def test_same_seed_makes_the_same_events_and_another_one_others() -> None:
    assert planned(50, seed=1, bad=0.1) == planned(50, seed=1, bad=0.1)
    assert planned(50, seed=1) != planned(50, seed=2)


def test_good_events_are_numbered_and_speak_of_all_types() -> None:
    found = planned(300)

    assert [each.number for each in found] == list(range(300))
    assert {each.body["event_type"] for each in found} == set(TYPES)
    assert len({each.body["event_id"] for each in found}) == 300


def test_every_flaw_has_its_turn_and_the_first_event_is_good() -> None:
    found = planned(300, bad=0.5)

    assert found[0].flaw is None
    assert {each.flaw for each in found if each.flaw} == ALL_FLAWS


def test_shares_are_about_as_large_as_asked_for() -> None:
    found = planned(5000, bad=0.05, duplicates=0.02)

    assert 200 < sum(each.flaw is not None for each in found) < 300
    assert 70 < sum(each.repeated for each in found) < 130


def test_duplicate_is_an_earlier_event_unchanged() -> None:
    found = planned(500, duplicates=0.3)

    first = {each.number: each.body for each in found if not each.repeated}
    assert all(each.body == first[each.number] for each in found if each.repeated)


def test_misused_key_is_that_of_the_first_event_with_other_content() -> None:
    found = planned(300, bad=0.5)

    misused = next(each for each in found if each.flaw == REUSED_KEY)
    assert misused.body["event_id"] == found[0].body["event_id"]
    assert misused.body != found[0].body


def test_first_event_goes_alone_and_the_others_in_batches() -> None:
    found = list(requests(planned(12), 5))

    assert [len(each.sends) for each in found] == [1, 5, 5, 1]
    assert {each.path for each in found} == {"/ingest/batch"}
    assert bodies(found)[1] == {"events": [each.body for each in planned(12)[1:6]]}


def test_bad_request_goes_by_itself_and_breaks_no_batch() -> None:
    bad = Send(BadRequest("/ingest", b"?", {"X": "y"}, own_key=False), flaw="no JSON")
    good = planned(5)

    found = list(requests([*good[:2], bad, *good[2:]], 2))

    alone = next(each for each in found if each.sends[0].flaw)
    assert (alone.path, alone.content, alone.headers, alone.own_key) == ("/ingest", b"?", {"X": "y"}, False)
    assert [each.number for one in found for each in one.sends if not each.flaw] == [0, 1, 2, 3, 4]


def test_single_event_carries_its_name_as_the_idempotency_key() -> None:
    (event,) = planned(1)

    found = request([event], batched=False)

    assert (found.path, found.headers) == ("/ingest", {"Idempotency-Key": "good-0"})
    assert json.loads(found.content) == {name: event.body[name] for name in ("event_type", "timestamp", "payload")}


def test_largest_batch_stays_within_what_a_request_may_hold() -> None:
    every = requests((each for each in planned(6000, bad=0.3) if not isinstance(each.body, BadRequest)), 500)

    assert max(len(each.content) for each in every) < 262_144
