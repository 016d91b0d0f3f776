"""`marquee library import`: what is asked of the API, what is shown and asked at the terminal, how it ends."""

import json
from functools import partial
from pathlib import Path

import httpx
import pytest
import typer
from typer.testing import CliRunner, Result

from cli import library, library_import
from cli.environment import Environment
from cli.errors import OperatorError
from cli.library_client import LibraryClient, library_client
from cli.library_import import Source, mapping_of, source_of
from marquee.models.imports import ImportCounts, ImportFailure
from tests.fakes.library_imports import ID, ImportsApi

PLACE = Environment("test", {"ApiUrl": "https://api/api"}, lambda service: None, lambda producer: "")
DONE = ImportCounts(found=3, added=2, duplicate=1)
FAILED = ImportFailure(id="x", file="films.csv", line=7, reason="title must have 1 to 255 characters", row="{}")


@pytest.fixture
def films(tmp_path: Path) -> Path:
    file = tmp_path / "films.csv"
    file.write_bytes(b"Name,Kind,Note\n" + b"Heat,Crime,x\n" * 10_000)
    return file


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> ImportsApi:
    """The API that every command finds; it is done with the import after three looks."""
    found = ImportsApi(ImportCounts(found=2), ImportCounts(found=3, added=1), DONE)
    install(monkeypatch, found)
    return found


def install(monkeypatch: pytest.MonkeyPatch, api: ImportsApi) -> None:
    monkeypatch.setattr(library_import, "environment", lambda name: PLACE)
    monkeypatch.setattr(library_import, "library_client", partial(library_client, transport=api))
    monkeypatch.setattr(library_import, "pause", lambda: None)


def imported(*arguments: object, answer: str | None = None) -> Result:
    words = ["import", *map(str, arguments), "--env", "test", "--token", "t"]
    return CliRunner().invoke(library.app, words, input=answer, catch_exceptions=False)


def test_file_is_uploaded_shown_and_imported(api: ImportsApi, films: Path) -> None:
    ended = imported(films, "--follow", "--mapping", "title=Name", "--mapping", "rating=", answer="y\n")

    assert ended.exit_code == 0, ended.output
    assert api.made == {
        "source": {"kind": "upload", "filename": "films.csv", "size": films.stat().st_size},
        "mapping": {"title": "Name", "rating": ""},
    }
    assert api.uploaded == films.read_bytes()
    assert api.actions == ["read", "start"]
    assert "1 of the first 2 rows are there already" in ended.stderr
    assert "Heat [1995]" in ended.stderr
    assert f"Import {ID} is finished: 2 added, 1 duplicates, 0 failed, 0 left of 3." in " ".join(ended.stdout.split())


def test_what_is_in_a_file_does_not_steer_the_terminal(api: ImportsApi, films: Path) -> None:
    assert "\x1b" not in imported(films, "--yes").stderr


def test_nothing_is_imported_without_a_yes(api: ImportsApi, films: Path) -> None:
    ended = imported(films, "--follow", answer="n\n")

    assert ended.exit_code == 1
    assert api.actions == ["read", "cancel"]
    assert "Nothing was imported." in ended.stderr


def test_import_goes_on_without_the_command(api: ImportsApi, films: Path) -> None:
    ended = imported(films, "--yes", "--json")

    assert ended.exit_code == 0
    assert json.loads(ended.stdout)["import"]["state"] == "running"


def test_rows_that_failed_are_named_and_end_with_an_error(
    monkeypatch: pytest.MonkeyPatch, api: ImportsApi, films: Path
) -> None:
    api.steps = [ImportCounts(found=3, failed=3)]
    api.failures = [FAILED.model_copy(update={"line": line}) for line in (7, 8, 9)]

    ended = imported(films, "--follow", "--yes")

    assert ended.exit_code == 1
    for line in ("7", "8", "9"):
        assert f"films.csv {line} title must have 1 to 255 characters" in " ".join(ended.stdout.split())


def test_only_the_first_failures_are_shown(api: ImportsApi, films: Path) -> None:
    api.steps = [ImportCounts(found=90, failed=90)]
    api.failures = [FAILED.model_copy(update={"line": line}) for line in range(1, 91)]

    ended = imported(films, "--follow", "--yes", "--json")
    shown = json.loads(ended.stdout)

    assert [each["line"] for each in shown["failures"]] == list(range(1, 51))
    assert shown["import"]["counts"] == {"found": 90, "added": 0, "duplicate": 0, "failed": 90, "left": 0}


