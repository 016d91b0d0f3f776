"""What `make bench-compare` calls worse, and what it does not compare."""

import json
from pathlib import Path
from typing import Any

import pytest

from bench import compare as command
from bench.compare import compare

NOTHING = ([], [], [], [], [])
BEFORE = {
    "routes": {"GET /titles": {"calls": {"Query": 2}, "read_units": 3.0, "own_ms": 1.0}},
    "titles": {"events_per_second": {"new": 1000}, "sizes": {"50": {"new": {"written": {"title": 1}}}}},
}


def changed(**route: object) -> dict[str, Any]:
    return {**BEFORE, "routes": {"GET /titles": {**BEFORE["routes"]["GET /titles"], **route}}}


def test_same_results_are_no_worse() -> None:
    assert compare(BEFORE, BEFORE) == NOTHING


def test_count_that_has_grown_is_an_error() -> None:
    assert compare(BEFORE, changed(calls={"Query": 3})).worse == ["routes / GET /titles / calls / Query: 2 → 3"]


def test_error_that_was_not_there_is_an_error() -> None:
    before, after = ({"serving": {"browse": {"8": {"errors": number}}}} for number in (0, 1))

    assert compare(before, after).worse == ["serving / browse / 8 / errors: 0 → 1"]


def test_kind_of_call_that_was_not_there_is_an_error_even_where_none_was_made() -> None:
    worse = ["routes / GET /titles / calls / BatchGetItem: 0 → 1"]

    assert compare(BEFORE, changed(calls={"Query": 2, "BatchGetItem": 1})) == (worse, [], [], [], [])
    assert compare(changed(calls={}), changed(calls={"BatchGetItem": 1})).worse == worse


def test_kind_of_item_that_was_not_written_is_an_error() -> None:
    after = {**BEFORE, "titles": {**BEFORE["titles"], "sizes": {"50": {"new": {"written": {"title": 1, "row": 3}}}}}}

    assert compare(BEFORE, after).worse == ["titles / sizes / 50 / new / written / row: 0 → 3"]


def test_count_that_has_shrunk_and_call_that_is_gone_are_no_worse() -> None:
    assert compare(BEFORE, changed(read_units=2.0)) == NOTHING
    assert compare(changed(calls={"Query": 2, "GetItem": 1}), BEFORE) == NOTHING


def test_time_within_the_noise_is_not_told_and_beyond_it_only_told() -> None:
    assert compare(BEFORE, changed(own_ms=1.2)) == NOTHING
    assert compare(BEFORE, changed(own_ms=1.3)) == ([], ["routes / GET /titles / own_ms: 1 → 1.3"], [], [], [])


def test_rate_that_has_fallen_is_told() -> None:
    slower = {**BEFORE, "titles": {**BEFORE["titles"], "events_per_second": {"new": 700}}}

    assert compare(BEFORE, slower).told == ["titles / events_per_second / new: 1000 → 700"]


def test_part_that_only_one_side_has_is_listed_once_and_not_compared() -> None:
    more = {**BEFORE, "serving": {"browse": {"1": {"errors": 3}}}}

    assert compare(BEFORE, more) == ([], [], ["serving"], [], [])
    assert compare(more, BEFORE) == ([], [], [], ["serving"], [])


def test_way_and_size_that_only_one_side_has_are_listed() -> None:
    way = {**BEFORE, "routes": {**BEFORE["routes"], "GET /search": {"calls": {"Query": 9}}}}
    size = {**BEFORE, "titles": {**BEFORE["titles"], "sizes": {"500": {"new": {"written": {"title": 1}}}}}}

    assert compare(BEFORE, way) == ([], [], ["routes / GET /search"], [], [])
    assert compare(BEFORE, size) == ([], [], ["titles / sizes / 500"], ["titles / sizes / 50"], [])


def test_part_that_was_measured_on_something_else_is_not_compared() -> None:
    recorded, made = (
        {"archive": {"recorded": is_, "bytes": {"all": {"json": n}}}} for is_, n in ((True, 1), (False, 9))
    )

    assert compare(recorded, made) == ([], [], [], [], ["archive: recorded True → False"])


def test_results_that_were_never_written_end_with_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["compare", "--against", "no-such-commit"])

    with pytest.raises(SystemExit) as ended:
        command.main()

    assert ended.value.code == 2
    assert "there is no bench/results.json in no-such-commit" in capsys.readouterr().err


def test_command_ends_with_1_if_a_count_has_grown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    results = tmp_path / "bench/results.json"
    results.parent.mkdir()
    results.write_text(json.dumps(BEFORE))
    for words in (
        ["init", "--quiet"],
        ["add", "."],
        ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "x"],
    ):
        command.subprocess.run(["git", *words], cwd=tmp_path, check=True)
    monkeypatch.setattr(command, "RESULTS", results)
    monkeypatch.setattr("sys.argv", ["compare"])

    assert command.main() == 0
    results.write_text(json.dumps(changed(read_units=4.0)))
    assert command.main() == 1
    assert capsys.readouterr().out.split("\n")[:2] == ["no worse", "worse: routes / GET /titles / read_units: 3 → 4"]
