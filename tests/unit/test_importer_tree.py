"""The Drive of R1, 4,803 files in nested folders, imported whole: once, interrupted, and twice."""

import csv
import gzip
import json
import random
from pathlib import Path

import pytest

from library_importer.drive_source import DriveSource
from marquee.clients.google_drive import DriveClient
from marquee.models.library import NewMovie
from tests.fakes.drive import CONSENT, URL, FakeDrive
from tests.fakes.importing import LargeTable, Workshop
from tests.fakes.interruptions import Crash

DATA = Path(__file__).resolve().parents[3] / "shared/data/tmdb5000/tmdb_5000_movies.csv.gz"
FILES, WITHOUT_GENRE = 4803, 28


@pytest.fixture(scope="module")
def drive() -> FakeDrive:
    """Folders by genre, and in them by year, of files as R1 has them."""
    if not DATA.is_file():
        pytest.skip(f"{DATA} is not there")
    made = FakeDrive()
    with gzip.open(DATA, "rt", encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            genre = next((each["name"] for each in json.loads(row["genres"])), "Unknown")
            year = row["release_date"][:4]
            for folder, parent in ((genre, "root"), (f"{genre}/{year}", genre)):
                if folder not in made.files:
                    made.folder(folder, parent, name=folder.rpartition("/")[2])
            movie = {"title": row["title"], "rating": float(row["vote_average"]), "year": int(year) if year else None}
            content = movie if genre == "Unknown" else {**movie, "genre": genre}
            made.add(row["id"], f"{genre}/{year}", name=f"{row['id']}.json", content=content)
    return made


def shop(drive: FakeDrive, import_id: str, table: LargeTable) -> Workshop:
    client = DriveClient(URL, CONSENT, transport=drive.transport, sleep=lambda _: None)
    made = Workshop(DriveSource(client), import_id, table)
    made.start("drive", "root")
    return made


def library(done: Workshop) -> set[NewMovie]:
    return {NewMovie.model_validate(movie.model_dump()) for movie in done.library.every_movie()}


def test_killed_three_times_and_imported_again_the_library_is_that_of_one_clean_run(drive: FakeDrive) -> None:
    clean = shop(drive, "clean", LargeTable())
    drive.requests.clear()
    clean.finish()
    listings = drive.asked("/files?")
    table = LargeTable()
    killed = shop(drive, "killed", table)
    crashes = sorted(random.Random(3).sample(range(50, 120), 3))

    for crash in crashes:
        left = iter(range(crash))

        def interrupt(_: str, left: object = left) -> None:
            if next(left, None) is None:  # type: ignore[call-overload]
                raise Crash

        table.interrupt = killed.bells.interrupt = killed.rows.interrupt = interrupt
        with pytest.raises(Crash):
            importer_alone(killed)
        table.interrupt = killed.bells.interrupt = killed.rows.interrupt = lambda _: None
        killed.bells.waiting.clear()
        killed.imports.act("killed", "resume")
        killed.ring()
    killed.finish()
    again = shop(drive, "again", table)
    before = list(killed.library.every_movie())
    again.finish()

    assert clean.fates == killed.fates
    assert clean.now.state == killed.now.state == again.now.state == "finished"
    assert clean.fates[0] == FILES
    assert clean.fates[3] == len(clean.failures()) == WITHOUT_GENRE
    assert len(list(clean.library.every_movie())) == clean.fates[1] == FILES - WITHOUT_GENRE - clean.fates[2]
    assert library(clean) == library(killed)
    assert again.fates == (FILES, 0, FILES - WITHOUT_GENRE, WITHOUT_GENRE, 0)
    assert list(again.library.every_movie()) == before
    # One for every folder, and some for those that fill a step.
    assert listings < 1.2 * sum(each["mimeType"].endswith("folder") for each in drive.files.values())
    assert len(clean.rows.names) < 1.5 * FILES / 80


def importer_alone(work: Workshop) -> None:
    """Answer the bells until none waits."""
    while work.bells.waiting:
        work.importer.answer(work.bells.waiting.pop(0), 4e9)
