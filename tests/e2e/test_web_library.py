"""The library in the browser: found, ranked and counted as the API has it, changed, imported and taken out again."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from local.users import DemoUser
from tests.e2e.browser import Visit
from tests.e2e.cloud import Cloud
from tests.e2e.test_library import act, add, import_in, upload

FILMS = 24
PAGE = 20


@dataclass(frozen=True)
class Shelf:
    """Films that one member has brought: a word that all titles have and a genre that no other film is of."""

    owner: DemoUser
    mark: str
    genre: str


@pytest.fixture(scope="module")
def shelf(cloud: Cloud) -> Iterator[Shelf]:
    """More films than a page of the ranking has, rated 1.0 to 9.9, of 2001 to 2024; taken out again in the end."""
    shelf = Shelf(cloud.new_user(), f"Shelf{uuid4().hex[:8]}", f"Genre{uuid4().hex[:8]}")
    rows = [
        (f"{shelf.mark} film {number}", shelf.genre, f"{min(9.9, 1 + number * 0.4):.1f}", str(2001 + number))
        for number in range(FILMS)
    ]
    with cloud.api(shelf.owner) as owner:
        import_id = upload(owner, "shelf.csv", table(("title", "genre", "rating", "year"), *rows).encode())
        import_in(owner, import_id, "preview")
        act(owner, import_id, "start")
        assert import_in(owner, import_id, "finished")["counts"]["added"] == FILMS
    yield shelf
    with cloud.api(shelf.owner) as owner:
        act(owner, import_id, "undo")
        import_in(owner, import_id, "undone")


@pytest.fixture
def member(cloud: Cloud) -> DemoUser:
    """A member whom no other test knows."""
    return cloud.new_user()


def table(*rows: tuple[str, ...]) -> str:
    """Return rows as CSV."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


def films(page: Page, name: str = "Films") -> Locator:
    """Return the rows of a list of films, without its heading."""
    return page.get_by_role("table", name=name).get_by_role("row").filter(has=page.get_by_role("link"))


def choice(page: Page, name: str) -> Locator:
    """Return a field with a list to choose from."""
    return page.get_by_role("combobox", name=name, exact=True)


def answer(client: httpx.Client, path: str, **query: Any) -> dict[str, Any]:
    """Return what the API says."""
    found: dict[str, Any] = client.get(path, params=query).raise_for_status().json()
    return found


def test_films_are_found_by_the_beginnings_of_words_and_by_filters(visit: Visit, shelf: Shelf):
    page = visit.sign_in(shelf.owner, "/library")
    found = page.get_by_role("main").get_by_role("status")

    page.get_by_role("searchbox", name="Search by title").fill(f"{shelf.mark.lower()[:-1]} FIL")
    expect(found.filter(has_text=f"{FILMS} films for")).to_be_visible()
    expect(choice(page, "Genres")).to_be_disabled()

    page.get_by_role("searchbox", name="Search by title").fill("")
    genres = choice(page, "Genres")
    genres.fill(shelf.genre)
    genres.press("Enter")
    expect(found.filter(has_text=re.compile(f"^{FILMS} films$"))).to_be_visible()

    choice(page, "Rating").select_option("9 and better")
    expect(films(page)).to_have_count(4)
    page.get_by_role("textbox", name="Year").fill("2022")
    expect(films(page)).to_have_count(1)
    expect(films(page)).to_contain_text(f"{shelf.mark} film 21")
    visit.keep_picture("library")

    page.reload()
    expect(films(page)).to_have_count(1)
    page.get_by_role("button", name="Clear the filters").click()
    expect(page.get_by_role("textbox", name="Year")).to_have_value("")

    page.get_by_role("searchbox", name="Search by title").fill("zzzznothing")
    expect(page.get_by_role("heading", name="Nothing begins with “zzzznothing”")).to_be_visible()
    page.get_by_role("button", name="Show all films").click()
    expect(films(page).first).to_be_visible()


