"""Imports that nothing cures by itself: they stop with their problem, and go on from where they stand."""

import json

import pytest
from botocore.exceptions import ClientError

from library_importer import reading
from library_importer.drive_source import DriveSource
from library_importer.sources import NAME_LENGTH, EntryRefused, S3Source, shown_name
from marquee import aws
from marquee.clients.google_drive import DriveClient
from marquee.errors import RateLimited
from marquee.models.import_work import Entry
from tests.fakes.drive import CONSENT, URL, FakeDrive, refusal
from tests.fakes.importing import BUCKET, Workshop, make_bucket, table, upload
from tests.unit.conftest import Cloud


@pytest.fixture
def drive() -> FakeDrive:
    return FakeDrive()


@pytest.fixture
def shop(cloud: Cloud, drive: FakeDrive) -> Workshop:
    client = DriveClient(URL, CONSENT, transport=drive.transport, sleep=lambda _: None)
    return Workshop(DriveSource(client))


def movie(n: int) -> dict[str, object]:
    return {"title": f"Movie {n}", "genre": "Drama"}


def test_folder_that_is_left_after_every_row_has_no_failures(drive: FakeDrive, shop: Workshop) -> None:
    for n in range(3):
        drive.add(f"{n}.json", "root", content=movie(n))
    drive.add("array.json", "root", content=[movie(3), movie(4)])
    drive.add("lines.ndjson", "root", content=b"\n".join(json.dumps(movie(n)).encode() for n in (5, 6)))
    drive.add("table.csv", "root", content=table("Movie 7,Drama,,", "Movie 8,Drama,,").encode())
    shop.start("drive", "root")

    shop.finish(deadline=0)

    assert shop.now.state == "finished"
    assert shop.now.counts.failed == 0
    assert shop.fates == (9, 9, 0, 0, 0)


def test_array_that_breaks_off_fails_once_however_often_it_is_left(drive: FakeDrive, shop: Workshop) -> None:
    drive.add("cut.json", "root", content=b'[{"title": "Heat", "genre": "Crime"}, ')
    drive.add("torn.json", "root", content=b'[{"title": "Ali", "genre": "Drama"}, {"title": "Ro')
    shop.start("drive", "root")

    shop.finish(deadline=0)

    assert shop.fates == (4, 2, 0, 2, 0)


@pytest.mark.parametrize("entry", ["root", "0.json"])
def test_drive_that_keeps_saying_later_halts_the_import_until_it_is_resumed(
    drive: FakeDrive, shop: Workshop, entry: str
) -> None:
    for n in range(3):
        drive.add(f"{n}.json", "root", content=movie(n))
    shop.start("drive", "root")
    if entry != "root":
        shop.importer.answer(shop.bells.waiting.pop(), 4e9)
    drive.faults[entry] = lambda: refusal(403, "dailyLimitExceeded", "Too much today.")
    bell = shop.bells.waiting.pop()

    with pytest.raises(RateLimited):
        shop.importer.answer(bell, 4e9)
    assert shop.now.state == "running"
    shop.importer.answer(bell, 4e9, gives_up=True)
    assert (shop.now.state, shop.now.problem) == ("stopped", "google drive: Too much today.")
    drive.faults.clear()
    shop.act("resume")
    shop.finish()

    assert shop.fates == (3, 3, 0, 0, 0)


def test_project_that_may_not_use_drive_halts_the_import(drive: FakeDrive, shop: Workshop) -> None:
    drive.add("0.json", "root", content=movie(0))
    shop.start("drive", "root")
    drive.faults["0.json"] = lambda: refusal(403, "accessNotConfigured", "Not enabled.")

    shop.finish()

    assert (shop.now.state, shop.now.problem) == ("stopped", "google drive: Not enabled.")
    assert shop.now.counts.failed == 0


def test_names_too_long_for_a_table_keep_their_end(drive: FakeDrive, shop: Workshop) -> None:
    folder = drive.folder("deep", name="d" * 3000)
    for n in range(80):
        drive.add(f"{n}.json", folder, name=f"{'é' * 3000}{n}.json", content=b"{")
    shop.start("drive", "root")

    shop.finish()

    assert shop.now.counts.failed == 80
    assert {len(each.file) for each in shop.failures()} == {NAME_LENGTH}
    assert shown_name("x" * NAME_LENGTH) == "x" * NAME_LENGTH
    assert shown_name("x" * 600 + ".csv").endswith("x.csv")


@pytest.mark.parametrize(("state", "expected"), [("reading", "failed"), ("running", "stopped")])
def test_what_no_repetition_cures_ends_with_its_problem(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, state: str, expected: str
) -> None:
    make_bucket()
    shop = upload(table("Heat,Crime,,"))
    (shop.create if state == "reading" else shop.start)()

    def unusable(*_: object, **__: object) -> None:
        raise ClientError({"Error": {"Code": "ValidationException", "Message": "Item too large"}}, "PutItem")

    monkeypatch.setattr("library_importer.importer.ImportProgress.previewed", unusable)
    monkeypatch.setattr("library_importer.importer.ImportWork.advance", unusable)
    shop.ring(None if state == "reading" else "000")

    assert shop.now.state == expected
    assert "Item too large" in str(shop.now.problem)


def test_upload_that_s3_denies_may_not_be_there_yet(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(**_: object) -> None:
        raise ClientError({"Error": {"Code": "AccessDenied"}}, "GetObject")

    monkeypatch.setattr(aws.s3(), "get_object", denied)
    with pytest.raises(EntryRefused, match="uploaded yet"):
        S3Source(aws.s3(), BUCKET, "uploads/1", is_folder=False).open(Entry(id="uploads/1", name="x"), 0)
    with pytest.raises(EntryRefused, match="AccessDenied"):
        S3Source(aws.s3(), BUCKET, "imports/", is_folder=True).open(Entry(id="imports/x", name="x"), 0)


@pytest.mark.parametrize("deadline", [0, 4e9])
def test_file_of_which_too_much_fails_is_not_read_to_its_end(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, deadline: float
) -> None:
    monkeypatch.setattr(reading, "FAILED_ROWS", 3)
    make_bucket()
    shop = upload(table("Heat,Crime,,", *[",,,"] * 2, *[",Drama,,"] * 8))
    shop.start()

    shop.finish(deadline=deadline)

    assert shop.now.state == "finished"
    assert shop.failures()[0].line == 0
    assert shop.failures()[0].reason == "3 of its rows have failed; the rest of it was not read"
    assert shop.fates == (5, 1, 0, 4, 0)
