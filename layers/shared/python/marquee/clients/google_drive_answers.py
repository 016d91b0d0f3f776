"""What Google Drive answers: files, pages of a folder, and errors."""

import httpx
from pydantic import BaseModel, ConfigDict, Field

from marquee.clients.translation import MESSAGE_LENGTH, retry_after
from marquee.errors import (
    RateLimited,
    SignInRefused,
    UpstreamError,
    UpstreamNotFound,
    UpstreamRejected,
    UpstreamUnavailable,
)

NAME = "google drive"
FOLDER = "application/vnd.google-apps.folder"
SHORTCUT = "application/vnd.google-apps.shortcut"
# Reasons of a 403 that mean: later.
LATER = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "sharingRateLimitExceeded", "dailyLimitExceeded"})
# Reasons of a 403 that are true of whatever is asked for: the project, the scopes or the account are not set up.
NOBODY = frozenset({"accessNotConfigured", "insufficientPermissions", "authError"})


class PageExpired(UpstreamRejected):
    """The token of a page holds no longer; the folder has to be listed from its beginning."""


class _Facts(BaseModel):
    model_config = ConfigDict(extra="ignore", defer_build=True)


class Shortcut(_Facts):
    """What a shortcut leads to."""

    target_id: str | None = Field(None, alias="targetId")
    target_type: str | None = Field(None, alias="targetMimeType")


class DriveFile(_Facts):
    """A file, folder or shortcut; `size` is in bytes, None for what has none of its own."""

    id: str
    name: str = ""
    mime_type: str = Field("", alias="mimeType")
    size: int | None = None
    md5: str | None = Field(None, alias="md5Checksum")
    trashed: bool = False
    drive: str | None = Field(None, alias="driveId")
    shortcut: Shortcut | None = Field(None, alias="shortcutDetails")


class DrivePage(_Facts):
    """A page of a folder, which may be empty though more follow; `next` is None on the last."""

    files: list[DriveFile] = []
    next: str | None = Field(None, alias="nextPageToken")
    incomplete: bool = Field(False, alias="incompleteSearch")


def refusal(response: httpx.Response) -> UpstreamError:
    """Return what an answer other than success means; its body has a message and a list of reasons."""
    status, message, reasons, location = response.status_code, "", set(), ""
    try:
        error = response.json()["error"]
        message = str(error["message"])[:MESSAGE_LENGTH]
        reasons = {str(each.get("reason")) for each in error["errors"]}
        location = str(error["errors"][0].get("location", ""))
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError):
        message = message or f"HTTP {status} without a message"
    if status == 429 or (status == 403 and reasons & LATER):
        return RateLimited(NAME, message, retry_after=retry_after(response.headers))
    # A token that is new has been tried by now.
    if status == 401 or (status == 403 and reasons & NOBODY):
        return SignInRefused(NAME, message)
    if status == 404 and reasons:
        return UpstreamNotFound(NAME, message)
    if status == 400 and location == "pageToken":
        return PageExpired(NAME, message)
    # A 404 that is not in Google's words comes from in between and says nothing of the file.
    if 400 <= status < 500 and status != 404:
        return UpstreamRejected(NAME, message)
    unavailable = UpstreamUnavailable(NAME, message)
    wait = retry_after(response.headers)
    return RateLimited(NAME, message, retry_after=wait) if wait else unavailable
