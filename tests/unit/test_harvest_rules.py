from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap

from marquee import harvesting
from marquee.harvesting import FoundIds, HarvestRefused, Selection
from marquee.messages.archive import HarvestRequest
from marquee.models.harvests import ArchiveState, ExportProgress, Harvest, TypeHarvest

DAY = date(2026, 3, 10)
NOW = "2026-03-10T12:00:00.000Z"

Ids = st.sets(st.integers(1, 60)).map(BitMap)


def planned(scope: str = "both", **more: Any) -> TypeHarvest:
    names = () if scope == "changes" else ("movie_ids",)
    exports = tuple(ExportProgress(name=name, day=DAY, state="read") for name in names)
    fields = {"media_type": "movie", "mode": "differential", "scope": scope, "exports": exports, **more}
    return TypeHarvest.model_validate(fields)


def ids(known: Any = (), listed: Any = (), wanted: Any = (), changed: Any = (), adult: Any = ()) -> FoundIds:
    return FoundIds(*map(BitMap, (known, listed, wanted, changed, adult)))


def select(each: TypeHarvest, found: FoundIds, **asked: Any) -> Selection:
    return harvesting.select(HarvestRequest(**asked), each, found)


@pytest.mark.parametrize(
    ("each", "found", "asked", "todo", "after"),
    [
        pytest.param(
            planned(), ids([1, 2, 3, 4], [1, 2, 3, 5, 6], [1, 5]), {}, {4, 5}, {1, 2, 3, 5}, id="new and vanished"
        ),
        pytest.param(planned(), ids([1, 2], [1, 2, 3], [], [2, 3, 4]), {}, {2}, {1, 2}, id="changed but filtered"),
        pytest.param(planned(), ids([1], [1, 2], [2], [2]), {}, {2}, {1, 2}, id="changed and wanted"),
        pytest.param(planned(mode="full"), ids([1, 9], [1, 2], [1, 2], [1]), {}, {1, 2, 9}, {1, 2}, id="full"),
        pytest.param(
            planned(mode="full", renews=True), ids([1, 8, 9], [1, 2, 8], [2]), {}, {1, 2, 8, 9}, {1, 2, 8}, id="renewed"
        ),
        pytest.param(planned("changes"), ids([1], (), (), [1, 2, 3], [3]), {}, {1, 2}, {1, 2}, id="changes alone"),
        pytest.param(planned("changes"), ids([3], (), (), [1, 3], [3]), {}, {1, 3}, {1, 3}, id="known and adult since"),
        pytest.param(
            planned("changes"), ids((), (), (), [3], [3]), {"include_adult": True}, {3}, {3}, id="adult wanted"
        ),
        pytest.param(
            planned("changes"), ids([1], (), (), [1, 2]), {"minimum_popularity": 2}, {1}, {1}, id="of known popularity"
        ),
        pytest.param(
            planned("changes", renews=True), ids([1, 2], (), (), [3]), {}, {1, 2, 3}, {1, 2, 3}, id="renewed too"
        ),
        pytest.param(
            planned("changes", mode="full", renews=True, exports=planned().exports),
            ids([1, 2, 9], [1, 2, 5], [1, 2, 5], [3]),
            {},
            {1, 2, 3, 9},
            {1, 2, 3},
            id="renewed without what has vanished",
        ),
        pytest.param(planned(), ids([1, 2, 8, 9], [1, 2], [], [8]), {}, {8, 9}, {1, 2, 8}, id="newer than the export"),
        pytest.param(planned("exports"), ids([1], [1, 2], [1, 2]), {}, {2}, {1, 2}, id="exports"),
        pytest.param(planned(), ids([1, 2, 3], [1], [1]), {}, set(), {1, 2, 3}, id="export that is not credible"),
    ],
)
def test_ids_to_collect(
    each: TypeHarvest, found: FoundIds, asked: dict[str, Any], todo: set[int], after: set[int]
) -> None:
    selection = select(each, found, **asked)

    assert (set(selection.todo), set(selection.after)) == (todo, after)
    assert selection.counts["queued"] == len(todo)


def test_nothing_vanishes_while_a_file_of_the_type_is_missing() -> None:
    missing = ExportProgress(name="adult_movie_ids", day=DAY, state="missing")
    each = planned()

    selection = select(each.model_copy(update={"exports": (*each.exports, missing)}), ids([1, 2], [1], [1]))

    assert (set(selection.todo), set(selection.after)) == (set(), {1, 2})
    assert (
        selection.note == "movie: the export is without adult_movie_ids; what it does not list is not taken for gone."
    )


