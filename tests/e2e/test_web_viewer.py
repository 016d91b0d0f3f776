"""What viewers do in the web app: choose, browse, search, follow, hear of news, and say what they think of titles."""

import re
from collections.abc import Iterator
from contextlib import suppress

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from local.users import DemoUser
from tests.e2e.browser import Visit
from tests.e2e.cloud import Cloud
from tests.e2e.pipeline import arrivals, choose, guide, list_pair, truth
from tests.waiting import wait_until

pytestmark = pytest.mark.usefixtures("settled")

NETFLIX, PRIME, COMEDY, DRAMA = "203", "26", "4", "7"
TOLD_SECONDS = 60
A_MINUTE = 61_000


@pytest.fixture
def user(cloud: Cloud) -> DemoUser:
    """A viewer whom no other test knows."""
    return cloud.new_user()


@pytest.fixture
def chosen(cloud: Cloud, user: DemoUser) -> Iterator[httpx.Client]:
    """The viewer's choice of two services and two genres, whose guide is filled."""
    with cloud.api(user) as client:
        choose(client, [NETFLIX, PRIME], [COMEDY, DRAMA])
        wait_until(lambda: guide(client), 30, "the guide of a new viewer")
        yield client
        with suppress(httpx.HTTPError):
            client.delete("/me")


@pytest.fixture
def control(cloud: Cloud) -> Iterator[httpx.Client]:
    """The providers' control endpoint; after a test they, and the catalogue, are what they were before."""
    with cloud.control() as client:
        yield client
        client.post("/reset").raise_for_status()
        list_pair(cloud, PRIME, COMEDY)


def cards(page: Page) -> Locator:
    """Return the titles of the open list."""
    return page.get_by_role("main").get_by_role("article")


def heading(page: Page, name: str) -> Locator:
    return page.get_by_role("heading", name=name, level=1)


def test_new_viewer_chooses_services_and_genres_and_has_a_guide(visit: Visit, user: DemoUser) -> None:
    page = visit.open()
    page.get_by_role("button", name="Sign in").first.click()
    visit.fill_in(user)
    expect(heading(page, "Welcome to Marquee")).to_be_visible()
    expect(page.get_by_text("Choose at least a service and a genre.")).to_be_visible()
    visit.keep_picture("welcome")

    page.get_by_role("checkbox", name="Netflix", exact=True).check()
    page.get_by_label("Find a service").fill("prime vid")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Prime Video chosen")).to_be_visible()
    page.get_by_role("group", name="What do you like to watch?").get_by_text("Comedy", exact=True).click()
    expect(page.get_by_text("2 services, 1 genre")).to_be_visible()
    page.get_by_role("button", name="Show my guide").click()

    expect(heading(page, "Guide")).to_be_visible()
    expect(page.get_by_text(re.compile("on (Netflix and Prime Video|Prime Video and Netflix)"))).to_be_visible()
    expect(page.get_by_text("Tonight for you")).to_be_visible()
    expect(page.get_by_role("region", name="Comedy").get_by_role("article").first).to_be_visible()
    page.reload()
    expect(page.get_by_text("Tonight for you")).to_be_visible()


