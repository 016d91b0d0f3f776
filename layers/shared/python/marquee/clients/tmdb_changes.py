"""TMDB's lists of what has changed on a day: ids of a media type, a hundred a page."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal

import httpx
from pydantic import Field, ValidationError

from marquee.clients.api_key import KeySource
from marquee.clients.http import ProviderHttp
from marquee.clients.tmdb_format import TMDB
from marquee.clients.tmdb_models import Answer
from marquee.traffic import TrafficClass

if TYPE_CHECKING:
    from marquee.repositories.governors import Governor

# TMDB answers for no page after this one, whatever it says how many there are (UPSTREAM: paging).
LAST_PAGE = 500


class ChangedId(Answer):
    """Something that has changed; `adult` is None where TMDB does not say, as it does of much that is deleted since."""

    id: Annotated[int, Field(gt=0, lt=2**32, strict=True)]
    adult: bool | None = None


class _Page(Answer):
    results: list[Any]
    total_pages: int


@dataclass(frozen=True)
class ChangesPage:
    """The ids of a page, how many pages TMDB counts and how many rows could not be read."""

    changed: tuple[ChangedId, ...]
    total_pages: int
    unreadable: int


def read_page(body: object) -> ChangesPage:
    """Return what a page holds. Raises ValidationError for what is no page at all."""
    page, changed = _Page.model_validate(body), list[ChangedId]()
    for row in page.results:
        try:
            changed.append(ChangedId.model_validate(row))
        except ValidationError:
            continue
    return ChangesPage(tuple(changed), page.total_pages, len(page.results) - len(changed))


class TmdbChanges:
    """Asks TMDB for changes, within the pace that its governor grants to what nobody waits for."""

    def __init__(
        self, base_url: str, key: KeySource, governor: "Governor", *, transport: httpx.BaseTransport | None = None
    ) -> None:
        self._http = ProviderHttp(TMDB, base_url, key, governor, transport)

    def __repr__(self) -> str:
        return f"TmdbChanges({self._http!r})"

    def page(
        self, media_type: Literal["movie", "tv", "person"], day: date, number: int, deadline: float
    ) -> ChangesPage:
        """Return a page, from 1, of the changes of a UTC day. Raises UpstreamError; RateLimited after `deadline`.

        A single day is asked for at a time: it has less than a hundred pages, 14 days of movies come close to the last
        page that TMDB answers for.
        """
        params: dict[str, str | int] = {"start_date": str(day), "end_date": str(day), "page": number}
        return self._http.get(
            f"{media_type}/changes", read_page, params, traffic=TrafficClass.BACKFILL, deadline=deadline
        )
