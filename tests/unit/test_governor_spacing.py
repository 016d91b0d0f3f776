from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import httpx
import pytest

from marquee.clients.tmdb import TmdbClient
from marquee.errors import RateLimited
from marquee.governor import tmdb_limits
from marquee.repositories.governors import Governor
from marquee.traffic import TrafficClass
from tests.fakes.clock import FakeClock
from tests.fakes.operations import CountedTable
from tests.fakes.provider import FakeProvider

SCHEDULED, VIEWER = TrafficClass.SCHEDULED, TrafficClass.VIEWER
PAGE = httpx.Response(200, json={"results": []})
DOWN = httpx.Response(503, json={"success": False, "status_code": 9, "status_message": "Offline."})


@pytest.fixture
def governor(table: CountedTable, clock: FakeClock) -> Governor:
    return Governor(table, tmdb_limits(), clock=clock, sleep=clock.sleep)


def gaps(moments: list[float]) -> list[float]:
    return [later - earlier for earlier, later in pairwise(moments)]


def test_calls_keep_apart_however_long_the_work_between_them_takes(governor: Governor, clock: FakeClock) -> None:
    reservation, made = governor.reserve(6, traffic=SCHEDULED, spacing=0.25), []
    for work in (0.0, 0.1, 0.24, 0.3, 2.0, 0.0):
        reservation.wait_for_slot()
        made.append(clock())
        clock.sleep(work)

    # Who comes so late that the queue is idle waits for the first slot of one.
    lead = tmdb_limits().lateness
    assert gaps(made) == pytest.approx([0.25, 0.25, 0.24 + lead, 0.3 + lead, 2.0 + lead], abs=1e-5)


def test_threads_that_share_a_reservation_take_turns(governor: Governor, clock: FakeClock) -> None:
    began = clock()
    reservation = governor.reserve(24, traffic=SCHEDULED, spacing=0.25)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: reservation.wait_for_slot(), range(24)))

    assert clock() - began == pytest.approx(23 * 0.25 + tmdb_limits().lateness, abs=1e-3)


def test_repeated_calls_keep_apart_too(governor: Governor, clock: FakeClock) -> None:
    made: list[float] = []

    def answer(request: httpx.Request) -> httpx.Response:
        made.append(clock())
        status = DOWN if len(made) % 3 else PAGE
        return httpx.Response(status.status_code, content=status.content)

    client = TmdbClient("https://tmdb.test/3", "key", governor, transport=FakeProvider(answer).transport)
    with governor.reserve(3, traffic=SCHEDULED, spacing=2.0) as reservation:
        for number in (1, 2, 3):
            client.page("tv/popular", number, {}, SCHEDULED, reservation=reservation)

    assert len(made) == 9
    assert min(gaps(made)) >= 2.0 - 1e-6


def test_slots_are_claimed_one_at_a_time_so_that_others_pass_between(governor: Governor, clock: FakeClock) -> None:
    with governor.reserve(20, traffic=SCHEDULED, spacing=0.25) as reservation:
        reservation.wait_for_slot()
        reservation.wait_for_slot()

        assert governor.claim_slots(1, VIEWER, None)[0] - clock() <= tmdb_limits().lateness + 1e-5


def test_no_call_begins_after_the_deadline(governor: Governor, clock: FakeClock) -> None:
    reservation = governor.reserve(9, traffic=SCHEDULED, deadline=clock() + 0.6, spacing=0.25)
    for _ in range(3):
        reservation.wait_for_slot()

    with pytest.raises(RateLimited, match="deadline"):
        reservation.wait_for_slot()


def test_clock_that_is_set_back_does_not_stop_the_calls(governor: Governor, clock: FakeClock) -> None:
    reservation = governor.reserve(2, traffic=SCHEDULED, deadline=clock() + 60, spacing=0.25)
    reservation.wait_for_slot()
    clock.now -= 5.0
    reservation.wait_for_slot()

    assert sum(clock.slept) < 5.5
