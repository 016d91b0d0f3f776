"""The movie library on the running system: changes in order, numbers at once, imports that are stopped and repeated."""

import csv
import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.e2e.cloud import Cloud
from tests.waiting import ANSWER_SECONDS, wait_until

DONE = ("added", "changed", "deleted", "duplicate", "invalid", "missing", "failed")
ENDED = ("finished", "failed", "cancelled", "stopped", "undone")
CHANGE_SECONDS = 30
IMPORT_SECONDS = 420
DEMO_FOLDER, TMDB_FOLDER = "marquee-demo-library", "marquee-tmdb5000"
SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"


@pytest.fixture(scope="module")
def operator(cloud: Cloud) -> Iterator[httpx.Client]:
    """Somebody who may import from Drive."""
    with cloud.api(cloud.outputs.user("admin")) as client:
        yield client


@pytest.fixture
def member(cloud: Cloud) -> Iterator[httpx.Client]:
    """A member whom no other test knows."""
    with cloud.api(cloud.new_user()) as client:
        yield client


def unique(title: str) -> str:
    """Return a title that no other test has; words that are no word of any other movie."""
    return f"{title} {uuid4().hex[:12]}"


def ask(member: httpx.Client, method: str, path: str, **more: Any) -> dict[str, Any]:
    """Ask for a change and return the request as it is answered."""
    answer = member.request(method, path, **more)
    assert answer.status_code == 202, answer.text
    found: dict[str, Any] = answer.json()
    return found


def done(member: httpx.Client, request: dict[str, Any]) -> dict[str, Any]:
    """Wait until a change is made, or is not, and return what became of it."""

    def ended() -> dict[str, Any] | None:
        found: dict[str, Any] = member.get(f"/movies/requests/{request['id']}").raise_for_status().json()
        return found if found["state"] in DONE else None

    return wait_until(ended, CHANGE_SECONDS, f"request {request['id']}")


def add(member: httpx.Client, **movie: Any) -> dict[str, Any]:
    """Add a movie and return what became of the request."""
    return done(member, ask(member, "POST", "/movies", json=movie))


