from typing import Any

import httpx
import pytest

from marquee import clock
from marquee.models.reference import Genre
from marquee.models.titles import Title
from marquee.repositories.table import encode
from marquee.repositories.titles import to_item
from tests.fakes import tmdb, watchmode
from tests.fakes.enrichers import Providers, stream_event
from tests.fakes.titles import DAY1, DAY2, listing, title
from tests.unit.conftest import Cloud, FakeContext
from title_enrichment import handler

AT_TMDB = listing(tmdb_id=7, tmdb_type="movie")
NEXT_DAY = listing(DAY2, tmdb_id=7, tmdb_type="movie")
AT_IMDB = listing(imdb_id="tt0000007")


@pytest.fixture
def providers(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Providers:
    found = Providers()
    enricher = found.enricher(cloud.catalogue, cloud.operations)
    monkeypatch.setattr(handler, "enricher", lambda: enricher)
    return found


def item(cloud: Cloud, title_id: str) -> dict[str, Any]:
    return cloud.items(cloud.catalogue)[f"title:{title_id}", "record"]


def enrich(*changes: tuple[dict[str, Any] | None, dict[str, Any] | None]) -> list[str]:
    answer = handler.lambda_handler(stream_event(*changes), FakeContext())  # type: ignore[arg-type]
    return [each["itemIdentifier"] for each in answer["batchItemFailures"]]


def insert(cloud: Cloud, *titles: Title) -> list[str]:
    """Store new titles and hand their records to the function; return the numbers of those that come again."""
    for each in titles:
        cloud.titles.apply(each.id, lambda _, each=each: each)
    return enrich(*[(None, item(cloud, each.id)) for each in titles])


def stored(cloud: Cloud, title_id: str = "11") -> Title:
    found = cloud.titles.get(title_id)
    assert found is not None
    return found


def test_card_is_complete_after_tmdb_and_costs_no_credit(cloud: Cloud, providers: Providers) -> None:
    providers.tmdb.titles["movie/7"] = tmdb.movie(7)

    assert insert(cloud, title("11", "GB:203:4", listing=AT_TMDB)) == []

    assert providers.calls == ["movie/7"]
    found = stored(cloud)
    assert found.enrichment_state == "done"
    assert found.tmdb is not None
    assert (found.tmdb.overview, found.tmdb.rating, found.tmdb.runtime_minutes) == ("TMDB's overview.", 6.5, 101)
    assert (found.tmdb.poster, found.tmdb.certification) == ("https://image.tmdb.org/t/p/w342/poster.jpg", "12A")
    assert ([each.name for each in found.tmdb.cast], found.tmdb.makers) == (["First", "Second"], ("Maker",))
    (row,) = cloud.index.rows_of_pair("203", "4")
    assert (row.card.plot_overview, row.card.user_rating) == ("TMDB's overview.", 6.5)


def test_index_knows_tmdbs_genres_in_watchmodes_numbers_and_the_card_does_not_show_them(
    cloud: Cloud, providers: Providers
) -> None:
    cloud.reference.reconcile_genres([Genre(id="4", name="Comedy", tmdb_id=35), Genre(id="33", name="Anime")])
    told = [{"id": 35, "name": "Comedy"}, {"id": 99, "name": "Documentary"}]
    providers.tmdb.titles["movie/7"] = tmdb.movie(7, genres=told)

    insert(cloud, title("11", "GB:203:7", listing=AT_TMDB))

    (row,) = cloud.index.rows_of_pair("203", "7")
    assert (row.known_genre_ids, row.card.genre_ids) == (("4", "7"), ("7",))


def test_title_without_a_tmdb_id_is_found_by_its_imdb_id(cloud: Cloud, providers: Providers) -> None:
    providers.tmdb.by_imdb["tt0000007"] = "movie/7"
    providers.tmdb.titles["movie/7"] = tmdb.movie(7)

    insert(cloud, title("11", listing=AT_IMDB))

    assert providers.calls == ["find/tt0000007", "movie/7"]
    found = stored(cloud).tmdb
    assert found is not None
    assert (found.tmdb_type, found.tmdb_id) == ("movie", 7)
    assert ("xref:tmdb:movie:7", "title") in cloud.items(cloud.catalogue)


@pytest.mark.parametrize(
    ("word", "calls"),
    [
        pytest.param(listing(), ["title/11/details"], id="no id at all"),
        pytest.param(AT_IMDB, ["find/tt0000007", "title/11/details"], id="IMDb id that TMDB does not have"),
        pytest.param(AT_TMDB, ["movie/7", "title/11/details"], id="TMDB id that is gone"),
    ],
)
def test_title_that_tmdb_does_not_have_gets_its_card_from_watchmode(
    cloud: Cloud, providers: Providers, word: Any, calls: list[str]
) -> None:
    providers.watchmode.details["11"] = watchmode.details(11, watchmode.offer(203, "Netflix"))

    assert insert(cloud, title("11", listing=word)) == []

    assert providers.calls == calls
    found = stored(cloud)
    assert (found.enrichment_state, found.details is not None, found.tmdb) == ("done", True, None)
    assert ("tmdb" in found.unknown_to) == (len(calls) == 2)


def test_title_that_nobody_knows_has_failed(cloud: Cloud, providers: Providers) -> None:
    assert insert(cloud, title("11", listing=AT_TMDB)) == []

    found = stored(cloud)
    assert (found.enrichment_state, set(found.unknown_to)) == ("failed", {"tmdb", "watchmode"})


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(tmdb.refusal(503, 9, "Service offline."), id="503"),
        pytest.param(tmdb.refusal(401, 7, "Invalid API key."), id="401"),
        pytest.param(httpx.ReadTimeout("too slow"), id="time-out"),
        pytest.param(httpx.Response(404, content=b"<html>"), id="404 of somebody in between"),
        pytest.param(httpx.Response(200, json={"id": "x"}), id="another shape"),
    ],
)
def test_outage_of_tmdb_leaves_the_title_pending_and_the_record_comes_again(
    cloud: Cloud, providers: Providers, fault: httpx.Response | Exception
) -> None:
    providers.tmdb.faults["movie/7"] = fault
    providers.tmdb.titles["movie/8"] = tmdb.movie(8)
    word = listing(tmdb_id=8, tmdb_type="movie")

    assert insert(cloud, title("11", listing=AT_TMDB), title("12", listing=word)) == ["1"]

    assert stored(cloud) == title("11", listing=AT_TMDB, version=1)
    assert stored(cloud, "12").enrichment_state == "done"
    assert providers.watchmode.paths == []


