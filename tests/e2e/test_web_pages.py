"""Every page of the web app in every dress, by keyboard alone, and when something is broken."""

import re
import time
from collections.abc import Iterator
from contextlib import suppress
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from local.users import DemoUser, create_user
from tests.e2e.browser import DESK, PHONE, Visit, visiting
from tests.e2e.cloud import Cloud
from tests.e2e.pipeline import choose, guide
from tests.e2e.test_library import act, import_in, upload
from tests.waiting import wait_until

SERVICES, GENRES = ["203", "26", "372"], ["1", "4", "5", "7", "15"]
FILMS = b"""title,year,genre,rating
The Lamp of %(mark)s,1994,Drama,8.4
Two Lamps of %(mark)s,2001,Comedy,7.1
Last Lamp of %(mark)s,2019,Drama,6.3
"""
# Address and heading of each page; what stands in braces is found by `places`.
PAGES = {
    "guide": ("/", "Guide"),
    "choices": ("/welcome", "Your services and genres"),
    "browse": ("/browse?sort=popularity", "Browse"),
    "title": ("/titles/{title}", None),
    "search": ("/search", "Search"),
    "search-results": ("/search?q=the", "Results for “the”"),
    "recommendations": ("/recommendations", "For you"),
    "arrivals": ("/arrivals", "Arrivals"),
    "following": ("/following", "Following"),
    "rated": ("/following?tab=rated", "Rated"),
    "hidden-empty": ("/following?tab=hidden", "Hidden"),
    "notifications-empty": ("/notifications", "Notifications"),
    "settings": ("/settings", "Settings"),
    "api-docs": ("/api-docs", "API documents"),
    "about": ("/about", None),
    "library": ("/library", "Library"),
    "library-top-rated": ("/library/top-rated", "Top rated"),
    "library-dashboard": ("/library/dashboard", "Dashboard"),
    "library-add": ("/library/add", "Add a film"),
    "library-film": ("/library/movies/{film}", None),
    "library-imports": ("/library/imports", "Imports"),
    "library-import": ("/library/imports/{import}", None),
    "admin-overview": ("/admin", "Operations"),
    "admin-jobs": ("/admin/jobs", "Jobs"),
    "admin-job": ("/admin/jobs/{job}", None),
    "admin-failures": ("/admin/failures", "Failures"),
    "admin-functions": ("/admin/functions", "Functions"),
    "admin-providers": ("/admin/providers", "Providers"),
    "admin-quality": ("/admin/quality", "Data quality"),
    "admin-audit": ("/admin/audit", "Audit"),
    "no-such-title": ("/titles/999999999", "No such title"),
    "unknown": ("/no/such/page", "There is no such page"),
}
# What people see first, and the route whose failure they are told of.
FAILURES = [
    ("/", "/preferences", "Your guide could not be loaded", "Tonight for you"),
    ("/", "/recommendations?*", "Your recommendations could not be loaded", "Tonight for you"),
    ("/browse", "/titles?*", "The titles could not be loaded", "Everything on your services"),
    ("/search?q=the", "/search?*", "The search did not work", "Results for “the”"),
    ("/following", "/follows?*", "This list could not be loaded", "Unfollow"),
    ("/library/dashboard", "/dashboard", "The numbers could not be loaded", "Films by genre"),
]
SECONDS = 60
KEYS_AT_MOST = 100


@pytest.fixture(scope="module")
def user(cloud: Cloud) -> DemoUser:
    """An operator whom no other test knows: who may see every page."""
    user = DemoUser(f"{uuid4().hex}@marquee.local", group="admin")
    create_user(cloud.aws, cloud.outputs.user_pool_id, user)
    return user


@pytest.fixture(scope="module")
def operator(cloud: Cloud, user: DemoUser) -> Iterator[httpx.Client]:
    """The operator's guide, a follow and a rating."""
    with cloud.api(user) as client:
        choose(client, SERVICES, GENRES)
        liked, *_, followed = wait_until(lambda: guide(client), SECONDS, "the guide of a new viewer")
        client.put(f"/follows/{followed}").raise_for_status()
        client.put(f"/ratings/{liked}", json={"rating": 9}).raise_for_status()
        yield client
        with suppress(httpx.HTTPError):
            client.delete("/me")


