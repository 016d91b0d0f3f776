"""However often an import is interrupted, repeated and shuffled, it ends as one clean run does."""

import random
from collections.abc import Callable
from typing import Any

import pytest

from library_importer.drive_source import DriveSource
from marquee import aws
from marquee.clients.google_drive import DriveClient
from marquee.messages.imports import ImportBell
from marquee.repositories.import_work import Overtaken
from tests.fakes.drive import CONSENT, URL, FakeDrive
from tests.fakes.importing import Workshop, make_bucket, table, upload
from tests.fakes.interruptions import Crash, before_requests, colliding, overtaking
from tests.unit.conftest import Cloud

ROWS = table(*(f"Movie {n},Drama,,{2000 + n}" for n in range(8)), "Movie 1,drama,,2001", "Bad,Drama,11,")


@pytest.fixture(autouse=True)
def bucket(cloud: Cloud) -> None:
    make_bucket()


def tree() -> FakeDrive:
    """Return folders that lead to each other in a circle, with four movies of which one is there twice."""
    drive = FakeDrive()
    drive.folder("a")
    drive.folder("b", "a")
    drive.shortcut("back", "a", "b")
    for n in range(4):
        drive.add(f"m{n}.json", ("root", "a", "b")[n % 3], content={"title": f"Movie {n % 3}", "genre": "Drama"})
    drive.shortcut("again", "m1.json")
    drive.add("bad.json", "b", content=b"{")
    drive.shortest_page = 3
    return drive


def of_drive() -> Workshop:
    client = DriveClient(URL, CONSENT, transport=tree().transport, sleep=lambda _: None)
    shop = Workshop(DriveSource(client))
    shop.start("drive", "root")
    return shop


def of_upload() -> Workshop:
    shop = upload(ROWS)
    shop.start()
    return shop


ENDS = {of_drive: (5, 3, 1, 1, 0), of_upload: (10, 8, 1, 1, 0)}
KINDS = pytest.mark.parametrize("make", list(ENDS), ids=["drive", "upload"])


class Interruptions:
    """Crashes before the n-th request to DynamoDB or a queue, for each n that is given."""

    def __init__(self, *at: int) -> None:
        self.at = set(at)
        self.count = 0

    def __call__(self, _: str) -> None:
        self.count += 1
        if self.count in self.at:
            raise Crash


def run(shop: Workshop, interrupt: Callable[[str], Any], order: random.Random | None = None) -> None:
    """Deliver everything while the importer (not the writer, which has tests of its own) is interrupted."""
    shop.bells.interrupt = shop.rows.interrupt = interrupt
    real = shop.importer.answer

    def answer(bell: ImportBell, deadline: float, *, gives_up: bool = False) -> None:
        with before_requests(aws.dynamodb(), interrupt):
            real(bell, deadline, gives_up=gives_up)

    shop.importer.answer = answer  # type: ignore[method-assign]
    shop.finish(order)


def check(shop: Workshop, make: Callable[[], Workshop]) -> None:
    assert shop.now.state == "finished"
    assert shop.fates == ENDS[make]
    assert len(shop.titles()) == len(set(shop.titles())) == ENDS[make][1]
    assert len(shop.failures()) == ENDS[make][3]


@KINDS
def test_killed_before_any_one_request_it_ends_as_if_it_had_not_been(make: Callable[[], Workshop]) -> None:
    clean = make()
    counter = Interruptions()
    run(clean, counter)
    check(clean, make)
    requests = counter.count

    for at in range(1, requests + 1):
        shop = renewed(clean, make, str(at))
        run(shop, Interruptions(at))
        check(shop, make)


def renewed(clean: Workshop, make: Callable[[], Workshop], import_id: str) -> Workshop:
    """Empty the table and make the import anew."""
    found = clean.table.client.scan(TableName=clean.table.name, ProjectionExpression="PK, SK")["Items"]
    for item in found:
        clean.table.delete(item["PK"]["S"], item["SK"]["S"])
    return make()


@KINDS
@pytest.mark.parametrize("seed", range(6))
def test_killed_again_and_again_with_bells_in_any_order(make: Callable[[], Workshop], seed: int) -> None:
    order = random.Random(seed)
    shop = make()
    shop.bells.waiting *= 3

    run(shop, Interruptions(*(order.randrange(1, 90) for _ in range(8))), order)

    check(shop, make)


@KINDS
def test_rows_delivered_ten_times_count_once(make: Callable[[], Workshop]) -> None:
    shop = make()
    real = shop.rows.send

    def send(message: Any, *, group: str, name: str) -> None:
        for _ in range(10):
            real(message, group=group, name=name)

    shop.rows.send = send  # type: ignore[method-assign]
    shop.finish()

    assert shop.now.state == "finished"
    assert shop.fates == ENDS[make]


def test_steps_that_meet_the_writer_on_the_record_are_tried_again() -> None:
    shop = of_upload()

    with before_requests(aws.dynamodb(), colliding(4)):
        shop.ring("000")
    shop.finish()

    check(shop, of_upload)


def test_of_two_who_work_on_one_group_one_is_told() -> None:
    shop = of_upload()

    with (
        before_requests(aws.dynamodb(), overtaking(lambda: shop.ring("000"))),
        pytest.raises(Overtaken),
    ):
        shop.ring("000")
    shop.finish()

    check(shop, of_upload)


def test_step_that_is_under_way_when_the_import_is_cancelled_counts_nothing() -> None:
    shop = of_upload()

    with before_requests(aws.dynamodb(), overtaking(lambda: shop.imports.act(shop.id, "cancel"))):
        shop.ring("000")
    shop.finish()

    assert shop.now.state == "cancelled"
    assert shop.fates == (0, 0, 0, 0, 0)


def test_what_was_counted_when_the_import_was_stopped_is_still_sent() -> None:
    shop = of_upload()
    shop.rows.interrupt = Interruptions(1)
    with pytest.raises(Crash):
        shop.ring("000")
    shop.imports.act(shop.id, "stop")
    assert shop.now.counts.left == 9

    shop.ring("000")
    shop.finish()

    assert shop.now.state == "finished"
    assert shop.fates == ENDS[of_upload]


@pytest.mark.parametrize("at", range(1, 12))
def test_undo_that_is_killed_goes_on(at: int) -> None:
    shop = of_upload()
    shop.finish()
    shop.imports.act(shop.id, "undo")
    shop.bells.waiting.append(ImportBell(import_id=shop.id))

    run(shop, Interruptions(at))

    assert shop.now.state == "undone"
    assert shop.titles() == []
    assert shop.now.counts.removed == 8
