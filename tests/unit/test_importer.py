"""An import of an uploaded file, from the first look at it to its undo."""

import json

import pytest

from marquee import aws
from marquee.errors import Conflict
from tests.fakes.importing import BUCKET, ID, make_bucket, table, upload
from tests.fakes.library import Desk, film
from tests.unit.conftest import Cloud


@pytest.fixture(autouse=True)
def bucket(cloud: Cloud) -> None:
    make_bucket()


def test_preview_shows_rows_mapping_and_duplicates_and_writes_nothing() -> None:
    shop = upload(table("Heat,Crime,8.3,1995", "Heat,crime,8.3,1995", "Ali,Drama,no idea,2001"))
    shop.create()

    shop.ring()

    preview = shop.now.preview
    assert shop.now.state == "preview"
    assert preview is not None
    assert (preview.format, preview.columns) == ("CSV", ("title", "genre", "rating", "year"))
    assert preview.mapping == {"title": "title", "genres": "genre", "rating": "rating", "year": "year"}
    assert preview.rows[0] == {"title": "Heat", "genre": "Crime", "rating": "8.3", "year": "1995"}
    assert (preview.looked_at, preview.expected_duplicates) == (3, 1)
    assert [(each.line, each.reason) for each in preview.problems] == [(4, "rating must be a number (found 'no idea')")]
    assert shop.titles() == []
    assert shop.now.counts.found == 0


def test_whatever_json_holds_can_be_shown() -> None:
    odd = {"title": "Heat", "genre": "Crime", "": 1, "x" * 101: 1, "\ud800": 1, "big": 10**60, "deep": {"": [1e300]}}
    shop = upload(json.dumps([odd, {**odd, "title": "\ud800"}]))
    shop.start(name="movies.json")

    shop.finish()

    assert shop.now.preview is not None
    assert shop.now.preview.columns == ("title", "genre", "big", "deep")
    assert shop.now.preview.rows[0]["deep"] == '{"": [1e+300]}'
    assert shop.fates == (2, 1, 0, 1, 0)


def test_rows_are_imported_and_every_one_is_accounted_for() -> None:
    shop = upload(table("Heat,Crime,8.3,1995", "heat ,Crime,8.3,1995", "Heat,Crime,8.3,1995", ",Drama,,", "Ali,Drama"))
    shop.start()

    done = shop.finish()

    assert done.state == "finished"
    assert done.finished_at is not None
    assert shop.titles() == ["Heat", "heat"]
    assert shop.fates == (5, 2, 1, 2, 0)
    assert [(each.file, each.line, each.reason) for each in shop.failures()] == [
        ("movies.csv", 5, "title must have 1 to 255 characters (nothing there)"),
        ("movies.csv", 6, "it has 2 fields, and the file has 4 columns"),
    ]
    assert shop.failures()[1].row == "Ali,Drama"


def test_counts_add_up_after_every_message() -> None:
    shop = upload(table(*(f"Movie {n},Drama,,{1990 + n % 40}" for n in range(16))))
    shop.start()
    seen = []

    while shop.bells.waiting or shop.rows.waiting:
        if shop.rows.waiting:
            shop.write()
        else:
            shop.importer.answer(shop.bells.waiting.pop(0), deadline=0)
        found, added, duplicate, failed, left = shop.fates
        assert found == added + duplicate + failed + left
        assert left >= 0
        seen.append((found, shop.now.state))

    assert {found for found, _ in seen} >= {1, 8, 16}
    assert [state for _, state in seen].count("finished") == 1
    assert shop.now.state == "finished"
    assert len(shop.titles()) == 16


def test_mapping_is_changed_before_the_start() -> None:
    shop = upload("Titel;Art;Sterne\nHeat;Crime;4,5\n")
    shop.create()
    shop.ring()
    assert shop.now.preview is not None
    assert [each.reason for each in shop.now.preview.problems] == [
        "title must be text (nothing there); genres must be 1 to 10 names (nothing there)"
    ]

    shop.imports.choose_mapping(ID, {"title": "Titel", "genres": "Art", "rating": "Sterne", "rating_of": "5"})
    shop.ring()
    assert shop.now.preview is not None
    assert shop.now.preview.problems == ()
    shop.act("start")
    shop.finish()

    assert [(each.title, each.genres, each.rating) for each in shop.library.every_movie()] == [
        ("Heat", ("Crime",), 9.0)
    ]


def test_preview_of_an_older_mapping_is_not_shown() -> None:
    shop = upload(table("Heat,Crime,8.3,1995"))
    shop.create()
    before = shop.now
    shop.imports.choose_mapping(ID, {"rating": ""})

    shop.importer._preview(before, 4e9, False)
    assert shop.now.state == "reading"
    shop.ring()

    assert shop.now.preview is not None
    assert "rating" not in shop.now.preview.mapping


