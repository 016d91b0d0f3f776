"""What operators see, start and put right, and the trace that it leaves."""

import json
from functools import partial
from typing import Any

import boto3
import pytest

from admin_api import handler, stores
from admin_api.functions import Functions
from admin_api.logs import line
from marquee import aws
from marquee.repositories.audit import AuditLog
from marquee.repositories.failures import FailureRepository
from tests.fakes.api_gateway import call
from tests.fakes.failures import failure
from tests.unit.conftest import Cloud, forget

get = partial(call, "GET", function=handler.lambda_handler, groups="admin")
post = partial(call, "POST", function=handler.lambda_handler, groups="admin")
A = "a" * 32
PACKAGES = ("reference_refresh", "listing_planner", "enrichment_sweep", "tmdb_cache_refresh", "library_recount")


class Invocations(list[tuple[str, Any]]):
    """Functions that are started in the background, and what with."""

    def invoke(self, **request: str) -> None:
        self.append((request["FunctionName"], json.loads(request["Payload"])))


@pytest.fixture(autouse=True)
def started(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Invocations:
    forget(stores)
    for name in ("HARVEST", "ARCHIVE", "ARCHIVE_DEAD_LETTER"):
        monkeypatch.setenv(f"{name}_QUEUE_URL", boto3.client("sqs").create_queue(QueueName=name)["QueueUrl"])
    functions = ",".join(f"{each}={each}-1" for each in (*PACKAGES, "data_quality"))
    settings = {"WATCHMODE_PER_MINUTE": "120", "TMDB_PER_SECOND": "40", "COLLECTION_INTERVAL": "0"}
    for name, value in {**settings, "FUNCTIONS": functions, "AWS_LAMBDA_FUNCTION_NAME": "admin-1"}.items():
        monkeypatch.setenv(name, value)
    found = Invocations()
    monkeypatch.setattr(aws, "lambda_", lambda: found)
    return found


@pytest.mark.parametrize(
    ("path", "body", "function", "input"),
    [
        ("/admin/reference/refresh", {"genres": True}, "reference_refresh-1", {"refresh_genres": "Y"}),
        ("/admin/titles/refresh", None, "listing_planner-1", {}),
        ("/admin/titles/enrich", {"title_ids": ["7"]}, "enrichment_sweep-1", {"title_ids": ["7"]}),
        ("/admin/tmdb/refresh", {"scheduleType": "daily"}, "tmdb_cache_refresh-1", {"scheduleType": "daily"}),
        ("/admin/library/recount", {"repair": True}, "library_recount-1", {"repair": True}),
        ("/admin/quality/measure", {}, "data_quality-1", {}),
    ],
)
def test_run_is_started_in_the_name_of_who_asks(
    cloud: Cloud, started: Invocations, path: str, body: object, function: str, input: dict[str, Any]
) -> None:
    answer = post(path, body=body)

    assert answer.status == 202
    told = {**input, "started_by": "admin:anna", "job_id": answer.json["job_id"]}
    assert started == [(function, told)]
    job = cloud.jobs.get(answer.json["job_id"])
    assert job is not None
    assert (job.state, job.started_by, job.input) == ("running", "admin:anna", input)


def test_run_that_is_under_way_is_not_started_again_and_named(started: Invocations) -> None:
    first = post("/admin/titles/refresh").json["job_id"]

    again = post("/admin/titles/refresh")

    assert (again.status, again.code) == (409, "already_running")
    assert again.json["error"]["details"] == {"job_id": first}
    assert len(started) == 1


def test_everything_an_operator_does_is_written_down_with_its_outcome(cloud: Cloud) -> None:
    job_id = post("/admin/tmdb/refresh", body={"schedule_type": "weekly"}).json["job_id"]
    post("/admin/failures/" + A + "/discard", body={"note": "why"})

    newest, oldest = get("/admin/audit").json["entries"]
    assert (oldest["who"], oldest["what"], oldest["input"]) == (
        "anna",
        "POST /admin/tmdb/refresh",
        {"schedule_type": "weekly"},
    )
    assert job_id in oldest["outcome"]
    assert newest["outcome"].startswith("NotFound")


def test_audit_goes_on_from_month_to_month(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    audit = AuditLog(cloud.operations)
    for moment in ("2026-09-30T10:00:00.000Z", "2026-11-01T10:00:00.000Z", "2026-11-02T10:00:00.000Z"):
        monkeypatch.setattr("marquee.clock.now", lambda moment=moment: moment)
        audit.begin(who="anna", what=moment, input={})

    first = get("/admin/audit", query={"limit": "2"}).json
    second = get("/admin/audit", query={"limit": "2", "next": first["next"]}).json

    assert [each["at"][:10] for each in first["entries"] + second["entries"]] == [
        "2026-11-02",
        "2026-11-01",
        "2026-09-30",
    ]
    assert second["next"] is None


@pytest.mark.parametrize("path", ["/admin/jobs", "/admin/failures", "/admin/providers", "/admin/audit"])
def test_viewer_who_is_no_operator_sees_nothing_and_leaves_no_trace(cloud: Cloud, path: str) -> None:
    assert get(path, groups="").code == "forbidden"
    assert post("/admin/titles/refresh", groups="").code == "forbidden"
    assert not [key for key in cloud.items(cloud.operations) if key[0].startswith("audit:")]


def test_runs_are_listed_with_their_progress_page_by_page(cloud: Cloud) -> None:
    for kind in ("listing", "reference", "listing"):
        cloud.jobs.start(kind, started_by="test", input={})

    page = get("/admin/jobs", query={"kind": "listing", "limit": "1"}).json
    rest = get("/admin/jobs", query={"kind": "listing", "next": page["next"]}).json

    found = page["jobs"] + rest["jobs"]
    assert [each["kind"] for each in found] == ["listing", "listing"]
    assert found[0]["progress"] is None
    assert found[0]["duration_seconds"] >= 0
    assert get("/admin/jobs", query={"next": "nonsense"}).code == "invalid_cursor"


def test_failure_is_shown_without_the_viewer_replayed_and_gone_from_the_list(cloud: Cloud) -> None:
    url = boto3.client("sqs").get_queue_url(QueueName="listing")["QueueUrl"]
    inbox = FailureRepository(cloud.operations)
    inbox.add(failure(A, target=url, payload='{"user_id": "u-1", "title_id": "7"}'))

    listed = get("/admin/failures").json
    shown = get(f"/admin/failures/{A}").json
    replayed = post("/admin/failures/replay", body={"ids": [A]})

    assert ([each["id"] for each in listed["failures"]], listed["open"]) == ([A], {"listing": 1})
    assert "payload" not in listed["failures"][0]
    assert json.loads(shown["payload"])["title_id"] == "7"
    assert "u-1" not in shown["payload"]
    assert (replayed.status, replayed.json) == (202, {"replayed": 1, "failed": 0, "left": 0})
    assert cloud.messages("LISTING_QUEUE_URL") == ['{"user_id": "u-1", "title_id": "7"}']
    assert get("/admin/failures").json["failures"] == []
    assert [each["who"] for each in get("/admin/failures", query={"state": "replayed"}).json["failures"]] == [
        "admin:anna"
    ]


@pytest.mark.parametrize("body", [{}, {"ids": [A], "source": "listing"}, {"ids": ["x"]}, {"ids": [A] * 101}])
def test_replay_of_nothing_or_of_too_much_is_refused(body: dict[str, Any]) -> None:
    assert post("/admin/failures/replay", body=body).status == 400


def test_providers_are_shown_with_what_is_known_of_them() -> None:
    watchmode, tmdb = get("/admin/providers").json["providers"]

    assert (watchmode["name"], watchmode["credits"], watchmode["breaker"]["state"]) == ("watchmode", None, "closed")
    assert tmdb["requests_per_second"] == pytest.approx(38.8)


def test_tables_are_shown_with_how_each_number_was_come_by() -> None:
    summary = get("/admin/dynamodb/summary").json

    counted = {each["name"]: each["counted"] for each in summary["tables"]}
    assert counted["movies"] == "now"
    assert counted["catalogue"] == "by AWS every six hours"
    assert {each["fresh"] for each in summary["freshness"]} == {False}


def test_quality_that_was_never_measured_is_empty() -> None:
    assert get("/admin/quality").json == {"as_of": None, "measures": [], "trend": []}


def test_log_of_a_function_that_is_not_ours_is_not_found() -> None:
    assert post("/admin/system/lambdas/logs", body={"function": "somebody_elses"}).status == 404


def test_function_that_did_nothing_has_no_durations() -> None:
    class Silent:
        def get_metric_data(self, **request: Any) -> dict[str, Any]:
            return {"MetricDataResults": []}

    (found,) = Functions(Silent(), {"title_consumer": "consumer-1"}).summary().functions

    assert (found.name, found.invocations, found.duration_p99_ms) == ("title_consumer", 0, None)


def test_line_in_json_is_taken_apart_and_any_other_is_its_text() -> None:
    told = {"level": "ERROR", "message": "no", "function_request_id": "r", "job_id": "j", "timestamp": "x"}

    parsed = line({"timestamp": 0, "message": json.dumps(told)})
    plain = line({"timestamp": 0, "message": "START RequestId: r\n"})

    assert (parsed.level, parsed.message, parsed.request_id, parsed.fields) == ("ERROR", "no", "r", {"job_id": "j"})
    assert (plain.level, plain.message) == ("", "START RequestId: r")
