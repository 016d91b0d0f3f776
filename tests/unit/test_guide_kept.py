"""What a warm function keeps: read once, read again when it is old, bounded."""

import pytest

from guide_api.kept import Kept


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_value_is_read_once_and_again_when_it_is_old() -> None:
    clock, read = Clock(), []
    kept: Kept[str, int] = Kept(300, 10, empty_seconds=15, clock=clock)

    def count() -> int:
        read.append(None)
        return len(read)

    assert [kept.get("a", count), kept.get("a", count)] == [1, 1]
    clock.now = 300
    assert kept.get("a", count) == 2


def test_what_was_asked_for_longest_ago_makes_room() -> None:
    kept: Kept[str, str] = Kept(300, 2, empty_seconds=15, clock=Clock())
    for key in ("a", "b", "a", "c"):
        kept.get(key, lambda key=key: key)  # type: ignore[misc]

    assert kept.get("a", lambda: "new") == "a"
    assert kept.get("b", lambda: "new") == "new"


def test_failure_is_not_kept() -> None:
    kept: Kept[str, int] = Kept(300, 2, empty_seconds=15)

    def fail() -> int:
        raise LookupError("not there")

    with pytest.raises(LookupError):
        kept.get("a", fail)

    assert kept.get("a", lambda: 1) == 1


def test_nothing_is_kept_for_less_long() -> None:
    clock = Clock()
    kept: Kept[str, list[int]] = Kept(300, 2, empty_seconds=15, clock=clock)

    assert kept.get("a", list) == []
    clock.now = 14
    assert kept.get("a", lambda: [1]) == []
    clock.now = 15
    assert kept.get("a", lambda: [1]) == [1]
