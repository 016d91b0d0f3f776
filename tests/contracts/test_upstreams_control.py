"""The control endpoint tells the truth, changes it, and brings it back."""

import httpx
import pytest

from local.catalogue import Catalogue

SERIES = 3173903
UP_TO_NOW = {"start_date": "20260501", "end_date": "20260601"}


def listed(watchmode, **parameters) -> set[int]:
    return {row["id"] for row in watchmode("/list-titles", **parameters).json()["titles"]}


def test_overview_explains_itself(control, catalogue: Catalogue):
    overview = control("GET")

    assert overview["titles"] == len(catalogue.titles)
    assert any("/control/faults" in line for line in overview["help"])


def test_counts_are_by_provider_endpoint_and_status(watchmode, tmdb, control):
    watchmode("/title/3173903/details", append_to_response="sources")
    watchmode("/title/1/details")
    tmdb("/tv/1396")

    counts = control("GET", "/counts")

    assert counts["watchmode"] == {
        "requests": 2,
        "credits": 2,
        "by_status": {"200": 1, "404": 1},
        "by_endpoint": {"/v1/title/{id}/details": {"200": 1, "404": 1}},
    }
    assert counts["tmdb"]["by_endpoint"] == {"/3/tv/{id}": {"200": 1}}
    control("POST", "/reset")
    assert control("GET", "/counts")["watchmode"]["requests"] == 0


def test_truth_about_titles_can_be_filtered(control, catalogue: Catalogue):
    found = control("GET", "/titles?source=203&genre=7&region=GB")

    assert found["total"] == len(found["titles"]) > 10
    for row in found["titles"]:
        assert 203 in row["sources"]["GB"]
        assert 7 in row["genres"]
    assert {row["id"] for row in found["titles"]} == catalogue.by_source["GB", 203] & catalogue.by_genre[7]
    assert len(control("GET", "/titles?limit=5&offset=2")["titles"]) == 5


def test_truth_agrees_with_what_the_provider_says(watchmode, control):
    row = control("GET", f"/titles/{SERIES}")
    body = watchmode(f"/title/{SERIES}/details", append_to_response="sources").json()

    assert row["genres"] == body["genres"]
    assert row["sources"]["GB"] == sorted({o["source_id"] for o in body["sources"] if o["region"] == "GB"})
    assert all(row[name] == body[name] for name in ("id", "title", "year", "type", "tmdb_id", "imdb_id"))


def test_added_and_removed_offers_show_at_once_everywhere(watchmode, tmdb, control):
    where = {"source_ids": "409", "regions": "GB", "genres": "5"}
    assert SERIES not in listed(watchmode, **where)

    control("POST", f"/titles/{SERIES}/offers", json={"source_id": "409", "region": "GB"})

    assert SERIES in listed(watchmode, **where)
    offers = watchmode(f"/title/{SERIES}/sources", regions="GB").json()
    assert ("BBC iPlayer", "free") in {(offer["name"], offer["type"]) for offer in offers}
    assert "BBC iPlayer" in tmdb("/tv/1396/watch/providers").text
    assert SERIES in watchmode("/changes/titles_sources_changed", regions="GB", **UP_TO_NOW).json()["titles"]
    assert watchmode("/changes/titles_sources_changed", regions="US", **UP_TO_NOW).json()["titles"] == []

    removed = control("DELETE", f"/titles/{SERIES}/offers?source_id=409&region=GB")

    assert removed["removed"] == 1
    assert SERIES not in listed(watchmode, **where)


def test_removing_without_a_condition_leaves_no_offer(watchmode, control):
    control("DELETE", f"/titles/{SERIES}/offers")

    assert watchmode(f"/title/{SERIES}/sources").json() == []
    control("POST", "/reset")
    assert watchmode(f"/title/{SERIES}/sources").json() != []


