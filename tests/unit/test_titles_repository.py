from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from marquee.errors import Conflict
from marquee.models.titles import OfferOption, ProviderOffer, Title
from marquee.repositories.guide_index import Filter, PageRequest
from marquee.repositories.table import ConditionFailed
from marquee.repositories.titles import TitleRepository
from tests.fakes.table import MemoryTable
from tests.fakes.titles import DAY1, DAY2, DAY3, details, listed, listing, title, tmdb
from tests.unit.conftest import Cloud

WANTED = PageRequest(region="GB", sort="rating", limit=10)


class Overtaken(MemoryTable):
    """A table on which another writer is faster, as often as told."""

    def __init__(self, titles: Iterator[Title]) -> None:
        super().__init__()
        self.others = titles

    def transact(self, actions: Any) -> None:
        if other := next(self.others, None):
            others, self.others = self.others, iter(())
            TitleRepository(self).apply(other.id, lambda now: (now or other).model_copy(update=other_part(other)))
            self.others = others
        super().transact(actions)


def other_part(other: Title) -> dict[str, object]:
    return {"details": other.details}


def with_facts(title: Title | None) -> Title | None:
    return title and title.model_copy(update={"tmdb": tmdb()})


@pytest.fixture
def requests(cloud: Cloud) -> Counter[str]:
    """Count the requests to DynamoDB by operation."""
    found: Counter[str] = Counter()

    def count(model: Any, **_: object) -> None:
        found[model.name] += 1

    cloud.catalogue.client.meta.events.register("before-call.dynamodb", count)
    return found


def test_title_comes_back_whole(cloud: Cloud) -> None:
    given = title("11", "GB:203:4", details=details(user_rating=8.1, genre_ids=("4",)), unknown_to={"tmdb": DAY1})

    cloud.titles.apply("11", lambda _: given)

    assert cloud.titles.get("11") == given.model_copy(update={"version": 1})
    assert set(cloud.titles.get_many(["11", "12"])) == {"11"}
    assert cloud.titles.get("12") is None


def test_change_that_makes_no_difference_is_not_written(cloud: Cloud, requests: Counter[str]) -> None:
    known = cloud.titles.apply("11", lambda _: title("11", "GB:203:4"))
    requests.clear()

    assert cloud.titles.apply("11", lambda now: now, known=known) == known
    assert cloud.titles.apply("11", lambda _: None, known=known) == known

    assert not requests


def test_change_writes_the_record_and_only_the_rows_that_differ(cloud: Cloud, requests: Counter[str]) -> None:
    known = cloud.titles.apply("11", lambda _: title("11", "GB:203:4", "GB:26:4"))
    requests.clear()

    cloud.titles.apply("11", lambda now: now and now.model_copy(update={"unknown_to": {"tmdb": DAY1}}), known=known)

    assert requests == {"TransactWriteItems": 1}


def test_writer_that_was_overtaken_reads_again_and_loses_nothing() -> None:
    table = Overtaken(iter([]))
    titles = TitleRepository(table)
    stale = titles.apply("11", lambda _: title("11", "GB:203:4"))
    table.others = iter([title(details=details(plot_overview="Other's"))])

    found = titles.apply("11", with_facts, known=stale)

    assert found is not None
    assert (found.version, found.tmdb, found.details) == (3, tmdb(), details(plot_overview="Other's"))
    assert titles.get("11") == found


def test_writer_that_is_overtaken_again_and_again_gives_up_loudly() -> None:
    table = Overtaken(iter([]))
    titles = TitleRepository(table)
    titles.apply("11", lambda _: title("11"))
    table.others = (title(details=details(plot_overview=str(n))) for n in range(100))

    with pytest.raises(Conflict):
        titles.apply("11", with_facts)


def test_stale_version_is_refused_by_the_table_itself(cloud: Cloud) -> None:
    first = cloud.titles.apply("11", lambda _: title("11"))
    cloud.titles.apply("11", with_facts)

    with pytest.raises(ConditionFailed):
        cloud.titles._write(first, title("11", version=2))
    with pytest.raises(ConditionFailed):
        cloud.titles._write(None, title("11"))


