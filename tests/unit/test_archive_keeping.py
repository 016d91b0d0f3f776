"""What a collector makes of an object that others write at the same time, and of a write whose answer is lost."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from archive_collector.keeping import ATTEMPTS, Keeper
from marquee import aws
from marquee.archive.fingerprint import body_hash
from marquee.repositories.archive import ArchiveStore, Overtaken, object_key
from tests.fakes.collecting import BUCKET, CollectingCloud
from tests.fakes.interruptions import before_requests, overtaking
from tests.unit.conftest import Cloud

LONG_AGO, BEGUN, NOW = "2026-01-05T12:00:00.000Z", "2026-03-10T11:00:00.000Z", "2026-03-10T12:00:00.000Z"
BODY, ANOTHER = {"id": 550, "title": "Fight Club"}, {"id": 550, "title": "Fight Club (1999)"}


@pytest.fixture
def store(cloud: Cloud) -> ArchiveStore:
    found = CollectingCloud(cloud).store
    Keeper(found).keep("movie", 1, {"id": 1}, at=LONG_AGO, begun_at=LONG_AGO)
    return found


@pytest.fixture
def keeper(store: ArchiveStore) -> Keeper:
    return Keeper(store)


@pytest.fixture
def answer_lost() -> Iterator[list[str]]:
    """Have the first answer to a write be lost, so that the client sends it again."""
    lost: list[str] = []

    def lose(request: Any, **_: Any) -> None:
        if request.method == "PUT" and not lost:
            lost.append(request.url)
            raise ReadTimeoutError(endpoint_url=request.url)

    events = aws.s3().meta.events
    events.register_last("before-send", lose)
    yield lost
    events.unregister("before-send", lose)


def keep(keeper: Keeper, body: dict[str, Any] = BODY, at: str = NOW) -> list[dict[str, Any]]:
    """Keep a body; returns the rows."""
    return keeper.keep("movie", 550, body, at=at, begun_at=min(at, BEGUN)).rows.get("movie", [])


def kept(store: ArchiveStore) -> list[tuple[str, str]]:
    """Return hash and time of each version, the newest first."""
    return [(each.sha256, each.collected_at) for each in store.versions("movie", "550")]


BEFORE: dict[str, Callable[[Keeper], object]] = {
    "new": lambda keeper: None,
    "changed": lambda keeper: keep(keeper, ANOTHER, LONG_AGO),
    "the same, but old": lambda keeper: keep(keeper, BODY, LONG_AGO),
    "came back": lambda keeper: (
        keep(keeper, BODY, LONG_AGO),
        keeper.bury("movie", 550, at=LONG_AGO, begun_at=LONG_AGO),
    ),
}


@pytest.mark.parametrize("before", BEFORE.values(), ids=list(BEFORE))
def test_write_that_is_sent_again_makes_one_version_with_its_row(
    store: ArchiveStore, keeper: Keeper, answer_lost: list[str], before: Callable[[Keeper], object]
) -> None:
    answer_lost.append("not yet")
    before(keeper)
    versions = len(kept(store))
    answer_lost.clear()

    (row,) = keep(keeper)

    assert answer_lost
    assert len(kept(store)) == versions + 1
    assert kept(store)[0] == (body_hash(BODY), NOW)
    assert row["collected_at"] == NOW


def test_clock_behind_the_one_that_began_the_chunk_loses_no_row(keeper: Keeper, answer_lost: list[str]) -> None:
    (row,) = keeper.keep("movie", 550, BODY, at=BEGUN, begun_at=NOW).rows["movie"]

    assert answer_lost
    assert row["collected_at"] == NOW
    assert keeper.keep("movie", 550, BODY, at=BEGUN, begun_at=NOW).rows["movie"] == [row]


def test_tombstone_that_is_sent_again_is_one(store: ArchiveStore, keeper: Keeper, answer_lost: list[str]) -> None:
    answer_lost.append("not yet")
    keep(keeper)
    answer_lost.clear()

    gone = keeper.bury("movie", 550, at=NOW, begun_at=BEGUN)

    assert answer_lost
    assert [each.gone for each in store.versions("movie", "550")] == [True, False]
    assert [row["gone"] for row in gone.rows["movie"]] == [True]


def test_tombstone_is_not_written_again_for_its_age(store: ArchiveStore, keeper: Keeper) -> None:
    keep(keeper, BODY, LONG_AGO)
    for at in (LONG_AGO, NOW):
        keeper.bury("movie", 550, at=at, begun_at=at)

    assert [each.gone for each in store.versions("movie", "550")] == [True, False]


@pytest.mark.parametrize("before", BEFORE.values(), ids=list(BEFORE))
def test_two_collectors_at_once_make_one_version(
    store: ArchiveStore, keeper: Keeper, before: Callable[[Keeper], object]
) -> None:
    before(keeper)
    versions = len(kept(store))
    with before_requests(aws.s3(), overtaking(lambda: keep(Keeper(store)), at="PutObject")):
        rows = keep(keeper)

    assert len(kept(store)) == versions + 1
    assert [row["collected_at"] for row in rows] == [NOW]


def test_object_that_somebody_else_puts_there_meanwhile_is_written_over(store: ArchiveStore, keeper: Keeper) -> None:
    def nonsense() -> None:
        aws.s3().put_object(Bucket=BUCKET, Key=object_key("movie", "550"), Body=b"nonsense")

    with before_requests(aws.s3(), overtaking(nonsense, at="PutObject")):
        keep(keeper)

    assert store.get("movie", "550").body == BODY


def test_write_that_meets_another_one_is_done_again(store: ArchiveStore, keeper: Keeper) -> None:
    meetings = iter(range(ATTEMPTS - 1))
    with before_requests(aws.s3(), lambda operation: conflict(operation) if next(meetings, None) is not None else None):
        keep(keeper)

    assert kept(store) == [(body_hash(BODY), NOW)]


def test_write_that_always_meets_others_is_given_up_for_now(store: ArchiveStore, keeper: Keeper) -> None:
    with before_requests(aws.s3(), conflict), pytest.raises(Overtaken):
        keep(keeper)


def test_other_refusals_are_not_taken_for_somebody_else(keeper: Keeper) -> None:
    def refuse(operation: str) -> Any:
        return answer(403, "AccessDenied") if operation == "PutObject" else None

    with before_requests(aws.s3(), refuse), pytest.raises(ClientError, match="AccessDenied"):
        keep(keeper)


def conflict(operation: str) -> Any:
    """Refuse a write as S3 does while another one of the same object is under way."""
    return answer(409, "ConditionalRequestConflict") if operation == "PutObject" else None


def answer(status: int, code: str) -> Any:
    """Return a refusal."""
    metadata = {"HTTPStatusCode": status}
    return type("Answer", (), {"status_code": status}), {"Error": {"Code": code}, "ResponseMetadata": metadata}
