import csv
import io
import os
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from library_api import stores
from library_api.bodies import UPLOAD_BYTES
from library_api.failures_file import FailuresFile
from library_api.routes.imports import MEDIA_TYPES
from marquee import aws
from marquee.importing_files import ENDINGS
from marquee.models.imports import ImportFailure
from marquee.queue import Queue
from marquee.repositories.imports import failure_items
from tests.fakes.library_api import BUCKET, LibraryApi, library_api
from tests.unit.conftest import Cloud

OPERATOR = "admin"
UPLOAD = {"kind": "upload", "filename": "my movies.CSV", "size": 1234}


@pytest.fixture
def library(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[LibraryApi]:
    with library_api(cloud, monkeypatch) as api:
        yield api


def made(library: LibraryApi, source: object = UPLOAD, **more: Any) -> Any:
    """Return the answer to a request for an import."""
    answer = library.call("POST", "/imports", body={"source": source}, **more)
    assert answer.status == 202, answer.body
    return answer.json


def failures(*places: tuple[str, int]) -> list[ImportFailure]:
    return [
        ImportFailure(id=f"{n:036}", file=file, line=line, reason="rating must be a number", row="=1+1")
        for n, (file, line) in enumerate(places)
    ]


def test_upload_is_one_file_of_one_size_and_kind_for_a_quarter_of_an_hour(library: LibraryApi) -> None:
    answer = made(library)

    import_id = answer["id"]
    assert answer["state"] == "awaiting_upload"
    assert answer["status_url"] == f"/api/imports/{import_id}"
    assert (answer["upload"]["method"], answer["upload"]["headers"]) == ("PUT", {"Content-Type": "text/csv"})
    url = urlsplit(answer["upload"]["url"])
    signed = parse_qs(url.query)
    assert (url.netloc, url.path) == ("s3.eu-west-2.amazonaws.com", f"/{BUCKET}/uploads/{import_id}")
    assert signed["X-Amz-SignedHeaders"] == ["content-length;content-type;host"]
    assert signed["X-Amz-Expires"] == ["900"]
    assert library.bells() == []


def test_every_kind_of_file_that_is_read_may_be_uploaded() -> None:
    assert MEDIA_TYPES.keys() == ENDINGS


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        pytest.param({"source": {**UPLOAD, "size": 0}}, "size", id="empty file"),
        pytest.param({"source": {**UPLOAD, "size": UPLOAD_BYTES + 1}}, "size", id="large file"),
        pytest.param({"source": {"kind": "upload", "filename": "a.csv"}}, "size", id="no size"),
        pytest.param({"source": {**UPLOAD, "filename": "a.zip"}}, "a.zip", id="kind that is not read"),
        pytest.param({"source": {**UPLOAD, "filename": "a\n.csv"}}, "filename", id="control character"),
        pytest.param({"source": {"kind": "ftp", "filename": "a.csv"}}, "kind", id="unknown source"),
        pytest.param({"source": {**UPLOAD, "folder": "x"}}, "folder", id="member of another source"),
        pytest.param({"source": UPLOAD, "mapping": {"titel": "a"}}, "titel", id="unknown field"),
        pytest.param({"source": UPLOAD, "mapping": {"title": ""}}, "title", id="no title"),
        pytest.param({"source": UPLOAD, "mapping": {"rating_of": "7"}}, "rating_of", id="unknown scale"),
        pytest.param({"source": UPLOAD, "started_by": "ben"}, "started_by", id="unknown member"),
        pytest.param({}, "source", id="no source"),
    ],
)
def test_import_that_cannot_be_is_refused(library: LibraryApi, body: object, shown: str) -> None:
    answer = library.call("POST", "/imports", body=body)

    assert answer.status == 400
    assert shown in answer.body
    assert library.call("GET", "/imports").json == {"imports": [], "next": None}


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ({"kind": "s3", "prefix": "netflix/2024/"}, "netflix/2024/"),
        ({"kind": "drive", "folder": "1AbC-d_9"}, "1AbC-d_9"),
    ],
)
def test_operators_import_from_s3_and_drive_which_is_read_at_once(
    library: LibraryApi, source: dict[str, str], name: str
) -> None:
    refused = library.call("POST", "/imports", body={"source": source})
    answer = made(library, source, groups=OPERATOR)

    assert (refused.status, refused.code) == (403, "forbidden")
    assert (answer["state"], answer["upload"]) == ("reading", None)
    assert library.bells() == [answer["id"]]
    shown = library.call("GET", f"/imports/{answer['id']}").json
    assert shown["source"] == {"kind": source["kind"], "name": name}


