"""The map of ids that WatchMode publishes daily, without a key and without credits."""

import csv
import io
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from local.catalogue import Catalogue, Title
from local.upstreams.state import State

_HEADER = ("Watchmode ID", "IMDB ID", "TMDB ID", "TMDB Type", "Title", "Year")
_ROWS_A_CHUNK = 500


def title_id_map(request: Request, state: State) -> Response:
    """Answer every title's ids as CSV; the file is of 03:00 UTC and its tag changes with the catalogue."""
    now = datetime.fromtimestamp(state.clock(), UTC)
    made = (now - timedelta(hours=3)).replace(hour=3, minute=0, second=0, microsecond=0)
    headers = {
        "ETag": f'"{made:%Y%m%d}-{state.catalogue.version}"',
        "Last-Modified": format_datetime(made, usegmt=True),
    }
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    if request.method == "HEAD":
        return Response(headers=headers, media_type="text/csv")
    return StreamingResponse(_chunks(state.catalogue), headers=headers, media_type="text/csv")


async def _chunks(catalogue: Catalogue) -> AsyncIterator[str]:
    titles = sorted(catalogue.titles.values(), key=lambda title: title.id)
    yield _lines([_HEADER])
    for start in range(0, len(titles), _ROWS_A_CHUNK):
        yield _lines(map(_row, titles[start : start + _ROWS_A_CHUNK]))


def _row(title: Title) -> tuple[object, ...]:
    return (title.id, title.imdb_id, title.tmdb_id, title.tmdb_type, title.title, title.year)


def _lines(rows: Iterable[tuple[object, ...]]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()