def test_title_with_more_rows_than_a_transaction_takes_is_written_whole(cloud: Cloud) -> None:
    places = [f"GB:{source}:{genre}" for source in range(1, 12) for genre in range(1, 10)]
    whole = cloud.titles.apply("11", lambda _: title("11", *places))

    items = cloud.items(cloud.catalogue)
    assert Counter(pk.split(":")[0] for pk, _ in items) == {"source": 99, "title": 12, "search": 7}

    cloud.titles.apply("11", lambda now: now and now.model_copy(update={"attributions": {}}), known=whole)

    assert Counter(pk.split(":")[0] for pk, _ in cloud.items(cloud.catalogue)) == {"title": 12, "search": 7}


def test_overtaken_writer_of_many_rows_writes_none_of_them() -> None:
    table = MemoryTable()
    titles = TitleRepository(table)
    stale = titles.apply("11", lambda _: title("11"))
    titles.apply("11", with_facts)
    places = [f"GB:{source}:{genre}" for source in range(1, 12) for genre in range(1, 10)]
    before = dict(table.stored)

    with pytest.raises(ConditionFailed):
        titles._write(stale, title("11", *places, version=2))

    assert table.stored == before


def test_offers_of_one_provider_leave_those_of_the_others(cloud: Cloud) -> None:
    cloud.titles.apply("11", lambda _: title("11", "GB:203:4"))
    sub = ProviderOffer(options=(OfferOption(type="sub", price=1.5),), first_seen=DAY1, last_seen=DAY2)
    gone = ProviderOffer(first_seen=DAY1, last_seen=DAY1, left_at=DAY2)
    cloud.titles.set_provider_offers("11", "watchmode", {("GB", "203"): ("Netflix", sub)})

    cloud.titles.set_provider_offers("11", "tmdb", {("GB", "203"): (None, gone), ("GB", "tmdb-9"): ("Nine", sub)})

    found = {offer.source_id: offer for offer in cloud.titles.get_with_offers("11")[1]}
    assert (found["203"].name, found["203"].watchmode, found["203"].tmdb) == ("Netflix", sub, gone)
    assert found["203"].listing is not None
    assert (found["tmdb-9"].name, found["tmdb-9"].tmdb, found["tmdb-9"].listing) == ("Nine", sub, None)


def test_crosswalk_follows_the_ids_of_a_title(cloud: Cloud) -> None:
    cloud.titles.apply("11", lambda _: title("11", listing=listing(tmdb_id=7, tmdb_type="movie", imdb_id="tt1")))

    corrected = listing(DAY2, tmdb_id=8, tmdb_type="tv", imdb_id="tt1")
    cloud.titles.apply("11", lambda now: now and now.model_copy(update={"listing": corrected}))

    leads = {pk: item["title_id"]["S"] for (pk, _), item in cloud.items(cloud.catalogue).items() if pk[:4] == "xref"}
    assert leads == {"xref:tmdb:tv:8": "11", "xref:imdb:tt1": "11"}


def test_title_that_loses_an_id_does_not_take_the_crosswalk_of_another(cloud: Cloud) -> None:
    shared = listing(tmdb_id=7, tmdb_type="movie")
    for title_id in ("4", "30"):
        cloud.titles.apply(title_id, lambda _, title_id=title_id: title(title_id, listing=shared))

    cloud.titles.apply("30", lambda now: now and now.model_copy(update={"listing": listing(DAY2)}))

    assert cloud.items(cloud.catalogue)["xref:tmdb:movie:7", "title"]["title_id"]["S"] == "4"


def test_sweep_finds_titles_by_need_those_in_most_demand_first(cloud: Cloud) -> None:
    for title_id, popularity in (("1", 9.5), ("2", 99.0), ("3", None), ("4", 50.0)):
        found = title(title_id, listing=listing(popularity=popularity))
        cloud.titles.apply(title_id, lambda _, found=found: found)
    cloud.titles.apply("4", lambda now: now and now.model_copy(update={"tmdb": tmdb(), "enrichment_state": "done"}))

    assert cloud.titles.lacking_enrichment("card", 10) == ["2", "1", "3"]
    assert cloud.titles.lacking_enrichment("card", 2) == ["2", "1"]
    assert cloud.titles.lacking_enrichment("details", 10) == ["4"]