def test_import_that_somebody_stopped_is_no_success(api: ImportsApi, films: Path) -> None:
    api.after, api.steps = "stopped", [ImportCounts(found=9, added=4)]

    ended = imported(films, "--follow", "--yes")

    assert ended.exit_code == 1
    assert "is stopped: 4 added" in ended.stdout


def test_import_goes_on_when_nobody_looks_any_more(
    api: ImportsApi, films: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def leave() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(library_import, "pause", lambda: leave() if "start" in api.actions else None)

    ended = imported(films, "--follow", "--yes")

    assert ended.exit_code == 130
    assert api.actions == ["read", "start"]
    assert f"Import {ID} goes on" in " ".join(ended.stderr.split())


def test_refusal_of_the_gateway_is_told(api: ImportsApi) -> None:
    api.expired = "t"

    with pytest.raises(OperatorError, match="answered 401: The incoming token has expired"):
        imported("s3:2026/", "--yes")


def test_what_cannot_be_read_is_told(api: ImportsApi) -> None:
    api.problem = "The folder is not shared with the importer."

    with pytest.raises(OperatorError, match="is failed: The folder is not shared"):
        imported("drive:abc", "--yes")
    assert api.made == {"source": {"kind": "drive", "folder": "abc"}}


def test_busy_api_is_asked_again(api: ImportsApi) -> None:
    waits: list[float] = []
    client = LibraryClient(httpx.Client(base_url="https://api/api", transport=api), sleep=waits.append)
    api.busy = 2

    assert client.get(ID).state == "awaiting_upload"
    assert len(waits) == 2


def test_making_an_import_is_not_tried_twice(api: ImportsApi, films: Path) -> None:
    api.busy = 1

    with pytest.raises(OperatorError, match=r"answered 503: Try again\."):
        imported(films)
    assert api.made == {}


def test_expired_token_is_replaced(api: ImportsApi, monkeypatch: pytest.MonkeyPatch) -> None:
    tokens = iter(("old", "new"))
    monkeypatch.setattr("cli.library_client._token_source", lambda place, token: lambda: next(tokens))
    api.expired = "old"
    client = library_client(PLACE, None, transport=api)

    client.get(ID)
    client.get(ID)

    assert api.tokens == ["old", "new", "new"]


def test_somebody_has_to_import() -> None:
    with pytest.raises(OperatorError, match="MARQUEE_TOKEN"):
        library_client(PLACE, None)


def test_missing_file_is_told(api: ImportsApi) -> None:
    with pytest.raises(OperatorError, match="There is no file nowhere"):
        imported("nowhere.csv")


@pytest.mark.parametrize(
    ("where", "kind", "expected"),
    [
        ("films.csv", None, Source("upload", "films.csv")),
        ("s3:2026/", None, Source("s3", "2026/")),
        ("drive:1aB-c_d", None, Source("drive", "1aB-c_d")),
        ("1aB-c_d", "drive", Source("drive", "1aB-c_d")),
        ("2026/", "s3", Source("s3", "2026/")),
        ("s3:odd.csv", "upload", Source("upload", "s3:odd.csv")),
        ("https://drive.google.com/drive/folders/1aB-c_d?usp=sharing", None, Source("drive", "1aB-c_d")),
        ("https://drive.google.com/drive/u/0/folders/1aB-c_d", None, Source("drive", "1aB-c_d")),
    ],
)
def test_sources_are_told_from_what_is_named(
    where: str, kind: library_import.SourceKind | None, expected: Source
) -> None:
    assert source_of(where, kind) == expected


@pytest.mark.parametrize("where", ["s3://bucket/2026/", "drive://1aB"])
def test_other_buckets_are_refused(where: str) -> None:
    with pytest.raises(typer.BadParameter):
        source_of(where, None)


@pytest.mark.parametrize("pair", ["title", "=Name", ""])
def test_mapping_that_says_nothing_is_refused(pair: str) -> None:
    with pytest.raises(typer.BadParameter):
        mapping_of([pair])
