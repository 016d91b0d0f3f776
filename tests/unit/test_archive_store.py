"""The archive in S3: versions, tombstones, dictionaries, and what must be written again."""

import json
import random
from collections.abc import Iterator

import pytest

from archive_collector.keeping import is_current
from marquee import aws
from marquee.archive import codec, dictionaries
from marquee.errors import Conflict, NotFound
from marquee.models.archive import ArchivedVersion
from marquee.repositories.archive import ArchiveStore, Overtaken, Standing, object_key
from marquee.repositories.archive_dictionaries import PREFIX, READ_AGAIN_SECONDS, DictionaryStore
from tests.fakes.clock import FakeClock
from tests.fakes.collecting import BUCKET, CollectingCloud
from tests.fakes.interruptions import before_requests
from tests.unit.conftest import Cloud

DAY = "2026-03-10T12:00:00.000Z"


@pytest.fixture
def store(cloud: Cloud) -> ArchiveStore:
    return CollectingCloud(cloud).store


def put(store: ArchiveStore, number: int, id: str = "550") -> None:
    at, over = f"2026-03-{number:02}T12:00:00.000Z", store.standing("movie", id)
    store.put("movie", id, {"id": number}, sha256=f"{number:064}", collected_at=at, over=over)


@pytest.fixture
def requests() -> Iterator[list[str]]:
    seen: list[str] = []
    with before_requests(aws.s3(), seen.append):
        yield seen


def test_objects_lie_a_thousand_folders_a_kind_and_seasons_with_their_series() -> None:
    assert object_key("movie", "550") == "tmdb/movie/550/550.pb.zst"
    assert object_key("person", "1234567") == "tmdb/person/567/1234567.pb.zst"
    assert object_key("season", "1396-5") == "tmdb/season/396/1396-5.pb.zst"


def test_versions_are_listed_newest_first_with_hash_time_and_size(store: ArchiveStore) -> None:
    for number in (1, 2):
        put(store, number)
    put(store, 9, "5500")
    store.bury("movie", "550", collected_at=DAY, over=store.standing("movie", "550"))

    gone, second, first = store.versions("movie", "550")

    assert (gone.gone, gone.is_latest, gone.bytes, gone.sha256) == (True, True, 0, "")
    assert (second.gone, second.is_latest, second.sha256) == (False, False, f"{2:064}")
    assert first.collected_at == "2026-03-01T12:00:00.000Z"
    assert store.get("movie", "550", second.version_id).body == {"id": 2}
    assert store.get("movie", "550", first.version_id).version.bytes == first.bytes > 0


def test_only_the_versions_that_are_taken_are_asked_for(store: ArchiveStore, requests: list[str]) -> None:
    for number in range(1, 6):
        put(store, number)
    requests.clear()

    next(store.versions("movie", "550"))

    assert requests == ["ListObjectVersions", "HeadObject"]


@pytest.mark.parametrize("version_id", [None, "no-such-version"])
def test_what_the_archive_does_not_have_is_not_found(store: ArchiveStore, version_id: str | None) -> None:
    if version_id:
        put(store, 1)

    with pytest.raises(NotFound, match="The archive has no movie 550"):
        store.get("movie", "550", version_id)


def test_object_of_somebody_else_is_none_of_the_archive_and_is_written_over(store: ArchiveStore) -> None:
    put(store, 1)
    aws.s3().put_object(Bucket=BUCKET, Key=object_key("movie", "550"), Body=b"nonsense")

    assert store.head("movie", "550") is None
    with pytest.raises(NotFound, match="The archive has no movie 550"):
        store.get("movie", "550")
    assert [each.is_latest for each in store.versions("movie", "550")] == [False]

    put(store, 2)

    assert store.get("movie", "550").version.is_latest


def test_object_that_is_not_the_one_that_was_looked_at_is_not_written_over(store: ArchiveStore) -> None:
    nothing = store.standing("movie", "550")
    put(store, 1)
    first = store.standing("movie", "550")
    put(store, 2)

    for over in (nothing, first):
        with pytest.raises(Overtaken):
            store.put("movie", "550", {"id": 3}, sha256="3", collected_at=DAY, over=over)
        with pytest.raises(Overtaken):
            store.bury("movie", "550", collected_at=DAY, over=over)

    assert [each.sha256 for each in store.versions("movie", "550")] == [f"{2:064}", f"{1:064}"]


def test_item_that_the_lifecycle_has_removed_is_as_one_that_never_was(store: ArchiveStore) -> None:
    put(store, 1)
    there = store.standing("movie", "550")
    aws.s3().delete_object(Bucket=BUCKET, Key=object_key("movie", "550"))

    assert store.standing("movie", "550") == Standing()
    with pytest.raises(Overtaken):
        store.put("movie", "550", {"id": 2}, sha256="2", collected_at=DAY, over=there)
    put(store, 3)
    assert store.get("movie", "550").body == {"id": 3}


