"""`/list-titles` lists exactly what the catalogue says, page by page."""

from collections.abc import Callable
from typing import Any

import pytest

from local.catalogue import Catalogue, Title
from local.upstreams.state import State
from local.upstreams.watchmode.listing import SORTS


def read_all(watchmode: Callable[..., Any], **parameters: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    page = pages = 1
    while page <= pages:
        body = watchmode("/list-titles", page=page, **parameters).json()
        rows += body["titles"]
        pages, page = body["total_pages"], page + 1
        assert body["total_results"] >= len(rows)
    return rows


def test_each_pair_of_source_and_genre_lists_exactly_its_titles(watchmode, catalogue: Catalogue, state: State):
    state.plans["paid"].quota = 10**9
    expected: dict[tuple[int, int], set[int]] = {}
    for title in catalogue.titles.values():
        for source in {offer.source_id for offer in title.offers if offer.region == "GB"}:
            for genre in title.genre_ids:
                expected.setdefault((source, genre), set()).add(title.id)

    assert len(expected) > 300
    for source in catalogue.sources:
        for genre in catalogue.genres:
            rows = read_all(watchmode, source_ids=source, genres=genre, regions="GB")

            assert sorted(row["id"] for row in rows) == sorted(expected.get((source, genre), ()))


def test_listing_and_details_agree_on_every_title(watchmode, catalogue: Catalogue, state: State):
    state.plans["paid"].quota = 10**9
    listed = {row["id"]: row for row in read_all(watchmode, limit=100)}

    assert listed.keys() == catalogue.titles.keys()
    for number, row in listed.items():
        body = watchmode(f"/title/{number}/details").json()
        assert {name: body[name] for name in row} == row


@pytest.mark.parametrize("limit", [1, 7, 250])
def test_pages_hold_each_title_once(watchmode, catalogue: Catalogue, state: State, limit: int):
    state.plans["paid"].quota = 10**9
    rows = read_all(watchmode, limit=limit, source_ids="26,371", regions="GB")

    expected = catalogue.by_source["GB", 26] | catalogue.by_source["GB", 371]
    assert sorted(row["id"] for row in rows) == sorted(expected)


def test_page_after_the_last_is_empty(watchmode):
    body = watchmode("/list-titles", page=99).json()

    assert (body["titles"], body["page"]) == ([], 99)


@pytest.mark.parametrize("sort", SORTS)
def test_each_sort_order_is_kept_and_reversed(watchmode, sort: str):
    ids = [row["id"] for row in read_all(watchmode, sort_by=sort, source_ids=203, regions="GB")]
    name, _, direction = sort.rpartition("_")
    other = f"{name}_{'asc' if direction == 'desc' else 'desc'}"

    assert ids == [row["id"] for row in read_all(watchmode, sort_by=other, source_ids=203, regions="GB")][::-1]


def test_titles_sort_by_name_and_default_is_relevance(watchmode):
    names = [row["title"].casefold() for row in read_all(watchmode, sort_by="title_asc")]

    assert names == sorted(names)
    assert read_all(watchmode) == read_all(watchmode, sort_by="relevance_desc")


@pytest.mark.parametrize(
    ("parameters", "holds"),
    [
        ({"types": "tv_miniseries,tv_special"}, lambda t: t.type in ("tv_miniseries", "tv_special")),
        ({"genres": "4,11"}, lambda t: {4, 11} & set(t.genre_ids)),
        ({"languages": "ko,fr"}, lambda t: t.language in ("ko", "fr")),
        ({"network_ids": "1,8"}, lambda t: {1, 8} & set(t.network_ids)),
        ({"release_date_start": "20200101"}, lambda t: (t.release_date or "") >= "2020-01-01"),
        ({"release_date_end": "19801231"}, lambda t: "" < (t.release_date or "") <= "1980-12-31"),
        ({"user_rating_low": "8.5"}, lambda t: t.user_rating is not None and t.user_rating >= 8.5),
        ({"user_rating_high": "5"}, lambda t: t.user_rating is not None and t.user_rating <= 5),
        ({"critic_score_low": "90", "critic_score_high": "95"}, lambda t: 90 <= (t.critic_score or 0) <= 95),
        ({"person_id": "700017419"}, lambda t: any(c.person_id == 17419 for c in t.credits)),
        ({"regions": "GB"}, lambda t: any(o.region == "GB" for o in t.offers)),
        ({"regions": "GB,US"}, lambda t: any(o.region in ("GB", "US") for o in t.offers)),
        ({"source_types": "free", "regions": "GB"}, lambda t: offered(t, "GB", type="free")),
        ({"source_ids": "349", "source_types": "rent", "regions": "GB"}, lambda t: offered(t, "GB", 349, "rent")),
        ({"source_ids": "157"}, lambda t: offered(t, "US", 157)),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_each_filter_keeps_exactly_what_it_says(watchmode, catalogue: Catalogue, parameters: dict[str, str], holds):
    expected = {title.id for title in catalogue.titles.values() if holds(title)}

    assert expected
    assert {row["id"] for row in read_all(watchmode, **parameters)} == expected


def offered(title: Title, region: str, source: int | None = None, type: str | None = None) -> bool:
    return any(
        offer.region == region and source in (None, offer.source_id) and type in (None, offer.type)
        for offer in title.offers
    )


def test_commas_may_be_percent_encoded(client, watchmode):
    plain = watchmode("/list-titles", genres="4,7", source_ids="203,26", regions="GB").json()
    encoded = client.get(
        "/watchmode/v1/list-titles?genres=4%2C7&source_ids=203%2C26&regions=GB",
        headers={"X-API-Key": "demo-watchmode-paid-key"},
    )

    assert encoded.json() == plain
    assert plain["total_results"] > 100
