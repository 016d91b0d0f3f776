"""Fetches services and genres and reconciles the stored ones."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from marquee import clock, settings
from marquee.clients.watchmode import WatchModeClient
from marquee.errors import UpstreamUnavailable
from marquee.models.reference import Genre, Source
from marquee.repositories.reference import ReferenceRepository
from marquee.stream import EventStream
from marquee.traffic import TrafficClass
from reference_refresh import dropped


def _as_codes(value: object) -> object:
    return value.split(",") if isinstance(value, str) else value


Codes = Annotated[
    tuple[Annotated[str, AfterValidator(str.strip), Field(pattern=r"^\s*[A-Z]{2}\s*$")], ...],
    BeforeValidator(_as_codes),
]


class RefreshRequest(BaseModel):
    """R0's input: `refresh_sources` and `refresh_genres` are "Y" or "N", `regions` a list or "GB,US".

    Without either flag both are refreshed, without `regions` those that the environment serves. The schedule ticks
    often and asks `only_if_due`, so that a new deployment fills as soon as it has its keys.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    refresh_sources: Literal["Y", "N"] | None = None
    refresh_genres: Literal["Y", "N"] | None = None
    regions: Codes | None = None
    started_by: str = "schedule"
    only_if_due: bool = False

    def wants(self, flag: Literal["Y", "N"] | None) -> bool:
        """Return whether a flag asks for its part."""
        neither = self.refresh_sources is None and self.refresh_genres is None
        return neither or flag == "Y"

    def is_whole(self, served: tuple[str, ...]) -> bool:
        """Return whether this refreshes all there is, so that the schedule need not do it again today."""
        both = self.wants(self.refresh_sources) and self.wants(self.refresh_genres)
        return both and set(served) <= set(self.regions or served)


def refresh(
    request: RefreshRequest, client: WatchModeClient, reference: ReferenceRepository, stream: EventStream
) -> dict[str, int]:
    """Fetch and reconcile; returns counts such as `sources_added`. Raises UpstreamError.

    Everything is fetched before anything is written. An empty list is a broken answer, not the end of all services.
    What was dropped is told to the stream before it is forgotten, so a run that breaks off in between tells it again.
    Running it twice writes nothing the second time.
    """
    counts: dict[str, int] = {}
    stored, stored_genres = reference.sources(), reference.genres()
    regions = request.regions or settings.regions()
    sources = fetch_sources(client, regions) if request.wants(request.refresh_sources) else None
    genres = fetch_genres(client) if request.wants(request.refresh_genres) else None
    gone: set[dropped.Place] = set()
    if sources is not None:
        gone |= dropped.of_sources(stored, sources, stored_genres, regions)
    if genres is not None:
        gone |= dropped.of_genres(stored_genres, genres, stored, {*regions, *settings.regions()})
    stream.publish(dropped.events(gone, clock.now()))
    if sources is not None:
        changed = reference.reconcile_sources(sources, regions, settings.regions())
        counts |= {f"sources_{name}": count for name, count in changed.items()}
    if genres is not None:
        counts |= {f"genres_{name}": count for name, count in reference.reconcile_genres(genres).items()}
    return counts


def fetch_sources(client: WatchModeClient, regions: tuple[str, ...]) -> list[Source]:
    """Return the services of the regions as they are stored."""
    found = client.sources(regions, TrafficClass.SCHEDULED)
    if not found:
        raise UpstreamUnavailable("watchmode", "the list of services is empty")
    return [
        Source(
            id=str(each.id),
            name=each.name,
            type=each.type,
            logo=each.logo_100px,
            ios_appstore_url=each.ios_appstore_url,
            android_playstore_url=each.android_playstore_url,
            regions=tuple(sorted(each.regions)),
        )
        for each in found
    ]


def fetch_genres(client: WatchModeClient) -> list[Genre]:
    """Return the genres as they are stored."""
    found = client.genres(TrafficClass.SCHEDULED)
    if not found:
        raise UpstreamUnavailable("watchmode", "the list of genres is empty")
    return [Genre(id=str(each.id), name=each.name, tmdb_id=each.tmdb_id) for each in found]
