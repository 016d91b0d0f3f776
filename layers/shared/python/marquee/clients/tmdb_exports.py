"""TMDB's daily files of all its ids: gzip, one JSON object a line, read as a stream that never stands in memory whole.

They are files of a day, served without a key and outside of the limit on calls (UPSTREAM: daily ID exports).
"""

import json
import math
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import NamedTuple

import httpx

from marquee.clients.translation import FOREIGN_ERRORS
from marquee.errors import UpstreamUnavailable

PROVIDER = "tmdb exports"
TIMEOUT = httpx.Timeout(20.0, connect=3.0)
RECEIVED_BYTES = 64 * 1024
# What is unpacked at once, however well it was packed.
UNPACKED_BYTES = 256 * 1024
# Real lines have up to some hundred bytes; without a limit a broken file could fill the memory.
LONGEST_LINE = 64 * 1024
# gzip with its header and its checksum, in the terms of zlib.
GZIP = 31
# Ids are kept in bitmaps of 32 bits.
LARGEST_ID = 2**32 - 1


class ExportedId(NamedTuple):
    """One line of an export; series are listed without `adult`, and nothing but their own file tells it."""

    id: int
    adult: bool
    popularity: float


class Export:
    """The file of a day while it is received; `version` tells one edition from the next, "" if the server does not."""

    def __init__(self, response: httpx.Response) -> None:
        self._response = response
        self.version = response.headers.get("ETag") or response.headers.get("Last-Modified", "")

    def lines(self, skip: int = 0) -> Iterator[list[bytes]]:
        """Yield the lines after the first `skip`, some at a time; raises UpstreamUnavailable where the file breaks off.

        Lines end with a line feed and nothing else: names hold other signs that Python takes for the end of a line.
        """
        for lines in self._all_lines():
            if skip < len(lines):
                yield lines[skip:]
            skip = max(0, skip - len(lines))

    def _all_lines(self) -> Iterator[list[bytes]]:
        rest = b""
        for part in self._unpacked():
            *lines, rest = (rest + part).split(b"\n")
            if len(rest) > LONGEST_LINE:
                raise UpstreamUnavailable(PROVIDER, f"a line is longer than {LONGEST_LINE} bytes")
            if lines:
                yield lines
        if rest:
            yield [rest]

    def _unpacked(self) -> Iterator[bytes]:
        unzip = zlib.decompressobj(GZIP)
        for received in self._response.iter_raw(RECEIVED_BYTES):
            data = received
            while data:
                if unzip.eof:
                    # gzip files may follow one another and be one file.
                    unzip = zlib.decompressobj(GZIP)
                yield unzip.decompress(data, UNPACKED_BYTES)
                data = unzip.unconsumed_tail or unzip.unused_data
        yield unzip.flush()
        if not unzip.eof:
            raise UpstreamUnavailable(PROVIDER, "the file breaks off")


class TmdbExports:
    """Opens exports. A file that is received only in part is an error, never a shorter list."""

    def __init__(self, base_url: str, *, transport: httpx.BaseTransport | None = None) -> None:
        # Packed files must not be packed once more on their way.
        headers = {"Accept-Encoding": "identity"}
        self._client = httpx.Client(base_url=base_url, headers=headers, timeout=TIMEOUT, transport=transport)

    @contextmanager
    def open(self, name: str, day: date) -> Iterator[Export | None]:
        """Open the file of a day, such as `movie_ids`; None if there is none. Raises UpstreamUnavailable, also later.

        TMDB does not say with which status it answers for a missing file: whatever is neither the file nor trouble
        of the server means that it is not there.
        """
        try:
            with self._client.stream("GET", f"{name}_{day:%m_%d_%Y}.json.gz") as response:
                if response.status_code == 429 or response.status_code >= 500:
                    raise UpstreamUnavailable(PROVIDER, f"HTTP {response.status_code} for {name} of {day}")
                yield Export(response) if response.status_code == 200 else None
        except FOREIGN_ERRORS as error:
            raise UpstreamUnavailable(PROVIDER, f"no usable answer ({type(error).__name__})") from error
        except zlib.error as error:
            raise UpstreamUnavailable(PROVIDER, f"{name} of {day} cannot be unpacked") from error


def read_lines(lines: Iterable[bytes]) -> tuple[list[ExportedId], int]:
    """Return the ids of some lines, and how many lines cannot be read; empty lines are neither."""
    found, unreadable = [], 0
    for line in lines:
        try:
            row = json.loads(line)
            found.append(_exported(row))
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
            unreadable += bool(line.strip())
    return found, unreadable


def _exported(row: dict[str, object]) -> ExportedId:
    number, popularity = row["id"], row.get("popularity")
    if type(number) is not int or not 0 < number <= LARGEST_ID:
        raise ValueError("no id")
    known = float(popularity) if isinstance(popularity, int | float) else 0.0
    return ExportedId(number, row.get("adult") is True, known if math.isfinite(known) else 0.0)
