"""`marquee verify`: a deployment that works passes, and each broken one is told of in the right sentence."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from botocore.exceptions import ClientError
from typer.testing import CliRunner, Result

from cli import verify
from cli.__main__ import app
from cli.checks import CHECKS
from cli.checks.site import Check, Site
from cli.checks.stacks import functions_can_run
from cli.environment import Environment
from cli.errors import OperatorError
from cli.verify import Finding, examined
from marquee import keys
from tests.fakes.client import PreparedClient
from tests.fakes.deployment import OPERATOR, Deployment
from tests.unit.conftest import Cloud


@pytest.fixture
def deployment(cloud: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Deployment:
    """A deployment with which all is well, in the environment that the command finds."""
    found = Deployment(cloud, tmp_path)
    monkeypatch.setattr(verify, "environment", lambda name: found.place)
    monkeypatch.setattr(verify, "Site", lambda place, wait: found.site())
    return found


def marquee(*options: str) -> Result:
    return CliRunner().invoke(app, ["verify", "--env", "dev", *options], catch_exceptions=False)


def wrong(deployment: Deployment) -> dict[str, str]:
    """Return what the checks find wrong, as one text for each check."""
    found = examined(deployment.site(), CHECKS)
    return {each.check: " ".join(each.sentences) for each in found if each.state == "wrong"}


def test_all_is_well_with_a_deployment_that_is_whole(deployment: Deployment) -> None:
    ended = marquee()

    assert ended.exit_code == 0, ended.output
    assert "All is well with dev." in ended.stdout
    assert wrong(deployment) == {}


def test_checking_leaves_no_user_behind(deployment: Deployment) -> None:
    marquee()

    users = deployment.client("cognito-idp").list_users(UserPoolId=deployment.outputs["UserPoolId"])["Users"]
    assert [each["Attributes"][0]["Value"] for each in users if each["Attributes"][0]["Name"] == "email"] == [OPERATOR]


def stack_is_missing(there: Deployment) -> None:
    del there.formation.stacks["marquee-dev-auth"]


def stack_was_rolled_back(there: Deployment) -> None:
    there.formation.stacks["marquee-dev-auth"] = "UPDATE_ROLLBACK_COMPLETE"


def function_is_gone(there: Deployment) -> None:
    there.outputs["FunctionGuideApi"] = "guide-api-1"


def function_may_not_read_its_table(there: Deployment) -> None:
    there.allow(there.queue_grant)


def function_may_not_read_its_queue(there: Deployment) -> None:
    there.allow(there.table_grant, {"Action": "sqs:ReceiveMessage", "Resource": there.queue_arn})


def mapping_is_off(there: Deployment) -> None:
    there.client("lambda").update_event_source_mapping(UUID=there.mapping, Enabled=False)


def schedule_is_off(there: Deployment) -> None:
    there.schedule("DISABLED")


def schedule_is_gone(there: Deployment) -> None:
    there.client("scheduler").delete_schedule(Name="listing-schedule")


def secret_is_empty(there: Deployment) -> None:
    there.client("secretsmanager").put_secret_value(SecretId=there.secret, SecretString=" ")


def secret_was_never_replaced(there: Deployment) -> None:
    made = there.client("secretsmanager").create_secret(Name="watchmode", SecretString="random")
    there.outputs["WatchModeSecretArn"] = made["ARN"]


def data_was_never_fetched(there: Deployment) -> None:
    there.cloud.operations.delete(keys.running("reference"), "succeeded")


def data_is_old(there: Deployment) -> None:
    row = {"PK": keys.running("reference"), "SK": "succeeded", "succeeded_at": "2026-01-01T00:00:00.000Z"}
    there.cloud.operations.put(row)


def breaker_is_open(there: Deployment) -> None:
    item = {"PK": keys.governor("tmdb"), "SK": "pace", "failures": 5, "open_until": 4_000_000_000_000_000}
    there.cloud.operations.put(item)


def job_failed(there: Deployment) -> None:
    job_id = there.cloud.jobs.start("listing", started_by="schedule", input={})
    with pytest.raises(OperatorError), there.cloud.jobs.failing(job_id):
        raise OperatorError("the key was refused")


def message_was_given_up(there: Deployment) -> None:
    there.client("sqs").send_message(QueueUrl=there.letters, MessageBody="{}")


def failure_is_open(there: Deployment) -> None:
    there.cloud.operations.put({"PK": keys.FAILURES, "SK": "open:enrichment", "failures": 3})


def alarm_rings(there: Deployment) -> None:
    there.client("cloudwatch").set_alarm_state(AlarmName=there.alarm, StateValue="ALARM", StateReason="errors")


def nobody_hears_alarms(there: Deployment) -> None:
    sns = there.client("sns")
    for each in sns.list_subscriptions_by_topic(TopicArn=there.topic)["Subscriptions"]:
        sns.unsubscribe(SubscriptionArn=each["SubscriptionArn"])


def nobody_operates(there: Deployment) -> None:
    pool = there.outputs["UserPoolId"]
    there.client("cognito-idp").admin_remove_user_from_group(UserPoolId=pool, Username=OPERATOR, GroupName="admin")


def guide_is_empty(there: Deployment) -> None:
    there.api.sources = []


def strangers_are_let_in(there: Deployment) -> None:
    there.api.open_to_all = True


def client_is_gone(there: Deployment) -> None:
    ids = {"UserPoolId": there.outputs["UserPoolId"], "ClientId": there.outputs["UserPoolClientId"]}
    there.client("cognito-idp").delete_user_pool_client(**ids)


def key_of_the_producer_is_refused(there: Deployment) -> None:
    there.api.key = "another-key"


def events_are_not_consumed(there: Deployment) -> None:
    there.api.counts = False


def events_are_not_archived(there: Deployment) -> None:
    there.api.archives = False


BROKEN: list[tuple[Callable[[Deployment], None], str, str]] = [
    (stack_is_missing, "stacks", "The stack marquee-dev-auth is missing; `cdk deploy --all -c env=dev` makes it."),
    (stack_was_rolled_back, "stacks", "The last deployment of the stack marquee-dev-auth failed and was taken back"),
    (function_is_gone, "functions", "The function guide_api is gone; deploy its stack anew."),
    (function_may_not_read_its_table, "rights", "nothing with what its setting OPERATIONS_TABLE names (dynamodb)"),
    (function_may_not_read_its_queue, "rights", "title_consumer has not the right sqs:DeleteMessage on what feeds it"),
    (mapping_is_off, "mappings", "The function title-consumer-1 does not read ListingQueue"),
    (schedule_is_off, "schedules", "The schedule listing-schedule is off (Queues pairs)"),
    (schedule_is_gone, "schedules", "The schedule listing-schedule is gone"),
    (secret_is_empty, "secrets", "The secret of TMDB is empty"),
    (secret_was_never_replaced, "secrets", "The secret of WatchMode is still the random value of the deployment"),
    (data_was_never_fetched, "data", "Services and genres were never fetched; `marquee run reference` does it"),
    (data_is_old, "data", "since the last services and genres"),
    (breaker_is_open, "providers", "Nobody calls tmdb until"),
    (job_failed, "jobs", "The last run of listing failed"),
    (message_was_given_up, "queues", "1 messages wait in ListingDeadLetter of marquee-dev-data"),
    (failure_is_open, "failures", "3 failures of enrichment are open"),
    (alarm_rings, "alarms", "The alarm marquee-dev-ApiErrors rings since"),
    (nobody_hears_alarms, "subscriber", "Nobody is told of alarms: set alarm_email in cdk.json"),
    (nobody_operates, "operators", "Nobody is an operator; `marquee users promote <e-mail>` makes somebody one."),
    (guide_is_empty, "api", "The guide knows no services yet"),
    (strangers_are_let_in, "strangers", "The API answers 200 to GET /preferences without a token, not 401."),
    (client_is_gone, "sign-in", "Nobody can sign in: DescribeUserPoolClient said"),
    (key_of_the_producer_is_refused, "pipeline", "The API answered 403 to an event of demo: Forbidden."),
    (events_are_not_consumed, "pipeline", "An event was taken in but not consumed within 0 seconds"),
    (events_are_not_archived, "pipeline", "An event was counted but not archived within 0 seconds"),
]


@pytest.mark.parametrize(("damage", "check", "sentence"), BROKEN, ids=[each[0].__name__ for each in BROKEN])
def test_broken_deployment_is_told_of_and_nothing_else(
    deployment: Deployment, damage: Callable[[Deployment], None], check: str, sentence: str
) -> None:
    damage(deployment)

    found = wrong(deployment)

    assert list(found) == [check], found
    assert sentence in found[check]


def test_function_that_cannot_run_is_told_of_with_the_reason() -> None:
    states = {"State": "Failed", "StateReason": "the layer is gone", "LastUpdateStatus": "Failed"}
    client = PreparedClient({"Configuration": states, "Concurrency": {"ReservedConcurrentExecutions": 0}})
    place = Environment("dev", {"FunctionGuideApi": "guide-api-1"}, lambda _: client, lambda _: "")

    assert list(functions_can_run(Site(place))) == [
        "The function guide_api cannot run: the layer is gone.",
        "The last update of the function guide_api failed: no reason is given.",
        "The function guide_api is throttled to nothing: its reserved concurrency is 0.",
    ]


def test_wrong_deployment_ends_with_1_and_its_sentence(deployment: Deployment) -> None:
    schedule_is_off(deployment)

    shown = marquee()
    told = json.loads(marquee("--json").stdout)

    assert shown.exit_code == 1
    assert "The schedule listing-schedule is off" in shown.stdout
    assert not told["ok"]
    assert [each["check"] for each in told["checks"] if each["state"] == "wrong"] == ["schedules"]


def test_api_that_nobody_answers_at_is_told_of_by_all_who_ask_it(deployment: Deployment) -> None:
    def silent(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("Connection refused")

    site = deployment.site()
    site.transport = httpx.MockTransport(silent)

    found = {each.check: each.sentences for each in examined(site, CHECKS) if each.state == "wrong"}

    assert list(found) == ["api", "strangers", "sign-in", "pipeline"]
    assert found["api"] == ("The API does not answer at https://api.test/api/: Connection refused.",)


def test_environment_without_producers_begins_at_the_stream(deployment: Deployment) -> None:
    del deployment.outputs["IngestKeyArnDemo"]

    found = wrong(deployment)

    assert "not consumed" in found["pipeline"]
    assert len(deployment.cloud.published()) == 1


def test_what_may_not_be_looked_at_counts_as_wrong() -> None:
    def refused(site: Site) -> Any:
        answer = {"Error": {"Code": "AccessDenied", "Message": "no"}}
        raise ClientError(answer, "GetSchedule")

    found = verify.finding(None, Check("schedules", "schedules are on", refused))  # type: ignore[arg-type]

    assert found.state == "wrong"
    assert "You have not the right to do this: GetSchedule was refused" in found.sentences[0]


@pytest.mark.parametrize(
    ("options", "made"),
    [(("--only", "stacks"), ["stacks"]), (("--only", "api", "--only", "stacks", "--skip", "api"), ["stacks"])],
)
def test_checks_can_be_chosen(deployment: Deployment, options: tuple[str, ...], made: list[str]) -> None:
    told = json.loads(marquee(*options, "--json").stdout)

    assert [each["check"] for each in told["checks"]] == made


def test_unknown_check_is_wrong_use(deployment: Deployment) -> None:
    ended = CliRunner().invoke(app, ["verify", "--env", "dev", "--only", "weather"])

    assert ended.exit_code == 2
    assert "there is no check 'weather'" in ended.output.replace("\n", " ").replace("│", "")


def test_findings_of_a_skipped_check_say_why(deployment: Deployment) -> None:
    deployment.formation.resources = [
        each for each in deployment.formation.resources if each["ResourceType"] != "AWS::CloudWatch::Alarm"
    ]

    found = {each.check: each for each in examined(deployment.site(), CHECKS)}

    assert found["alarms"] == Finding("alarms", "no alarm rings", "skipped", ("the stacks have no alarms",))