def import_of(operator: httpx.Client, source: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Create an import and return it."""
    return ask(operator, "POST", "/imports", json={"source": source, **more})


def import_in(operator: httpx.Client, import_id: str, *states: str) -> dict[str, Any]:
    """Wait until an import is in one of some states and return it."""

    def reached() -> dict[str, Any] | None:
        found: dict[str, Any] = operator.get(f"/imports/{import_id}").raise_for_status().json()
        counts = found["counts"]
        left = counts["found"] - counts["added"] - counts["duplicate"] - counts["failed"]
        assert counts["left"] == left >= 0, counts
        return found if found["state"] in states else None

    return wait_until(reached, IMPORT_SECONDS, f"import {import_id} to be {' or '.join(states)}")


def act(operator: httpx.Client, import_id: str, action: str) -> None:
    """Have something done with an import."""
    answer = operator.post(f"/imports/{import_id}/{action}")
    assert answer.status_code == 202, answer.text


def upload(member: httpx.Client, name: str, content: bytes, **more: Any) -> str:
    """Upload a file to import and return the id of the import, whose preview is there."""
    created = import_of(member, {"kind": "upload", "filename": name, "size": len(content)}, **more)
    way = created["upload"]
    sent = httpx.request(
        way["method"], way["url"], headers=way["headers"], content=content, timeout=ANSWER_SECONDS, trust_env=False
    )
    assert sent.status_code == 200, sent.text
    act(member, created["id"], "read")
    return str(created["id"])


def marquee(cloud: Cloud, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command of operators."""
    return subprocess.run(
        [sys.executable, "-m", "cli", "library", *arguments],
        env={**os.environ, **cloud.environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def test_movie_is_found_and_counted_as_soon_as_it_is_added(member: httpx.Client) -> None:
    before, title = member.get("/dashboard").raise_for_status().json(), unique("Fast & Furious 100%")

    added = add(member, title=title, genre="Action", rating=7.5, year=2009)

    assert added["state"] == "added"
    (found,) = member.get("/movies/search", params={"title": title}).raise_for_status().json()["movies"]
    assert (found["title"], found["genre"], found["rating"], found["year"]) == (title, "Action", 7.5, 2009)
    assert found["id"] == added["movie_id"]
    assert member.get("/dashboard").json()["totalMovies"] == before["totalMovies"] + 1


def test_same_movie_again_is_a_duplicate_and_same_request_is_one_movie(member: httpx.Client) -> None:
    movie = {"title": unique("Once"), "genre": "Drama", "year": 2007}
    first = ask(member, "POST", "/movies", json=movie, headers={"Idempotency-Key": f"k-{movie['title']}"})
    again = ask(member, "POST", "/movies", json=movie, headers={"Idempotency-Key": f"k-{movie['title']}"})
    other = ask(member, "POST", "/movies", json=movie)

    assert again["id"] == first["id"]
    assert done(member, first)["state"] == "added"
    assert done(member, other)["state"] == "duplicate"
    assert member.get("/movies/search", params={"title": movie["title"]}).json()["totalCount"] == 1


def test_changes_take_effect_in_the_order_in_which_they_were_asked_for(member: httpx.Client) -> None:
    added = add(member, title=unique("First"), genre="Drama")
    path = f"/movies/{added['movie_id']}"
    edits = [
        ask(member, "PUT", path, json={"title": unique("Again"), "genre": "Drama", "rating": rating})
        for rating in (1, 9.5, 4)
    ]
    states = [done(member, each)["state"] for each in edits]

    assert states == ["changed"] * 3
    assert member.get(path).raise_for_status().json()["rating"] == 4
    assert done(member, ask(member, "DELETE", path))["state"] == "deleted"
    assert member.get(path).status_code == 404


def test_movie_of_somebody_else_is_not_to_be_changed(
    cloud: Cloud, member: httpx.Client, operator: httpx.Client
) -> None:
    added = add(member, title=unique("Mine"), genre="Drama")
    path = f"/movies/{added['movie_id']}"

    with cloud.api(cloud.new_user()) as stranger:
        assert stranger.get(path).status_code == 200
        assert stranger.put(path, json={"title": "Yours", "genre": "Drama"}).status_code == 403
        assert stranger.delete(path).status_code == 403
    assert done(operator, ask(operator, "DELETE", path))["state"] == "deleted"


@pytest.mark.parametrize(
    "movie",
    [
        {"title": "", "genre": "Drama"},
        {"title": "x" * 256, "genre": "Drama"},
        {"title": "No genre"},
        {"title": "Too good", "genre": "Drama", "rating": 10.1},
        {"title": "Too exact", "genre": "Drama", "rating": 7.25},
        {"title": "Too early", "genre": "Drama", "year": 1899},
    ],
)
def test_movie_that_cannot_be_is_refused_at_the_door(member: httpx.Client, movie: dict[str, Any]) -> None:
    assert member.post("/movies", json=movie).status_code == 400


def test_routes_of_r1_answer_in_its_shapes(member: httpx.Client) -> None:
    title = unique("Shape")
    add(member, title=title, genre="Shapes", rating=10, year=2026)

    filtered = member.get("/movies/filter", params={"genre": ["shapes", "none"], "minRating": 9.9, "year": 2026}).json()
    top = member.get("/movies/top-rated", params={"start": 0, "limit": 1}).json()
    dashboard = member.get("/dashboard").json()

    assert title in [each["title"] for each in filtered["movies"]]
    assert filtered["totalCount"] == len(filtered["movies"])
    assert filtered["filters"] == {"genres": ["shapes", "none"], "minRating": 9.9, "year": 2026}
    assert top["movies"][0]["rating"] == 10
    assert top["pagination"] | {"total": 0} == {"start": 0, "limit": 1, "total": 0, "hasMore": True}
    assert {"totalMovies", "averageRating", "topGenres", "moviesByYear"} <= dashboard.keys()
    assert member.get("/movies/top-rated", params={"start": "first"}).status_code == 400


def test_uploaded_file_is_shown_before_anything_is_written_and_can_be_undone(member: httpx.Client) -> None:
    mark = uuid4().hex[:8]
    rows = [("Alien", "Horror", "8.5", "1979"), ("Alien", "Horror", "8.5", "1979"), ("", "Drama", "", "2001")]
    text = io.StringIO()
    csv.writer(text).writerows(
        [("title", "genre", "rating", "year"), *((f"{t} {mark}" if t else t, *r) for t, *r in rows)]
    )
    import_id = upload(member, "films.csv", text.getvalue().encode())
    shown = import_in(member, import_id, "preview")

    assert member.get("/movies/search", params={"title": mark}).json()["totalCount"] == 0
    assert [row["title"] for row in shown["preview"]["rows"]][:1] == [f"Alien {mark}"]

    act(member, import_id, "start")
    ended = import_in(member, import_id, "finished")
    counts = ended["counts"]
    assert (counts["found"], counts["added"], counts["duplicate"], counts["failed"]) == (3, 1, 1, 1)
    (failure,) = member.get(f"/imports/{import_id}/failures").json()["failures"]
    assert (failure["file"], failure["line"]) == ("films.csv", 4)
    assert member.get("/movies/search", params={"title": mark}).json()["totalCount"] == 1

    act(member, import_id, "undo")
    import_in(member, import_id, "undone")
    assert member.get("/movies/search", params={"title": mark}).json()["totalCount"] == 0


def test_only_operators_import_from_drive(member: httpx.Client) -> None:
    assert member.post("/imports", json={"source": {"kind": "drive", "folder": DEMO_FOLDER}}).status_code == 403


def test_folder_of_drive_is_imported_once_with_every_bad_file_named(operator: httpx.Client) -> None:
    created = import_of(operator, {"kind": "drive", "folder": DEMO_FOLDER})
    import_in(operator, created["id"], "preview")
    act(operator, created["id"], "start")
    first = import_in(operator, created["id"], "finished")["counts"]
    failures = operator.get(f"/imports/{created['id']}/failures", params={"limit": 100}).json()["failures"]

    again = import_of(operator, {"kind": "drive", "folder": DEMO_FOLDER})
    import_in(operator, again["id"], "preview")
    total = operator.get("/dashboard").json()["totalMovies"]
    act(operator, again["id"], "start")
    second = import_in(operator, again["id"], "finished")["counts"]

    assert first["added"] > 20
    assert len(failures) == first["failed"] > 0
    assert all(each["reason"] and each["file"] for each in failures)
    assert (second["added"], second["duplicate"]) == (0, first["added"] + first["duplicate"])
    assert operator.get("/dashboard").json()["totalMovies"] == total


def test_import_of_4803_files_that_is_killed_and_stopped_ends_like_one_clean_run(
    cloud: Cloud, operator: httpx.Client
) -> None:
    if not (SHARED / "tmdb5000").is_dir():
        pytest.skip("../shared/data/tmdb5000 is not there: it holds the 4,803 films")
    with cloud.control() as control:
        control.put("/drive", json={"tree": "tmdb5000", "folders": "year"}).raise_for_status()
    before = operator.get("/dashboard").json()["totalMovies"]
    created = import_of(operator, {"kind": "drive", "folder": TMDB_FOLDER}, mapping={"default_genre": "Unknown"})
    import_in(operator, created["id"], "preview")
    act(operator, created["id"], "start")

    def has(rows: int) -> bool:
        return bool(operator.get(f"/imports/{created['id']}").json()["counts"]["added"] >= rows)

    for rows, victim in ((200, "library_writer"), (900, "library_importer"), (1800, "library_writer")):
        wait_until(lambda rows=rows: has(rows), IMPORT_SECONDS, f"{rows} rows")
        for pid in cloud.processes(victim)[:1]:
            os.kill(pid, signal.SIGKILL)
    act(operator, created["id"], "stop")
    import_in(operator, created["id"], "stopped")
    act(operator, created["id"], "resume")
    counts = import_in(operator, created["id"], "finished")["counts"]

    assert counts["found"] == counts["added"] + counts["duplicate"] + counts["failed"]
    assert (counts["found"], counts["failed"]) == (4803, 0)
    assert operator.get("/dashboard").json()["totalMovies"] == before + counts["added"]
    recounted = marquee(cloud, "recount", "--json")
    assert recounted.returncode == 0, recounted.stdout + recounted.stderr


def test_library_is_exported_whole(cloud: Cloud, member: httpx.Client, tmp_path: Path) -> None:
    title = unique("Exported")
    add(member, title=title, genre="Drama", rating=0)
    target = tmp_path / "library.json"

    exported = marquee(cloud, "export", "--format", "json", "--output", str(target))

    movies = json.loads(target.read_text())
    assert exported.returncode == 0, exported.stderr
    assert len(movies) == member.get("/dashboard").json()["totalMovies"]
    assert title in {each["title"] for each in movies}


def test_nobody_gets_in_without_a_token(anonymous: httpx.Client) -> None:
    for path in ("/dashboard", "/movies/search?title=a", "/movies/filter", "/movies/top-rated", "/imports"):
        assert anonymous.get(path).status_code == 401, path
