"""What the benchmarks read from locust, and what `make load` says where it cannot begin."""

from pathlib import Path
from typing import Any

import pytest

from bench import plots, serving
from bench.load import __main__ as command
from bench.load import locusts


def entry(times: dict[str, int], start: float, end: float, failures: int = 0) -> dict[str, Any]:
    return {
        "response_times": times,
        "num_requests": sum(times.values()),
        "num_failures": failures,
        "start_time": start,
        "last_request_timestamp": end,
    }


def row(per_second: float, errors: int = 0) -> dict[str, float]:
    return {"per_second": per_second, "p50_ms": 10, "p99_ms": 20, "requests": 50, "errors": errors}


def test_requests_of_all_kinds_are_one_figure() -> None:
    entries = [entry({"10": 60, "20": 38}, start=100, end=104), entry({"500": 3}, start=101, end=110, failures=1)]

    found = locusts.summary(entries)

    assert found == {"requests": 101, "errors": 1, "per_second": 10.0, "p50_ms": 10, "p99_ms": 500}


def test_capacity_is_where_most_was_served_without_an_error() -> None:
    levels = {"1": row(10), "2": row(18), "4": row(17), "8": row(30, errors=1)}

    assert serving.capacity(levels) == "2"
    assert serving.capacity({"1": row(10, errors=1)}) is None


def test_page_says_where_there_was_always_an_error() -> None:
    found = {"profiles": {"browse": {"1": row(10)}}, "bare": {"a Query": {"1": row(50, errors=2)}}}

    told = serving.tables(found)

    assert "| browse | 1 | 10.0 | 10 | 20 |" in told
    assert "| a Query | never without an error | | | |" in told
    assert "| a Query | 1 | 50.0 | 10 | 20 | 2 of 50 |" in told


def test_every_part_with_a_plot_draws_the_same_file_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plots, "FIGURES", tmp_path)
    results = {
        "routes": {"titles": {"1×": 50}, "sizes": {"1×": {"GET /x": {"read_units": 2}}}},
        "library": {"sizes": {"1000": {"GET /y": {"units": 3}}}},
        "archive": {"bytes": {"films": dict.fromkeys(("json", *plots.STORED), 9), "all": {}}},
        "collection": {"permitted": 40, "collectors": {"1": {"per_second": 39}}},
        "serving": {"profiles": {"browse": {"1": row(10)}}, "bare": {"a Query": {"1": row(50)}}},
    }

    drawn = [path.read_bytes() for path in plots.draw(results)]

    assert (
        [path.stem for path in plots.draw(results)]
        == list(plots.PLOTS)
        == ["routes", "archive", "collection", "library", "serving"]
    )
    assert [path.read_bytes() for path in plots.draw(results)] == drawn


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["nothing"], "invalid choice: 'nothing'"),
        (["browse"], "no local cloud runs"),
        (["browse", "--host", "https://marquee.test"], "MARQUEE_TOKEN is not set"),
        (["ingest", "--host", "https://marquee.test"], "MARQUEE_INGEST_KEY is not set"),
    ],
)
def test_load_that_cannot_begin_says_why(
    arguments: list[str],
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("MARQUEE_LOCAL_DIR", str(tmp_path))
    for name in ("MARQUEE_TOKEN", "MARQUEE_INGEST_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.argv", ["load", *arguments])

    with pytest.raises(SystemExit) as ended:
        command.main()

    assert ended.value.code == 2
    assert told in capsys.readouterr().err
