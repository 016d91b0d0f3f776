"""The importer behind its queue, and what it reads of S3."""

import json
from typing import Any

import pytest

from library_importer import handler, stores
from library_importer.sources import EntryRefused, S3Source
from marquee import aws
from marquee.models.import_work import Entry
from marquee.models.imports import Import, ImportSource, SourceKind
from tests.fakes.importing import BUCKET, ID, Workshop, make_bucket, table, upload
from tests.unit.conftest import Cloud, FakeContext


@pytest.fixture
def queues(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Cloud:
    make_bucket()
    fifo = {"FifoQueue": "true"}
    library = aws.sqs().create_queue(QueueName="library.fifo", Attributes=fifo)["QueueUrl"]
    monkeypatch.setenv("LIBRARY_QUEUE_URL", library)
    monkeypatch.setenv("IMPORT_QUEUE_URL", aws.sqs().create_queue(QueueName="import")["QueueUrl"])
    monkeypatch.setenv("UPLOADS_BUCKET", BUCKET)
    monkeypatch.setenv("DRIVE_URL", "http://drive.test")
    monkeypatch.setenv("DRIVE_SECRET_ARN", "drive")
    for each in (stores.importer, stores.drive):
        each.cache_clear()
    return cloud


class Context(FakeContext):
    """An invocation with the time that the importer has."""

    def get_remaining_time_in_millis(self) -> int:
        return 300_000


def ring(tries: int = 1, **bell: Any) -> dict[str, Any]:
    attributes = {"ApproximateReceiveCount": str(tries)}
    body = json.dumps({"import_id": ID, **bell})
    record = {"messageId": "m", "receiptHandle": "r", "body": body, "attributes": attributes}
    return handler.lambda_handler({"Records": [record]}, Context())  # type: ignore[arg-type]


def test_upload_goes_from_bell_to_bell_and_its_rows_to_the_writer(queues: Cloud) -> None:
    shop = upload(table(*(f"Movie {n},Drama,," for n in range(230))))
    shop.create()

    assert ring() == {"batchItemFailures": []}
    assert shop.now.state == "preview"
    shop.imports.act(ID, "start")
    ring()
    bells = [json.loads(each) for each in queues.messages("IMPORT_QUEUE_URL")]
    assert bells == [{"import_id": ID, "path": "000"}]
    ring(**bells[0])

    messages = [json.loads(each) for each in queues.messages("LIBRARY_QUEUE_URL")]
    assert [len(each["rows"]) for each in messages] == [100, 100, 30]
    assert (shop.now.counts.found, shop.now.counts.left, shop.now.work) == (230, 230, 0)


def test_bell_of_an_import_that_is_gone_is_answered(queues: Cloud) -> None:
    assert ring() == {"batchItemFailures": []}
    assert ring(path="000") == {"batchItemFailures": []}


def test_what_does_not_work_now_comes_again_soon(queues: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    upload(table("Heat,Crime,,")).create()
    seen: list[int] = []
    monkeypatch.setattr(
        aws.sqs(), "change_message_visibility", lambda **request: seen.append(request["VisibilityTimeout"])
    )
    monkeypatch.setattr(stores.importer(), "_source_of", lambda _: Broken())

    assert ring(tries=3) == {"batchItemFailures": [{"itemIdentifier": "m"}]}
    assert seen == [90]


class Broken(S3Source):
    """A source whose service does not answer."""

    def __init__(self) -> None:
        super().__init__(aws.s3(), BUCKET, "", is_folder=False)

    def open(self, file: Entry, offset: int) -> Any:
        raise aws.s3().exceptions.ClientError({"Error": {"Code": "SlowDown"}}, "GetObject")


@pytest.mark.parametrize(("kind", "expected"), [("upload", (BUCKET, f"uploads/{ID}")), ("s3", (BUCKET, "imports/"))])
def test_every_kind_reads_where_it_may(queues: Cloud, kind: SourceKind, expected: tuple[str, str]) -> None:
    now = Import(
        id=ID,
        library="main",
        stored_state="reading",
        source=ImportSource(kind=kind, name="x"),
        started_by="ann",
        started_at="",
        changed_at="",
    )
    source: Any = stores.source_of(now)
    assert (source._bucket, source._base) == expected


def test_drive_that_is_not_set_up_is_said_to_be_missing(queues: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DRIVE_SECRET_ARN")
    shop = prefix()
    shop.create("drive", "folder")

    ring()

    assert shop.now.state == "failed"
    assert shop.now.problem == "google drive: this environment has no credentials for it"


def prefix() -> Workshop:
    return Workshop(S3Source(aws.s3(), BUCKET, "imports/", is_folder=True))


def put(**objects: str) -> None:
    for key, body in objects.items():
        aws.s3().put_object(Bucket=BUCKET, Key=key, Body=body.encode())


def test_all_objects_below_a_prefix_are_imported_and_no_others(queues: Cloud) -> None:
    put(**{f"imports/list/{n:03}.json": json.dumps({"title": f"Movie {n}", "genre": "Drama"}) for n in range(90)})
    put(
        **{
            "imports/list/deep/er/a.csv": table("Heat,Crime,,", "Ali,Drama,,2001"),
            "imports/list/deep/": "",
            "imports/list/cover.png": "x",
            "imports/other.csv": table("Other,Drama,,"),
            "uploads/2": table("Secret,Drama,,"),
        }
    )
    shop = prefix()
    shop.start("s3", "list/")

    shop.finish()

    assert shop.now.state == "finished"
    assert shop.fates == (93, 92, 0, 1, 0)
    assert [(each.file, each.reason) for each in shop.failures()] == [
        ("list/cover.png", "it is neither CSV nor JSON nor NDJSON by its name")
    ]
    assert not {"Other", "Secret"} & set(shop.titles())


def test_prefix_with_nothing_in_it_says_so(queues: Cloud) -> None:
    shop = prefix()
    shop.create("s3", "nothing/")

    shop.ring()

    assert (shop.now.state, shop.now.problem) == ("failed", "There is nothing here that can be imported.")


def test_bucket_that_is_closed_is_refused_and_a_busy_one_is_not(queues: Cloud) -> None:
    source = S3Source(aws.s3(), "no-such-bucket", "", is_folder=True)

    with pytest.raises(EntryRefused, match="NoSuchBucket"):
        source.list(Entry(id="", name=""), None)
    with pytest.raises(aws.s3().exceptions.ClientError):
        Broken().open(Entry(id="", name=""), 0)


def test_object_is_read_from_any_byte_and_ends_at_the_end(queues: Cloud) -> None:
    put(x="0123456789")
    source = S3Source(aws.s3(), BUCKET, "", is_folder=False)
    opened = source.open(Entry(id="x", name="x"), 4)

    assert b"".join(opened.chunks) == b"456789"
    entry = Entry(id="x", name="x", version=opened.version)
    assert b"".join(source.open(entry, 10).chunks) == b""
    put(x="other")
    with pytest.raises(EntryRefused, match="changed"):
        source.open(entry, 2)
