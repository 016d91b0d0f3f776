"""The offline evaluation, on a few made-up people."""

import gzip
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from bench import movielens, pages, ranking, recommending
from bench.movielens import Rating, Ratings
from tests.unit.recommending import film

FILMS = {
    str(number): replace(
        film(number, "Crime" if number % 2 else "Comedy"), year=2000 + number, release_date=f"20{number:02}-01-01"
    )
    for number in range(1, 21)
}


def rating(number: int, stars: int = 8, day: int = 1) -> Rating:
    return Rating(str(number), stars, f"2030-01-{day:02}T00:00:00.000Z")


DATA = Ratings(
    FILMS,
    {
        "anna": (rating(1), rating(3, day=2), rating(5, day=3), rating(7, 3, day=4)),
        "ben": (rating(2), rating(3, day=2), rating(4, day=3), rating(20, day=4)),
        "eve": (rating(3), rating(6, day=2), rating(9, day=3), Rating("8", 9, "2010-06-01T00:00:00.000Z")),
    },
)


def test_what_is_left_out_is_known_to_nobody() -> None:
    test = recommending.split(DATA, 1)

    assert [case.taken.film for case in test.cases] == ["7", "20", "8"]
    assert [test.films[each].votes for each in ("7", "20", "8", "3")] == [0, 0, 0, 3]
    assert test.films["7"].rating is None


def test_validation_knows_nothing_of_the_test() -> None:
    validation = recommending.split(DATA, 2)

    assert [case.taken.film for case in validation.cases] == ["5", "4", "9"]
    assert all(each.film not in {"7", "20", "8"} for case in validation.cases for each in case.before)
    assert validation.films["8"].votes == 0


def test_candidates_were_out_and_not_yet_rated() -> None:
    anna, _, eve = recommending.split(DATA, 1).cases

    assert {each.features.title_id for each in anna.candidates} == set(FILMS) - {"1", "3", "5"}
    assert {each.features.title_id for each in eve.candidates} == {"1", "2", "4", "5", "7", "8", "10"}


def test_every_way_ranks_ten_candidates_the_same_in_every_run() -> None:
    test = recommending.split(DATA, 1)

    for _, rank in recommending.rankers(test):
        found = rank(test.cases[0])
        assert len(set(found)) == recommending.TOP
        assert set(found) <= {each.features.title_id for each in test.cases[0].candidates}
        assert rank(test.cases[0]) == found


def test_row_tells_no_more_than_the_guide_index_does() -> None:
    whole = replace(FILMS["1"], votes=9, language="en", keywords=frozenset({"heist"}), people=frozenset({"Mann"}))

    assert recommending.row(replace(whole, popularity=80.0)) == replace(FILMS["1"], popularity=80.0)


def test_only_the_most_promising_rows_reach_the_second_stage(monkeypatch: pytest.MonkeyPatch) -> None:
    test = recommending.split(DATA, 1)
    monkeypatch.setattr(recommending, "SECOND_STAGE", 3)

    assert len(recommending.ours(test)(test.cases[0])) == 3
    assert len(recommending.ours(test, stages=1)(test.cases[0])) == recommending.TOP


def test_each_way_of_knowing_less_of_a_person_knows_less() -> None:
    test = recommending.split(DATA, 1)
    anna = test.cases[0]

    whole, yearless = (learn(anna, test.films) for learn in (recommending.what_was_rated, recommending.no_years))
    genres, nothing = (learn(anna, test.films) for learn in (recommending.three_genres, recommending.nothing))

    assert whole.years
    assert yearless == replace(whole, years={})
    assert (genres.chosen, genres.liked) == ({"Crime"}, ())
    assert (nothing.genres, nothing.liked) == ({}, ())


def test_gain_is_one_in_the_first_place_less_further_down_and_nothing_outside() -> None:
    assert ranking.gain(["7", "8", "9"], "7") == 1
    assert ranking.gain(["7", "8", "9"], "9") == 0.5
    assert ranking.gain(["7", "8", "9"], "1") == 0


def test_figures_follow_from_the_lists() -> None:
    test = recommending.split(DATA, 1)

    figures, gains = recommending.measure(test, lambda case: ["7", "20"])

    assert gains == [1, pytest.approx(0.6309, abs=1e-4), 0]
    assert figures["hit_rate"] == pytest.approx(2 / 3)
    assert figures["ndcg_liked"] == pytest.approx(0.6309 / 2, abs=1e-4)
    assert figures["coverage"] == 0.1
    assert figures["ndcg"]["low"] <= figures["ndcg"]["mean"] <= figures["ndcg"]["high"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with the two data sets in their own form."""
    for path in (movielens.RATINGS, movielens.FILMS):
        (tmp_path / path).parent.mkdir(exist_ok=True)
    with zipfile.ZipFile(tmp_path / movielens.RATINGS, "w") as archive:
        archive.writestr("ml-latest-small/links.csv", "movieId,imdbId,tmdbId\n1,1,862\n2,2,863\n3,3,\n")
        archive.writestr(
            "ml-latest-small/ratings.csv",
            "userId,movieId,rating,timestamp\n1,2,0.5,1000000001\n1,1,4.5,1000000000\n1,3,5.0,999999999\n",
        )
    columns = "id,title,genres,keywords,release_date,original_language"
    names = json.dumps([{"id": 16, "name": "Animation"}]).replace('"', '""')
    rows = [f'{number},"Toy, Story","{names}",[],{day},en' for number, day in ((862, "1995-10-30"), (863, ""))]
    (tmp_path / movielens.FILMS).write_bytes(gzip.compress("\n".join([columns, *rows]).encode()))
    return tmp_path


def test_ratings_are_joined_with_films_by_tmdb_id_in_the_order_of_time(folder: Path) -> None:
    data = movielens.load(folder)

    assert data.people == {
        "1": (Rating("862", 9, "2001-09-09T01:46:40.000Z"), Rating("863", 1, "2001-09-09T01:46:41.000Z"))
    }
    assert data.films["862"].genre_ids == {"Animation"}
    assert (data.films["862"].year, data.films["863"].year) == (1995, None)


def test_missing_files_are_named(folder: Path, tmp_path: Path) -> None:
    assert movielens.missing(folder) == []
    assert movielens.missing(tmp_path / "nowhere") == [
        tmp_path / "nowhere" / each for each in (movielens.RATINGS, movielens.FILMS)
    ]


def test_committed_page_shows_the_committed_results() -> None:
    root = Path(__file__).resolve().parents[2]
    results = json.loads((root / "bench/results.json").read_text())

    assert (root / "docs/benchmarks.md").read_text() == pages.page(results)


def test_many_cases_are_ranked_in_their_order_by_other_processes_too() -> None:
    cases = range(2 * ranking.ENOUGH)

    assert ranking.ranked(lambda case: [str(case)], cases) == [[str(case)] for case in cases]
