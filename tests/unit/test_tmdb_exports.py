import gzip
import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from itertools import chain
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from marquee.clients.tmdb_exports import LONGEST_LINE, UNPACKED_BYTES, ExportedId, TmdbExports, read_lines
from marquee.errors import UpstreamUnavailable

DAY = date(2026, 3, 9)
ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared/data/tmdb_exports"


class Pieces(httpx.SyncByteStream):
    """A body that arrives in pieces of some size, and breaks with an error if there is one."""

    def __init__(self, body: bytes, size: int = 1000, error: Exception | None = None) -> None:
        self._body, self._size, self._error = body, size, error

    def __iter__(self) -> Iterator[bytes]:
        for start in range(0, len(self._body), self._size):
            yield self._body[start : start + self._size]
        if self._error:
            raise self._error


def answering(response: httpx.Response | Exception) -> TmdbExports:
    def answer(request: httpx.Request) -> httpx.Response:
        assert str(request.url) == "https://files.test/p/exports/movie_ids_03_09_2026.json.gz"
        assert request.headers["accept-encoding"] == "identity"
        if isinstance(response, Exception):
            raise response
        return response

    return TmdbExports("https://files.test/p/exports", transport=httpx.MockTransport(answer))


def lines_of(body: bytes, *, size: int = 1000, skip: int = 0, error: Exception | None = None) -> list[bytes]:
    exports = answering(httpx.Response(200, stream=Pieces(body, size, error)))
    with exports.open("movie_ids", DAY) as export:
        assert export is not None
        return list(chain.from_iterable(export.lines(skip)))


@given(lines=st.lists(st.text().map(str.encode).filter(lambda line: b"\n" not in line)), size=st.integers(1, 200))
def test_lines_come_out_as_they_went_in_however_the_file_arrives(lines: list[bytes], size: int) -> None:
    body = gzip.compress(b"".join(line + b"\n" for line in lines))

    assert lines_of(body, size=size) == lines


@given(lines=st.lists(st.integers().map(lambda number: str(number).encode())), skip=st.integers(0, 20))
def test_lines_that_were_read_before_are_skipped(lines: list[bytes], skip: int) -> None:
    assert lines_of(gzip.compress(b"\n".join([*lines, b""])), skip=skip) == lines[skip:]


def test_last_line_needs_no_end() -> None:
    assert lines_of(gzip.compress(b"1\n2")) == [b"1", b"2"]


def test_files_that_follow_one_another_are_one() -> None:
    assert lines_of(gzip.compress(b"1\n2") + gzip.compress(b"3\n4\n"), size=7) == [b"1", b"23", b"4"]


def test_file_that_unpacks_to_much_more_is_read_in_parts() -> None:
    line = b"x" * 1000

    assert lines_of(gzip.compress((line + b"\n") * (3 * UNPACKED_BYTES // 1000))) == [line] * (
        3 * UNPACKED_BYTES // 1000
    )


@pytest.mark.parametrize(
    ("body", "error"),
    [
        pytest.param(gzip.compress(b"1\n2\n")[:-1], None, id="cut off"),
        pytest.param(b"", None, id="empty"),
        pytest.param(b"<html>not a file</html>", None, id="not gzip"),
        pytest.param(gzip.compress(b"1\n2\n")[:-8] + b"\0" * 8, None, id="wrong checksum"),
        pytest.param(gzip.compress(b"1\n2\n"), httpx.ReadError("gone"), id="connection lost"),
        pytest.param(gzip.compress(b"x" * (LONGEST_LINE + 1)), None, id="line without end"),
    ],
)
def test_file_that_does_not_come_whole_is_never_taken_for_a_shorter_one(body: bytes, error: Exception | None) -> None:
    with pytest.raises(UpstreamUnavailable):
        lines_of(body, error=error)


@pytest.mark.parametrize("status", [403, 404, 301, 204])
def test_whatever_is_not_the_file_means_that_it_is_not_there(status: int) -> None:
    with answering(httpx.Response(status, text="<Error/>")).open("movie_ids", DAY) as export:
        assert export is None


@pytest.mark.parametrize("answer", [httpx.Response(503), httpx.Response(429), httpx.ConnectTimeout("slow")])
def test_trouble_of_the_server_does_not_mean_that_the_file_is_not_there(answer: httpx.Response | Exception) -> None:
    with pytest.raises(UpstreamUnavailable), answering(answer).open("movie_ids", DAY):
        raise AssertionError


@pytest.mark.parametrize(
    ("headers", "version"),
    [({"ETag": '"a"', "Last-Modified": "b"}, '"a"'), ({"Last-Modified": "b"}, "b"), ({}, "")],
)
def test_edition_is_told_by_its_tag_or_its_date(headers: dict[str, str], version: str) -> None:
    with answering(httpx.Response(200, headers=headers)).open("movie_ids", DAY) as export:
        assert export is not None
        assert export.version == version


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ('{"adult":false,"id":3924,"original_title":"Blondie","popularity":2.167,"video":false}', (3924, False, 2.167)),
        ('{"id":1,"original_name":"Pride","popularity":2}', (1, False, 2.0)),
        ('{"adult":true,"id":7,"name":"x","popularity":null}\r', (7, True, 0.0)),
        ('{"id":4294967295,"adult":null,"popularity":NaN,"new":[1]}', (4294967295, False, 0.0)),
    ],
)
def test_line_is_read(line: str, found: tuple[int, bool, float]) -> None:
    assert read_lines([line.encode()]) == ([ExportedId(*found)], 0)