def test_ranking_is_that_of_the_api_on_every_page(visit: Visit, cloud: Cloud, shelf: Shelf):
    with cloud.api(shelf.owner) as owner:
        first = answer(owner, "/movies/top-rated", start=0, limit=PAGE)
        second = answer(owner, "/movies/top-rated", start=PAGE, limit=PAGE)
    page = visit.sign_in(shelf.owner, "/library/top-rated")
    ranked = films(page, "Top rated films")

    assert ratings(first) == sorted(ratings(first), reverse=True)
    expect(ranked.get_by_role("link")).to_have_text(titles(first))
    expect(ranked.first).to_contain_text(f"{ratings(first)[0]:.1f}")
    page.get_by_role("button", name="Page 2", exact=True).click()
    expect(ranked.get_by_role("link")).to_have_text(titles(second))
    expect(page.get_by_text(f"Places {PAGE + 1} to {PAGE + len(second['movies'])} of")).to_be_visible()
    page.get_by_label("A page has").select_option("50 films")
    expect(page.get_by_text("Places 1 to")).to_be_visible()


def ratings(ranking: dict[str, Any]) -> list[float]:
    """Return the ratings of a ranking in its order; films without one come last."""
    return [-1 if movie["rating"] is None else movie["rating"] for movie in ranking["movies"]]


def titles(ranking: dict[str, Any]) -> list[str]:
    """Return the titles of a ranking in its order."""
    return [movie["title"] for movie in ranking["movies"]]


def test_numbers_of_the_dashboard_are_those_of_the_api(visit: Visit, cloud: Cloud, shelf: Shelf):
    page = visit.sign_in(shelf.owner, "/library/dashboard")
    with cloud.api(shelf.owner) as owner:
        told = answer(owner, "/dashboard")

    numbers = page.get_by_role("main").get_by_role("definition")
    expect(numbers.nth(0)).to_have_text(f"{told['totalMovies']:,}")
    expect(numbers.filter(has_text=re.compile(rf"^{told['averageRating']:.2f}$"))).to_be_visible()
    # Drawn, and not by what the policy forbids: that the fixture looks at.
    expect(page.locator("svg .recharts-bar-rectangle path").first).to_be_visible()
    visit.keep_picture("library-dashboard")

    page.get_by_text("Tables", exact=True).click()
    by_genre = page.get_by_role("table", name="Films by genre").get_by_role("row")
    by_year = page.get_by_role("table", name="Films by year").get_by_role("row")
    expect(by_genre).to_have_text(["GenreFilms", *(f"{each['genre']}{each['count']:,}" for each in told["topGenres"])])
    years = [f"{each['year']}{each['count']:,}" for each in reversed(told["moviesByYear"])]
    expect(by_year).to_have_text(["YearFilms", *years])

    # Whose films it is depends on what other tests have imported.
    first = told["topGenres"][0]
    by_genre.get_by_role("link", name=first["genre"], exact=True).click()
    expect(page.get_by_role("main").get_by_role("status").filter(has_text=f"{first['count']:,} films")).to_be_visible()


def test_film_is_added_under_the_eyes_of_who_asked_and_not_a_second_time(visit: Visit, member: DemoUser):
    title = f"Added {uuid4().hex[:10]}"
    page = visit.sign_in(member, "/library")
    page.get_by_role("link", name="Add a film").click()
    page.get_by_role("button", name="Add the film").click()
    expect(page.get_by_text("Give the film a title")).to_be_visible()

    fill_in(page, title, "Add the film")
    status = page.get_by_role("status").filter(has_text=title)
    expect(status.filter(has_text="Added to the library.")).to_be_visible()
    fill_in(page, title, "Add another")
    refused = status.filter(has_text="Not added again: the library has this film already.")
    expect(refused).to_be_visible()
    visit.keep_picture("library-add")

    refused.get_by_role("link", name="The one that is there").click()
    expect(page.get_by_role("heading", name=title, level=1)).to_be_visible()
    expect(page.get_by_text("by you")).to_be_visible()


def fill_in(page: Page, title: str, button: str) -> None:
    """Fill in the form of a film and send it."""
    page.get_by_role("textbox", name="Title").fill(title)
    choice(page, "Genres").fill("Drama")
    choice(page, "Genres").press("Enter")
    page.get_by_role("textbox", name="Rating").fill("7.5")
    page.get_by_role("textbox", name="Year").fill("2007")
    page.get_by_role("button", name=button).click()


