import pytest
from hypothesis import given
from hypothesis import strategies as st

from marquee import guide
from marquee.models.titles import Attribution, Card
from tests.fakes.titles import DAY1, DAY2, DAY3, details, listing, title, tmdb

IDS = st.integers(1, 10**18).map(str)
RATINGS = st.none() | st.integers(0, 100).map(lambda tenths: tenths / 10)
DAYS = st.none() | st.dates().map(str)
CARDS = st.builds(
    Card,
    id=IDS,
    title=st.just("T"),
    type=st.just("movie"),
    year=st.none() | st.integers(1800, 2200),
    release_date=DAYS,
    user_rating=RATINGS,
)


def test_card_of_a_bare_listing_shows_the_listing_and_leaves_the_rest_open() -> None:
    card = guide.card(title("11", "GB:203:4", listing=listing(year=1999, tmdb_id=7, tmdb_type="movie")))

    assert (card.title, card.year, card.tmdb_id, card.tmdb_type) == ("A title", 1999, 7, "movie")
    assert (card.plot_overview, card.poster, card.user_rating, card.release_date) == (None, None, None, None)


def test_words_of_watchmode_go_before_those_of_tmdb() -> None:
    told = details(plot_overview="W", poster="https://w", user_rating=8.0, release_date="2020-01-01", imdb_id="tt1")
    also = tmdb(overview="T", poster="https://t", rating=6.0, release_date="2019-01-01", imdb_id="tt2")

    card = guide.card(title(details=told, tmdb=also))

    assert (card.plot_overview, card.poster, card.user_rating) == ("W", "https://w", 8.0)
    assert (card.release_date, card.imdb_id) == ("2020-01-01", "tt1")


def test_tmdb_fills_what_watchmode_does_not_know() -> None:
    also = tmdb(overview="T", poster="https://t", rating=6.0, release_date="2019-01-01", imdb_id="tt2")

    card = guide.card(title(details=details(), tmdb=also))

    assert (card.plot_overview, card.poster, card.user_rating) == ("T", "https://t", 6.0)
    assert (card.release_date, card.imdb_id, card.tmdb_id, card.tmdb_type) == ("2019-01-01", "tt2", 7, "movie")


def test_rating_of_zero_is_a_rating() -> None:
    assert guide.card(title(details=details(user_rating=0.0), tmdb=tmdb(rating=9.0))).user_rating == 0.0


def test_services_come_from_the_listing_alone_and_by_country() -> None:
    gone = Attribution(first_seen=DAY1, as_of=DAY1, left_at=DAY2)
    there = Attribution(first_seen=DAY1, as_of=DAY1)
    places = {"GB:203:4": there, "GB:26:4": there, "US:157:4": there, "GB:372:7": gone}

    card = guide.card(title(attributions=places))

    assert card.availability == {"GB": ("26", "203"), "US": ("157",)}


def test_genres_come_from_the_listing_and_from_the_details() -> None:
    assert guide.card(title("11", "GB:203:4", details=details(genre_ids=("18", "7")))).genre_ids == ("4", "7", "18")


def test_rows_know_tmdbs_genres_until_watchmode_has_given_its_own_and_cards_never_show_them() -> None:
    known = title("11", "GB:203:4", tmdb=tmdb(genre_ids=("7", "4")))
    completed = known.model_copy(update={"details": details(genre_ids=("18",))})

    ((early,), (late,)) = (guide.index_rows(each).values() for each in (known, completed))

    assert (early.known_genre_ids, early.card.genre_ids) == (("4", "7"), ("4",))
    assert (late.known_genre_ids, late.card.genre_ids) == (("4", "18"), ("4", "18"))


def test_index_has_a_row_under_each_pair_that_lists_the_title_and_under_no_other() -> None:
    rows = guide.index_rows(title("11", "GB:203:4", "GB:26:7", "US:203:4", details=details(genre_ids=("18",))))

    assert {pair: row.regions for pair, row in rows.items()} == {("203", "4"): ("GB", "US"), ("26", "7"): ("GB",)}


def test_title_that_is_listed_nowhere_has_no_rows() -> None:
    gone = Attribution(first_seen=DAY1, as_of=DAY1, left_at=DAY2)

    assert guide.index_rows(title(attributions={"GB:203:4": gone}, details=details(genre_ids=("4",)))) == {}


