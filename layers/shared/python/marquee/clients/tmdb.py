"""The client of TMDB: all about a movie or a series in one request, its id behind an IMDb id, and lists of titles."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote

import httpx

from marquee.clients.api_key import KeySource
from marquee.clients.http import Calls, ProviderHttp
from marquee.clients.tmdb_format import TMDB
from marquee.clients.tmdb_models import Found, FoundMovie, FoundTv, TmdbMovie, TmdbTv
from marquee.traffic import TrafficClass

if TYPE_CHECKING:
    from marquee.clients.tmdb_lists import TitlePage
    from marquee.repositories.governors import Governor, Reservation

__all__ = ["FoundMovie", "FoundTv", "TmdbClient", "TmdbMovie", "TmdbTv", "image_url"]

IMAGE_BASE = "https://image.tmdb.org/t/p"
# There is no fall-back to another language: a text that is not translated arrives empty and becomes None.
LANGUAGE = "en-GB"
MOVIE_PARTS = "credits,external_ids,keywords,watch/providers,release_dates"
TV_PARTS = "credits,external_ids,keywords,watch/providers,content_ratings"


def image_url(path: str | None, size: str) -> str | None:
    """Return the address of an image in one of TMDB's sizes (w92 to w780, original), None without a path."""
    return f"{IMAGE_BASE}/{size}{path}" if path else None


class TmdbClient:
    """Asks TMDB, within the pace that its governor grants.

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
        self._http = ProviderHttp(TMDB, base_url, key, governor, transport)
        self._governor = governor

    def __repr__(self) -> str:
        return f"TmdbClient({self._http!r})"

    @property
    def calls(self) -> Calls:
        """Return how many calls this client has made."""
        return self._http.calls

    def reserve(self, calls: int, traffic: TrafficClass, *, deadline: float | None = None) -> "Reservation":
        """Set calls aside for a batch, so that its titles share the writes to the governor's table."""
        return self._governor.reserve(calls, traffic=traffic, deadline=deadline)

    def title(
        self,
        tmdb_type: Literal["movie", "tv"],
        tmdb_id: int,
        traffic: TrafficClass,
        *,
        deadline: float | None = None,
        reservation: "Reservation | None" = None,
    ) -> TmdbMovie | TmdbTv:
        """Return a movie or a series; the id alone does not say which, because both count from 1."""
        get = self.movie if tmdb_type == "movie" else self.tv
        return get(tmdb_id, traffic, deadline=deadline, reservation=reservation)

    def movie(
        self,
        tmdb_id: int,
        traffic: TrafficClass,
        *,
        deadline: float | None = None,
        reservation: "Reservation | None" = None,
    ) -> TmdbMovie:
        """Return a movie with credits, ids elsewhere, watch providers and certificates."""
        params = {"language": LANGUAGE, "append_to_response": MOVIE_PARTS}
        return self._http.get(
            f"movie/{tmdb_id}",
            TmdbMovie.model_validate,
            params,
            traffic=traffic,
            deadline=deadline,
            reservation=reservation,
        )

    def tv(
        self,
        tmdb_id: int,
        traffic: TrafficClass,
        *,
        deadline: float | None = None,
        reservation: "Reservation | None" = None,
    ) -> TmdbTv:
        """Return a series with credits, ids elsewhere, watch providers and age ratings."""
        params = {"language": LANGUAGE, "append_to_response": TV_PARTS}
        return self._http.get(
            f"tv/{tmdb_id}",
            TmdbTv.model_validate,
            params,
            traffic=traffic,
            deadline=deadline,
            reservation=reservation,
        )

    def find_by_imdb(
        self,
        imdb_id: str,
        traffic: TrafficClass,
        *,
        deadline: float | None = None,
        reservation: "Reservation | None" = None,
    ) -> FoundMovie | FoundTv | None:
        """Return the movie or series that IMDb knows as `imdb_id` (tt…), None if TMDB does not have it."""
        found = self._http.get(
            f"find/{quote(imdb_id, safe='')}",
            Found.model_validate,
            {"external_source": "imdb_id"},
            traffic=traffic,
            deadline=deadline,
            reservation=reservation,
        )
        titles: tuple[FoundMovie | FoundTv, ...] = (*found.movie_results, *found.tv_results)
        return titles[0] if titles else None

    def page(
        self,
        path: str,
        number: int,
        parameters: Mapping[str, str],
        traffic: TrafficClass,
        *,
        deadline: float | None = None,
        reservation: "Reservation | None" = None,
    ) -> "TitlePage":
        """Return a page, from 1, of a list of titles, such as `movie/popular`."""
        # Only the refresh of the cached lists reads pages: who enriches titles never needs what reads them.
        from marquee.clients.tmdb_lists import read_page

        params: dict[str, str | int] = {"language": LANGUAGE, "page": number, **parameters}
        return self._http.get(path, read_page, params, traffic=traffic, deadline=deadline, reservation=reservation)
