"""The messages that carry a change to its followers, and a digest to those who want one."""

from pydantic import BaseModel, ConfigDict

from marquee.models.changes import Change
from marquee.models.viewers import DigestFrequency


class Announcement(BaseModel):
    """Tell the followers of a title of a change, beginning after the follower `after`."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    change: Change
    after: str | None = None


class DigestRequest(BaseModel):
    """Send each of these viewers an e-mail with what is due, as a part of a run."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    job_id: str
    part: str
    frequency: DigestFrequency
    user_ids: tuple[str, ...]