@pytest.mark.parametrize(("days", "vanished"), [(0, {2}), (1, set())])
def test_nothing_vanishes_from_an_export_that_is_older_than_what_is_known(days: int, vanished: set[int]) -> None:
    found = replace(ids([1, 2], [1], [1]), until=DAY + timedelta(days=days))

    selection = select(planned("exports"), found)

    assert set(selection.vanished) == vanished
    assert ("the export is of 2026-03-10, ids are known up to 2026-03-11;" in selection.note) == bool(days)


@given(known=Ids, listed=Ids, some=Ids, changed=Ids, full=st.booleans())
def test_what_is_known_afterwards_is_in_the_exports_or_was_known_and_all_new_is_collected(
    known: BitMap, listed: BitMap, some: BitMap, changed: BitMap, full: bool
) -> None:
    wanted = listed & some
    each = planned(mode="full" if full else "differential")

    selection = select(each, FoundIds(known, listed, wanted, changed, BitMap()))

    assert wanted - known <= selection.todo
    assert selection.after <= known | listed
    assert wanted <= selection.after
    assert not full or wanted <= selection.todo
    # The same once more, a moment later, has nothing new.
    again = select(planned("exports"), FoundIds(selection.after, listed, wanted, BitMap(), BitMap()))
    assert not again.counts["new"]


@given(todo=st.sets(st.integers(1, 2**32 - 1), max_size=450).map(BitMap), data=st.data())
def test_messages_cover_all_ids_once_in_order_wherever_they_are_begun(todo: BitMap, data: st.DataObject) -> None:
    whole = list(harvesting.chunks(todo, 0))

    assert [id for _, part in whole for id in part] == sorted(todo)
    assert [number for number, _ in whole] == list(range(len(whole)))
    assert all(len(part) == 100 for _, part in whole[:-1])
    sent = data.draw(st.integers(0, len(whole)))
    assert list(harvesting.chunks(todo, sent)) == whole[sent:]


@pytest.mark.parametrize(
    ("asked", "state", "days"),
    [
        pytest.param({}, {}, (1, 0), id="never before"),
        pytest.param({}, {"changes_until": DAY}, (0, 0), id="today"),
        pytest.param({}, {"changes_until": DAY - timedelta(days=14)}, (14, 0), id="fourteen days"),
        pytest.param({}, {"changes_until": DAY + timedelta(days=3)}, (0, 0), id="a day gone by"),
        pytest.param({"start_date": DAY - timedelta(days=40)}, {"changes_until": DAY}, (40, 0), id="from"),
        pytest.param({"end_date": DAY - timedelta(days=4)}, {}, (5, 4), id="to"),
    ],
)
def test_days_whose_changes_are_asked_for(asked: dict[str, Any], state: dict[str, Any], days: tuple[int, int]) -> None:
    each, notes = harvesting.plan(HarvestRequest(**asked), "tv", DAY, ArchiveState(**state), NOW)

    assert (each.changed_from, each.changed_to) == tuple(DAY - timedelta(days=n) for n in days)
    assert (each.next_day, each.scope, notes) == (each.changed_from, "both", [])


@pytest.mark.parametrize("days", [15, 60])
def test_longer_gap_asks_for_all_its_changes_and_for_the_exports(days: int) -> None:
    state = ArchiveState(changes_until=DAY - timedelta(days=days))

    each, notes = harvesting.plan(HarvestRequest(scope="changes"), "movie", DAY, state, NOW)

    assert (each.scope, each.changed_from, len(each.exports)) == ("changes", state.changes_until, 2)
    assert notes == [
        f"movie: the exports are compared as well, because more than 14 days have passed since {state.changes_until}."
    ]


def test_changes_before_the_last_sixty_days_are_given_up_and_that_is_said() -> None:
    state = ArchiveState(changes_until=DAY - timedelta(days=63))

    each, notes = harvesting.plan(HarvestRequest(), "movie", DAY, state, NOW)

    assert (each.changed_from, each.next_day) == (DAY - timedelta(days=60), DAY - timedelta(days=60))
    assert notes == [
        "movie: the changes of 2026-01-06 to 2026-01-08 are given up, because they are more than 60 days old. The "
        "exports tell what is new or has vanished since, not what has changed."
    ]


def test_renewal_gives_up_nothing() -> None:
    state = ArchiveState(changes_until=DAY - timedelta(days=91), full_at="2025-12-08T13:00:00.000Z")

    each, notes = harvesting.plan(HarvestRequest(), "movie", DAY, state, NOW)

    assert (each.changed_from, each.renews, len(notes)) == (DAY - timedelta(days=60), True, 1)


