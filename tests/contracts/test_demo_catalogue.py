"""The shipped catalogue: facts alone, enough of each kind, and the gaps that real data has."""

import pytest

from local.catalogue import Catalogue, load_catalogue
from local.catalogue.demo import COLUMNS, PATH

NETFLIX, PRIME, DISNEY, APPLE, NOW, ALL_4, IPLAYER, ITVX = 203, 26, 372, 371, 406, 407, 409, 413


def test_file_is_small_and_holds_no_texts():
    assert PATH.stat().st_size < 600_000
    assert not {"overview", "tagline", "biography"} & set(COLUMNS)


def test_known_services_and_genres_have_titles(catalogue: Catalogue):
    assert len(catalogue.titles) >= 600
    for source in (NETFLIX, PRIME, DISNEY, APPLE, NOW, ALL_4, IPLAYER, ITVX):
        assert len(catalogue.by_source["GB", source]) >= 15, source
    assert sum(bool(titles) for titles in catalogue.by_genre.values()) >= 30


def test_overview_is_a_sentence_of_facts(catalogue: Catalogue):
    for title in catalogue.titles.values():
        sentence = catalogue.overview(title)
        assert sentence.startswith(("A ", "An "))
        assert sentence.endswith(".")


def test_catalogue_holds_the_edge_cases(catalogue: Catalogue):
    titles = list(catalogue.titles.values())

    for missing in ("year", "tmdb_id", "imdb_id", "user_rating", "runtime", "critic_score", "release_date"):
        assert any(getattr(title, missing) is None for title in titles), missing
    assert any(not title.poster for title in titles)
    assert any(not title.genre_ids for title in titles)
    assert any(not title.offers for title in titles)
    assert any(len(numbers) == 2 for numbers in catalogue.by_tmdb.values())
    assert all(len(set(title.genre_ids)) == len(title.genre_ids) for title in titles)
    assert all(set(title.genre_ids) <= catalogue.genres.keys() for title in titles)
    assert all(o.region in catalogue.sources[o.source_id].regions for title in titles for o in title.offers)


@pytest.mark.parametrize("count", [50, 1_500])
def test_catalogue_is_cut_or_extended_to_any_size(count: int):
    catalogue = load_catalogue(titles=count)

    assert len(catalogue.titles) == count
    keys = [(title.tmdb_type, title.tmdb_id) for title in catalogue.titles.values() if title.id >= 20_000_000]
    assert len(set(keys)) == len(keys) == max(0, count - len(load_catalogue().titles))
    assert catalogue.by_source["GB", 203]