def test_filters_narrow_the_list_and_stay_in_the_address(visit: Visit, user: DemoUser, chosen: httpx.Client) -> None:
    page = visit.sign_in(user, "/browse")
    expect(cards(page).first).to_be_visible()

    filters = page.get_by_role("complementary", name="Filters")
    filters.get_by_role("checkbox", name="Netflix").check()
    filters.get_by_role("group", name="Type").get_by_text("Film", exact=True).click()
    filters.get_by_role("group", name="Genres").get_by_text("Comedy", exact=True).click()
    filters.get_by_role("textbox", name="From").fill("2015")
    filters.get_by_role("textbox", name="From").press("Enter")
    page.get_by_role("combobox", name="Order").click()
    page.get_by_role("option", name="Newest").click()

    wanted = {"source": NETFLIX, "genre": COMEDY, "type": "movie", "year_from": "2015", "sort": "newest"}
    names = [card["title"] for card in chosen.get("/titles", params=wanted).raise_for_status().json()["titles"]]
    assert names
    expect(cards(page).get_by_role("link").first).to_have_text(names[0])
    page.wait_for_url(re.compile(r"/browse\?.*sort=newest"))
    for part in ("from=2015", "type=", "genre=", "source="):
        assert part in page.url
    visit.keep_picture("browse-filtered")

    page.reload()
    expect(cards(page).get_by_role("link").first).to_have_text(names[0])
    expect(page.get_by_role("checkbox", name="Netflix")).to_be_checked()
    expect(page.get_by_role("combobox", name="Order")).to_have_value("Newest")
    cards(page).first.get_by_role("link").click()
    expect(heading(page, names[0])).to_be_visible()
    page.go_back()
    expect(page.get_by_role("button", name="Take away: From 2015")).to_be_visible()

    page.get_by_role("button", name="Clear all").click()
    page.wait_for_url(re.compile(r"/browse\?sort=newest$"))
    expect(page.get_by_role("checkbox", name="Netflix")).not_to_be_checked()


def test_list_goes_on_while_it_is_scrolled(visit: Visit, user: DemoUser, chosen: httpx.Client) -> None:
    everything = len(guide(chosen))
    page = visit.sign_in(user, "/browse")
    expect(cards(page).first).to_be_visible()
    before = cards(page).count()
    assert before < everything

    cards(page).last.scroll_into_view_if_needed()

    expect(cards(page).nth(before)).to_be_attached()
    while page.get_by_role("button", name="Show more").or_(page.get_by_label("Loading more")).count():
        page.mouse.wheel(0, 20_000)
        expect(page.get_by_label("Loading more")).to_have_count(0)
    expect(cards(page)).to_have_count(everything)


def test_search_answers_while_it_is_typed(visit: Visit, user: DemoUser, chosen: httpx.Client) -> None:
    title = next(iter(guide(chosen, type="movie", sort="popularity").values()))["title"]
    page = visit.sign_in(user)
    expect(heading(page, "Guide")).to_be_visible()

    page.keyboard.press("/")
    field = page.get_by_role("searchbox", name="Search titles")
    expect(field).to_be_focused()
    field.press_sequentially(title.lower(), delay=10)

    expect(cards(page).get_by_role("link", name=title, exact=True)).to_be_visible()
    expect(field).to_be_focused()
    expect(heading(page, f"Results for “{title.lower()}”")).to_be_visible()
    visit.keep_picture("search")
    page.reload()
    expect(field).to_have_value(title.lower())
    expect(cards(page).get_by_role("link", name=title, exact=True)).to_be_visible()

    field.fill("qqqqzzzz")
    expect(page.get_by_text("Nothing found for “qqqqzzzz”")).to_be_visible()