def test_new_import_counts_nothing_and_says_who_and_when(library: LibraryApi) -> None:
    import_id = made(library, user="ben")["id"]

    shown = library.call("GET", f"/imports/{import_id}", user="ben").json
    assert shown | {"started_at": ""} == {
        "id": import_id,
        "state": "awaiting_upload",
        "source": {"kind": "upload", "name": "my movies.CSV"},
        "mapping": {},
        "counts": dict.fromkeys(("found", "added", "duplicate", "failed", "left", "removed", "kept"), 0),
        "preview": None,
        "problem": None,
        "started_by": "ben",
        "started_at": "",
        "finished_at": None,
    }
    listed = library.call("GET", "/imports").json
    assert listed == {"imports": [{name: value for name, value in shown.items() if name != "preview"}], "next": None}


def test_imports_are_listed_page_by_page(library: LibraryApi) -> None:
    ids = {made(library)["id"] for _ in range(5)}

    found: list[str] = []
    query: dict[str, Any] = {"limit": "2"}
    while True:
        page = library.call("GET", "/imports", query=query).json
        found += [each["id"] for each in page["imports"]]
        if page["next"] is None:
            break
        query["next"] = page["next"]

    assert len(found) == 5
    assert set(found) == ids
    assert library.call("GET", "/imports", query={"next": "x"}).code == "invalid_cursor"


def test_reading_rings_for_the_importer_also_when_asked_again(library: LibraryApi) -> None:
    import_id = made(library)["id"]
    answers = [library.call("POST", f"/imports/{import_id}/read") for _ in range(2)]

    assert [each.status for each in answers] == [202, 202]
    assert answers[0].json == {"id": import_id, "state": "reading", "status_url": f"/api/imports/{import_id}"}
    assert library.bells() == [import_id, import_id]


def test_mapping_is_chosen_and_the_preview_made_anew(library: LibraryApi) -> None:
    import_id = made(library)["id"]
    early = library.call("PUT", f"/imports/{import_id}/mapping", body={"mapping": {"title": "Name"}})
    library.call("POST", f"/imports/{import_id}/read")
    library.bells()
    answer = library.call("PUT", f"/imports/{import_id}/mapping", body={"mapping": {"title": "Name", "year": ""}})

    assert (early.status, early.code) == (409, "conflict")
    assert (answer.status, answer.json["state"]) == (202, "reading")
    assert library.call("GET", f"/imports/{import_id}").json["mapping"] == {"title": "Name", "year": ""}
    assert library.bells() == [import_id]


@pytest.mark.parametrize("action", ["start", "stop", "resume", "undo"])
def test_action_out_of_place_is_a_conflict(library: LibraryApi, action: str) -> None:
    answer = library.call("POST", f"/imports/{made(library)['id']}/{action}")

    assert (answer.status, answer.code) == (409, "conflict")
    assert library.bells() == []


def test_cancelled_import_is_cancelled_and_rings_for_nobody(library: LibraryApi) -> None:
    import_id = made(library)["id"]

    assert library.call("POST", f"/imports/{import_id}/cancel").json["state"] == "cancelled"
    assert library.call("GET", f"/imports/{import_id}").json["finished_at"]
    assert library.bells() == []