def test_same_body_written_again_is_told_from_the_one_before(store: ArchiveStore) -> None:
    for _ in range(3):
        before = store.standing("movie", "550")
        put(store, 1)
        assert store.standing("movie", "550").etag != before.etag
        with pytest.raises(Overtaken):
            store.put("movie", "550", {"id": 1}, sha256="1", collected_at=DAY, over=before)

    assert [store.get("movie", "550", each.version_id).body for each in store.versions("movie", "550")] == [
        {"id": 1}
    ] * 3


def test_unknown_item_has_no_versions(store: ArchiveStore) -> None:
    assert store.head("movie", "550") is None
    assert list(store.versions("movie", "550")) == []


def test_dictionaries_that_come_with_marquee_are_in_the_bucket_before_the_first_object(
    store: ArchiveStore, requests: list[str]
) -> None:
    put(store, 1)

    current = json.loads(aws.s3().get_object(Bucket=BUCKET, Key=f"{PREFIX}current.json")["Body"].read())
    assert current == dictionaries.current()
    for number in current.values():
        body = aws.s3().get_object(Bucket=BUCKET, Key=f"{PREFIX}{number}.zdict")["Body"].read()
        assert dictionaries.dictionary_id(body) == number
    requests.clear()
    put(store, 2)
    assert requests == ["HeadObject", "PutObject"]


def test_dictionary_that_was_trained_is_written_with_and_older_objects_stay_readable(cloud: Cloud) -> None:
    place, clock = CollectingCloud(cloud), FakeClock()
    found = DictionaryStore(aws.s3(), BUCKET, clock=clock)
    shipped = found.current("movie")
    put(place.store, 1)
    trained = trained_dictionary()
    number = dictionaries.dictionary_id(trained)
    aws.s3().put_object(Bucket=BUCKET, Key=f"{PREFIX}{number}.zdict", Body=trained)
    current = {**dictionaries.current(), "movie": number}
    aws.s3().put_object(Bucket=BUCKET, Key=f"{PREFIX}current.json", Body=json.dumps(current))

    assert found.current("movie") == shipped
    clock.sleep(READ_AGAIN_SECONDS + 1)
    assert found.current("movie") == trained
    put(ArchiveStore(aws.s3(), BUCKET), 2)

    newest, oldest = place.store.versions("movie", "550")
    assert place.store.get("movie", "550", newest.version_id).body == {"id": 2}
    assert place.store.get("movie", "550", oldest.version_id).body == {"id": 1}


def trained_dictionary() -> bytes:
    chance = random.Random(1)
    words = [f"word{number}" for number in range(500)]
    texts = [" ".join(chance.choices(words, k=60)) for _ in range(300)]
    return dictionaries.train(
        [codec.encode("movie", {"id": n, "overview": text}) for n, text in enumerate(texts)], 4096
    )


def test_dictionary_that_is_there_is_never_replaced_by_another_of_its_id(cloud: Cloud) -> None:
    CollectingCloud(cloud)
    found, trained = DictionaryStore(aws.s3(), BUCKET), trained_dictionary()
    for _ in range(2):
        found.use("movie", trained)
    number = dictionaries.dictionary_id(trained)

    with pytest.raises(Conflict, match=f"another dictionary {number}"):
        found.use("tv", trained + b"more")

    assert aws.s3().get_object(Bucket=BUCKET, Key=f"{PREFIX}{number}.zdict")["Body"].read() == trained
    current = json.loads(aws.s3().get_object(Bucket=BUCKET, Key=f"{PREFIX}current.json")["Body"].read())
    assert current == {**dictionaries.current(), "movie": number}


def test_dictionary_that_is_nowhere_is_not_found(cloud: Cloud) -> None:
    CollectingCloud(cloud)

    with pytest.raises(NotFound, match="no dictionary 77"):
        DictionaryStore(aws.s3(), BUCKET).find(77)


def test_rows_of_one_name_replace_each_other(cloud: Cloud) -> None:
    place = CollectingCloud(cloud)
    for title in ("first", "line\u2028end\nquoted"):
        place.store.put_rows(
            "movie", "2026-03-10", "job-movie-00000-0", [{"id": 1, "collected_at": "", "title": title}]
        )

    assert [row["title"] for row in place.rows("movie")] == ["line\u2028end\nquoted"]


@pytest.mark.parametrize(
    ("sha256", "at", "expected"),
    [
        ("a", "2026-03-25T11:59:59.000Z", True),
        ("a", "2026-03-25T12:00:00.000Z", False),
        ("b", DAY, False),
        ("", DAY, False),
    ],
    ids=["the same", "the same, but 15 days old", "changed", "gone now"],
)
def test_what_is_written_again(sha256: str, at: str, expected: bool) -> None:
    stored = ArchivedVersion(version_id="1", collected_at=DAY, sha256="a", bytes=1)

    assert is_current(stored, sha256, at) is expected
