"""docs/metrics.md names every metric that the code emits, and no other."""

import json
import re
from collections import defaultdict
from pathlib import Path

import pytest

from digest_sender.handler import METRICS as DIGESTS
from guide_api.shelves import USES
from marquee.governor import tmdb_limits, watchmode_limits
from marquee.operations_metrics import BREAKER_OPEN, FAILURES_OPEN, GAUGES
from tests.metrics_documented import documented

ROOT = Path(__file__).resolve().parents[2]
EMITTED = re.compile(r'add_metric\(\s*"(\w+)",\s*MetricUnit\.(\w+)')
SHARED = ROOT / "layers" / "shared" / "python" / "marquee"
# Their names are put together where they are emitted.
PUT_TOGETHER = {
    *DIGESTS.values(),
    *(metric for _, metric in USES.values()),
    *(
        f"{limits.provider.capitalize()}{outcome}"
        for limits in (watchmode_limits(), tmdb_limits())
        for outcome in ("Calls", "Throttled", "Failed")
    ),
}


def emitted():
    """Return (unit, folders of functions that emit it themselves) by metric, as the code has them in one piece."""
    found = defaultdict(set)
    for folder in (ROOT / "lambdas", SHARED):
        for file in folder.rglob("*.py"):
            package = file.relative_to(folder).parts[0] if folder.name == "lambdas" else ""
            for name, unit in EMITTED.findall(file.read_text()):
                found[name].add((unit, package))
    return found


def test_every_metric_is_documented_once_and_every_documented_one_is_emitted():
    names = [each.name for each in documented()]

    assert sorted(names) == sorted({*emitted(), *PUT_TOGETHER, *(gauge.name for gauge in GAUGES)})


def test_units_and_emitters_are_those_of_the_code():
    by_name = {each.name: each for each in documented()}
    for name, places in emitted().items():
        assert {unit for unit, _ in places} == {by_name[name].unit}, name
        assert {package for _, package in places if package} <= by_name[name].emitters, name


def test_gauges_are_documented_word_for_word():
    by_name = {each.name: each for each in documented()}
    for gauge in GAUGES:
        told = by_name[gauge.name]
        assert told.unit == gauge.unit.value, gauge.name
        assert told.dimensions == {"service", *gauge.dimensions}, gauge.name
        assert told.emitters == {gauge.service}, gauge.name
        assert told.meaning.lower() == gauge.meaning.lower().removesuffix("."), gauge.name


def test_a_gauge_writes_one_point_with_its_dimensions(capsys):
    BREAKER_OPEN.record(1, provider="tmdb")
    FAILURES_OPEN.record(0)

    breaker, failures = map(json.loads, capsys.readouterr().out.splitlines())
    (measured,) = breaker["_aws"]["CloudWatchMetrics"]
    assert measured["Metrics"] == [{"Name": "BreakerOpen", "Unit": "Count"}]
    assert [set(each) for each in measured["Dimensions"]] == [{"provider", "service"}]
    assert (breaker["provider"], breaker["BreakerOpen"]) == ("tmdb", [1])
    assert failures["FailuresOpen"] == [0]


def test_a_gauge_refuses_dimensions_that_no_alarm_would_find():
    with pytest.raises(ValueError, match="BreakerOpen has the dimensions"):
        BREAKER_OPEN.record(1)
    with pytest.raises(ValueError, match="FailuresOpen has the dimensions"):
        FAILURES_OPEN.record(1, source="Listing")
