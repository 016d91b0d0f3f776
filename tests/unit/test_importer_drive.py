"""Imports of a folder of Google Drive."""

import httpx
import pytest

from library_importer.drive_source import DriveSource
from marquee.clients.google_drive import DriveClient
from marquee.errors import UpstreamUnavailable
from tests.fakes.drive import CONSENT, URL, FakeDrive, refusal
from tests.fakes.importing import Workshop
from tests.unit.conftest import Cloud


@pytest.fixture
def drive() -> FakeDrive:
    return FakeDrive()


@pytest.fixture
def shop(cloud: Cloud, drive: FakeDrive) -> Workshop:
    client = DriveClient(URL, CONSENT, transport=drive.transport, sleep=lambda _: None)
    return Workshop(DriveSource(client))


def movie(title: str) -> dict[str, object]:
    return {"title": title, "genre": "Drama", "rating": 7.25, "year": 1999}


def reasons(shop: Workshop) -> dict[str, str]:
    return {each.file: each.reason for each in shop.failures()}


def test_tree_is_imported_with_folders_in_folders_and_pages_of_any_size(drive: FakeDrive, shop: Workshop) -> None:
    folder = "root"
    for depth in range(4):
        for n in range(25):
            drive.add(f"{depth}-{n}", folder, name=f"{n}.json", content=movie(f"Movie {depth} {n}"))
        folder = drive.folder(f"f{depth}", folder)
    drive.shortest_page = 7
    shop.start("drive", "root")

    shop.finish()

    assert shop.now.state == "finished"
    assert shop.fates == (100, 100, 0, 0, 0)
    assert next(shop.library.every_movie()).rating == 7.3


def test_folders_nearest_to_the_root_are_read_first(drive: FakeDrive, shop: Workshop) -> None:
    for name in ("a", "b"):
        drive.folder(name)
        drive.folder(f"{name}{name}", name)
        drive.add(f"{name}.json", f"{name}{name}", content=movie(name))
    shop.start("drive", "root")
    drive.requests.clear()

    shop.finish()

    listed = [each.url.params["q"].split("'")[1] for each in drive.requests if each.url.path.endswith("/files")]
    assert listed == ["root", "a", "b", "aa", "bb"]


def test_what_cannot_be_imported_is_named_with_its_reason(drive: FakeDrive, shop: Workshop) -> None:
    drive.add("good.json", "root", content=movie("Good"))
    drive.add("broken.json", "root", content=b'{"title": ')
    drive.add("array.json", "root", content=[movie("First"), {"title": "No genre"}, 3])
    drive.add("sheet", "root", mimeType="application/vnd.google-apps.spreadsheet")
    drive.add("photo.jpg", "root", mimeType="image/jpeg", content=b"...")
    drive.add("empty.json", "root", content=b"")
    drive.add("gone.json", "root", content=movie("Gone"))
    drive.faults["gone.json"] = lambda: refusal(404, "notFound", "File not found: gone.")
    drive.folder("closed")
    drive.faults["closed"] = lambda: refusal(403, "insufficientFilePermissions", "Not yours.")
    drive.shortcut("nowhere", "deleted-long-ago")
    drive.add("bin.json", "root", trashed=True, content=movie("In the bin"))
    shop.start("drive", "root")

    shop.finish()

    assert shop.now.state == "finished"
    assert shop.titles() == ["First", "Good"]
    found = reasons(shop)
    assert {name: text.split(" (")[0] for name, text in found.items()} == {
        "broken.json": "it is not JSON",
        "array.json": "it is not an object",
        "sheet": "it is a document of Google, not a file: download it as CSV",
        "photo.jpg": "it is neither CSV nor JSON nor NDJSON by its name and type",
        "empty.json": "it is empty",
        "gone.json": "google drive: File not found: gone.",
        "closed": "google drive: Not yours.",
        "nowhere": "it is a shortcut to what is not there, or not shared",
    }
    assert [each.line for each in shop.failures() if each.file == "array.json"] == [2, 3]
    assert shop.fates == (11, 2, 0, 9, 0)


def test_files_of_one_name_in_one_folder_are_two_files(drive: FakeDrive, shop: Workshop) -> None:
    for n in range(2):
        drive.add(f"id{n}", "root", name="same.json", content=movie(f"Movie {n}"))
        drive.add(f"bad{n}", "root", name="bad.json", content=b"{")
    shop.start("drive", "root")

    shop.finish()

    assert shop.fates == (4, 2, 0, 2, 0)
    assert [each.file for each in shop.failures()] == ["bad.json", "bad.json"]


