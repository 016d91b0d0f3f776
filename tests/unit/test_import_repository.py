"""Imports as they are stored: their states, their numbers, their failures."""

import os

import pytest

from marquee import keys
from marquee.errors import Conflict, NotFound
from marquee.models.imports import (
    ACTIONS,
    Import,
    ImportAction,
    ImportCounts,
    ImportFailure,
    ImportPreview,
    ImportSource,
    StoredState,
)
from marquee.repositories.imports import ImportRepository, failure_items, settled_actions, undone_actions
from marquee.repositories.table import ConditionFailed, Table
from tests.fakes.interruptions import before_requests, colliding, overtaking
from tests.unit.conftest import Cloud


@pytest.fixture
def table(cloud: Cloud) -> Table:
    return Table(cloud.catalogue.client, os.environ["LIBRARY_TABLE"])


@pytest.fixture
def imports(table: Table) -> ImportRepository:
    return ImportRepository(table)


def made(import_id: str = "1", state: StoredState = "running", **facts: object) -> Import:
    return Import.model_validate(
        {
            "id": import_id,
            "library": "main",
            "stored_state": state,
            "source": ImportSource(kind="upload", name="movies.csv"),
            "started_by": "ann",
            "started_at": f"2026-03-10T12:00:{import_id.zfill(2)}.000Z",
            "changed_at": "2026-03-10T12:00:00.000Z",
            **facts,
        }
    )


def test_import_is_read_as_it_was_stored_and_stored_once(imports: ImportRepository) -> None:
    first = made(mapping={"title": "Name"}, counts=ImportCounts(found=3), work=1)
    imports.create(first)
    imports.create(made(mapping={"title": "Other"}))

    assert imports.get("1") == first
    with pytest.raises(NotFound):
        imports.get("2")


def test_newest_imports_come_first_page_after_page(imports: ImportRepository) -> None:
    for n in range(7):
        imports.create(made(str(n)))

    seen, after = [], None
    while True:
        page, after = imports.newest(3, after)
        seen += [each.id for each in page]
        if after is None:
            break

    assert seen == ["6", "5", "4", "3", "2", "1", "0"]


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize(
    "state", ["awaiting_upload", "reading", "preview", "running", "stopped", "cancelled", "failed", "undoing"]
)
def test_action_leads_where_it_may_and_is_refused_elsewhere(
    imports: ImportRepository, action: ImportAction, state: StoredState
) -> None:
    # Something is always left to read, and an undo always has something to undo.
    imports.create(made(state=state, work=1, counts=ImportCounts(found=1, added=1)))
    before, after = ACTIONS[action]

    if state not in before:
        with pytest.raises(Conflict, match=f"that is {state} cannot"):
            imports.act("1", action)
        assert imports.get("1").stored_state == state
        return
    once, twice = imports.act("1", action), imports.act("1", action)

    assert once.stored_state == twice.stored_state == imports.get("1").stored_state == after


def test_import_that_is_done_is_finished_without_anybody_writing_it(imports: ImportRepository) -> None:
    imports.create(made(counts=ImportCounts(found=3, added=1, duplicate=1, failed=1)))

    assert imports.get("1").state == "finished"
    assert imports.get("1").finished_at
    for action in ("read", "start", "stop", "resume", "cancel"):
        with pytest.raises(Conflict, match="that is finished"):
            imports.act("1", action)
    assert imports.act("1", "undo").state == "undoing"


def test_start_counts_the_place_where_it_begins(imports: ImportRepository) -> None:
    imports.create(made(state="preview", preview=ImportPreview(format="CSV")))

    assert imports.act("1", "start").state == "running"
    assert imports.act("1", "start").work == 1


def test_reading_anew_forgets_preview_and_problem(imports: ImportRepository) -> None:
    imports.create(made(state="failed", preview=ImportPreview(format="CSV"), problem="No."))

    again = imports.act("1", "read")

    assert (again.preview, again.problem) == (None, None)


def test_undo_waits_for_rows_that_are_being_written(imports: ImportRepository) -> None:
    imports.create(made(state="cancelled", counts=ImportCounts(found=2, added=1)))

    with pytest.raises(Conflict, match="still being written"):
        imports.act("1", "undo")


def test_cancel_that_meets_a_step_looks_again(imports: ImportRepository, table: Table) -> None:
    imports.create(made(counts=ImportCounts(found=1)))
    settle = lambda: table.transact(settled_actions(table, "1", "b", added=1))  # noqa: E731

    with (
        before_requests(table.client, overtaking(settle, at="UpdateItem")),
        pytest.raises(Conflict, match="that is finished"),
    ):
        imports.act("1", "cancel")

    assert imports.get("1").state == "finished"


def test_mapping_is_chosen_until_the_start(imports: ImportRepository) -> None:
    imports.create(made(state="preview", preview=ImportPreview(format="CSV")))

    chosen = imports.choose_mapping("1", {"title": "Name"})
    assert (chosen.mapping, chosen.state, chosen.preview) == ({"title": "Name"}, "reading", None)
    imports.create(made("2", "running", work=1))
    with pytest.raises(Conflict, match="that is running"):
        imports.choose_mapping("2", {})
    with pytest.raises(NotFound):
        imports.choose_mapping("3", {})


def test_batch_is_counted_once(imports: ImportRepository, table: Table) -> None:
    imports.create(made(counts=ImportCounts(found=9)))
    table.transact(settled_actions(table, "1", "b", added=2, duplicate=1, failed=3))
    with pytest.raises(ConditionFailed):
        table.transact(settled_actions(table, "1", "b", added=2, duplicate=1, failed=3))
    table.transact(undone_actions(table, "1", "u", removed=1, kept=1))

    assert imports.get("1").counts == ImportCounts(found=9, added=2, duplicate=1, failed=3, removed=1, kept=1)
    assert imports.get("1").counts.left == 3


def test_batch_of_no_import_counts_nowhere(table: Table) -> None:
    with pytest.raises(ConditionFailed):
        table.transact(settled_actions(table, "none", "b", added=1))
    assert table.get(keys.library_import("none"), "done:b") is None


def test_failures_come_by_file_and_line_page_after_page_and_once(imports: ImportRepository, table: Table) -> None:
    wanted = [ImportFailure(id=f"{n}", file="b.csv", line=n, reason="No.", row="x") for n in range(0, 1500, 100)]
    wanted.insert(0, ImportFailure(id="f", file="a.csv", line=0, reason="No."))
    twins = [ImportFailure(id=each, file="c/twin.json", line=1, reason="No.") for each in "xy"]
    for _ in range(2):
        table.batch_write(puts=failure_items("1", [*wanted, *twins]))

    seen, after = [], None
    while True:
        page, after = imports.failures("1", 5, after)
        assert len(page) <= 5
        seen += page
        if after is None:
            break

    assert seen == [*wanted, *twins]
    assert imports.failures("1", 100) == (seen, None)


def test_import_that_meets_other_writes_is_stored_all_the_same(imports: ImportRepository, table: Table) -> None:
    with before_requests(table.client, colliding(2)):
        imports.create(made())

    assert imports.get("1") == made()
    assert [each.id for each in imports.newest(10)[0]] == ["1"]