def test_refresh_finds_what_is_due_longest_overdue_first(cloud: Cloud) -> None:
    for title_id, as_of in (("1", DAY2), ("2", DAY1), ("3", DAY3)):
        found = title(title_id, details=details(as_of), enrichment_state="done")
        cloud.titles.apply(title_id, lambda _, found=found: found)
    cloud.titles.apply("4", lambda _: title("4"))

    assert cloud.titles.due_for_refresh("2026-11-30T12:00:00.000Z", 10) == ["2", "1"]
    assert cloud.titles.due_for_refresh("2027-01-01T00:00:00.000Z", 2) == ["2", "1"]
    assert cloud.titles.due_for_refresh(DAY3, 10) == []


def test_page_of_a_pair_goes_on_after_the_place_where_it_stopped(cloud: Cloud) -> None:
    for title_id, rating in (("1", 5.0), ("2", 9.0), ("3", 7.0)):
        found = title(title_id, "GB:203:4", details=details(user_rating=rating))
        cloud.titles.apply(title_id, lambda _, found=found: found)

    first, position = cloud.index.pair_page("203", "4", PageRequest(region="GB", sort="rating", limit=2))
    second, end = cloud.index.pair_page("203", "4", PageRequest(region="GB", sort="rating", limit=2, after=position))

    assert [row.card().id for row in (*first, *second)] == ["2", "3", "1"]
    assert end is None


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        pytest.param(WANTED, ["2", "1"], id="by rating"),
        pytest.param(replace(WANTED, sort="newest"), ["1", "2"], id="newest"),
        pytest.param(replace(WANTED, sort="popularity"), ["1", "2"], id="by popularity"),
        pytest.param(replace(WANTED, region="US"), ["3"], id="in another country"),
        pytest.param(replace(WANTED, filter=Filter(types=("movie",))), ["1"], id="of a type"),
        pytest.param(replace(WANTED, filter=Filter(types=("movie", "tv_series"))), ["2", "1"], id="of two types"),
        pytest.param(replace(WANTED, filter=Filter(year_from=2020)), ["1"], id="from a year on"),
        pytest.param(replace(WANTED, filter=Filter(year_from=2019, year_to=2019)), ["2"], id="of a year"),
        pytest.param(replace(WANTED, filter=Filter(min_rating=6)), ["2"], id="well rated"),
        pytest.param(replace(WANTED, filter=Filter(min_rating=6), after="007.000"), [], id="between two ratings"),
        pytest.param(replace(WANTED, filter=Filter(min_rating=6), after="005"), [], id="after the lowest rating"),
        pytest.param(replace(WANTED, sort="newest", filter=Filter(min_rating=6)), ["2"], id="well rated, newest"),
        pytest.param(replace(WANTED, filter=Filter(genres_all=("4", "7"))), ["1"], id="of all genres"),
        pytest.param(replace(WANTED, filter=Filter(genres_none=("7", "8"))), ["2"], id="without genres"),
        pytest.param(replace(WANTED, filter=Filter(without=frozenset({"2"}))), ["1"], id="without a title"),
    ],
)
def test_page_holds_what_is_wanted_in_its_order(cloud: Cloud, wanted: PageRequest, found: list[str]) -> None:
    one = details(user_rating=5.0, release_date="2020-01-01", genre_ids=("7",))
    two = details(user_rating=9.0, release_date="2019-01-01")
    series = listing(type="tv_series", year=2019, popularity=9.5)
    listed(
        cloud.titles,
        title("1", "GB:203:4", listing=listing(year=2020, popularity=10.0), details=one),
        title("2", "GB:203:4", listing=series, details=two),
        title("3", "US:203:4"),
    )

    rows, end = cloud.index.pair_page("203", "4", wanted)

    assert ([row.card().id for row in rows], end) == (found, None)
