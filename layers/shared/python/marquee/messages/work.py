"""The messages on the queues: a pair to list, a title to enrich, an event set aside."""

from pydantic import BaseModel, ConfigDict

from marquee.traffic import TrafficClass


class ListingRequest(BaseModel):
    """List one pair in one country; any listing begun at or after `requested_at` satisfies it."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    job_id: str
    region: str
    source_id: str
    genre_id: str
    cause: str
    traffic: TrafficClass
    requested_at: str


class EnrichmentRequest(BaseModel):
    """Complete or refresh one title.

    If somebody doubts what is known, a part asked for before `doubted_at` is asked for anew, whatever its age.
    """

    model_config = ConfigDict(frozen=True, defer_build=True)

    title_id: str
    traffic: TrafficClass
    doubted_at: str | None = None


class QuarantineNotice(BaseModel):
    """An event was set aside; the record in the operations table holds it whole."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    event_id: str
    reason: str
