"""Whatever is asked, the library answers: never a 5xx, and what is accepted is a movie that can be."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, event, example, given, settings
from hypothesis import strategies as st

from marquee import library as rules
from marquee.messages.library import MovieChange
from marquee.models.imports import Import, ImportSource
from marquee.repositories.imports import ImportRepository
from marquee.rest import write_cursor
from tests.fakes.library_api import LibraryApi, library_api
from tests.unit.conftest import Cloud

FUZZ = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
# Of an import that there is; `movie` stands for the id of a movie.
IMPORT = "00000000-0000-4000-8000-000000000000"
IDS = (*[IMPORT, "movie"] * 4, "x", "..", "a b", "é😀", "%2e", "=", "x" * 100, "x" * 101)
texts = st.text(st.characters(codec=None), max_size=20)
plain = st.text(st.characters(codec="utf-8"), max_size=20)
numbers = st.sampled_from(("-1", "0", "1", "10", "100", "1e3", "9" * 30, "9" * 5000, "0.5", "nan", "inf", "", "²", "٣"))
cursors = st.builds(
    write_cursor,
    st.sampled_from(("imports", "top-rated", "search:x", f"failures:{IMPORT}")) | plain,
    st.sampled_from(("0#85#1", "3@0#-1#7", "failure:", "failure:\U0010ffff", "2026-01-01T00:00:00.000Z#x")) | plain,
)
PLACES = {
    **dict.fromkeys(("limit", "start", "minRating", "year"), numbers),
    "next": cursors,
    "title": plain | st.sampled_from(("alien", "al", "%")),
}
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=10,
)
literals = st.sampled_from(
    ('"\\ud800"', "NaN", "1e999", "9" * 400, "-0", '"\\u0000"', "8.0", "1979.0", "[" * 3000, '""')
)
written = literals | values.map(json.dumps)
FORGED = write_cursor(f"failures:{IMPORT}", "failure:\U0010fffe" + "\U0010ffff")
FILE = '{"kind": "upload", "filename": "a.csv", "size": 7}'
GOOD: tuple[dict[str, str], ...] = (
    {"title": '"Alien"', "genre": '"Horror"', "rating": "8.5", "year": "1979", "tmdb_id": "348"},
    {"title": '"Alien"', "genres": '["Horror", "SF"]', "imdb_id": '"tt0078748"'},
    {"source": FILE, "mapping": '{"title": "Name"}'},
    {"source": '{"kind": "s3", "prefix": "a/"}'},
    {"mapping": '{"title": "Name", "rating_of": "5"}'},
)
# The routes, and the parameters that each knows.
ROUTES: dict[tuple[str, str], tuple[str, ...]] = {
    ("GET", "/dashboard"): (),
    ("GET", "/movies/search"): ("title", "limit", "next"),
    ("GET", "/movies/filter"): ("genre", "minRating", "year", "limit", "next"),
    ("GET", "/movies/top-rated"): ("start", "limit", "next"),
    ("GET", "/imports"): ("limit", "next"),
    ("GET", "/imports/{id}/failures"): ("limit", "next"),
    **{("GET", f"/{each}"): () for each in ("movies/{id}", "movies/requests/{id}", "imports/{id}", "{id}/{id}")},
    **{("GET", "/imports/{id}/failures.csv"): (), ("POST", "/movies"): (), ("PUT", "/movies/{id}"): ()},
    **{("DELETE", "/movies/{id}"): (), ("POST", "/imports"): (), ("PUT", "/imports/{id}/mapping"): ()},
    **{("POST", f"/imports/{{id}}/{action}"): () for action in ("read", "start", "stop", "cancel", "{id}")},
}


@st.composite
def asked(draw: st.DrawFn) -> tuple[str, str, dict[str, list[str]]]:
    """Draw a method, a path and a query, of parameters that the route knows but for one."""
    method, path = draw(st.sampled_from(sorted(ROUTES)))
    names = draw(st.sets(st.sampled_from(ROUTES[method, path]))) if ROUTES[method, path] else set()
    names |= draw(st.just(set[str]()) | st.just(set[str]()) | st.sets(plain, max_size=1))
    return method, path, {name: draw(st.lists(PLACES.get(name, plain), min_size=1, max_size=2)) for name in names}


@st.composite
def bodies(draw: st.DrawFn) -> str:
    """Draw a body as text, of members that are good but for two at most."""
    parts = draw(st.sampled_from(GOOD))
    names = st.sampled_from(sorted(parts)) | st.sampled_from(sorted(parts)) | texts
    parts = parts | draw(st.dictionaries(names, written, max_size=draw(st.integers(0, 2))))
    return "{" + ", ".join(f"{json.dumps(name)}: {value}" for name, value in parts.items()) + "}"


@pytest.fixture
def library(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[LibraryApi]:
    with library_api(cloud, monkeypatch) as api:
        now = "2026-01-01T00:00:00.000Z"
        source = ImportSource(kind="upload", name="a.csv")
        begun = {"library": "main", "started_by": "ben", "started_at": now, "changed_at": now}
        ImportRepository(api.table).create(Import(id=IMPORT, stored_state="preview", source=source, **begun))
        yield api


@pytest.fixture
def movie_id(library: LibraryApi) -> str:
    return library.add("Alien", "Horror", rating=8.5, year=1979)


@FUZZ
@given(
    asked=asked(),
    name=st.sampled_from(IDS) | st.sampled_from(IDS) | plain.filter(lambda text: "/" not in text),
    body=bodies() | bodies() | written,
    key=st.none() | plain,
    groups=st.sampled_from(("", "admin", "[admin viewer]")),
)
@example(("GET", "/imports/{id}/failures", {"next": [FORGED]}), IMPORT, FILE, None, "")
def test_every_request_has_an_answer(
    library: LibraryApi,
    movie_id: str,
    asked: tuple[str, str, dict[str, Any]],
    name: str,
    body: str,
    key: str | None,
    groups: str,
) -> None:
    method, path, query = asked
    headers = {} if key is None else {"Idempotency-Key": key}
    address = path.replace("{id}", movie_id if name == "movie" else name)
    answer = library.call(
        method, address, query=query, body=None if method == "GET" else body, headers=headers, groups=groups
    )

    event(f"{method} {path} {answer.status}")
    assert answer.status in (200, 202, 400, 403, 404, 409, 415), answer.body
    if answer.status >= 400:
        assert answer.json["error"].keys() <= {"code", "message", "details"}


@FUZZ
@given(body=bodies())
@example('{"title": "A", "genre": "B", "rating": -0.0}')
def test_what_is_accepted_is_a_movie_that_the_writer_takes(library: LibraryApi, body: str) -> None:
    answer = library.call("POST", "/movies", body=body)

    messages = library.messages()
    assert [answer.status] == ([202] if messages else [400]), answer.body
    for each in map(MovieChange.model_validate, messages):
        assert each.movie is not None
        assert rules.make_movie(**each.movie.model_dump()) == each.movie
