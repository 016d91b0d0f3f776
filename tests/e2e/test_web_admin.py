"""What operators do in the browser, on the running system; and that nobody else gets to see any of it."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from local.users import DemoUser, create_user
from marquee.messages.envelope import content_id
from tests.e2e.browser import Visit
from tests.e2e.cloud import Cloud
from tests.waiting import PATIENCE, wait_until

RUN_MILLISECONDS = 90_000
INBOX_SECONDS = 60
# Longer than it takes to ask for the same run once more.
DELAY_SECONDS = 9
PAGES = ("", "/jobs", "/failures", "/functions", "/providers", "/quality", "/audit")
READ = ("jobs", "failures", "dynamodb/summary", "system/lambdas", "providers", "quality", "audit")
STARTED = ("reference/refresh", "titles/refresh", "titles/enrich", "tmdb/refresh", "library/recount")
PRETEND = """
const key = Object.keys(sessionStorage).find((each) => each.startsWith("oidc.user:"));
const user = JSON.parse(sessionStorage.getItem(key));
user.profile["cognito:groups"] = ["admin"];
sessionStorage.setItem(key, JSON.stringify(user));
"""


@pytest.fixture
def operator(cloud: Cloud) -> DemoUser:
    """An operator whom no other test knows."""
    user = DemoUser(f"{uuid4().hex}@marquee.local", group="admin")
    create_user(cloud.aws, cloud.outputs.user_pool_id, user)
    return user


@pytest.fixture
def simulators(cloud: Cloud) -> Iterator[httpx.Client]:
    """The control of the simulators, whose faults end with the test."""
    with cloud.control() as control:
        yield control
        control.delete("/faults", params={"provider": "watchmode"})


def answer(cloud: Cloud, operator: DemoUser, path: str, **query: Any) -> dict[str, Any]:
    """Return what the API says to an operator."""
    with cloud.api(operator) as client:
        found: dict[str, Any] = client.get(path, params=query).raise_for_status().json()
        return found


def start(page: Page, job: str) -> None:
    """Start a job in the dialog that the page's button opens."""
    dialog = page.get_by_role("dialog", name="Start a job")
    dialog.get_by_role("combobox", name="Job").click()
    page.get_by_role("option", name=job).click()
    dialog.get_by_role("button", name="Start", exact=True).click()


def panel(page: Page, title: str) -> Locator:
    """Return a part of the page by its heading."""
    return page.get_by_role("region", name=title, exact=True)


def expect_success(page: Page) -> None:
    """Wait until the run whose page is open has succeeded."""
    expect(panel(page, "How it goes").get_by_text("Succeeded")).to_be_visible(timeout=PATIENCE * RUN_MILLISECONDS)


def test_operator_starts_a_job_and_sees_it_succeed(visit: Visit, cloud: Cloud, operator: DemoUser):
    page = visit.sign_in(operator)
    page.get_by_role("button", name="Account and settings").click()
    page.get_by_role("menuitem", name="Operations").click()
    expect(page.get_by_role("heading", name="Operations", level=1)).to_be_visible()

    page.get_by_role("button", name="Start: Services and genres").click()
    page.get_by_role("dialog").get_by_role("checkbox", name="Genres").uncheck()
    page.get_by_role("dialog").get_by_role("button", name="Start", exact=True).click()
    page.wait_for_url(re.compile("/admin/jobs/"))
    expect_success(page)
    visit.keep_picture("admin-job")

    job = answer(cloud, operator, f"/admin/jobs/{page.url.rsplit('/', 1)[1]}")
    assert (job["state"], job["started_by"]) == ("succeeded", f"admin:{operator.email}")
    expect(panel(page, "How it goes")).to_contain_text(operator.email)
    expect(panel(page, "Asked for")).to_contain_text("Refresh sources")
    page.get_by_role("link", name="All jobs").click()
    latest = page.get_by_role("table", name="Runs, the latest first").get_by_role("row")
    expect(latest.filter(has_text=operator.email)).to_contain_text("Succeeded")
    page.get_by_role("link", name="Overview").click()
    fresh = page.get_by_role("table", name="How old the data is").get_by_role("row")
    expect(fresh.filter(has_text="Services and genres")).to_contain_text("Fresh")
    visit.keep_picture("admin-overview")