def test_only_who_made_an_import_and_operators_see_into_it_and_act_on_it(library: LibraryApi) -> None:
    import_id = made(library, user="anna")["id"]

    mapping = {"mapping": {"title": "Name"}}
    assert library.call("POST", f"/imports/{import_id}/read", user="ben").status == 403
    assert library.call("PUT", f"/imports/{import_id}/mapping", user="ben", body=mapping).status == 403
    for part in ("", "/failures", "/failures.csv"):
        # What is in somebody's file is nobody else's business.
        assert library.call("GET", f"/imports/{import_id}{part}", user="ben").status == 403
        assert library.call("GET", f"/imports/{import_id}{part}", user="eve", groups=OPERATOR).status == 200
    assert library.call("POST", f"/imports/{import_id}/read", user="eve", groups=OPERATOR).status == 202


def test_unknown_import_and_action_are_refused(library: LibraryApi) -> None:
    for method, path in (
        *(("GET", f"/imports/x{part}") for part in ("", "/failures", "/failures.csv")),
        ("POST", "/imports/x/start"),
    ):
        answer = library.call(method, path)
        assert (answer.status, answer.code) == (404, "not_found")
    assert library.call("POST", "/imports/x/explode").status == 400


def test_queue_that_takes_nothing_is_503(library: LibraryApi, monkeypatch: pytest.MonkeyPatch) -> None:
    import_id = made(library)["id"]
    full = Queue(aws.sqs(), os.environ["IMPORT_QUEUE_URL"], sleep=lambda _: None)
    monkeypatch.setattr(stores, "importer_queue", lambda: full)
    monkeypatch.setattr(aws.sqs(), "send_message_batch", lambda **_: {"Failed": []})

    answer = library.call("POST", f"/imports/{import_id}/read")
    assert (answer.status, answer.code) == (503, "temporarily_unavailable")


def test_failures_are_listed_by_file_and_line_in_any_script(library: LibraryApi) -> None:
    import_id = made(library)["id"]
    places = [("映画" * 60, n) for n in range(3)] + [("a\n#b.csv", 10), ("a\n#b.csv", 9)]
    library.table.batch_write(puts=failure_items(import_id, failures(*places)))

    found: list[Any] = []
    query: dict[str, Any] = {"limit": "1"}
    while True:
        page = library.call("GET", f"/imports/{import_id}/failures", query=query)
        assert page.status == 200, page.body
        found += page.json["failures"]
        if page.json["next"] is None:
            break
        query["next"] = page.json["next"]

    assert [(each["file"], each["line"]) for each in found] == [*places[:2:-1], *places[:3]]
    assert found[0].keys() == {"file", "line", "reason", "row"}
    other = library.call("GET", f"/imports/{made(library)['id']}/failures", query=query)
    assert other.code == "invalid_cursor"


def test_failures_are_downloaded_as_a_table_without_formulas(library: LibraryApi) -> None:
    import_id = made(library)["id"]
    library.table.batch_write(puts=failure_items(import_id, failures(("a.csv", 3), ('b,"c".csv', 1))))

    answer = library.call("GET", f"/imports/{import_id}/failures.csv")

    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="failures-{import_id}.csv"'
    assert list(csv.reader(io.StringIO(answer.body))) == [
        ["file", "line", "reason", "row"],
        ["a.csv", "3", "rating must be a number", "'=1+1"],
        ['b,"c".csv', "1", "rating must be a number", "'=1+1"],
    ]


def test_file_of_too_many_failures_says_so_in_its_last_line() -> None:
    file = FailuresFile("7", largest=200)

    assert not file.add(failures(*(("a.csv", n) for n in range(10))))
    file.end_early(10)

    *rows, last = list(csv.reader(io.StringIO(file.text())))[1:]
    assert 0 < len(rows) < 10
    assert re.search(rf"first {len(rows)} of 10 failures; /api/imports/7/failures", last[2])
