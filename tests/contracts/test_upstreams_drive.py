"""The simulated Google Drive: what is listed, and what is read."""

import json
from typing import Any

import httpx
import pytest
from drive_client import Get, asker, inside, listed, reason, token, walked

from local.upstreams.drive import tmdb5000
from local.upstreams.drive.demo import CLOSED_FOLDER, GONE_FOLDER, ROOT, SHARED_DRIVE
from local.upstreams.drive.files import FOLDER, SHORTCUT

EVERYWHERE = {"supportsAllDrives": "true", "includeItemsFromAllDrives": "true"}


@pytest.fixture
def drive(client: httpx.Client) -> Get:
    return asker(client)


def test_folder_is_read_page_after_page(drive: Get) -> None:
    whole = drive("/files", q=inside(ROOT), orderBy="name").json()
    pages = listed(drive, ROOT, pageSize=2, orderBy="name")

    assert whole["kind"] == "drive#fileList"
    assert whole["incompleteSearch"] is False
    assert "nextPageToken" not in whole
    assert pages == whole["files"]
    assert set(pages[0]) == {"kind", "id", "name", "mimeType"}
    assert [each["name"] for each in pages if each["mimeType"] == FOLDER][:2] == ["Comedy", "Documentary"]


def test_pages_may_be_shorter_than_asked_for(drive: Get, control) -> None:
    control("PUT", "/drive", json={"page_at_most": 3})

    page = drive("/files", q=inside(ROOT), pageSize=1000).json()

    assert len(page["files"]) == 3
    assert len(listed(drive, ROOT, pageSize=1000)) > 3


def test_cursor_of_another_question_is_refused(drive: Get) -> None:
    cursor = drive("/files", q=inside(ROOT), pageSize=1).json()["nextPageToken"]

    assert drive("/files", q=inside(ROOT), pageToken=cursor).status_code == 200
    for wrong in ({"q": "trashed = true", "pageToken": cursor}, {"q": inside(ROOT), "pageToken": "~!!~abc"}):
        assert reason(drive("/files", **wrong)) == (400, "global", "invalid")


def test_only_the_fields_asked_for_are_sent(drive: Get) -> None:
    page = drive("/files", q=inside(ROOT), fields="nextPageToken,files(id,parents,capabilities/canDownload)").json()
    file = next(each["id"] for each in walked(drive, ROOT) if each["name"] == "bread.json")

    assert set(page) == {"files"}
    assert page["files"][0]["parents"] == [ROOT]
    assert page["files"][0]["capabilities"] == {"canDownload": False}
    assert set(drive(f"/files/{file}").json()) == {"kind", "id", "name", "mimeType"}
    assert drive(f"/files/{file}", fields="size").json() == {
        "size": str(len(drive(f"/files/{file}", alt="media").content))
    }
    assert {"md5Checksum", "modifiedTime"} <= set(drive(f"/files/{file}", fields="*").json())


def test_bin_is_listed_unless_the_query_leaves_it_out(drive: Get) -> None:
    odd = next(each["id"] for each in listed(drive, ROOT) if each["name"] == "Odds and ends")
    kept = {each["name"] for each in listed(drive, odd)}
    thrown = drive("/files", q="trashed = true", fields="files(name,explicitlyTrashed)").json()["files"]

    assert "thrown-away.json" not in kept
    assert {each["name"] for each in drive("/files", q=f"'{odd}' in parents").json()["files"]} - kept == {
        "thrown-away.json",
        "Thrown away",
    }
    assert {each["name"]: each["explicitlyTrashed"] for each in thrown}["thrown-away-too.json"] is False


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (f"mimeType = '{FOLDER}' and name = 'Odds and ends'", 1),
        ("name = '100-wool.json' or name contains 'SNAKE'", 2),
        ("mimeType = 'image/png' and not trashed = true", 1),
        (f"(mimeType='{SHORTCUT}' or mimeType != '{FOLDER}') and name = 'Gone'", 1),
        (r"name = 'O\'Neil'", 0),
    ],
)
def test_queries_find_what_they_say(drive: Get, query: str, expected: int) -> None:
    assert len(drive("/files", q=query).json()["files"]) == expected


def test_shared_drive_is_there_for_those_who_know_of_it(drive: Get) -> None:
    (club,) = drive("/files", q=inside(SHARED_DRIVE), corpora="drive", driveId=SHARED_DRIVE, **EVERYWHERE).json()[
        "files"
    ]

    assert drive("/files", q=inside(club["id"])).json()["files"] == []
    assert len(drive("/files", q=inside(club["id"]), **EVERYWHERE).json()["files"]) == 3
    assert reason(drive(f"/files/{club['id']}")) == (404, "global", "notFound")
    assert drive(f"/files/{club['id']}", supportsAllDrives="true", fields="driveId").json() == {"driveId": SHARED_DRIVE}
    assert reason(drive("/files", driveId=SHARED_DRIVE))[0] == 403
    assert reason(drive("/files", corpora="drive", driveId="none", **EVERYWHERE))[0] == 404