def test_job_that_runs_is_not_started_again_but_shown(visit: Visit, operator: DemoUser, simulators: httpx.Client):
    slow = {"provider": "watchmode", "path": "/v1/sources", "delay": DELAY_SECONDS, "times": 1}
    simulators.put("/faults", json=slow).raise_for_status()
    page = visit.sign_in(operator, "/admin/jobs")
    page.get_by_role("button", name="Start a job").click()
    start(page, "Services and genres")
    page.wait_for_url(re.compile("/admin/jobs/"))
    running = page.url
    expect(panel(page, "How it goes").get_by_text("Running", exact=True)).to_be_visible()

    page.get_by_role("link", name="All jobs").click()
    page.get_by_role("button", name="Start a job").click()
    start(page, "Services and genres")
    refused = page.get_by_role("alert").filter(has_text="The same is running already")
    refused.get_by_role("link", name="See the run that is under way").click()

    expect(page).to_have_url(running)
    expect_success(page)


def test_what_was_given_up_is_replayed_and_then_done(visit: Visit, cloud: Cloud, operator: DemoUser):
    asked = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    reason = f"the provider was away {uuid4().hex[:8]}"
    give_up(cloud, asked, reason)
    wait_until(lambda: failure_with(cloud, operator, reason), INBOX_SECONDS, "the failure in the inbox")
    page = visit.sign_in(operator, "/admin/failures")

    page.get_by_role("button", name=f"Details: {reason}").click()
    drawer = page.get_by_role("dialog", name="Failure")
    expect(drawer.get_by_role("heading", name=reason)).to_be_visible()
    expect(drawer).to_contain_text('"source_id": "203"')
    visit.keep_picture("admin-failure")
    drawer.get_by_role("button", name="Replay").click()

    expect(page.get_by_text("The failure was replayed.")).to_be_visible()
    expect(page.get_by_role("button", name=f"Details: {reason}")).to_have_count(0)
    wait_until(lambda: listed_at(cloud) >= asked, RUN_MILLISECONDS // 1000, "the pair to be listed")
    page.get_by_role("combobox", name="State").click()
    page.get_by_role("option", name="Replayed").click()
    expect(page.get_by_role("listitem").filter(has_text=reason)).to_contain_text(f"Replayed by {operator.email}")


def give_up(cloud: Cloud, asked: str, reason: str) -> None:
    """Put a pair that is to be listed where a queue puts what it has given up."""
    request = {"job_id": "e2e", "region": "GB", "source_id": "203", "genre_id": "4", "cause": "e2e"}
    cloud.aws.client("sqs").send_message(
        QueueUrl=cloud.outputs.queues["listing_dead_letter"],
        MessageBody=json.dumps(request | {"traffic": "viewer", "requested_at": asked}),
        MessageAttributes={"reason": {"DataType": "String", "StringValue": reason}},
    )


def listed_at(cloud: Cloud) -> str:
    """Return when the pair was last listed."""
    key = {"PK": {"S": "listing:GB:source:203:genre:4"}, "SK": {"S": "listed"}}
    item = cloud.aws.client("dynamodb").get_item(TableName=cloud.outputs.tables["operations"], Key=key).get("Item")
    return item["listed_at"]["S"] if item else ""


def failure_with(cloud: Cloud, operator: DemoUser, text: str) -> dict[str, Any] | None:
    """Return the open failure whose reason or payload has a text."""
    found = answer(cloud, operator, "/admin/failures", limit=100)["failures"]
    return next((each for each in found if text in each["reason"] or text in each["preview"]), None)


def test_event_that_nobody_can_read_is_discarded_with_a_note(visit: Visit, cloud: Cloud, operator: DemoUser):
    unreadable = f"no event {uuid4().hex}".encode()
    note = f"Nobody sends such events, {uuid4().hex[:8]}."
    stream = cloud.outputs.streams["programme_events"]
    cloud.aws.client("kinesis").put_record(StreamName=stream, Data=unreadable, PartitionKey="e2e")
    wait_until(lambda: failure_with(cloud, operator, content_id(unreadable)), INBOX_SECONDS, "the event in the inbox")
    page = visit.sign_in(operator, "/admin/failures?source=quarantine")

    given_up = page.get_by_role("listitem").filter(has_text=content_id(unreadable))
    expect(given_up).to_contain_text("not JSON")
    given_up.get_by_role("button", name="Details").click()
    drawer = page.get_by_role("dialog", name="Failure")
    drawer.get_by_role("button", name="Discard …").click()
    drawer.get_by_role("textbox", name="Why it is discarded").fill(note)
    drawer.get_by_role("button", name="Discard", exact=True).click()

    expect(page.get_by_text("The failure was discarded.")).to_be_visible()
    expect(given_up).to_have_count(0)
    page.get_by_role("combobox", name="State").click()
    page.get_by_role("option", name="Discarded").click()
    expect(given_up).to_contain_text(f"Discarded by {operator.email}")
    expect(given_up).to_contain_text(note)


def test_functions_are_listed_and_what_one_has_logged_is_read(visit: Visit, cloud: Cloud, operator: DemoUser):
    page = visit.sign_in(operator, "/admin/functions")
    rows = page.get_by_role("table", name=re.compile("^Functions in the last hour")).get_by_role("row")
    expect(rows).to_have_count(1 + len(answer(cloud, operator, "/admin/system/lambdas")["functions"]))

    page.get_by_role("button", name="admin_api", exact=True).click()
    log = panel(page, "Log of admin_api")
    lines = log.get_by_role("list", name="Lines of the log").get_by_role("listitem")
    expect(lines.first).to_be_visible()
    log.get_by_role("button", name=re.compile("^Only lines of request")).first.click()
    wanted = log.get_by_role("searchbox", name="Only lines with").input_value()
    for line in lines.all():
        expect(line).to_contain_text(wanted[:8])
    visit.keep_picture("admin-functions")

    log.get_by_role("searchbox", name="Only lines with").fill("no line has this")
    expect(log.get_by_text("No line holds that. Try another word.")).to_be_visible()
    log.get_by_role("combobox", name="Level").click()
    page.get_by_role("option", name="CRITICAL").click()
    expect(log.get_by_text("Nothing was logged then.")).to_be_visible()


def test_credits_of_a_provider_are_those_that_the_api_tells(visit: Visit, cloud: Cloud, operator: DemoUser):
    page = visit.sign_in(operator, "/admin/providers")
    watchmode, tmdb = answer(cloud, operator, "/admin/providers")["providers"]

    card = panel(page, "WatchMode")
    expect(card).to_contain_text("In use")
    expect(card).to_contain_text(f"{watchmode['credits']['budget_today']:,} spent")
    expect(card).to_contain_text(f"of {watchmode['credits']['limit']:,} spent")
    expect(panel(page, "TMDB")).to_contain_text("Costs no credits; only its pace is limited.")
    expect(panel(page, "TMDB")).to_contain_text(f"{tmdb['requests_per_second']:.0f} calls a second")
    visit.keep_picture("admin-providers")


def test_quality_is_measured_on_demand_and_shown_as_counted(visit: Visit, cloud: Cloud, operator: DemoUser):
    page = visit.sign_in(operator, "/admin/quality")
    page.get_by_role("button", name="Measure now").click()
    page.get_by_role("dialog").get_by_role("button", name="Start", exact=True).click()
    page.wait_for_url(re.compile("/admin/jobs/"))
    expect_success(page)

    page.get_by_role("link", name="Quality").click()
    measures = answer(cloud, operator, "/admin/quality")["measures"]
    assert measures
    for measure in measures:
        expect(panel(page, measure["label"])).to_contain_text(f"{measure['count']:,}")
        expect(panel(page, measure["label"])).to_contain_text(f"of {measure['of']:,}")
    visit.keep_picture("admin-quality")


def test_audit_names_who_did_what_and_leads_to_the_run(visit: Visit, operator: DemoUser):
    page = visit.sign_in(operator, "/admin/jobs?kind=library_recount")
    page.get_by_role("button", name="Start a job").click()
    page.get_by_role("dialog").get_by_role("button", name="Start", exact=True).click()
    page.wait_for_url(re.compile("/admin/jobs/"))
    run = page.url
    expect_success(page)

    page.get_by_role("link", name="Audit").click()
    entries = page.get_by_role("table", name=re.compile("^What operators did")).get_by_role("row")
    mine = entries.filter(has_text=operator.email)
    expect(mine).to_have_count(1)
    expect(mine).to_contain_text("Recount the library")
    expect(mine).to_contain_text("repair: no")
    visit.keep_picture("admin-audit")
    mine.get_by_role("link", name="See the job").click()
    expect(page).to_have_url(run)


def test_plain_user_sees_no_page_of_operators(visit: Visit, cloud: Cloud):
    page = visit.sign_in(cloud.new_user())
    page.get_by_role("button", name="Account and settings").click()
    expect(page.get_by_role("menuitem", name="Sign out")).to_be_visible()
    expect(page.get_by_role("menuitem", name="Operations")).to_have_count(0)

    for path in PAGES:
        visit.open(f"/admin{path}")
        expect(page.get_by_role("heading", name="This page is for operators")).to_be_visible()


def test_plain_user_is_refused_by_the_api_whatever_the_page_shows(visit: Visit, cloud: Cloud):
    user = cloud.new_user()
    page = visit.sign_in(user)
    page.evaluate(PRETEND)
    visit.open("/admin/providers")

    expect(page.get_by_role("heading", name="Providers", level=1)).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text("This could not be loaded")
    expect(panel(page, "WatchMode")).to_have_count(0)
    with cloud.api(user) as client:
        assert {client.get(f"/admin/{path}").status_code for path in READ} == {403}
        assert {client.post(f"/admin/{path}", json={}).status_code for path in STARTED} == {403}