def test_renewal_reads_the_exports_whatever_the_scope() -> None:
    state = ArchiveState(changes_until=DAY, full_at="2025-12-08T13:00:00.000Z")

    each, _ = harvesting.plan(HarvestRequest(scope="changes"), "movie", DAY, state, NOW)

    assert (each.scope, [export.name for export in each.exports]) == ("changes", ["movie_ids", "adult_movie_ids"])


def test_renewal_of_changes_does_without_an_export_that_is_not_there() -> None:
    missing = ExportProgress(name="movie_ids", day=DAY - timedelta(days=1))
    each = planned("changes", renews=True, exports=(missing,))

    going, note = harvesting.without_export(each, missing, DAY)

    assert (going.exports[0].state, note) == (
        "missing",
        "There is no export movie_ids, neither of 2026-03-10 nor of the day before.",
    )


@pytest.mark.parametrize(("full_at", "mode"), [("2025-12-11T13", "differential"), ("2025-12-08T13", "full")])
def test_harvest_long_after_the_last_full_one_becomes_full_and_says_so(full_at: str, mode: str) -> None:
    state = ArchiveState(full_at=f"{full_at}:00:00.000Z", changes_until=DAY)

    each, notes = harvesting.plan(HarvestRequest(), "movie", DAY, state, NOW)

    assert (each.mode, each.renews, len(notes)) == (mode, mode == "full", mode == "full")


def test_exports_alone_ask_for_no_changes_and_adult_ids_have_their_own_file() -> None:
    each, _ = harvesting.plan(HarvestRequest(scope="exports"), "tv", DAY, ArchiveState(), NOW)

    assert (each.next_day, each.changed_from) == (None, None)
    assert [export.name for export in each.exports] == ["tv_series_ids", "adult_tv_series_ids"]


OF_TODAY = planned(changed_from=DAY, changed_to=DAY)
EARLIER = DAY - timedelta(days=2)


@pytest.mark.parametrize(
    ("each", "until", "expected"),
    [
        pytest.param(OF_TODAY, DAY, DAY, id="went on"),
        pytest.param(OF_TODAY, EARLIER, EARLIER, id="days left out"),
        pytest.param(OF_TODAY.model_copy(update={"has_gap": True}), EARLIER, DAY, id="gap made up for"),
        pytest.param(OF_TODAY, DAY + timedelta(days=1), DAY + timedelta(days=1), id="a day gone by"),
        pytest.param(planned("exports"), EARLIER, EARLIER, id="not asked for"),
        pytest.param(planned("exports"), None, None, id="never asked for"),
        pytest.param(planned("exports", is_complete=True), None, DAY, id="everything collected"),
    ],
)
def test_next_harvest_begins_where_changes_are_known(
    each: TypeHarvest, until: date | None, expected: date | None
) -> None:
    harvest = Harvest(job_id="a", started_at=NOW, day=DAY)

    after = harvesting.state_after(ArchiveState(changes_until=until, full_at="x"), each, harvest)

    assert after.changes_until == expected
    assert after.exported == (DAY if each.exports else None)
    assert after.full_at == (NOW if each.is_complete else "x")
    assert harvesting.state_after(after, each, harvest) == after


def test_days_beyond_the_last_page_are_noted_and_the_next_day_follows() -> None:
    each = planned(changed_from=DAY - timedelta(days=1), changed_to=DAY, next_day=DAY - timedelta(days=1))

    going, _ = harvesting.with_changes(each, DAY - timedelta(days=1), 500, 700, 500)
    over, notes = harvesting.with_changes(each, DAY - timedelta(days=1), 501, 700, 500)
    ended, _ = harvesting.with_changes(each, DAY, 1, 0, 500)

    assert (going.next_day, going.page) == (DAY - timedelta(days=1), 500)
    assert (over.next_day, over.page) == (DAY, 1)
    assert notes == ["movie: of the 700 pages of changes of 2026-03-09 TMDB gives 500."]
    assert ended.next_day is None


def test_ten_days_of_calls_are_the_most() -> None:
    harvesting.refuse_if_too_long(33_000_000, 40)

    with pytest.raises(HarvestRefused, match=r"needs 34000000 calls, 10\.1 days at 40 calls a second"):
        harvesting.refuse_if_too_long(34_000_000, 40)


def test_job_of_a_message_is_always_the_same() -> None:
    message = "0f4a2c1e-93aa-4e0b-8a55-7b6b7e1a9f00"

    assert harvesting.job_id(message, 1773144000000) == "20260310T120000-0f4a2c1e93aa"
