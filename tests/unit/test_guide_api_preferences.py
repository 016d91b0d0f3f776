"""`GET` and `PUT /preferences`: the choice of the viewer who asks."""

import json
from typing import Any

import pytest

from guide_api import stores
from marquee import rest
from marquee.models.reference import Genre, Source
from tests.fakes.api_gateway import call
from tests.fakes.titles import title
from tests.unit.conftest import Cloud


@pytest.fixture
def guide(cloud: Cloud) -> Cloud:
    for store in vars(stores).values():
        if hasattr(store, "cache_clear"):
            store.cache_clear()
    names = {"203": "Netflix", "26": "Prime Video"}
    cloud.reference.reconcile_sources(
        [Source(id=each, name=name, type="sub", regions=("GB",)) for each, name in names.items()], ["GB"], ["GB"]
    )
    cloud.reference.reconcile_genres([Genre(id="4", name="Comedy")])
    return cloud


def shown_to(user: str) -> list[str]:
    return [each["id"] for each in call("GET", "/titles", user=user).json["titles"]]


def test_viewer_who_chose_nothing_has_two_empty_lists(guide: Cloud) -> None:
    assert call("GET", "/preferences").json == {"sources": [], "genres": []}


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"sources": ["203", "26"], "genres": ["4"]}, id="texts"),
        pytest.param({"sources": [203, 26], "genres": [4]}, id="numbers"),
        pytest.param({"sources": [203, "203", "26"], "genres": [4, 4]}, id="twice"),
    ],
)
def test_choice_is_replaced_without_a_body_and_comes_back_as_texts(guide: Cloud, body: dict[str, Any]) -> None:
    answer = call("PUT", "/preferences", body=body)

    assert (answer.status, answer.body or "") == (204, "")
    assert call("GET", "/preferences").json == {"sources": ["26", "203"], "genres": ["4"]}


def test_choice_of_one_viewer_is_not_that_of_another(guide: Cloud) -> None:
    guide.titles.apply("1", lambda _: title("1", "GB:203:4"))
    guide.titles.apply("2", lambda _: title("2", "GB:26:4"))
    call("PUT", "/preferences", user="anna", body={"sources": ["203"], "genres": ["4"]})
    call("PUT", "/preferences", user="ben", body={"sources": ["26"], "genres": ["4"]})

    assert call("GET", "/preferences", user="anna").json["sources"] == ["203"]
    assert shown_to("anna") == ["1"]
    assert shown_to("ben") == ["2"]


def test_unknown_ids_are_refused_by_name_and_nothing_is_stored(guide: Cloud) -> None:
    answer = call("PUT", "/preferences", body={"sources": ["203", "999", "1000"], "genres": ["5"]})

    assert (answer.status, answer.code) == (400, "unknown_ids")
    assert answer.json["error"]["details"] == {"sources": ["999", "1000"], "genres": ["5"]}
    assert call("GET", "/preferences").json == {"sources": [], "genres": []}


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        pytest.param({"sources": ["x"], "genres": []}, "x", id="no number"),
        pytest.param({"sources": ["-1"], "genres": []}, "-1", id="negative"),
        pytest.param({"sources": [True], "genres": []}, "true", id="true"),
        pytest.param({"sources": [1.5], "genres": []}, "1.5", id="fraction"),
        pytest.param({"sources": "203", "genres": []}, "203", id="no list"),
        pytest.param({"sources": ["203"]}, "genres", id="half a choice"),
        pytest.param({"sources": [], "genres": [], "regions": ["GB"]}, "regions", id="unknown field"),
        pytest.param({"sources": ["1"] * 501, "genres": []}, "sources", id="too many"),
        pytest.param([1, 2], "body", id="no object"),
        pytest.param("{broken", "body", id="broken JSON"),
        pytest.param("", "body", id="empty"),
        pytest.param(None, "body", id="none"),
        pytest.param("[" * 20_000, "body", id="nested without end"),
        pytest.param('{"sources": [' + "9" * 5000 + '], "genres": []}', "", id="a number without end"),
    ],
)
def test_unusable_choice_is_refused_with_what_is_wrong(guide: Cloud, body: object, shown: str) -> None:
    answer = call("PUT", "/preferences", body=body)

    assert (answer.status, answer.code) == (400, "invalid_input")
    assert shown in answer.body


def test_body_too_large_to_be_meant_is_refused(guide: Cloud) -> None:
    answer = call("PUT", "/preferences", body=" " * (rest.BODY_BYTES + 1))

    assert (answer.status, answer.code) == (400, "body_too_large")


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e999"])
def test_refusal_of_a_number_that_json_does_not_know_is_json(guide: Cloud, number: str) -> None:
    answer = call("PUT", "/preferences", body=f'{{"sources": [{number}], "genres": []}}')

    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is no JSON")

    assert answer.status == 400
    assert json.loads(answer.body, parse_constant=refuse)["error"]["details"]
