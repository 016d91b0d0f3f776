"""How the tests ask the simulated Google Drive."""

from collections.abc import Callable
from typing import Any

import httpx

from local.upstreams.drive.files import FOLDER

Get = Callable[..., httpx.Response]


def token(client: httpx.Client, **changed: str) -> httpx.Response:
    """Ask for an access token by the refresh token of a person; `changed` is what is wrong with the request."""
    user = client.get("/control/drive/credentials", params={"kind": "authorized_user"}).json()
    form = {name: user[name] for name in ("client_id", "client_secret", "refresh_token")}
    return client.post("/drive/token", data={"grant_type": "refresh_token", **form, **changed})


def asker(client: httpx.Client) -> Get:
    """Return what asks Drive as somebody who has signed in."""
    headers = {"Authorization": f"Bearer {token(client).json()['access_token']}"}

    def get(path: str, **parameters: Any) -> httpx.Response:
        asked = dict(parameters)
        own = headers | asked.pop("headers", {})
        return client.get(f"/drive/v3{path}", params=asked, headers=own)

    return get


def inside(folder: str) -> str:
    """Return the query for what is in a folder."""
    return f"'{folder}' in parents and trashed = false"


def listed(drive: Get, folder: str, **parameters: Any) -> list[dict[str, Any]]:
    """Return what is in a folder, all pages of it."""
    found, page = [], drive("/files", q=inside(folder), **parameters).json()
    while True:
        found += page["files"]
        if "nextPageToken" not in page:
            return found
        page = drive("/files", q=inside(folder), pageToken=page["nextPageToken"], **parameters).json()


def walked(drive: Get, root: str) -> list[dict[str, Any]]:
    """Return all entries below a folder that are no folders, by breadth; folders that do not answer are left out."""
    found, folders = [], [root]
    while folders:
        folder = folders.pop(0)
        if drive("/files", q=inside(folder)).is_success:
            entries = listed(drive, folder, pageSize=1000)
            folders += [each["id"] for each in entries if each["mimeType"] == FOLDER]
            found += [each for each in entries if each["mimeType"] != FOLDER]
    return found


def reason(answer: httpx.Response) -> tuple[int, str, str]:
    """Return status, domain and reason of an error in Google's form."""
    error = answer.json()["error"]
    assert error["code"] == answer.status_code
    assert error["message"] == error["errors"][0]["message"]
    return answer.status_code, error["errors"][0]["domain"], error["errors"][0]["reason"]
