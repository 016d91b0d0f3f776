"""The daily id exports of files.tmdb.org: gzipped JSON Lines of any length, made while they are sent."""

import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from fnmatch import fnmatchcase
from hashlib import blake2b
from json import dumps
from typing import Any

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from local.catalogue import Catalogue, made, sentences
from local.upstreams.faults import Fault
from local.upstreams.population import Population
from local.upstreams.provider import Endpoint, Provider
from local.upstreams.tmdb.parts import KEYWORDS

_READY_AT = 8
_KEPT = timedelta(days=90)
_LINES_A_BLOCK = 6_000
_FORBIDDEN = '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code><Message>{}</Message></Error>'

Blocks = Iterator[str]


class TmdbFiles(Provider):
    """The simulated files.tmdb.org below `/p`: no key, no limit.

    The files of a day are there from 08:00 UTC of it, for three months. Any other name gets S3's answer for a key that
    may not be listed, 403. Between July 2023 and now adult ids have had files of their own; the few that are marked
    here are in both, as in the years before.
    """

    name = "tmdb_files"
    endpoints = (Endpoint("/exports/{file}", lambda call: None),)

    def answer(self, request: Request, endpoint: Endpoint | None, path: dict[str, str]) -> tuple[Response, int]:
        """Answer with a file; nothing costs credits here."""
        found = _file(path.get("file", ""))
        if not found or request.method not in ("GET", "HEAD") or not _is_there(self.state.population, *found):
            return _forbidden("Access Denied"), 0
        name, day = found
        headers = {
            "ETag": f'"{_version(self.state.population, name, day)}"',
            "Last-Modified": f"{day:%a, %d %b %Y} 07:40:00 GMT",
            "Accept-Ranges": "none",
        }
        if request.method == "HEAD":
            return Response(headers=headers, media_type="application/gzip"), 0
        blocks = _FILES[name](self.state.population, day)
        return StreamingResponse(_gzipped(blocks), headers=headers, media_type="application/gzip"), 0

    def fault_response(self, fault: Fault) -> Response:
        """Answer with the status a fault orders, in S3's form."""
        assert fault.status is not None
        response = _forbidden("An injected fault")
        response.status_code = fault.status
        return response


def _file(name: str) -> tuple[str, date] | None:
    found = re.fullmatch(r"(\w+?)_(\d\d)_(\d\d)_(\d{4})\.json\.gz", name, re.ASCII)
    if not found or found[1] not in _FILES:
        return None
    try:
        return found[1], date(int(found[4]), int(found[2]), int(found[3]))
    except ValueError:
        return None


def _is_there(population: Population, name: str, day: date) -> bool:
    now = population.now
    ready = datetime(day.year, day.month, day.day, _READY_AT, tzinfo=UTC)
    file = f"{name}_{day:%m_%d_%Y}.json.gz"
    taken_away = any(fnmatchcase(file, pattern) for pattern in population.missing)
    return not taken_away and ready <= now and now.date() - _KEPT <= day


def _version(population: Population, name: str, day: date) -> str:
    """Return what changes whenever the file of a day does."""
    parts: list[Any] = [name, day, sorted(population.made.items()), population.catalogue.version]
    for kind in ("movie", "tv", "person"):
        parts += [sorted(population.gone_before(kind, day)), list(population.listed(kind, day))]
    return blake2b(repr(parts).encode(), digest_size=16).hexdigest()


def _forbidden(message: str) -> Response:
    return Response(_FORBIDDEN.format(message), 403, media_type="application/xml")


def _gzipped(blocks: Blocks) -> Iterator[bytes]:
    packer = zlib.compressobj(1, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    for block in blocks:
        if packed := packer.compress(block.encode()):
            yield packed
    yield packer.flush()


def _movie(number: int, title: str, popularity: float, adult: bool) -> str:
    flag = "true" if adult else "false"
    return f'{{"adult":{flag},"id":{number},"original_title":"{title}","popularity":{popularity},"video":false}}\n'


def _series(number: int, name: str, popularity: float, adult: bool) -> str:
    return f'{{"id":{number},"original_name":"{name}","popularity":{popularity}}}\n'


def _person(number: int, name: str, popularity: float, adult: bool) -> str:
    flag = "true" if adult else "false"
    return f'{{"adult":{flag},"id":{number},"name":"{name}","popularity":{popularity}}}\n'


_LINES: dict[str, Callable[[int, str, float, bool], str]] = {"movie": _movie, "tv": _series, "person": _person}


def _ids(kind: str) -> Callable[[Population, date], Blocks]:
    """Return the file of all ids of a kind: the catalogue's, the added ones, and the made ones block by block."""

    def blocks(population: Population, day: date) -> Blocks:
        yield "".join(_known_lines(population, kind, day))
        count, gone = population.made.get(kind, 0), population.gone_before(kind, day)
        line, name_of = _LINES[kind], sentences.person_name if kind == "person" else made.original_title
        for first in range(0, count, _LINES_A_BLOCK):
            # Backwards within a block: the real files are nearly, and not quite, in order.
            places = range(min(first + _LINES_A_BLOCK, count) - 1, first - 1, -1)
            adult = kind != "tv"
            yield "".join(
                line(made.id_of(at), name_of(at), made.popularity(at), adult and made.is_adult(at))
                for at in places
                if not gone or made.id_of(at) not in gone
            )

    return blocks


def _adult_ids(kind: str) -> Callable[[Population, date], Blocks]:
    """Return the file of the ids of a kind that are marked as adult; a programme never is."""

    def blocks(population: Population, day: date) -> Blocks:
        for block in _ids(kind)(population, day):
            yield "".join(row + "\n" for row in block.split("\n") if row.startswith('{"adult":true'))

    return blocks


def _known_lines(population: Population, kind: str, day: date) -> Iterator[str]:
    catalogue = population.catalogue
    for number in population.listed(kind, day):
        if kind == "person":
            person = catalogue.person(number)
            name, popularity, adult = person.name, person.popularity, person.adult
        else:
            title = catalogue.of_tmdb(kind, number) or made.made_title(kind, number)
            name, popularity, adult = title.original_title or title.title, title.popularity, title.adult
        yield _LINES[kind](number, dumps(name, ensure_ascii=False)[1:-1], popularity, adult)


def _named(rows: Callable[[Catalogue], Iterable[tuple[int, str]]]) -> Callable[[Population, date], Blocks]:
    """Return a file of ids and names alone."""

    def blocks(population: Population, day: date) -> Blocks:
        for number, name in sorted(rows(population.catalogue)):
            yield dumps({"id": number, "name": name}, ensure_ascii=False, separators=(",", ":")) + "\n"

    return blocks


_FILES: dict[str, Callable[[Population, date], Blocks]] = {
    "movie_ids": _ids("movie"),
    "tv_series_ids": _ids("tv"),
    "person_ids": _ids("person"),
    "adult_movie_ids": _adult_ids("movie"),
    "adult_tv_series_ids": _adult_ids("tv"),
    "adult_person_ids": _adult_ids("person"),
    "collection_ids": _named(lambda catalogue: ()),
    "tv_network_ids": _named(lambda catalogue: ((each.tmdb_id, each.name) for each in catalogue.networks.values())),
    "keyword_ids": _named(lambda catalogue: KEYWORDS.values()),
    "production_company_ids": _named(lambda catalogue: enumerate(sentences.COMPANIES, made.FIRST_ID)),
}
