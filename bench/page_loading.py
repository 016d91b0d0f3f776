"""How soon a page of the web app is there: in real Chromium, on a slow machine and a slow line, beside a bare page.

The figures are those that Lighthouse calls largest contentful paint and total blocking time. The emulated CloudFront
does not compress, so that a proxy before it does what the real one is told to.
"""

import gzip
import statistics
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx
import uvicorn
from playwright.sync_api import Browser, Page, Response, sync_playwright
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from local import front_door, presence
from local.deploy import named_outputs
from local.emulator import AwsClients
from local.errors import LocalCloudError
from local.outputs import Outputs
from local.settings import HOST, Settings
from local.users import id_token
from local.waiting import wait_until
from tests.e2e.browser import NoBrowserError, Visit, launch

ROUNDS = 3
# Lighthouse's phone: four times slower than this machine, on a line of 1.6 Mbit/s down, 0.75 up, 150 ms there and back.
SLOWER = 4
LINE = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 93_750}
PHONE: Any = {"viewport": {"width": 412, "height": 823}, "device_scale_factor": 1.75, "locale": "en-GB"}
SECONDS = 60
BARE = "a bare page"
BARE_FILE = "bench-bare.html"
BARE_PAGE = "<!doctype html><html lang='en'><meta charset='utf-8'><title>Bare</title><h1>Marquee</h1></html>"
OBSERVE = """
window.measured = { first: null, largest: 0, tasks: [] };
const observe = (type, note) =>
  new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type, buffered: true });
observe("paint", (entry) => {
  if (entry.name === "first-contentful-paint") window.measured.first = entry.startTime;
});
observe("largest-contentful-paint", (entry) => { window.measured.largest = entry.startTime; });
observe("longtask", (entry) => window.measured.tasks.push([entry.startTime, entry.duration]));
"""
LONG_TASK_MS = 50
HEADS = ("page", "JavaScript, KB gzip", "largest paint, ms", "of the bare one's", "blocked, ms", "of its paint")

Figures = dict[str, float]


@dataclass(frozen=True)
class Shown:
    """A page: its address, what is to be seen when it is there, and whether one has to be signed in."""

    path: str
    selector: str
    is_private: bool = False


