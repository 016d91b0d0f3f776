"""What functions ask of the providers is counted, also side by side."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from marquee.governor import tmdb_limits, watchmode_limits
from marquee.telemetry import metrics
from marquee.upstream_calls import CountingGovernor


@pytest.fixture(autouse=True)
def nothing_counted_before():
    metrics.clear_metrics()
    yield
    metrics.clear_metrics()


def counted(written):
    sums = {}
    for line in map(json.loads, written.splitlines()):
        for metric in line["_aws"]["CloudWatchMetrics"][0]["Metrics"]:
            sums[metric["Name"]] = sums.get(metric["Name"], 0) + sum(line[metric["Name"]])
    return sums


def test_answers_failures_and_refusals_for_their_number_are_told_apart(table, capsys):
    governor = CountingGovernor(table, watchmode_limits())

    governor.report_success()
    governor.report_failure()
    governor.report_success()
    governor.report_rate_limited(1.0)
    metrics.flush_metrics()

    found = counted(capsys.readouterr().out)
    assert found == {"WatchmodeCalls": 3, "WatchmodeFailed": 1, "WatchmodeThrottled": 1}


def test_calls_of_many_workers_are_all_counted(table, capsys):
    governor = CountingGovernor(table, tmdb_limits())

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: governor.report_success(), range(250)))
    metrics.flush_metrics()

    assert counted(capsys.readouterr().out) == {"TmdbCalls": 250}


def test_everybody_pauses_after_a_429_as_before(table, clock):
    governor = CountingGovernor(table, tmdb_limits(), clock=clock, sleep=clock.sleep)

    assert governor.report_rate_limited(7.0) == 7.0
    assert governor.snapshot().queue_seconds == pytest.approx(7.0, abs=0.1)