def test_table_without_a_title_fails_as_a_whole_and_says_which_columns_it_has() -> None:
    shop = upload("movieId,imdbId\n1,0114709\n2,0113497\n")
    shop.start()

    assert shop.finish().state == "finished"

    assert shop.fates == (1, 0, 0, 1, 0)
    assert shop.failures()[0].reason == "none of its columns is known as the title: movieId, imdbId"


@pytest.mark.parametrize(
    ("content", "problem"),
    [(b"", "empty"), (b"PK\x03\x04...", "ZIP"), (b"\x00\x01\x02\x03" * 99, "not a text file"), (b" \n \n", "empty")],
)
def test_file_that_cannot_be_read_says_why(content: bytes, problem: str) -> None:
    shop = upload(content)
    shop.create()

    shop.ring()

    assert shop.now.state == "failed"
    assert problem in str(shop.now.problem)
    shop.imports.act(ID, "read")
    assert shop.now.state == "reading"
    assert shop.now.problem is None


def test_file_that_was_never_uploaded_is_said_to_be_missing() -> None:
    shop = upload(b"x")
    aws.s3().delete_object(Bucket=BUCKET, Key=f"uploads/{ID}")
    shop.create()

    shop.ring()

    assert shop.now.problem == "movies.csv: it is not there (uploaded yet?)"


def test_file_that_is_replaced_while_it_is_read_is_not_mixed_with_the_other() -> None:
    shop = upload(table(*(f"Old {n},Drama,," for n in range(30))))
    shop.start()
    bell = shop.bells.waiting.pop()
    shop.importer.answer(bell, deadline=0)
    shop.ring(bell.path, deadline=0)
    upload(table(*(f"New {n},Drama,," for n in range(30))))

    shop.finish()

    assert all(title.startswith("Old") for title in shop.titles())
    assert [each.line for each in shop.failures()] == [0]
    assert "changed while it was being read" in shop.failures()[0].reason
    assert shop.now.state == "finished"


def test_stopped_import_goes_on_where_it_stood() -> None:
    shop = upload(table(*(f"Movie {n},Drama,," for n in range(30))))
    shop.start()
    bell = shop.bells.waiting.pop()
    shop.importer.answer(bell, deadline=0)
    shop.act("stop")
    assert shop.finish().state == "stopped"
    halfway = shop.now.counts

    shop.act("stop")
    shop.act("resume")
    shop.act("resume")
    shop.finish()

    assert 0 < halfway.found < 30
    assert halfway.left == 0
    assert shop.fates == (30, 30, 0, 0, 0)
    assert shop.now.state == "finished"


def test_cancelled_import_ends_and_can_be_undone() -> None:
    shop = upload(table(*(f"Movie {n},Drama,," for n in range(30))))
    shop.start()
    shop.importer.answer(shop.bells.waiting.pop(), deadline=0)
    shop.importer.answer(shop.bells.waiting.pop(), deadline=0)
    shop.act("cancel")
    assert shop.rows.waiting
    with pytest.raises(Conflict, match="still being written"):
        shop.imports.act(ID, "undo")
    assert shop.finish().state == "cancelled"
    added = shop.now.counts.added

    shop.act("undo")
    shop.finish()

    assert 0 < added < 30
    assert shop.now.state == "undone"
    assert shop.now.counts.removed == added
    assert shop.titles() == []


def test_undo_takes_out_what_was_added_and_keeps_what_was_edited() -> None:
    shop = upload(table(*(f"Movie {n},Drama,," for n in range(104))))
    shop.start()
    shop.finish()
    edited, deleted, *_ = shop.library.every_movie()
    desk = Desk(shop.table)
    assert all(desk.take(desk.ask("edit", film("Edited"), edited.id), desk.ask("delete", None, deleted.id)))

    shop.act("undo")
    shop.act("undo")
    shop.finish()
    shop.act("undo")
    shop.finish()

    assert shop.now.state == "undone"
    assert (shop.now.counts.removed, shop.now.counts.kept) == (102, 2)
    assert shop.titles() == ["Edited"]
    assert shop.fates == (104, 104, 0, 0, 0)


def test_same_file_imported_twice_changes_nothing() -> None:
    rows = table(*(f"Movie {n},Drama,{n % 10},2001" for n in range(50)))
    first = upload(rows)
    first.start()
    first.finish()
    before = list(first.library.every_movie())

    second = upload(rows, "2")
    second.start()
    assert second.now.preview is not None
    assert second.now.preview.expected_duplicates == 50
    second.finish()

    assert second.fates == (50, 0, 50, 0, 0)
    assert list(second.library.every_movie()) == before
