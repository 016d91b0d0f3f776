from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marquee import search
from marquee.models.titles import Title
from marquee.repositories.search_index import FoundHit, SearchIndex
from marquee.repositories.titles import TitleRepository
from marquee.search import Lookup
from tests.fakes.table import MemoryTable
from tests.fakes.titles import DAY2, details, listed, listing, title, tmdb
from tests.unit.conftest import Cloud

FACTS = st.fixed_dictionaries(
    {
        "title": st.sampled_from(["Dune", "Dune Two", "Wall-E", "M", "!"]),
        "year": st.sampled_from([None, 1984, 2021]),
        "popularity": st.sampled_from([None, 1.0, 100.0]),
    }
)


def film(number: int, name: str, year: int | None = None, popularity: float | None = None) -> Title:
    return title(str(number), "GB:203:4", listing=listing(title=name, year=year, popularity=popularity))


def rows(table: MemoryTable) -> dict[str, dict[str, Any]]:
    return {sk: item for (pk, sk), item in table.stored.items() if pk.startswith("search:")}


def ids(hits: list[FoundHit] | None) -> list[str]:
    return [hit.card().id for hit in hits or []]


def test_title_is_written_under_its_tokens_with_its_card_but_the_plot() -> None:
    table = MemoryTable()
    dune = film(7, "Dune", 2021, 90.0)
    listed(TitleRepository(table), dune.model_copy(update={"details": details(plot_overview="Sand.", poster="p")}))

    place = "010.00#0000000000000000007"
    assert set(rows(table)) == {f"{token}#{place}" for token in ("d", "du", "dun", "dune", "=dune")}
    assert {pk for pk, _ in table.stored if pk.startswith("search:")} == {"search:d", "search:du"}
    row = rows(table)[f"dun#{place}"]
    assert row["release_sort"] == f"dun#2021#{place}"
    assert (row["title"], row["poster"], row["availability"]) == ("Dune", "p", {"GB": ["203"]})
    assert "plot_overview" not in row


def test_rows_follow_a_title_that_is_renamed_or_becomes_more_popular() -> None:
    table = MemoryTable()
    titles = TitleRepository(table)
    listed(titles, film(7, "Dune", 2021, 90.0))

    renamed = listing(DAY2, title="Sand", year=2021, popularity=95.0)
    titles.apply("7", lambda now: now and now.model_copy(update={"listing": renamed}))

    place = "005.00#0000000000000000007"
    assert set(rows(table)) == {f"{token}#{place}" for token in ("s", "sa", "san", "sand", "=sand")}


@pytest.mark.parametrize(
    ("change", "written"),
    [
        pytest.param({"details": details(plot_overview="Sand.")}, 0, id="plot"),
        pytest.param({"unknown_to": {"tmdb": DAY2}}, 0, id="what no card shows"),
        pytest.param({"tmdb": tmdb(poster="p")}, 5, id="poster"),
        pytest.param({"attributions": {}}, 5, id="services"),
    ],
)
def test_only_a_card_that_changed_is_written_again(change: dict[str, object], written: int) -> None:
    table = MemoryTable()
    titles = TitleRepository(table)
    listed(titles, film(7, "Dune"))
    before = rows(table)

    titles.apply("7", lambda now: now and now.model_copy(update=change))

    assert sum(row is not before[key] for key, row in rows(table).items()) == written
    assert set(rows(table)) == set(before)


@given(st.lists(FACTS, min_size=1, max_size=5))
def test_rows_are_those_of_the_present_title_whatever_it_was_before(history: list[dict[str, Any]]) -> None:
    table = MemoryTable()
    for day, facts in enumerate(history):
        told = listing(f"2026-11-{day + 1:02d}T05:00:00.000Z", **facts)
        TitleRepository(table).apply(
            "7", lambda now, told=told: (now or title("7")).model_copy(update={"listing": told})
        )

    alone = MemoryTable()
    listed(TitleRepository(alone), title("7", listing=listing(**history[-1])))
    assert rows(table) == rows(alone)


class Crashing(MemoryTable):
    """A table on which the second transaction of a writer does not come any more."""

    left = 1

    def transact(self, actions: Sequence[Mapping[str, Any]]) -> None:
        if self.left == 0:
            raise TimeoutError
        self.left -= 1
        super().transact(actions)


def test_title_of_many_rows_is_whole_after_a_crash_between_its_transactions_and_a_repetition() -> None:
    table = Crashing()
    places = [f"GB:{source}:{genre}" for source in range(1, 12) for genre in range(1, 10)]
    name = "Precious Elegant Terrible Wonderful Marvelous Horrible Dreadful Splendid Delicate Fragrant Sumptuous Nice"
    known = title("7", *places, listing=listing(title=name))

    with pytest.raises(TimeoutError):
        listed(TitleRepository(table), known)
    table.left = 10
    listed(TitleRepository(table), known)

    expected = {"source": 99, "title": 12, "search": len(search.tokens(name))}
    assert Counter(pk.split(":")[0] for pk, _ in table.stored) == expected


@pytest.fixture
def index(cloud: Cloud) -> SearchIndex:
    listed(
        cloud.titles,
        film(1, "Terminal", 2004, 50.0),
        film(2, "The Terminator", 1984, 99.0),
        film(3, "Terminator Terminus", 2019, 80.0),
        film(4, "Terms", None, 10.0),
    )
    return SearchIndex(cloud.catalogue)


@pytest.mark.parametrize(
    ("lookup", "found"),
    [
        pytest.param(Lookup("term"), ["2", "3", "1", "4"], id="beginning, most popular first"),
        pytest.param(Lookup("terms"), ["4"], id="word"),
        pytest.param(Lookup("=terminal"), ["1"], id="name"),
        pytest.param(Lookup("term", 1984), ["2"], id="of a year"),
        pytest.param(Lookup("=terms", 1984), [], id="name of another year"),
        pytest.param(Lookup("t"), ["2", "3", "1", "4"], id="one letter"),
        pytest.param(Lookup("th"), ["2"], id="another part of the index"),
        pytest.param(Lookup("xy"), [], id="nothing"),
    ],
)
def test_list_of_a_token_is_in_order_and_goes_on_where_it_stopped(
    index: SearchIndex, lookup: Lookup, found: list[str]
) -> None:
    whole, end = index.page(lookup, "", 10)
    assert (ids(whole), end) == (found, None)

    one_by_one, after = [], ""
    for _ in found:
        (hit,), stopped = index.page(lookup, after, 1)
        one_by_one.append(hit.card().id)
        after = stopped or ""
    assert one_by_one == found


def test_long_words_are_found_in_order_once_each(index: SearchIndex) -> None:
    hits = index.words(Lookup("termin", prefix=True), "")
    assert hits is not None

    assert ids(hits) == ["2", "3", "1"]
    assert ids(index.words(Lookup("termin", prefix=True), hits[1].position)) == ["1"]


def test_too_many_long_words_are_told_from_none(index: SearchIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("marquee.repositories.search_index.WHOLE_WORDS", 2)

    assert index.words(Lookup("termin", prefix=True), "") is None
    assert index.words(Lookup("terminx", prefix=True), "") == []