def test_what_two_ways_lead_to_is_taken_once_and_a_circle_ends(drive: FakeDrive, shop: Workshop) -> None:
    drive.folder("a")
    drive.folder("b", "a")
    drive.add("x.json", "b", content=movie("X"))
    drive.shortcut("to-a", "a", "b")
    drive.shortcut("to-root", "root", "b")
    drive.shortcut("to-x", "x.json")
    drive.shortcut("to-shortcut", "to-x")
    shop.start("drive", "root")

    shop.finish()

    assert shop.now.state == "finished"
    assert shop.titles() == ["X"]
    assert shop.fates == (2, 1, 0, 1, 0)
    assert reasons(shop) == {"to-shortcut": "it is a shortcut to what is in the bin, or to another shortcut"}


def test_shared_drive_is_searched_as_such(drive: FakeDrive, shop: Workshop) -> None:
    drive.files["root"]["driveId"] = "shared-1"
    drive.folder("inside", driveId="shared-1")
    drive.add("x.json", "inside", content=movie("X"))
    shop.start("drive", "root")

    shop.finish()

    lists = [each.url.params for each in drive.requests if each.url.path.endswith("/files")]
    assert {(each.get("corpora"), each.get("driveId")) for each in lists} == {("drive", "shared-1")}
    assert shop.titles() == ["X"]


def test_folder_that_is_not_there_is_said_before_anything_is_started(drive: FakeDrive, shop: Workshop) -> None:
    shop.create("drive", "unknown")
    drive.faults["unknown"] = lambda: refusal(404, "notFound", "File not found: unknown.")

    shop.ring()

    assert shop.now.state == "failed"
    assert shop.now.problem == "unknown: google drive: File not found: unknown."


def test_outage_brings_the_bell_again_and_at_last_is_a_failure(drive: FakeDrive, shop: Workshop) -> None:
    drive.add("good.json", "root", content=movie("Good"))
    drive.add("slow.json", "root", content=movie("Slow"))
    shop.start("drive", "root")
    drive.faults["slow.json"] = lambda: httpx.Response(503)
    shop.importer.answer(shop.bells.waiting.pop(), 4e9)
    bell = shop.bells.waiting.pop()

    for _ in range(2):
        with pytest.raises(UpstreamUnavailable):
            shop.importer.answer(bell, 4e9)
    assert shop.fates == (1, 0, 0, 0, 1)
    shop.importer.answer(bell, 4e9, gives_up=True)
    shop.finish()

    assert shop.now.state == "finished"
    assert shop.titles() == ["Good"]
    assert reasons(shop) == {"slow.json": "google drive: HTTP 503 without a message"}


def test_refused_credentials_stop_the_import_until_somebody_sees_to_it(drive: FakeDrive, shop: Workshop) -> None:
    drive.add("good.json", "root", content=movie("Good"))
    shop.start("drive", "root")
    drive.token = "token-2"
    drive.token_answer = lambda: httpx.Response(400, json={"error": "invalid_grant"})

    shop.finish()
    assert shop.now.state == "stopped"
    assert shop.now.problem == "google drive: Google refuses the credentials (invalid_grant)"
    drive.token_answer = drive.grant
    shop.act("resume")
    shop.finish()

    assert shop.now.state == "finished"
    assert shop.now.problem is None
    assert shop.titles() == ["Good"]


def test_folder_whose_page_has_expired_is_read_again_without_taking_anything_twice(
    drive: FakeDrive, shop: Workshop
) -> None:
    for n in range(6):
        drive.add(f"{n}.json", "root", content=movie(f"Movie {n}"))
    drive.shortest_page = 4
    shop.start("drive", "root")
    real, expired = drive._list, []

    def forgetful(query: dict[str, str]) -> httpx.Response:
        if "pageToken" in query and not expired:
            expired.append(query)
            drive.shortest_page = 1000
            return refusal(400, "invalid", "Invalid Value", location="pageToken")
        return real(query)

    drive._list = forgetful  # type: ignore[method-assign]
    shop.finish()

    assert expired
    assert shop.fates == (6, 6, 0, 0, 0)


def test_large_file_goes_on_where_it_stood_and_not_in_another_version(drive: FakeDrive, shop: Workshop) -> None:
    rows = b"title,genre\n" + b"".join(b"Movie %d,Drama\n" % n for n in range(40))
    drive.add("list.csv", "root", content=rows)
    shop.start("drive", "root")
    shop.importer.answer(shop.bells.waiting.pop(), 4e9)
    for _ in range(3):
        shop.importer.answer(shop.bells.waiting.pop(), 0)
    assert drive.requests[-1].headers["Range"].startswith("bytes=")
    drive.files["list.csv"]["md5Checksum"] = "another"

    shop.finish()

    assert shop.now.counts.added == 3
    assert "changed while it was being read" in reasons(shop)["list.csv"]
