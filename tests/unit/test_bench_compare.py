"""What `make bench-compare` calls worse."""

from bench.compare import compare

BEFORE = {
    "routes": {"GET /titles": {"calls": {"Query": 2}, "read_units": 3.0, "own_ms": 1.0}},
    "titles": {"events_per_second": {"new": 1000}},
}


def changed(**route: object) -> dict[str, object]:
    return {**BEFORE, "routes": {"GET /titles": {**BEFORE["routes"]["GET /titles"], **route}}}


def test_same_results_are_no_worse() -> None:
    assert compare(BEFORE, BEFORE) == ([], [])


def test_count_that_has_grown_is_an_error() -> None:
    assert compare(BEFORE, changed(calls={"Query": 3}))[0] == ["routes / GET /titles / calls / Query: 2 → 3"]


def test_kind_of_call_that_was_not_there_is_an_error() -> None:
    worse, _ = compare(BEFORE, changed(calls={"Query": 2, "BatchGetItem": 1}))

    assert worse == ["routes / GET /titles / calls / BatchGetItem: 0 → 1"]


def test_count_that_has_shrunk_is_no_worse() -> None:
    assert compare(BEFORE, changed(read_units=2.0)) == ([], [])


def test_time_within_the_noise_is_not_told_and_beyond_it_only_told() -> None:
    assert compare(BEFORE, changed(own_ms=1.2)) == ([], [])
    assert compare(BEFORE, changed(own_ms=1.3)) == ([], ["routes / GET /titles / own_ms: 1 → 1.3"])


def test_rate_that_has_fallen_is_told() -> None:
    slower = {**BEFORE, "titles": {"events_per_second": {"new": 700}}}

    assert compare(BEFORE, slower) == ([], ["titles / events_per_second / new: 1000 → 700"])
