"""The only place that reads the environment of a function; a missing variable names itself at cold start."""

import os
from functools import cache
from typing import TYPE_CHECKING

from marquee.errors import SettingsError

if TYPE_CHECKING:
    from marquee.models.archive import MediaType


def required(name: str) -> str:
    """Return the environment variable `name`; raises SettingsError naming it when it is missing or empty."""
    value = os.environ.get(name, "")
    if not value:
        raise SettingsError(f"the environment variable {name} is missing")
    return value


def optional(name: str) -> str:
    """Return the environment variable `name`, empty when it is missing: what it stands for is not configured."""
    return os.environ.get(name, "")


def required_number(name: str) -> float:
    """Return the environment variable `name` as a number above zero; raises SettingsError otherwise."""
    text = required(name)
    try:
        value = float(text)
    except ValueError as error:
        raise SettingsError(f"the environment variable {name} is not a number: {text!r}") from error
    if value <= 0:
        raise SettingsError(f"the environment variable {name} must be above zero: {text!r}")
    return value


@cache
def regions() -> tuple[str, ...]:
    """Return the countries served (ISO 3166-1 alpha-2); the first one is the default of a viewer."""
    return tuple(part.strip() for part in required("REGIONS").split(",") if part.strip())


def media_types() -> "tuple[MediaType, ...]":
    """Return what the archive collects; raises SettingsError for a type that there is not."""
    from marquee.models.archive import MEDIA_TYPES

    names = [part.strip() for part in required("MEDIA_TYPES").split(",")]
    if unknown := set(names).difference(MEDIA_TYPES):
        raise SettingsError(f"the environment variable MEDIA_TYPES names {', '.join(sorted(unknown))}")
    return tuple(each for each in MEDIA_TYPES if each in names)
