"""With the folder of real data beside the repository, recorded bodies are served word for word."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from provider_schemas import check, tmdb_validator, watchmode_validator

from local.catalogue import Catalogue, load_catalogue
from local.catalogue.rawdata import episode_bodies, json_file, json_lines, tmdb_bodies, watchmode_bodies
from local.upstreams.state import State

SHARED = Path(__file__).resolve().parents[3] / "shared"
DATA = SHARED / "data"
SAMPLES = SHARED / "contracts/watchmode/samples"

pytestmark = pytest.mark.skipif(
    not DATA.is_dir(), reason="../shared/data is not there: put the shared folder beside the repository to run this"
)

SAMPLE_SCHEMAS = {
    "recorded/genres": "genres",
    "recorded/sources.regions-GB": "sources",
    "recorded/list-titles": "list-titles",
    "recorded/list-titles.items-from-titles": "list-titles",
    "recorded/search.breaking-bad": "search",
    "recorded/title-details.breaking-bad.append-sources": "title-details",
    "recorded/title-sources.breaking-bad": "title-sources",
    "docs/error-400": "error",
    "docs/error-429": "error",
}


@pytest.fixture(scope="session")
def loaded_recorded() -> Catalogue:
    return load_catalogue(DATA)


@pytest.fixture
def catalogue(loaded_recorded: Catalogue) -> Iterator[Catalogue]:
    """Serve the real catalogue in place of the demo one."""
    yield loaded_recorded
    loaded_recorded.restore()


def test_recorded_list_is_listed_with_the_same_facts(watchmode):
    recorded = json_file(DATA / "watchmode/open/list_titles.json")["titles"]
    parameters = {"source_ids": 203, "regions": "GB", "genres": 29}
    pages = watchmode("/list-titles", **parameters).json()["total_pages"]
    rows = [
        row
        for page in range(1, pages + 1)
        for row in watchmode("/list-titles", page=page, **parameters).json()["titles"]
    ]
    found = {row["id"]: row for row in rows}

    for row in recorded:
        assert {name: found[row["id"]][name] for name in row} == row


def test_recorded_details_are_served_word_for_word(watchmode_free):
    bodies = watchmode_bodies(DATA)

    assert len(bodies) == 4
    for number, recorded in bodies.items():
        body = watchmode_free(f"/title/{number}/details", append_to_response="sources").json()
        check(watchmode_validator("title-details"), body)
        assert {name: body[name] for name in recorded if name != "sources"} == {
            name: value for name, value in recorded.items() if name != "sources"
        }
        if "sources" in recorded:
            assert len(body["sources"]) == len(recorded["sources"])
            for row, offer in zip(body["sources"], recorded["sources"], strict=True):
                assert {name: row[name] for name in offer} == offer


@pytest.mark.parametrize(("kind", "schema"), [("movie", "/3/movie/{movie_id}"), ("tv", "/3/tv/{series_id}")])
def test_recorded_films_and_programmes_are_served_word_for_word(tmdb, catalogue: Catalogue, kind: str, schema: str):
    served = 0
    for number, recorded in tmdb_bodies(DATA, kind).items():
        if catalogue.of_tmdb(kind, number) is None:
            continue
        served += 1
        parts = [name for name in ("credits", "external_ids", "watch/providers", "keywords") if name in recorded]
        body = tmdb(f"/{kind}/{number}", append_to_response=",".join(parts)).json()
        check(tmdb_validator(schema), body)
        assert holds(body, {name: value for name, value in recorded.items() if name in body and name not in parts})
        for name in parts:
            assert holds(body[name], {key: value for key, value in recorded[name].items() if key != "id"})
    assert served > 10


def test_recorded_people_are_served_word_for_word(tmdb):
    recorded = tmdb_bodies(DATA, "person")
    names = ("combined_credits", "external_ids", "images", "movie_credits", "translations", "tv_credits")

    assert len(recorded) > 10
    for number, body in recorded.items():
        parts = [name for name in names if name in body]
        answer = tmdb(f"/person/{number}", append_to_response=",".join(parts)).json()
        check(tmdb_validator("/3/person/{person_id}"), answer)
        assert holds(answer, {name: value for name, value in body.items() if name in answer and name not in parts})
        for name in parts:
            assert holds(answer[name], {key: value for key, value in body[name].items() if key != "id"})


def test_recorded_seasons_and_episodes_are_served_word_for_word(tmdb):
    served = 0
    for numbers, body in episode_bodies(DATA).items():
        path = "/".join(f"{name}/{n}" for name, n in zip(("/tv", "season", "episode"), numbers, strict=False))
        answer = tmdb(path).json()
        if answer.get("id") == body["id"]:
            served += 1
            assert holds(answer, {name: value for name, value in body.items() if name in answer})
    assert served > 15


def holds(body: Any, recorded: Any) -> bool:
    """Tell whether all that was recorded is there; keys that TMDB added later may be there too."""
    if isinstance(recorded, dict):
        return all(name in body and holds(body[name], value) for name, value in recorded.items())
    if isinstance(recorded, list):
        return len(body) == len(recorded) and all(map(holds, body, recorded))
    return bool(body == recorded)


def test_listing_stays_exact_on_the_real_catalogue(watchmode, catalogue: Catalogue, state: State):
    for source, genre in ((203, 7), (372, 3), (409, 5)):
        expected = {
            title.id
            for title in catalogue.titles.values()
            if genre in title.genre_ids and any((o.source_id, o.region) == (source, "GB") for o in title.offers)
        }
        parameters = {"source_ids": source, "genres": genre, "regions": "GB"}
        first = watchmode("/list-titles", **parameters).json()
        rows = first["titles"]
        for page in range(2, first["total_pages"] + 1):
            rows += watchmode("/list-titles", page=page, **parameters).json()["titles"]
        assert sorted(row["id"] for row in rows) == sorted(expected)
        assert expected


def test_made_details_of_real_titles_fit_the_schemas(watchmode, tmdb, catalogue: Catalogue, state: State):
    for number in list(catalogue.titles)[::60]:
        title = catalogue.titles[number]
        check(
            watchmode_validator("title-details"),
            watchmode(f"/title/{number}/details", append_to_response="sources,cast-crew").json(),
        )
        schema = "/3/movie/{movie_id}" if title.tmdb_type == "movie" else "/3/tv/{series_id}"
        check(tmdb_validator(schema), tmdb(f"/{title.tmdb_type}/{title.tmdb_id}").json())


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*/*.json")), ids=lambda path: path.stem)
def test_sample_fits_its_schema(path: Path):
    key = f"{path.parent.name}/{path.stem}"
    document = json.loads(path.read_text())
    if key == "recorded/title-details.partial":
        for row in document:
            check(watchmode_validator("title-details.partial"), row)
    else:
        check(watchmode_validator(SAMPLE_SCHEMAS.get(key, path.stem)), document)


def test_lines_are_split_at_line_feeds_alone(tmp_path: Path):
    path = tmp_path / "names.jsonl.gz"
    rows: list[dict[str, Any]] = [{"name": "one\u2028two"}, {"name": "three"}]
    path.write_bytes(gzip.compress("\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode()))

    assert list(json_lines(path)) == rows