def test_own_film_is_changed_and_deleted_and_that_of_others_is_only_looked_at(
    visit: Visit, cloud: Cloud, member: DemoUser, shelf: Shelf
):
    title = f"Mine {uuid4().hex[:10]}"
    with cloud.api(member) as client:
        movie_id = add(client, title=title, genre="Drama", rating=3)["movie_id"]
        other = answer(client, "/movies/search", title=shelf.mark)["movies"][0]
    page = visit.sign_in(member, f"/library/movies/{other['id']}")
    expect(page.get_by_role("heading", name=other["title"], level=1)).to_be_visible()
    expect(page.get_by_role("button", name="Edit")).to_have_count(0)

    visit.open(f"/library/movies/{movie_id}")
    page.get_by_role("button", name="Edit").click()
    page.get_by_role("dialog").get_by_role("textbox", name="Rating").fill("8.5")
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(page.get_by_text("The changes are saved.")).to_be_visible()
    expect(page.get_by_role("img", name="Rated 8.5 of 10")).to_be_visible()

    page.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog", name=f"Delete {title}?").get_by_role("button", name="Delete").click()
    expect(page.get_by_text(f"{title} is deleted from the library.")).to_be_visible()
    expect(page).to_have_url(re.compile("/library$"))
    with cloud.api(member) as client:
        assert client.get(f"/movies/{movie_id}").status_code == 404


def test_file_is_looked_over_imported_accounted_for_and_taken_out_again(
    visit: Visit, cloud: Cloud, member: DemoUser, tmp_path: Path
):
    mark = f"Import{uuid4().hex[:8]}"
    rows = [(f"{mark} {name}", "Noir", "4", "1950") for name in ("one", "two", "three", "one")]
    file = tmp_path / "seen.csv"
    file.write_text(table(("Name", "Sort", "Stars", "Seen in"), *rows, ("", "Noir", "5", "1951")))
    page = visit.sign_in(member, "/library/imports")

    page.get_by_label("File to import").set_input_files(file)
    expect(page.get_by_text("Ready to start")).to_be_visible()
    expect(page.get_by_role("table", name="The first rows").get_by_role("row")).to_have_count(1 + len(rows) + 1)
    choice(page, "Genres").select_option("Sort")
    choice(page, "Year").select_option("Seen in")
    choice(page, "Rating").select_option("Stars")
    choice(page, "Its best rating is").select_option("5")
    page.get_by_role("button", name="Read it again like this").click()
    expect(page.get_by_role("columnheader", name="Genres Sort")).to_be_visible()
    expect(page.get_by_role("heading", name="Rows that would fail")).to_be_visible()
    visit.keep_picture("library-import-preview")
    with cloud.api(member) as client:
        assert answer(client, "/movies/search", title=mark)["totalCount"] == 0

    page.get_by_role("button", name="Start the import").click()
    expect(page.get_by_text("Finished", exact=True)).to_be_visible()
    expect(page.get_by_text("All 5 rows are done.")).to_be_visible()
    counts = page.get_by_role("region", name="Rows", exact=True).get_by_role("definition")
    expect(counts).to_have_text(["3", "1", "1", "0", "5"])
    failed = page.get_by_role("region", name="Rows that failed").get_by_role("row").nth(1)
    expect(failed.get_by_role("cell").first).to_have_text("6")
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Download as CSV").click()
    (failure,) = csv.DictReader(io.StringIO(downloading.value.path().read_text()))
    expect(failed).to_contain_text(failure["reason"])
    visit.keep_picture("library-import")
    with cloud.api(member) as client:
        (one, *_) = answer(client, "/movies/search", title=f"{mark} one")["movies"]
        assert (one["genres"], one["rating"], one["year"]) == (["Noir"], 8, 1950)

    page.get_by_role("button", name="Undo").click()
    page.get_by_role("dialog").get_by_role("button", name="Take them out").click()
    expect(page.get_by_text("Undone", exact=True)).to_be_visible()
    with cloud.api(member) as client:
        assert answer(client, "/movies/search", title=mark)["totalCount"] == 0