@pytest.fixture(scope="module")
def places(operator: httpx.Client) -> Iterator[dict[str, str]]:
    """What the pages of single things show: a title, a job, and an import with a film of it."""
    mark = uuid4().hex[:10]
    imported = upload(operator, "lamps.csv", FILMS % {b"mark": mark.encode()})
    import_in(operator, imported, "preview")
    act(operator, imported, "start")
    import_in(operator, imported, "finished")
    films = operator.get("/movies/search", params={"title": mark}).raise_for_status().json()
    yield {
        "title": next(iter(guide(operator, type="movie", sort="popularity"))),
        "job": operator.get("/admin/jobs", params={"limit": 1}).json()["jobs"][0]["id"],
        "film": films["movies"][0]["id"],
        "import": imported,
    }
    act(operator, imported, "undo")
    import_in(operator, imported, "undone")


@pytest.fixture(scope="module")
def signed_in(cloud: Cloud, browser: Browser, user: DemoUser, operator: httpx.Client) -> Iterator[Visit]:
    """The operator's window, one for all pages."""
    with visiting(browser, cloud.outputs.web_url) as visit:
        visit.sign_in(user, "/about")
        yield visit


@pytest.mark.parametrize("name", PAGES)
def test_page_is_fit_to_be_seen(signed_in: Visit, places: dict[str, str], name: str) -> None:
    address, heading = PAGES[name]
    page = signed_in.open(address.format_map(places))
    expect(page.get_by_role("heading", level=1, name=heading)).to_be_visible()

    fit_to_be_seen(signed_in, name)


def test_page_of_a_stranger_is_fit_to_be_seen(visit: Visit) -> None:
    visit.open()
    expect(visit.page.get_by_role("heading", name="services, one guide")).to_be_visible()
    fit_to_be_seen(visit, "landing")

    visit.open("/settings")
    fit_to_be_seen(visit, "stranger")


def fit_to_be_seen(visit: Visit, name: str) -> None:
    """Look at the open page in light, in dark and on a phone, and keep a picture of each."""
    page = visit.page
    looks = {"light": ("light", DESK), "dark": ("dark", DESK), "phone": ("light", PHONE)}
    findings: dict[str, list[str]] = {}
    for look, (scheme, size) in looks.items():
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.set_viewport_size(size)  # type: ignore[arg-type]
        expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", scheme)
        expect(page.get_by_role("status", name="Loading")).to_have_count(0)
        visit.keep_picture(f"{name}-{look}")
        findings[look] = visit.serious_findings() + (["too wide"] if visit.is_too_wide() else [])
    page.set_viewport_size(DESK)  # type: ignore[arg-type]
    expect(page.get_by_role("button", name="Try again")).to_have_count(0)
    assert findings == {look: [] for look in looks}
    assert (visit.violations, visit.errors) == ([], [])


