"""The messages of the archive: a harvest that is wanted or goes on, and ids to collect."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from marquee.models.archive import MEDIA_TYPES, MediaType

IDS_A_MESSAGE = 100


class HarvestRequest(BaseModel):
    """What to bring into the archive; without anything, what is new and what has changed of all media types.

    | field | meaning |
    |---|---|
    | `mode` | `full`: everything listed; `differential`: what is new, has changed or has vanished |
    | `scope` | where ids come from: the daily `exports`, the lists of `changes`, or both |
    | `media_types` | which; empty is all that the environment collects |
    | `minimum_popularity` | only ids of at least this popularity (TMDB's figure, from 0) |
    | `start_date`, `end_date` | changes of these UTC days, both included, instead of those since the last harvest |
    | `day` | as of which UTC day; today where none is given |
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    mode: Literal["full", "differential"] = "differential"
    scope: Literal["exports", "changes", "both"] = "both"
    media_types: tuple[MediaType, ...] = ()
    minimum_popularity: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0
    include_adult: bool = False
    start_date: date | None = None
    end_date: date | None = None
    day: date | None = None
    started_by: Annotated[str, Field(max_length=200)] = "event"

    def types(self, collected: tuple[MediaType, ...] = MEDIA_TYPES) -> tuple[MediaType, ...]:
        """Return the media types to harvest, each once, in the order of `collected`."""
        return tuple(each for each in collected if each in self.media_types or not self.media_types)


class HarvestMessage(BaseModel):
    """A harvest that is wanted, or, with the id of its job, one that goes on."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    request: HarvestRequest = Field(default_factory=HarvestRequest)
    job_id: str | None = None


class CollectRequest(BaseModel):
    """Ids of one media type to collect.

    `chunk` numbers the messages of a media type in a harvest: it tells a message that comes twice. In the dead-letter
    queue `reasons` says by id why it could not be collected.
    """

    model_config = ConfigDict(frozen=True, defer_build=True)

    job_id: str
    media_type: MediaType
    chunk: int
    ids: Annotated[tuple[int, ...], Field(min_length=1, max_length=IDS_A_MESSAGE)]
    reasons: dict[int, str] = {}
