"""A real browser for the web app: which one, and what is noted while it shows a page."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Error, Page, Playwright, Route

from local.settings import PROJECT
from local.users import DemoUser
from tests.e2e.alone import alone
from tests.waiting import PATIENCE

INSTALLED = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SCREENSHOTS = PROJECT / ".artefacts" / "screenshots"
PHONE = {"width": 360, "height": 780}
DESK = {"width": 1440, "height": 900}
_AXE = PROJECT / "web" / "node_modules" / "axe-core" / "axe.min.js"
_INSTALL_SECONDS = 300
# Nothing of the browser's own goes out to look for updates or names; as root it has no sandbox to start in.
_FLAGS = (
    *("--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"),
)
_REPORT_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) =>
  window.reportViolation(`${event.violatedDirective}: ${event.blockedURI} on ${document.location.pathname}`));
"""


class NoBrowserError(Exception):
    """There is no Chromium and none could be installed; the message says what to do."""


def launch(playwright: Playwright) -> Browser:
    """Start Chromium: an installed one, else Playwright's own, else one from the distribution when we are root."""
    flags = [*_FLAGS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with alone("install"):
        path = (
            os.environ.get("MARQUEE_CHROMIUM") or _installed() or _from_playwright(playwright) or _from_distribution()
        )
    return playwright.chromium.launch(executable_path=path, args=flags)


def _installed() -> str | None:
    return next(filter(None, map(shutil.which, INSTALLED)), None)


def _from_playwright(playwright: Playwright) -> str | None:
    path = Path(playwright.chromium.executable_path)
    if not path.exists():
        _tried([sys.executable, "-m", "playwright", "install", "chromium"])
    return str(path) if path.exists() else None


def _from_distribution() -> str:
    if os.geteuid() == 0 and shutil.which("apt-get"):
        _tried(["apt-get", "update", "-qq"])
        _tried(["apt-get", "install", "-y", "-qq", "chromium"])
    path = _installed()
    if path is None:
        raise NoBrowserError(
            "There is no Chromium for the tests of the web app: install one (such as Debian's package `chromium`), "
            "or name one in MARQUEE_CHROMIUM."
        )
    return path


def _tried(command: list[str]) -> None:
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        subprocess.run(command, env=environment, capture_output=True, check=False, timeout=_INSTALL_SECONDS)
    except subprocess.TimeoutExpired:
        # What comes next says what is missing.
        return


@dataclass
class Visit:
    """One person's browser window, and what went wrong in it unseen."""

    page: Page
    web_url: str
    violations: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def open(self, path: str = "/") -> Page:
        """Open a page of the app by its address."""
        self.page.goto(self.web_url + path)
        return self.page

    def sign_in(self, user: DemoUser, path: str = "/") -> Page:
        """Sign in on the pool's own page, as `user`, and come back to `path`."""
        self.open(path)
        self.page.get_by_role("button", name="Sign in").first.click()
        self.fill_in(user)
        self.page.wait_for_url(self.web_url + path)
        return self.page

    def fill_in(self, user: DemoUser) -> None:
        """Fill in the sign-in page that is open."""
        self.page.locator("input[name=username]").fill(user.email)
        self.page.locator("input[name=password]").fill(user.password)
        self.page.keyboard.press("Enter")

    def serious_findings(self) -> list[str]:
        """Return what axe finds wrong with the open page for people who see, hear or move differently."""
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(_AXE.read_text(encoding="utf-8"))
        found: list[dict[str, Any]] = self.page.evaluate(
            "axe.run(document, {resultTypes: ['violations']}).then((result) => result.violations)"
        )
        return [
            f"{each['id']}: {each['help']} ({', '.join(' '.join(map(str, node['target'])) for node in each['nodes'])})"
            for each in found
            if each["impact"] in ("serious", "critical")
        ]

    def is_too_wide(self) -> bool:
        """Say whether the page has to be scrolled sideways."""
        return bool(self.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))

    def keep_picture(self, name: str) -> None:
        """Keep a screenshot of the open page among the artefacts of the run."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"{name}.png", animations="disabled")


@contextmanager
def visiting(browser: Browser, web_url: str, **options: Any) -> Iterator[Visit]:
    """Open a window of its own, without anything that another one has left, and close it again.

    The providers' pictures are not fetched: tests need no network, and what is drawn in their place is ours.
    """
    settings: dict[str, Any] = {"viewport": DESK, "locale": "en-GB", "reduced_motion": "reduce", **options}
    context = browser.new_context(**settings)
    context.set_default_timeout(PATIENCE * 20_000)
    try:
        visit = Visit(context.new_page(), web_url)
        _watch(context, visit)
        yield visit
    finally:
        context.close()


def _watch(context: BrowserContext, visit: Visit) -> None:
    # A pattern, not a function: with that, every request would wait for the test to listen.
    context.route(re.compile("^https://"), _refuse)
    context.expose_function("reportViolation", lambda violation: visit.violations.append(violation))
    context.add_init_script(_REPORT_VIOLATIONS)
    visit.page.on("pageerror", lambda error: visit.errors.append(str(error)))


def _refuse(route: Route) -> None:
    try:
        route.abort()
    except Error:
        # The page has gone on before its picture was refused.
        return