@pytest.mark.parametrize(
    "line",
    [
        *(b"{", b"[]", b"[1]", b"1", b"null", b'"id"', b"{}", b"\xff\xfe", b"," * 9, b"[" * 5000, b"1" * 5000),
        *(
            b'{"id":"1"}',
            b'{"id":1.5}',
            b'{"id":true}',
            b'{"id":0}',
            b'{"id":-1}',
            b'{"id":4294967296}',
            b'{"id":null}',
        ),
        b'{"id":1,"popularity":1%s}' % (b"0" * 400),
    ],
)
def test_line_that_cannot_be_read_is_counted_and_leaves_the_others(line: bytes) -> None:
    assert read_lines([b'{"id":1}', line, b"", b'{"id":2}']) == ([ExportedId(1, False, 0), ExportedId(2, False, 0)], 1)


@pytest.mark.parametrize(
    "file", ["movie_ids_05_15_2023.head6320.json.gz", "derived/tv_series_ids_01_25_2026.derived.json.gz"]
)
def test_real_exports_are_read_to_the_last_line(file: str) -> None:
    path = SHARED / file
    if not path.is_file():
        pytest.skip(f"../shared/data/tmdb_exports/{file} is not there")
    expected = [json.loads(line)["id"] for line in gzip.decompress(path.read_bytes()).split(b"\n") if line]

    found, unreadable = read_lines(lines_of(path.read_bytes(), size=65536))

    assert ([each.id for each in found], unreadable) == (expected, 0)


MEASURE = """
import json, re, resource, zlib
from pathlib import Path
from datetime import date
import httpx
from marquee.export_reading import ExportReading
from marquee.clients.tmdb_exports import TmdbExports
from marquee.messages.archive import HarvestRequest

class Movies(httpx.SyncByteStream):
    def __iter__(self):
        packer = zlib.compressobj(1, wbits=31)
        line = b'{"adult":false,"id":%d,"original_title":"Title of a movie %d","popularity":%d.25,"video":false}\\n'
        for first in range(1, 1_200_001, 1000):
            yield packer.compress(b"".join(line % (n, n * 7919, n % 9) for n in range(first, first + 1000)))
        yield packer.flush()

transport = httpx.MockTransport(lambda request: httpx.Response(200, stream=Movies()))
with TmdbExports("https://files.test", transport=transport).open("movie_ids", date(2026, 3, 9)) as export:
    reading = ExportReading(export.version)
    for lines in export.lines():
        reading.take("movie_ids", lines, HarvestRequest(minimum_popularity=1))
# Linux hands the peak of the process that started this one on to it; the memory map's own is that of this one alone.
status = Path("/proc/self/status")
kilobytes = int(re.search(r"VmHWM:\\s+(\\d+)", status.read_text())[1]) if status.exists() else None
peak = (kilobytes or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024) // 1024
print(json.dumps({"lines": reading.lines, "listed": len(reading.listed), "peak": peak}))
"""


def test_export_of_over_a_million_lines_takes_little_memory() -> None:
    paths = [str(ROOT / each) for each in ("lambdas", "layers/shared/python")]
    program = f"import sys; sys.path[:0] = {paths}\n{MEASURE}"
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True).stdout

    measured = json.loads(told)

    assert (measured["lines"], measured["listed"]) == (1_200_000, 1_200_000)
    # In MB; the function has 512.
    assert measured["peak"] < 256
