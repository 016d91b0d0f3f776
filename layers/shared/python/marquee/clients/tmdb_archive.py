"""The client that takes all that TMDB says of an item, as TMDB says it, for the archive."""

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import httpx
from pydantic import ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from marquee.clients.api_key import KeySource
from marquee.clients.http import ProviderHttp
from marquee.clients.tmdb_format import TMDB
from marquee.errors import UpstreamUnavailable
from marquee.models.archive import MediaType
from marquee.traffic import TrafficClass

if TYPE_CHECKING:
    from marquee.repositories.governors import Governor, Reservation

# What comes with an item in the same call. Not recommendations, similar titles and reviews: the first two are about
# other titles and differ from day to day, so that every item would always have changed.
PARTS: Mapping[MediaType, tuple[str, ...]] = {
    "movie": (
        *("alternative_titles", "credits", "external_ids", "images", "keywords"),
        *("release_dates", "translations", "videos", "watch/providers"),
    ),
    "tv": (
        *("aggregate_credits", "alternative_titles", "content_ratings", "credits", "external_ids"),
        *("images", "keywords", "translations", "videos", "watch/providers"),
    ),
    "person": ("combined_credits", "external_ids", "images", "translations"),
}
# TMDB appends 20 parts at most (21 are refused with code 27) and leaves out what it does not have.
MOST_PARTS = 20
# Seasons that are asked for before it is known which there are: with them one call is enough for most series.
FIRST_SEASONS = tuple(range(MOST_PARTS - len(PARTS["tv"])))
SEASON_PREFIX = "season/"


class TmdbArchiveClient:
    """Asks TMDB for whole items, within the pace that its governor grants.

    In no language, so that texts are in TMDB's own and images in all.
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
        return f"TmdbArchiveClient({self._http!r})"

    def reserve(self, calls: int, *, deadline: float | None = None) -> "Reservation":
        """Set calls aside for items that are fetched together; viewers' and scheduled calls go before them."""
        return self._governor.reserve(calls, traffic=TrafficClass.BACKFILL, deadline=deadline)

    def body(self, media_type: MediaType, id: int, reservation: "Reservation") -> dict[str, Any]:
        """Return an item with its parts; a series with all its seasons as `season/<number>`. Raises UpstreamError.

        A series takes a further call for each 20 of the seasons that are not among the first. Raises
        UpstreamUnavailable too when one that the series lists does not come: what is stored would lack it.
        """
        seasons = FIRST_SEASONS if media_type == "tv" else ()
        found = self._get(media_type, id, (*PARTS[media_type], *map(season_part, seasons)), reservation)
        if media_type == "tv":
            self._add_seasons(id, found, reservation)
        return found

    def _add_seasons(self, id: int, series: dict[str, Any], reservation: "Reservation") -> None:
        listed = [season_part(number) for number in listed_seasons(series)]
        for parts in _portions(listed, series):
            further = self._get("tv", id, parts, reservation)
            series |= {part: further[part] for part in parts if part in further}
        if missing := [part for part in listed if part not in series]:
            raise UpstreamUnavailable(TMDB.name, f"{missing[0]} is listed by series {id} and does not come with it")

    def _get(
        self, media_type: MediaType, id: int, parts: tuple[str, ...], reservation: "Reservation"
    ) -> dict[str, Any]:
        return self._http.get(
            f"{media_type}/{id}",
            _body_of(id),
            {"append_to_response": ",".join(parts)},
            traffic=TrafficClass.BACKFILL,
            reservation=reservation,
        )


def season_part(number: int) -> str:
    """Return the name under which a season is appended to its series."""
    return f"{SEASON_PREFIX}{number}"


def listed_seasons(series: Mapping[str, Any]) -> list[int]:
    """Return the numbers of the seasons that a series names; what cannot be read as one is left out."""
    listed = series.get("seasons")
    numbers = [each.get("season_number") for each in listed if isinstance(each, dict)] if listed else []
    return [number for number in numbers if isinstance(number, int)]


def _portions(parts: list[str], found: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    missing = [part for part in dict.fromkeys(parts) if part not in found]
    for start in range(0, len(missing), MOST_PARTS):
        yield tuple(missing[start : start + MOST_PARTS])


def _body_of(id: int) -> Callable[[Any], dict[str, Any]]:
    """Return what takes an item as it is, if it is the one that was asked for: no model is needed for one field."""

    def parse(body: Any) -> dict[str, Any]:
        if not isinstance(body, dict) or body.get("id") != id:
            another = InitErrorDetails(
                type=PydanticCustomError("another_item", "another item"), loc=("id",), input=None
            )
            raise ValidationError.from_exception_data("item", [another])
        return body

    return parse
