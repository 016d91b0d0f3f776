"""What Marquee stores and reasons about; what travels between functions is in `marquee.messages`."""

from pydantic import BaseModel, ConfigDict


class Model(BaseModel):
    """A value that is never changed in place; unknown stored attributes are ignored so that old items stay readable.

    What checks it is built when it is first used: a new function starts with few of the models that it imports.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)


class Shape(BaseModel):
    """What a route takes or answers; what checks it is built when the route is first asked, as that of a Model."""

    model_config = ConfigDict(defer_build=True)