def test_changed_facts_show_at_both_providers_until_reset(watchmode, tmdb, control):
    before = watchmode(f"/title/{SERIES}/details").json()
    facts = {"title": "Broken Bread", "user_rating": 4.5, "genres": [34], "year": 2009, "overview": "Rewritten."}
    control("PUT", f"/titles/{SERIES}", json=facts)

    body = watchmode(f"/title/{SERIES}/details").json()
    assert (body["title"], body["user_rating"], body["genre_names"]) == ("Broken Bread", 4.5, ["Food"])
    assert tmdb("/tv/1396").json()["name"] == "Broken Bread"
    assert tmdb("/tv/1396").json()["overview"] == "Rewritten."
    assert SERIES in listed(watchmode, genres="34")
    assert SERIES not in listed(watchmode, genres="5")
    assert watchmode("/changes/titles_details_changed", **UP_TO_NOW).json()["titles"] == [SERIES]

    control("POST", "/reset")

    assert watchmode(f"/title/{SERIES}/details").json() == before
    assert watchmode("/changes/titles_details_changed", **UP_TO_NOW).json()["titles"] == []


def test_changes_outside_the_window_are_not_told(watchmode, control, clock):
    control("PUT", f"/titles/{SERIES}", json={"user_rating": 5})
    clock.now += 3 * 86_400

    assert watchmode("/changes/titles_details_changed").json()["titles"] == []
    assert watchmode("/changes/titles_details_changed", start_date="20260527000000").json()["titles"] == [SERIES]


def test_source_is_renamed_added_and_dropped(watchmode, control):
    control("PUT", "/sources/203", json={"name": "Netflicks"})
    control("PUT", "/sources/9001", json={"name": "New Service", "type": "free", "regions": ["GB"]})
    control("DELETE", "/sources/26")

    names = {source["id"]: source["name"] for source in watchmode("/sources", regions="GB").json()}
    assert (names[203], names[9001], 26 in names) == ("Netflicks", "New Service", False)
    assert listed(watchmode, source_ids="26", regions="GB") == set()

    control("POST", "/reset")

    names = {source["id"]: source["name"] for source in watchmode("/sources", regions="GB").json()}
    assert (names[203], 9001 in names, names[26]) == ("Netflix", False, "Prime Video")
    assert listed(watchmode, source_ids="26", regions="GB")


def test_genre_is_renamed_added_and_dropped(watchmode, control):
    control("PUT", "/genres/4", json={"name": "Funny"})
    control("PUT", "/genres/99", json={"name": "Heist"})
    dropped = control("DELETE", "/genres/5")

    genres = {genre["id"]: genre["name"] for genre in watchmode("/genres").json()}
    assert (genres[4], genres[99], 5 in genres) == ("Funny", "Heist", False)
    assert dropped["titles_changed"] > 50
    assert 5 not in watchmode(f"/title/{SERIES}/details").json()["genres"]
    control("POST", "/reset")
    assert 5 in watchmode(f"/title/{SERIES}/details").json()["genres"]


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/titles/1", None, 404),
        ("PUT", "/titles/1", {"title": "x"}, 404),
        ("PUT", f"/titles/{SERIES}", {"tmdb_id": 1}, 400),
        ("PUT", f"/titles/{SERIES}", {"year": "1999"}, 400),
        ("PUT", f"/titles/{SERIES}", {"genres": [999]}, 404),
        ("POST", f"/titles/{SERIES}/offers", {"region": "GB"}, 400),
        ("POST", f"/titles/{SERIES}/offers", {"source_id": 1, "region": "GB"}, 404),
        ("POST", f"/titles/{SERIES}/offers", {"source_id": 203, "region": "GB", "type": "gift"}, 400),
        ("PUT", "/faults", {"provider": "netflix"}, 400),
        ("PUT", "/faults", {"provider": "tmdb", "chance": 1}, 400),
        ("PUT", "/faults", {"provider": "tmdb", "rate": 2}, 400),
        ("PUT", "/faults", {"provider": "tmdb", "status": 200}, 400),
        ("GET", "/titles?source=x", None, 400),
        ("DELETE", "/sources/1", None, 404),
        ("DELETE", "/genres/999", None, 404),
    ],
    ids=str,
)
def test_what_cannot_be_done_says_why(client: httpx.Client, method: str, path: str, body, status: int):
    response = client.request(method, f"/control{path}", json=body)

    assert response.status_code == status
    assert response.json()["error"]