def test_follower_is_told_when_a_title_arrives_and_when_it_leaves(
    visit: Visit, cloud: Cloud, user: DemoUser, chosen: httpx.Client, control: httpx.Client
) -> None:
    candidates = truth(cloud, NETFLIX, COMEDY) - truth(cloud, PRIME, COMEDY)
    title = next(each for each in sorted(candidates, key=int) if not arrivals(chosen, PRIME, each))
    name = chosen.get(f"/titles/{title}").raise_for_status().json()["title"]
    visit.page.clock.install()
    page = visit.sign_in(user, f"/titles/{title}")
    page.get_by_role("button", name="Follow", exact=True).click()
    expect(page.get_by_role("button", name="Following", exact=True)).to_have_attribute("aria-pressed", "true")
    wait_until(lambda: chosen.get("/follows").json()["follows"], TOLD_SECONDS, "the title to be followed")

    offer = {"source_id": int(PRIME), "region": "GB", "type": "sub"}
    control.post(f"/titles/{title}/offers", json=offer).raise_for_status()
    list_pair(cloud, PRIME, COMEDY)
    told(chosen, 1)
    page.clock.fast_forward(A_MINUTE)

    bell = page.get_by_role("link", name=re.compile("^Notifications"))
    expect(bell).to_have_accessible_name("Notifications, 1 unread")
    bell.click()
    arrived = page.get_by_role("listitem").filter(has_text=f"{name} is now on Prime Video")
    expect(arrived).to_be_visible()
    visit.keep_picture("notifications")
    assert visit.serious_findings() == []

    control.delete(f"/titles/{title}/offers", params={"source_id": PRIME, "region": "GB"}).raise_for_status()
    list_pair(cloud, PRIME, COMEDY)
    told(chosen, 2)
    page.reload()
    expect(bell).to_have_accessible_name("Notifications, 2 unread")
    expect(page.get_by_role("listitem").filter(has_text=f"{name} has left Prime Video")).to_be_visible()

    arrived.get_by_role("link", name=name).click()
    expect(heading(page, name)).to_be_visible()
    expect(bell).to_have_accessible_name("Notifications, 1 unread")
    bell.click()
    page.get_by_role("button", name="Mark all as read").click()
    expect(bell).to_have_accessible_name("Notifications")
    wait_until(lambda: chosen.get("/notifications").json()["unread"] == 0, TOLD_SECONDS, "all to be read")
    page.goto(f"{visit.web_url}/arrivals")
    expect(cards(page).filter(has_text=name).first).to_be_visible()


def test_what_is_said_of_a_title_is_kept_and_can_be_taken_back(
    visit: Visit, user: DemoUser, chosen: httpx.Client
) -> None:
    title = next(iter(guide(chosen)))
    name = chosen.get(f"/titles/{title}").json()["title"]
    page = visit.sign_in(user, f"/titles/{title}")
    say = page.get_by_role("group", name=f"What you say of {name}")

    say.get_by_role("button", name="Rate", exact=True).click()
    page.get_by_role("button", name="9 of 10").click()
    say.get_by_role("button", name="Watched").click()
    say.get_by_role("button", name="Hide").click()
    expect(say.get_by_role("button", name="Hidden")).to_have_attribute("aria-pressed", "true")
    wait_until(lambda: said(chosen, title) == (9, True, True), TOLD_SECONDS, "all three to be saved")
    assert title not in guide(chosen)
    page.reload()
    expect(say.get_by_role("button", name="Your rating: 9")).to_be_visible()
    expect(say.get_by_role("button", name="Watched")).to_have_attribute("aria-pressed", "true")

    say.get_by_role("button", name="Your rating: 9").click()
    page.get_by_role("button", name="Take my rating back").click()
    expect(say.get_by_role("button", name="Rate", exact=True)).to_be_visible()
    page.get_by_role("link", name="Following").first.click()
    for tab, take_out, put_back in (
        ("Watched", "Not watched", "Watched after all"),
        ("Hidden", "Show again", "Hide again"),
    ):
        page.get_by_role("tab", name=tab).click()
        page.get_by_role("button", name=f"{take_out}: {name}").click()
        expect(page.get_by_role("button", name=f"{put_back}: {name}")).to_be_visible()

    wait_until(lambda: said(chosen, title) == (None, False, False), TOLD_SECONDS, "all three to be taken back")
    assert title in guide(chosen)
    page.get_by_role("tab", name="Rated").click()
    expect(page.get_by_text("You have rated nothing yet")).to_be_visible()


def said(viewer: httpx.Client, title: str) -> tuple[int | None, bool, bool]:
    """Return a viewer's rating of a title, whether it was watched and whether it is hidden."""
    found = viewer.get(f"/titles/{title}").raise_for_status().json()
    return found["my_rating"], found["watched"], found["hidden"]


def told(viewer: httpx.Client, times: int) -> None:
    """Wait until a viewer has been told something so many times."""

    def arrived() -> bool:
        return bool(viewer.get("/notifications").raise_for_status().json()["unread"] == times)

    wait_until(arrived, TOLD_SECONDS, f"{times} notifications")
