"""The client of Google Drive v3, as far as reading needs it: what is in a folder, and what is in a file.

Whatever goes wrong leaves here as an `UpstreamError`.
"""

import logging
import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import quote

import httpx
from pydantic import BaseModel, ValidationError

from marquee.clients.google_drive_answers import NAME, DriveFile, DrivePage, refusal
from marquee.clients.google_sign_in import GoogleSignIn
from marquee.clients.translation import FOREIGN_ERRORS
from marquee.errors import RateLimited, UpstreamUnavailable

if TYPE_CHECKING:
    from marquee.clients.api_key import KeySource

FILE_FIELDS = "id,name,mimeType,size,md5Checksum,trashed,driveId,shortcutDetails(targetId,targetMimeType)"
TIMEOUT = httpx.Timeout(20.0, connect=3.0)
ATTEMPTS = 4
FIRST_BACKOFF_SECONDS = 1.0
LONGEST_WAIT_SECONDS = 20.0
CHUNK = 65_536

M = TypeVar("M", bound=BaseModel)
Parameters = Mapping[str, str | int]
logger = logging.getLogger(__name__)


class DriveClient:
    """Reads Google Drive at `base_url`, such as https://www.googleapis.com/drive/v3; all methods raise UpstreamError.

    `credentials` is the key file of a service account or the stored consent of a user, as JSON.
    """

    def __init__(
        self,
        base_url: str,
        credentials: "KeySource",
        *,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._base = base_url.rstrip("/")
        self._client = httpx.Client(timeout=TIMEOUT, transport=transport)
        self._sign_in = GoogleSignIn(NAME, credentials, self._client)
        self._sleep = sleep

    def __repr__(self) -> str:
        return f"DriveClient({self._base!r}, '***')"

    def file(self, file_id: str) -> DriveFile:
        """Return what a file, folder or shortcut is."""
        return self._get(_path(file_id), {"fields": FILE_FIELDS, "supportsAllDrives": "true"}, DriveFile)

    def folder(self, folder_id: str, *, drive: str | None, page: str | None, size: int) -> DrivePage:
        """Return a page of what is in a folder and not in the bin; `drive` is the shared drive that it is in.

        Raises PageExpired for a `page` that Google has forgotten, after some hours.
        """
        params: dict[str, str | int] = {
            "q": f"'{_quoted(folder_id)}' in parents and trashed=false",
            "fields": f"nextPageToken,incompleteSearch,files({FILE_FIELDS})",
            "pageSize": size,
            "supportsAllDrives": "true",
            "includeItemsFromAllDrives": "true",
        }
        if drive:
            params |= {"corpora": "drive", "driveId": drive}
        if page:
            params["pageToken"] = page
        return self._get("files", params, DrivePage)

    def content(self, file_id: str, offset: int = 0) -> Iterator[bytes]:
        """Yield the bytes of a file from `offset` on, none behind its end."""
        # A range of what is packed on the way is no range of the file.
        headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={offset}-"} if offset else {})
        response = self._tried(_path(file_id), {"alt": "media", "supportsAllDrives": "true"}, headers)
        try:
            if response.status_code != httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
                # Whoever leaves the range out of account sends the file from its beginning.
                skipped = offset if response.status_code == httpx.codes.OK else 0
                with _translated():
                    yield from _behind(skipped, response.iter_bytes(CHUNK))
        finally:
            response.close()

    def _get(self, path: str, params: Parameters, model: type[M]) -> M:
        response = self._tried(path, params, {})
        try:
            with _translated():
                return model.model_validate_json(response.read())
        except ValidationError as error:
            raise UpstreamUnavailable(NAME, "the answer has an unexpected shape") from error
        finally:
            response.close()

    def _tried(self, path: str, params: Parameters, headers: Mapping[str, str]) -> httpx.Response:
        """Return the answer, not read yet, to a request that is repeated while that may help."""
        attempt = 0
        while True:
            attempt += 1
            try:
                return self._attempt(path, params, headers)
            except (RateLimited, UpstreamUnavailable) as error:
                asked = error.retry_after or 0.0 if isinstance(error, RateLimited) else 0.0
                wait = max(FIRST_BACKOFF_SECONDS * 2 ** (attempt - 1) * random.uniform(0.5, 1.0), asked)
                if attempt == ATTEMPTS or wait > LONGEST_WAIT_SECONDS:
                    raise
                logger.warning("attempt %d for %s failed, trying again: %s", attempt, path, error)
                self._sleep(wait)

    def _attempt(self, path: str, params: Parameters, headers: Mapping[str, str]) -> httpx.Response:
        with _translated():
            request = self._client.build_request("GET", f"{self._base}/{path}", params=params, headers=headers)
            # Content may stand elsewhere; httpx takes no credentials along to another host.
            response = self._client.send(request, auth=self._sign_in, stream=True, follow_redirects=True)
        if response.is_success or (response.status_code == 416 and "Range" in headers):
            return response
        try:
            with _translated():
                response.read()
        finally:
            response.close()
        raise refusal(response)


@contextmanager
def _translated() -> Iterator[None]:
    """Translate the errors of httpx, whose texts may hold an address with a token."""
    try:
        yield
    except FOREIGN_ERRORS as error:
        raise UpstreamUnavailable(NAME, f"no usable answer ({type(error).__name__})") from None


def _behind(skipped: int, chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield bytes without the first `skipped`."""
    for chunk in chunks:
        if rest := chunk[skipped:]:
            yield rest
        skipped = max(0, skipped - len(chunk))


def _path(file_id: str) -> str:
    return f"files/{quote(file_id, safe='')}"


def _quoted(text: str) -> str:
    """Return a text as a query of Drive takes it between quotes."""
    return text.replace("\\", "\\\\").replace("'", "\\'")
