"""The client of WatchMode: services, genres, what is on them, and the offers of a title."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import httpx
from pydantic import ConfigDict, TypeAdapter

from marquee.clients.api_key import KeySource
from marquee.clients.http import ProviderHttp
from marquee.clients.translation import ProviderFormat
from marquee.clients.watchmode_models import (
    AccountStatus,
    ListedTitle,
    PairTitles,
    TitleDetails,
    TitlePage,
    WatchModeGenre,
    WatchModeSource,
)
from marquee.traffic import TrafficClass

if TYPE_CHECKING:
    from marquee.repositories.governors import Governor

__all__ = ["ListedTitle", "PairTitles", "TitleDetails", "WatchModeClient"]

T = TypeVar("T")

WATCHMODE = ProviderFormat(
    name="watchmode",
    key_header="X-API-Key",
    code_field="statusCode",
    message_field="statusMessage",
    quota_headers=("X-Account-Quota", "X-Account-Quota-Used"),
)
# The longest page there is; a page costs one credit whatever its length.
PAGE_LENGTH = 250

_LATER = ConfigDict(defer_build=True)
_SOURCES = TypeAdapter(tuple[WatchModeSource, ...], config=_LATER)
_GENRES = TypeAdapter(tuple[WatchModeGenre, ...], config=_LATER)


class WatchModeClient:
    """Asks WatchMode, within the pace and the credits that its governor grants.

    All methods raise UpstreamError; `deadline` is in epoch seconds.
    """

    def __init__(
        self,
        base_url: str,
        key: KeySource,
        governor: "Governor",
        *,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._http = ProviderHttp(WATCHMODE, base_url, key, governor, transport)
        self._governor = governor

    def __repr__(self) -> str:
        return f"WatchModeClient({self._http!r})"

    def status(self, traffic: TrafficClass, *, deadline: float | None = None) -> AccountStatus:
        """Return the credits of the account and tell the governor; costs none."""
        account = self._http.get("status", AccountStatus.model_validate, traffic=traffic, deadline=deadline)
        self._governor.report_quota(account.quota, account.used)
        return account

    def sources(
        self, regions: Sequence[str], traffic: TrafficClass, *, deadline: float | None = None
    ) -> tuple[WatchModeSource, ...]:
        """Return the services of `regions`, each with all countries it serves; costs 1 credit."""
        params = {"regions": ",".join(regions)}
        return self._paid("sources", _SOURCES.validate_python, params, 1, traffic, deadline)

    def genres(self, traffic: TrafficClass, *, deadline: float | None = None) -> tuple[WatchModeGenre, ...]:
        """Return all genres; costs 1 credit."""
        return self._paid("genres", _GENRES.validate_python, {}, 1, traffic, deadline)

    def details(
        self,
        title_id: int,
        regions: Sequence[str],
        traffic: TrafficClass,
        *,
        with_sources: bool = True,
        deadline: float | None = None,
    ) -> TitleDetails:
        """Return a title in full, with its offers in `regions` if wanted; costs 1 credit, 2 with offers."""
        params = {"append_to_response": "sources", "regions": ",".join(regions)} if with_sources else {}
        path = f"title/{title_id}/details"
        return self._paid(path, TitleDetails.model_validate, params, 2 if with_sources else 1, traffic, deadline)

    def list_titles(
        self,
        source_id: int,
        genre_id: int,
        region: str,
        traffic: TrafficClass,
        *,
        page: int = 1,
        deadline: float | None = None,
    ) -> TitlePage:
        """Return one page (from 1) of what a service has of a genre in a country; costs 1 credit."""
        params = _pair_params(source_id, genre_id, region, page)
        return self._paid("list-titles", TitlePage.model_validate, params, 1, traffic, deadline)

    def titles_for_pair(
        self,
        source_id: int,
        genre_id: int,
        region: str,
        traffic: TrafficClass,
        *,
        deadline: float | None = None,
    ) -> PairTitles:
        """Return all that a service has of a genre in a country; costs 1 credit for each page of 250.

        The credits of all further pages are set aside after the first, so that a listing that cannot be
        finished costs one credit and not all but the last.
        """
        first = page = self.list_titles(source_id, genre_id, region, traffic, deadline=deadline)
        titles = {title.id: title for title in first.titles}
        for page in self._further_pages(first, (source_id, genre_id, region), traffic, deadline):
            # Rows may move between pages while they are read, so one can come twice.
            titles.update((title.id, title) for title in page.titles)
        return PairTitles(tuple(titles.values()), page.total_results)

    def _further_pages(
        self, first: TitlePage, pair: tuple[int, int, str], traffic: TrafficClass, deadline: float | None
    ) -> Iterator[TitlePage]:
        pages = first.total_pages - 1
        if pages <= 0:
            return
        with self._governor.reserve(pages, credits=1, traffic=traffic, deadline=deadline) as reservation:
            for number in range(2, first.total_pages + 1):
                params = _pair_params(*pair, number)
                yield self._http.get(
                    "list-titles", TitlePage.model_validate, params, traffic=traffic, reservation=reservation
                )

    def _paid(
        self,
        path: str,
        parse: Callable[[Any], T],
        params: Mapping[str, str | int],
        credits: int,
        traffic: TrafficClass,
        deadline: float | None,
    ) -> T:
        if self._governor.quota_check_due():
            self.status(traffic, deadline=deadline)
        return self._http.get(path, parse, params, credits=credits, traffic=traffic, deadline=deadline)


def _pair_params(source_id: int, genre_id: int, region: str, page: int) -> dict[str, str | int]:
    # The most popular first, so that what was read before an interruption is what most people look for.
    return {
        "source_ids": source_id,
        "genres": genre_id,
        "regions": region,
        "sort_by": "popularity_desc",
        "page": page,
        "limit": PAGE_LENGTH,
    }