class Keyboard:
    """Somebody who has nothing but keys, and how many of them were pressed."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.presses = 0

    def press(self, key: str) -> None:
        self._page.keyboard.press(key)
        self.presses += 1

    def write(self, text: str) -> None:
        self._page.keyboard.type(text)
        self.presses += len(text)

    def go_to(self, wanted: Locator) -> None:
        """Press Tab until something has the focus."""
        expect(wanted).to_be_visible()
        while not wanted.evaluate("(element) => element === document.activeElement"):
            self.press("Tab")
            assert self.presses < KEYS_AT_MOST, f"{wanted} cannot be reached"


def test_new_user_comes_to_a_followed_title_by_keyboard_alone(
    visit: Visit, cloud: Cloud, capsys: pytest.CaptureFixture[str]
) -> None:
    user, page = DemoUser(f"k{uuid4().hex[:6]}@marquee.local"), visit.open()
    keys, began = Keyboard(page), time.monotonic()

    keys.go_to(page.get_by_role("button", name="Create an account"))
    keys.press("Enter")
    expect(page.get_by_label("E-mail")).to_be_focused()
    keys.write(user.email)
    keys.press("Tab")
    keys.write(user.password)
    keys.press("Enter")
    expect(page.get_by_label("Code")).to_be_focused()
    keys.write("123456")
    keys.press("Enter")
    expect(page.get_by_label("Find a service")).to_be_focused()
    keys.write("netf")
    keys.press("Enter")
    # Enter alone goes on to what has to be chosen next, and from there to the guide.
    keys.press("Enter")
    expect(page.get_by_role("button", name="Choose all genres")).to_be_focused()
    keys.press("Enter")
    keys.press("Tab")
    keys.press("Enter")
    keys.go_to(page.get_by_role("main").get_by_role("button", name="Follow").first)
    keys.press("Enter")
    expect(page.get_by_role("main").get_by_role("button", name="Following").first).to_be_focused()

    took = time.monotonic() - began
    with cloud.api(user) as client:
        (followed,) = wait_until(lambda: client.get("/follows").json()["follows"], SECONDS, "the title to be followed")
    with capsys.disabled():
        print(f"\nFrom the first visit to following “{followed['title']}”: {keys.presses} keys, {took:.0f} s")
    page.get_by_role("link", name="Following").first.focus()
    keys.press("Enter")
    expect(page.get_by_role("link", name=followed["title"])).to_be_visible()


@pytest.mark.parametrize(("address", "route", "told", "shown"), FAILURES, ids=[each[2] for each in FAILURES])
def test_failure_is_told_and_what_failed_can_be_tried_again(
    signed_in: Visit, places: dict[str, str], address: str, route: str, told: str, shown: str
) -> None:
    page, broken = signed_in.page, f"**/api{route}"
    page.route(broken, lambda asked: refuse(asked, 503))
    signed_in.open(address)

    notice = page.get_by_role("alert").filter(has_text=told)
    expect(notice).to_contain_text("The lamps are out.")
    page.unroute(broken)
    notice.get_by_role("button", name="Try again").click()

    expect(page.get_by_text(shown).first).to_be_visible()
    expect(notice).to_have_count(0)


def test_change_that_fails_is_taken_back_with_a_word_about_it(signed_in: Visit, places: dict[str, str]) -> None:
    page = signed_in.open(f"/titles/{places['title']}")
    page.route("**/api/follows/*", lambda asked: refuse(asked, 500))
    follow = page.get_by_role("button", name="Follow", exact=True)

    follow.click()
    expect(page.get_by_role("alert").filter(has_text="That was not saved")).to_contain_text("The lamps are out.")
    expect(follow).to_have_attribute("aria-pressed", "false")

    page.unroute("**/api/follows/*")
    follow.click()
    expect(page.get_by_role("button", name="Following", exact=True)).to_have_attribute("aria-pressed", "true")


def test_answer_that_is_no_answer_of_the_api_is_told_too(signed_in: Visit) -> None:
    page = signed_in.page
    page.route("**/api/follows?*", lambda asked: asked.fulfill(status=502, body="<h1>Bad gateway</h1>"))
    signed_in.open("/following")

    expect(page.get_by_role("alert")).to_contain_text("Marquee answered with an error (502). Try again.")
    page.unroute_all()
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("button", name=re.compile("^Unfollow")).first).to_be_visible()


def test_address_that_leads_nowhere_leads_to_the_guide(signed_in: Visit) -> None:
    page = signed_in.open("/no/such/page")
    expect(page.get_by_role("heading", name="There is no such page")).to_be_visible()

    page.get_by_role("link", name="To the guide", exact=True).click()
    expect(page.get_by_text("Tonight for you")).to_be_visible()


def refuse(asked: Route, status: int) -> None:
    """Answer as the API does when it cannot."""
    asked.fulfill(status=status, json={"error": {"code": "internal", "message": "The lamps are out."}})