def test_shortcuts_name_their_targets(drive: Get) -> None:
    fields = "files(name,shortcutDetails(targetId,targetMimeType))"
    found = drive("/files", q=f"mimeType = '{SHORTCUT}'", fields=fields).json()["files"]
    targets = {each["name"]: each["shortcutDetails"] for each in found}

    film = drive(f"/files/{targets['A film from elsewhere']['targetId']}", alt="media").json()
    assert film["title"] == "Further Along the Coast"
    assert targets["Round and round"] == {"targetId": ROOT, "targetMimeType": FOLDER}
    assert drive(f"/files/{targets['Gone']['targetId']}").status_code == 404
    assert drive(f"/files/{targets['Favourites of the club']['targetId']}", **EVERYWHERE).status_code == 200


def test_content_is_read_whole_and_from_a_byte_on(drive: Get) -> None:
    files = {each["name"]: each["id"] for each in walked(drive, ROOT) if each["name"].endswith(".json")}
    wool = f"/files/{files['100-wool.json']}"

    whole = drive(wool, alt="media")
    rest = drive(wool, alt="media", headers={"Range": "bytes=10-"})

    assert whole.json() == {"title": "100% Wool", "genre": "Comedy", "rating": 5.8, "year": 1999}
    assert (rest.status_code, rest.content) == (206, whole.content[10:])
    assert drive(wool, alt="media", headers={"Range": "bytes=9999-"}).status_code == 416
    with pytest.raises(json.JSONDecodeError):
        drive(f"/files/{files['cut-short.json']}", alt="media").json()


def test_what_cannot_be_read_says_why(drive: Get) -> None:
    without_bytes = [each["id"] for each in walked(drive, ROOT) if "google-apps" in each["mimeType"]]
    assert len(without_bytes) == 5
    for each in (ROOT, *without_bytes):
        assert reason(drive(f"/files/{each}", alt="media")) == (403, "global", "fileNotDownloadable")

    missing = drive("/files/none").json()["error"]["errors"][0]
    assert (missing["message"], missing["location"]) == ("File not found: none.", "fileId")
    assert reason(drive("/files", q=inside(CLOSED_FOLDER))) == (403, "global", "insufficientFilePermissions")
    assert drive("/files", q=inside(GONE_FOLDER)).json()["error"]["message"] == "File not found: ."


@pytest.mark.parametrize(
    "parameters",
    [
        {"q": "fullText contains 'rain'"},
        {"q": "trashed ="},
        {"q": "'unfinished"},
        {"pageSize": 0},
        {"pageSize": 1001},
        {"orderBy": "colour"},
        {"fields": "files(colour)"},
        {"fields": "files(id"},
        {"corpora": "everything"},
        {"supportsAllDrives": "perhaps"},
    ],
    ids=str,
)
def test_parameters_that_cannot_be_meant_are_refused(drive: Get, parameters: dict[str, Any]) -> None:
    answer = drive("/files", **parameters)

    assert reason(answer)[0] == 400
    assert answer.json()["error"]["errors"][0]["location"] in parameters


def test_file_is_changed_and_comes_back_with_a_reset(client: httpx.Client, drive: Get, control) -> None:
    file = next(each["id"] for each in walked(drive, ROOT) if each["name"] == "bread.json")
    before = drive(f"/files/{file}", alt="media").content

    control("PUT", f"/drive/files/{file}", json={"content": "{}"})
    control("PUT", f"/drive/files/{ROOT}", json={"answers": 503})
    assert drive(f"/files/{file}", alt="media").json() == {}
    assert reason(drive("/files", q=inside(ROOT))) == (503, "global", "backendError")

    control("POST", "/reset")
    bearer = {"Authorization": f"Bearer {token(client).json()['access_token']}"}
    assert drive(f"/files/{file}", alt="media", headers=bearer).content == before


@pytest.mark.skipif(not tmdb5000.PATH.is_file(), reason=f"{tmdb5000.PATH} is absent")
@pytest.mark.parametrize(("folders", "path"), [("genre", ["Action", "2009"]), ("year", ["2000s", "2009"])])
def test_whole_tree_has_a_file_for_each_movie(drive: Get, control, folders: str, path: list[str]) -> None:
    shown = control("PUT", "/drive", json={"tree": "tmdb5000", "folders": folders})

    files = walked(drive, shown["root"])
    folder = shown["root"]
    for name in path:
        folder = next(each["id"] for each in listed(drive, folder, pageSize=1000) if each["name"] == name)
    avatar = next(each["id"] for each in listed(drive, folder) if each["name"] == "avatar.json")

    assert len(files) == len({each["id"] for each in files}) == shown["counts"]["files"] == 4803
    assert drive(f"/files/{avatar}", alt="media").json() == {
        "title": "Avatar",
        "genre": "Action",
        "rating": 7.2,
        "year": 2009,
    }
