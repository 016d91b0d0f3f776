"""What the local cloud's emulator writes down of its state, beyond what MiniStack does."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ministack import app
from ministack.core import persistence
from ministack.services import dynamodb

from local import patched_persistence
from local.patched_persistence import MARK, OBJECTS, keep_streams, write_state, write_whole
from tests.chaos.local_cloud import after_a_while

RECORDS: list[dict[str, Any]] = [{"eventID": "1"}, {"eventID": "2"}]


@pytest.fixture(autouse=True)
def emulator(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """MiniStack in this process, with a folder for its state and objects in another."""
    for name in ("get_state", "load_persisted_state"):
        monkeypatch.setattr(dynamodb, name, getattr(dynamodb, name))
    (tmp_path / "s3" / "bucket").mkdir(parents=True)
    (tmp_path / "s3" / "bucket" / "object").write_text("held")
    (tmp_path / "state").mkdir()
    monkeypatch.setenv("S3_DATA_DIR", str(tmp_path / "s3"))
    monkeypatch.setattr(persistence, "PERSIST_STATE", True)
    monkeypatch.setattr(persistence, "STATE_DIR", str(tmp_path / "state"))
    yield
    dynamodb.reset()


def test_streams_of_tables_are_kept_with_the_tables(tmp_path: Path) -> None:
    keep_streams()
    dynamodb._stream_records["titles"] = list(RECORDS)
    dynamodb._stream_trimmed["titles"] = 3
    persistence.save_state("dynamodb", dynamodb.get_state())
    dynamodb.reset()

    dynamodb.load_persisted_state(persistence.load_state("dynamodb"))

    assert dynamodb.stream_end_position("titles") == 5
    assert dynamodb.stream_records_since("titles", 4, 10) == RECORDS[1:]


def test_state_is_written_with_the_objects_of_the_moment_and_marked_each_time(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    calls = iter([RuntimeError("changed size during iteration"), {"queues": {}}])

    def get_state() -> Any:
        found = next(calls, {"queues": {}})
        if isinstance(found, Exception):
            raise found
        return found

    monkeypatch.setattr(app, "_build_persistence_save_dict", lambda: {"sqs": get_state})
    write_whole()
    for _ in range(2):
        write_state()

    state = tmp_path / "state"
    assert persistence.load_state("sqs") == {"queues": {}}
    assert (state / OBJECTS / "bucket" / "object").read_text() == "held"
    assert (state / MARK).read_text() == "2"


def test_messages_that_wait_for_their_time_have_waited_long_enough() -> None:
    queues = {"queues": {"data": {"a": {"messages": [{"visible_at": 90.0}, {"visible_at": 500.0, "body": "b"}]}}}}

    after = after_a_while(queues, 100.0)

    assert after == {
        "queues": {"data": {"a": {"messages": [{"visible_at": 90.0}, {"visible_at": 100.0, "body": "b"}]}}}
    }


def test_state_is_not_given_up_for_a_thread_that_is_always_at_work() -> None:
    def busy() -> None:
        raise RuntimeError("changed size during iteration")

    with pytest.raises(RuntimeError, match="changed size"):
        patched_persistence._patient(busy)()