@given(st.dictionaries(st.tuples(*[st.sampled_from(each) for each in (["GB", "US"], "12", "34")]), st.booleans()))
def test_rows_are_exactly_the_present_attributions(present: dict[tuple[str, str, str], bool]) -> None:
    places = {
        ":".join(place): Attribution(first_seen=DAY1, as_of=DAY1, left_at=None if here else DAY2)
        for place, here in present.items()
    }

    rows = guide.index_rows(title(attributions=places))

    shown = {(region, *pair) for pair, row in rows.items() for region in row.regions}
    assert shown == {place for place, here in present.items() if here}


def test_service_is_offered_since_the_first_sighting_under_any_genre_until_it_left_the_last() -> None:
    places = {
        "GB:203:4": Attribution(first_seen=DAY1, as_of=DAY1, left_at=DAY2),
        "GB:203:7": Attribution(first_seen=DAY2, as_of=DAY2),
        "GB:26:4": Attribution(first_seen=DAY1, as_of=DAY1, left_at=DAY2),
        "GB:26:7": Attribution(first_seen=DAY2, as_of=DAY2, left_at=DAY3),
    }

    offers = guide.listed_offers(title(attributions=places))

    assert {service: (each.first_seen, each.left_at) for service, each in offers.items()} == {
        ("GB", "203"): (DAY1, None),
        ("GB", "26"): (DAY1, DAY3),
    }


@given(CARDS, CARDS)
def test_order_by_rating_is_that_of_the_numbers_with_unrated_titles_last(one: Card, other: Card) -> None:
    first, second = (card.user_rating or 0.0 for card in (one, other))

    if first != second:
        assert (guide.rating_sort(one) > guide.rating_sort(other)) == (first > second)


@pytest.mark.parametrize(("lower", "higher"), [(None, 0.1), (9.9, 10.0), (1.0, 10.0), (8.1, 8.11)])
def test_higher_rating_stands_higher(lower: float | None, higher: float) -> None:
    facts = {"id": "1", "title": "T", "type": "movie"}

    low, high = (guide.rating_sort(Card(**facts, user_rating=rating)) for rating in (lower, higher))

    assert low < high


@given(CARDS, CARDS)
def test_order_by_release_is_that_of_the_days_with_undated_titles_last(one: Card, other: Card) -> None:
    first, second = (card.release_date or (f"{card.year:04d}" if card.year else "") for card in (one, other))

    if first != second:
        assert (guide.release_sort(one) > guide.release_sort(other)) == (first > second)


@pytest.mark.parametrize("sort", [guide.rating_sort, guide.release_sort], ids=["rating", "release"])
@given(one=CARDS, other=CARDS)
def test_no_two_titles_have_one_place_and_one_title_has_one(sort: object, one: Card, other: Card) -> None:
    assert callable(sort)

    assert (sort(one) == sort(other)) <= (one.id == other.id)
    assert sort(one) == sort(one.model_copy(update={"title": "renamed", "poster": "https://new"}))


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        pytest.param({}, {"release_date": "1900-01-01"}, id="undated before any day"),
        pytest.param({}, {"year": 1900}, id="undated before any year"),
        pytest.param({"year": 2020}, {"release_date": "2020-01-01"}, id="a bare year before its days"),
        pytest.param({"release_date": "2019-12-31"}, {"year": 2020}, id="a year after the days before it"),
        pytest.param({"id": "2"}, {"id": "10"}, id="ids as numbers"),
    ],
)
def test_release_order_of_what_is_half_known(earlier: dict[str, object], later: dict[str, object]) -> None:
    facts = {"id": "1", "title": "T", "type": "movie"}

    assert guide.release_sort(Card(**{**facts, **earlier})) < guide.release_sort(Card(**{**facts, **later}))


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Another"},
        {"type": "tv_series"},
        {"year": 2001},
        {"imdb_id": "tt2"},
        {"tmdb_id": 8},
        {"tmdb_type": "tv"},
        {"popularity": 60.0},
        {"popularity": None},
    ],
    ids=str,
)
def test_fingerprint_changes_with_every_fact_of_the_listing(change: dict[str, object]) -> None:
    known = {"year": 2000, "imdb_id": "tt1", "tmdb_id": 7, "tmdb_type": "movie", "popularity": 55.5}

    assert guide.fingerprint(listing(**known)) != guide.fingerprint(listing(**{**known, **change}))


@pytest.mark.parametrize("popularity", [50.0, 52.1, 59.99])
def test_small_step_of_popularity_and_a_later_day_leave_the_fingerprint(popularity: float) -> None:
    assert guide.fingerprint(listing(DAY2, popularity=popularity)) == guide.fingerprint(listing(DAY1, popularity=55.5))


@given(st.lists(IDS))
def test_ids_stand_once_each_in_numeric_order(ids: list[str]) -> None:
    assert guide.in_order(ids) == tuple(sorted(set(ids), key=int))