def test_title_without_credits_stays_pending_without_an_error(cloud: Cloud, providers: Providers) -> None:
    providers.watchmode.quota = {"quota": 100, "quotaUsed": 100}

    assert insert(cloud, title("11")) == []

    assert stored(cloud) == title("11", version=1)
    assert cloud.titles.lacking_enrichment("card", 10) == ["11"]


@pytest.mark.parametrize("found_at", ["tmdb", "watchmode", "nowhere", "not yet"])
def test_record_of_its_own_write_asks_nobody(cloud: Cloud, providers: Providers, found_at: str) -> None:
    if found_at == "tmdb":
        providers.tmdb.titles["movie/7"] = tmdb.movie(7)
    if found_at == "watchmode":
        providers.watchmode.details["11"] = watchmode.details(11)
    if found_at == "not yet":
        providers.watchmode.quota = {"quota": 100, "quotaUsed": 100}
    cloud.titles.apply("11", lambda _: title("11", listing=AT_TMDB))
    before = item(cloud, "11")
    enrich((None, before))
    asked = len(providers.calls)

    assert enrich((before, item(cloud, "11"))) == []

    assert item(cloud, "11") != before
    assert len(providers.calls) == asked > 0


def test_second_delivery_changes_nothing_but_the_age_of_what_was_fetched(cloud: Cloud, providers: Providers) -> None:
    providers.tmdb.titles["movie/7"] = tmdb.movie(7)
    insert(cloud, title("11", "GB:203:4", listing=AT_TMDB))
    first = stored(cloud)

    enrich((None, item(cloud, "11") | {"enrichment_state": {"S": "pending"}}))

    second = stored(cloud)
    assert first.tmdb is not None
    assert second.tmdb is not None
    assert second.tmdb.model_copy(update={"as_of": first.tmdb.as_of}) == first.tmdb


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        pytest.param(None, title("11", listing=AT_TMDB), True, id="new"),
        pytest.param(
            title("11", listing=AT_TMDB, enrichment_state="failed"), title("11", listing=AT_TMDB), True, id="once more"
        ),
        pytest.param(title("11"), title("11", listing=AT_TMDB), True, id="with an id at last"),
        pytest.param(title("11", listing=AT_TMDB), title("11", "GB:26:4", listing=AT_TMDB), False, id="another pair"),
        pytest.param(title("11", listing=AT_TMDB), title("11", listing=NEXT_DAY), False, id="another day"),
        pytest.param(None, title("11", listing=AT_TMDB, enrichment_state="done"), False, id="done"),
        pytest.param(title("11", listing=AT_TMDB), None, False, id="removed"),
    ],
)
def test_only_titles_that_want_a_card_are_looked_up(
    cloud: Cloud, providers: Providers, old: Title | None, new: Title | None, wanted: bool
) -> None:
    providers.tmdb.titles["movie/7"] = tmdb.movie(7)
    images = [
        encode(to_item(each.model_copy(update={"unknown_to": {"tmdb": DAY1}}))) if each else None for each in (old, new)
    ]

    enrich((images[0], images[1]))

    assert (providers.calls == ["movie/7"]) is wanted


