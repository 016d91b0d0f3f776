"""The events about titles: `title.listed` and `listing.completed`."""

from typing import Annotated, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from marquee import keys
from marquee.messages import envelope
from marquee.messages.envelope import Event, MalformedEvent


def _as_id(value: object) -> object:
    """Ids travel as numbers in R0's events and as text in ours."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Id = Annotated[str, BeforeValidator(_as_id), Field(pattern=r"^[0-9]{1,19}$")]
Region = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]


class _Payload(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)


P = TypeVar("P", bound=_Payload)


class TitleListed(_Payload):
    """A title as the list has it (R0's payload), and the services and genres under which it was listed.

    Every service is meant with every genre. An event of R0 names neither, and then says nothing about them.
    """

    id: Id
    title: str = Field(min_length=1, max_length=1000)
    type: str = Field(min_length=1, max_length=50)
    year: int | None = Field(None, ge=1800, le=2200)
    imdb_id: str | None = Field(None, pattern=r"^tt\d{1,20}$")
    tmdb_id: int | None = Field(None, ge=0, lt=2**53)
    tmdb_type: str | None = Field(None, pattern=r"^(movie|tv)$")
    popularity_percentile: float | None = Field(None, ge=0, le=100)
    # More services or genres than any title has; every one of each is written under every one of the other.
    source_ids: tuple[Id, ...] = Field((), max_length=60)
    genre_ids: tuple[Id, ...] = Field((), max_length=40)
    region: Region = "GB"


class ListingCompleted(_Payload):
    """A pair was listed to its last page in a country: `title_ids` are all the titles that are there."""

    source_id: Id
    genre_id: Id
    region: Region
    title_ids: tuple[Id, ...]


def title_listed(event: Event) -> TitleListed:
    """Return the payload of a `title.listed` event; raises MalformedEvent with the reason."""
    return _payload(TitleListed, event)


def listing_completed(event: Event) -> ListingCompleted:
    """Return the payload of a `listing.completed` event; raises MalformedEvent with the reason."""
    return _payload(ListingCompleted, event)


def end_of_listing(listing: ListingCompleted, *, component: str, cause: str, published_at: str) -> tuple[str, bytes]:
    """Return a `listing.completed` event with its partition key, as a stream takes it."""
    data = envelope.build(
        envelope.LISTING_COMPLETED, listing, component=component, cause=cause, published_at=published_at
    )
    return keys.pair(listing.source_id, listing.genre_id), data


def _payload(kind: type[P], event: Event) -> P:
    try:
        return kind.model_validate(event.payload)
    except ValidationError as error:
        raise MalformedEvent(f"payload of {event.header.eventType}: {envelope.explain(error)}") from error