class CompressingEdge:
    """Compresses the files of the web app; answers of the API are sent as they come, as they are not cached."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._compressing = GZipMiddleware(app, minimum_size=1_000)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        is_file = scope["type"] == "http" and not scope["path"].startswith("/api/")
        await (self._compressing if is_file else self._app)(scope, receive, send)


def run() -> dict[str, Any] | None:
    """Return the figures by page, each the median of several rounds; None, with a sentence, without a local cloud."""
    state = Settings.from_env().state
    try:
        if not presence.is_running(state):
            raise LocalCloudError("no local cloud runs: start one with `make run` (MARQUEE_LOCAL_DIR names its folder)")
        return _measured(Outputs.read(state / "outputs.json"), named_outputs(state / "stack-outputs.json")["WebBucket"])
    except (LocalCloudError, NoBrowserError) as error:
        print(f"loading: skipped, {error}")
        return None


def tables(found: Mapping[str, Any]) -> str:
    """Return the figures as a table, a row for each page."""
    paint = found["pages"][BARE]["paint"]
    lines = ["| " + " | ".join(HEADS) + " |", "|---" * len(HEADS) + "|"]
    for name, each in found["pages"].items():
        lines.append(
            f"| {name} | {each['kilobytes']:.0f} | {each['paint']:.0f} | {each['paint'] / paint:.1f} "
            f"| {each['blocking']:.0f} | {each['blocking'] / paint:.1f} |"
        )
    return "\n".join(lines)


def _measured(outputs: Outputs, bucket: str) -> dict[str, Any]:
    clients = AwsClients(outputs.aws_endpoint_url)
    shown = {
        BARE: Shown(f"/{BARE_FILE}", "h1"),
        # Not the headings that index.html shows before the app is there.
        "landing page": Shown("/", ".hero button"),
        "guide": Shown("/", "#spotlight", is_private=True),
        "title page": Shown(f"/titles/{_any_title(clients, outputs)}", "h1", is_private=True),
    }
    samples: dict[str, list[Figures]] = {name: [] for name in shown}
    with (
        _bare_page(clients, bucket),
        _compressed(outputs.web_url) as address,
        sync_playwright() as playwright,
        launch(playwright) as browser,
    ):
        session = _session(browser, outputs)
        for _ in range(ROUNDS):
            for name, page in shown.items():
                samples[name].append(_load(browser, address, page, session if page.is_private else ""))
    return {"pages": {name: _medians(rows) for name, rows in samples.items()}, "rounds": ROUNDS}


def _medians(rows: list[Figures]) -> Figures:
    return {name: statistics.median(row[name] for row in rows) for name in rows[0]}


def _load(browser: Browser, address: str, shown: Shown, session: str) -> Figures:
    """Open a page in a browser that has never been here, and return its figures once nothing moves any more."""
    with browser.new_context(**PHONE) as context:
        page = context.new_page()
        page.set_default_timeout(SECONDS * 1000)
        scripts: dict[str, Response] = {}
        page.on("response", lambda answer: scripts.update({answer.url: answer} if _is_script(answer) else {}))
        page.add_init_script(OBSERVE + session)
        throttle = context.new_cdp_session(page)
        # The pictures of the providers are theirs to send; here none are.
        throttle.send("Network.setBlockedURLs", {"urls": ["https://*"]})
        throttle.send("Network.emulateNetworkConditions", LINE)
        throttle.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        page.goto(address + shown.path)
        page.locator(shown.selector).first.wait_for()
        page.wait_for_load_state("networkidle")
        sizes = [len(gzip.compress(each.body())) for each in scripts.values()]
        return {"kilobytes": sum(sizes) / 1000, **_figures(page.evaluate("window.measured"))}


def _is_script(answer: Response) -> bool:
    return urlsplit(answer.url).path.endswith(".js")


def _figures(measured: Mapping[str, Any]) -> Figures:
    """Return the largest paint and for how long tasks held up whoever would have pressed something after the first."""
    first = measured["first"]
    parts = (start + duration - max(start, first) for start, duration in measured["tasks"])
    return {"paint": measured["largest"], "blocking": sum(max(0.0, part - LONG_TASK_MS) for part in parts)}


def _session(browser: Browser, outputs: Outputs) -> str:
    """Return a script that signs in the demo viewer, with what the web app keeps of a sign-in at its own address."""
    with browser.new_context() as context:
        page: Page = Visit(context.new_page(), outputs.web_url).sign_in(outputs.user("viewer"))
        page.wait_for_function("Object.keys(sessionStorage).some((key) => key.startsWith('oidc.user:'))")
        kept = page.evaluate("JSON.stringify({...sessionStorage})")
    return f"Object.entries({kept}).forEach(([key, value]) => sessionStorage.setItem(key, value));"


def _any_title(clients: AwsClients, outputs: Outputs) -> str:
    token = id_token(clients, outputs.user_pool_client_id, outputs.user("viewer"))
    answer = httpx.get(f"{outputs.api_url}/titles", headers={"Authorization": token}, timeout=40, trust_env=False)
    title: str = answer.raise_for_status().json()["titles"][0]["id"]
    return title


@contextmanager
def _bare_page(clients: AwsClients, bucket: str) -> Iterator[None]:
    """Have the distribution serve a page with nothing but a heading."""
    s3 = clients.client("s3")
    s3.put_object(Bucket=bucket, Key=BARE_FILE, Body=BARE_PAGE.encode(), ContentType="text/html")
    try:
        yield
    finally:
        s3.delete_object(Bucket=bucket, Key=BARE_FILE)


@contextmanager
def _compressed(web_url: str) -> Iterator[str]:
    """Serve the web app at another address, with its files compressed; yields the address."""
    app = CompressingEdge(front_door.application(web_url, urlsplit(web_url).netloc))
    server = uvicorn.Server(uvicorn.Config(app, host=HOST, port=0, log_level="warning", server_header=False))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        wait_until(lambda: server.started, SECONDS, "the compressing proxy")
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://localhost:{port}"
    finally:
        server.should_exit = True
        thread.join()
