"""What MiniStack 1.5.33 leaves out of the state that it writes down, and a way to have it written amid the work.

MiniStack writes its state when it is stopped in order, and not before. Each correction says what it lacks.
"""

import asyncio
import copy
import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ministack import app  # type: ignore[import-untyped]
from ministack.core import persistence  # type: ignore[import-untyped]
from ministack.services import dynamodb  # type: ignore[import-untyped]

# Counts how often the state was written; it is written last.
MARK = "written"
# The objects of S3, which are on the disk at once, as they were when the rest was written.
OBJECTS = "objects"
_STREAMS = ("_stream_records", "_stream_trimmed")
# A thread that delivers messages may change what is being copied.
_ATTEMPTS = 20


def keep_state() -> None:
    """Keep the streams of tables with them, write the whole of the state, and write it when told to by SIGUSR1."""
    keep_streams()
    write_whole()
    write_when_told()


def keep_streams() -> None:
    """Write the records of the tables' streams down: only the places that their readers have come to are kept.

    Without them a reader begins again far behind the end of an empty stream, and misses as many records as it had read.
    """
    get, restore = dynamodb.get_state, dynamodb.load_persisted_state

    def get_state() -> dict[str, Any]:
        return {**get(), **{name: copy.deepcopy(getattr(dynamodb, name)) for name in _STREAMS}}

    def load_persisted_state(data: dict[str, Any]) -> None:
        restore(data)
        for name in _STREAMS:
            getattr(dynamodb, name).update(data.get(name, {}))

    dynamodb.get_state, dynamodb.load_persisted_state = get_state, load_persisted_state


def write_whole() -> None:
    """Copy the state of a service again that a thread has changed meanwhile; MiniStack leaves such a one out."""
    original = app._build_persistence_save_dict

    def build_save_dict() -> dict[str, Callable[[], Any]]:
        return {name: _patient(get) for name, get in original().items()}

    app._build_persistence_save_dict = build_save_dict


def write_when_told() -> None:
    """Write the state on SIGUSR1, between two requests: no request of a function is half in it."""
    handle = app._handle_lifespan

    async def handle_lifespan(*args: Any) -> None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, write_state)
        await handle(*args)

    app._handle_lifespan = handle_lifespan


def write_state() -> None:
    """Write everything that the emulator holds, and then that it is written."""
    persistence.save_all(app._build_persistence_save_dict())
    state = Path(persistence.STATE_DIR)
    shutil.rmtree(state / OBJECTS, ignore_errors=True)
    shutil.copytree(os.environ["S3_DATA_DIR"], state / OBJECTS)
    mark = state / MARK
    mark.write_text(str(int(mark.read_text()) + 1 if mark.exists() else 1))


def _patient(get: Callable[[], Any]) -> Callable[[], Any]:
    def get_state() -> Any:
        for _ in range(_ATTEMPTS - 1):
            try:
                return get()
            except RuntimeError:
                continue
        return get()

    return get_state
