"""The archive as those who are signed in read it."""

import os
from collections.abc import Iterator
from functools import partial

import boto3
import pytest
from moto import mock_aws

from archive_api import handler, stores
from archive_api.routes import items
from marquee import aws
from marquee.archive.fingerprint import body_hash
from marquee.models.archive import Kind
from marquee.repositories.archive import ArchiveStore
from tests.fakes.api_gateway import call

MOMENT = "2026-11-21T08:30:00.000Z"
ALIEN = {"id": 348, "title": "Alien", "runtime": 117, "belongs_to_collection": None, "unheard_of": {"a": [1, None]}}
get = partial(call, "GET", function=handler.lambda_handler)


@pytest.fixture
def archive(monkeypatch: pytest.MonkeyPatch) -> Iterator[ArchiveStore]:
    """An empty archive."""
    with mock_aws():
        aws.s3.cache_clear()
        stores.archive.cache_clear()
        client = boto3.client("s3")
        where = {"LocationConstraint": os.environ["AWS_DEFAULT_REGION"]}
        client.create_bucket(Bucket="archive", CreateBucketConfiguration=where)  # type: ignore[arg-type]
        client.put_bucket_versioning(Bucket="archive", VersioningConfiguration={"Status": "Enabled"})
        monkeypatch.setenv("ARCHIVE_BUCKET", "archive")
        yield stores.archive()
    aws.s3.cache_clear()
    stores.archive.cache_clear()


def put(archive: ArchiveStore, kind: Kind, name: str, body: dict[str, object]) -> None:
    over = archive.standing(kind, name)
    archive.put(kind, name, body, sha256=body_hash(body), collected_at=MOMENT, over=over)


def test_item_is_answered_as_tmdb_gave_it(archive: ArchiveStore) -> None:
    put(archive, "movie", "348", ALIEN)

    answer = get("/archive/movie/348")

    assert answer.status == 200
    assert answer.json["body"] == ALIEN
    assert (answer.json["type"], answer.json["id"], answer.json["collected_at"]) == ("movie", "348", MOMENT)
    assert "TMDB" in answer.json["attribution"]


def test_latest_version_is_answered(archive: ArchiveStore) -> None:
    put(archive, "movie", "348", ALIEN)
    put(archive, "movie", "348", {**ALIEN, "runtime": 116})

    assert get("/archive/movie/348").json["body"]["runtime"] == 116


def test_season_is_asked_for_with_its_series(archive: ArchiveStore) -> None:
    put(archive, "season", "1396-2", {"season_number": 2, "episodes": [{"id": 1, "name": "Seven Thirty-Seven"}]})

    answer = get("/archive/tv/1396", query={"season": "2"})

    assert (answer.json["type"], answer.json["id"]) == ("season", "1396-2")
    assert answer.json["body"]["episodes"][0]["name"] == "Seven Thirty-Seven"


def test_what_is_not_there_is_not_found(archive: ArchiveStore) -> None:
    put(archive, "movie", "348", ALIEN)

    assert get("/archive/tv/348").status == 404
    assert get("/archive/movie/349").json["error"]["message"] == "The archive has no movie 349."


def test_tombstone_says_since_when_there_is_nothing(archive: ArchiveStore) -> None:
    put(archive, "person", "5", {"id": 5, "name": "Peter"})
    archive.bury("person", "5", collected_at=MOMENT, over=archive.standing("person", "5"))

    answer = get("/archive/person/5")

    assert answer.status == 404
    assert MOMENT in answer.json["error"]["message"]


@pytest.mark.parametrize(
    ("path", "query"),
    [
        pytest.param("/archive/keyword/5", None, id="a type that is not collected"),
        pytest.param("/archive/movie/abc", None, id="no number"),
        pytest.param("/archive/movie/0", None, id="ids begin at 1"),
        pytest.param("/archive/movie/99999999999", None, id="larger than any id"),
        pytest.param("/archive/movie/348", {"season": "1"}, id="a season of a movie"),
        pytest.param("/archive/tv/348", {"season": "one"}, id="a season that is no number"),
        pytest.param("/archive/tv/348", {"version": "1"}, id="an unknown parameter"),
    ],
)
def test_what_cannot_be_asked_is_refused(archive: ArchiveStore, path: str, query: dict[str, str | list[str]]) -> None:
    assert get(path, query=query).status == 400


def test_nobody_reads_without_an_id_token(archive: ArchiveStore) -> None:
    put(archive, "movie", "348", ALIEN)

    assert get("/archive/movie/348", user=None).status == 401
    assert get("/archive/movie/348", token_use="access").status == 401


def test_item_larger_than_an_answer_is_refused_in_words(archive: ArchiveStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(items, "LARGEST_BODY", 100)
    put(archive, "movie", "348", {**ALIEN, "overview": "x" * 200})

    assert get("/archive/movie/348").code == "too_large"


def test_broken_store_is_a_failure_that_may_pass(archive: ArchiveStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARCHIVE_BUCKET", "no-such-bucket")
    stores.archive.cache_clear()

    assert get("/archive/movie/348").status == 503