def test_title_that_changed_meanwhile_keeps_what_others_wrote(cloud: Cloud, providers: Providers) -> None:
    providers.tmdb.titles["movie/7"] = tmdb.movie(7)
    cloud.titles.apply("11", lambda _: title("11", "GB:203:4", listing=AT_TMDB))
    old_image = item(cloud, "11")
    renamed = AT_TMDB.model_copy(update={"title": "Renamed", "as_of": DAY2})
    cloud.titles.apply("11", lambda now: now and now.model_copy(update={"listing": renamed}))

    enrich((None, old_image))

    assert (stored(cloud).listing, stored(cloud).enrichment_state) == (renamed, "done")


def test_whole_batch_shares_one_claim_of_calls(cloud: Cloud, providers: Providers) -> None:
    words = [listing(tmdb_id=number, tmdb_type="movie") for number in range(1, 9)]
    for number in range(1, 9):
        providers.tmdb.titles[f"movie/{number}"] = tmdb.movie(number)
    claims: list[str] = []

    def count(model: Any, params: Any, **_: Any) -> None:
        if "governor:tmdb" in str(params["body"]):
            claims.append(model.name)

    cloud.operations.client.meta.events.register("before-call.dynamodb", count)

    insert(cloud, *[title(str(number), listing=word) for number, word in enumerate(words, start=1)])

    assert sorted(providers.tmdb.paths) == [f"movie/{number}" for number in range(1, 9)]
    # The clock is compared, then all calls are claimed at once.
    assert claims == ["GetItem", "UpdateItem"]


def test_part_is_as_old_as_the_moment_it_was_asked_for(cloud: Cloud, providers: Providers) -> None:
    providers.tmdb.titles["movie/7"] = tmdb.movie(7)
    before = clock.now()

    insert(cloud, title("11", listing=AT_TMDB))

    found = stored(cloud).tmdb
    assert found is not None
    assert before <= found.as_of <= clock.now()
