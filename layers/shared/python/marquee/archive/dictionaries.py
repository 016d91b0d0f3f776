"""The zstd dictionaries: those that come with this package, and the training of further ones.

A dictionary holds what bodies of a kind have in common, so that short ones compress as well as long ones. Its name is
its id, which is in its first bytes and in every frame that was written with it; `current.json` names the one that is
used for each kind. The same files lie in the archive's bucket.
"""

import json
import zlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from marquee.archive.codec import BodyKind

FOLDER = Path(__file__).with_name("trained")
SUFFIX = ".zdict"
CURRENT = "current.json"
# In bytes. On bodies it was not trained on, one of 256 KB saves two of a hundred bytes more than one of 110 KB, and is
# read once by each function.
SIZE = 256 * 1024
# Ids below and above are reserved by zstd.
_IDS = range(1 << 15, 1 << 31)


@cache
def current() -> dict[BodyKind, int]:
    """Return the id of the dictionary that comes with this package, by kind."""
    ids: dict[BodyKind, int] = json.loads((FOLDER / CURRENT).read_text())
    return ids


def shipped(kind: BodyKind) -> bytes:
    """Return the dictionary for a kind that comes with this package."""
    return _read(current()[kind])


def shipped_by_id(number: int) -> bytes | None:
    """Return the dictionary of this id, None if it does not come with this package."""
    return _read(number) if number in current().values() else None


def dictionary_id(dictionary: bytes) -> int:
    """Return the id of a dictionary."""
    from zstandard import ZstdCompressionDict

    return ZstdCompressionDict(dictionary).dict_id()


def train(samples: Sequence[bytes], size: int = SIZE) -> bytes:
    """Return a dictionary of at most `size` bytes for what is like `samples`, which are encoded bodies of one kind.

    Of few samples it is smaller, a quarter of them: it would only repeat them. The same samples give the same
    dictionary with the same id. Raises ValueError when they are too few.
    """
    from zstandard import ZstdError, train_dictionary

    number = _IDS[zlib.crc32(b"".join(samples)) % len(_IDS)]
    size = min(size, sum(map(len, samples)) // 4)
    try:
        return train_dictionary(size, list(samples), dict_id=number, level=19).as_bytes()
    except ZstdError as error:
        raise ValueError(f"{len(samples)} samples are too few for a dictionary of {size} bytes.") from error


@cache
def _read(number: int) -> bytes:
    return (FOLDER / f"{number}{SUFFIX}").read_bytes()
