"""What Marquee stores and reasons about; what travels between functions is in `marquee.messages`."""

from pydantic import BaseModel, ConfigDict


class Model(BaseModel):
    """A value that is never changed in place; unknown stored attributes are ignored so that old items stay readable."""

    model_config = ConfigDict(frozen=True, extra="ignore")
