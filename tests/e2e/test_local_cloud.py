"""The runner behind `make run`: what it puts out, what it says when it cannot start, and how it ends."""

import signal
import socket
import sys
from pathlib import Path

import httpx
import pytest

from tests.e2e.cloud import Cloud
from tests.e2e.local_run import PORTS, LocalRun, command, environment_for
from tests.waiting import ANSWER_SECONDS, wait_until

FUNCTIONS = {
    *("reference_refresh", "listing_planner", "title_ingestion", "title_consumer", "title_enrichment"),
    *("enrichment_sweep", "enrichment_worker", "preference_watch", "guide_api"),
}
QUEUES = {
    *("listing", "listing_dead_letter", "quarantine", "consumer_failures"),
    *("enrichment", "enrichment_dead_letter", "enrichment_failures"),
}


def test_outputs_name_everything_that_runs(cloud: Cloud):
    outputs = cloud.outputs

    assert outputs.api_url == f"{outputs.web_url}/api"
    assert set(outputs.users) == {"viewer", "admin"}
    assert set(outputs.upstreams) == {"watchmode", "tmdb", "control_url"}
    assert set(outputs.tables) == {"catalogue", "viewers", "operations", "tmdb_cache", "library"}
    assert set(outputs.buckets) == {"events", "archive", "uploads"}
    assert outputs.ingest_api_key
    assert outputs.queues.keys() >= QUEUES
    assert outputs.functions.keys() >= FUNCTIONS
    assert set(outputs.streams) == {"programme_events"}


def test_tables_queues_stream_and_functions_exist_under_their_names(cloud: Cloud):
    outputs, aws = cloud.outputs, cloud.aws

    assert set(outputs.tables.values()) <= set(aws.client("dynamodb").list_tables()["TableNames"])
    assert set(outputs.queues.values()) <= set(aws.client("sqs").list_queues()["QueueUrls"])
    assert set(outputs.streams.values()) <= set(aws.client("kinesis").list_streams()["StreamNames"])
    for name in outputs.functions.values():
        assert aws.client("lambda").get_function(FunctionName=name)


def test_demo_viewer_has_a_hundred_titles(viewer: httpx.Client):
    assert len(viewer.get("/titles", params={"limit": 100}).json()["titles"]) == 100


def test_front_page_is_the_web_app_and_knows_this_cloud(cloud: Cloud):
    with httpx.Client(base_url=cloud.outputs.web_url, timeout=ANSWER_SECONDS, trust_env=False) as browser:
        page, configuration = browser.get("/"), browser.get("/config.json").json()

    assert page.status_code == 200
    assert '<div id="root">' in page.text
    assert configuration["issuer"].endswith(cloud.outputs.user_pool_id)


def test_front_door_passes_status_query_and_errors_on(anonymous: httpx.Client, viewer: httpx.Client):
    assert anonymous.get("/sources").status_code == 200
    assert anonymous.get("/titles").status_code == 401
    assert set(anonymous.get("/titles").json()) == {"error"}
    assert len(viewer.get("/titles", params={"limit": 3}).json()["titles"]) == 3
    assert viewer.put("/preferences", json={"sources": ["0"], "genres": []}).status_code == 400


def test_token_command_prints_a_token_and_nothing_else(cloud: Cloud, anonymous: httpx.Client):
    printed = command("token", "--user", "viewer", environment=cloud.environment)

    answer = anonymous.get("/preferences", headers={"Authorization": printed.stdout.strip()})

    assert printed.returncode == 0
    assert printed.stdout.count("\n") == 1
    assert answer.status_code == 200


def test_token_for_nobody_lists_the_demo_users(cloud: Cloud):
    printed = command("token", "--user", "nobody", environment=cloud.environment)

    assert printed.returncode == 1
    assert printed.stderr == "error: There is no demo user 'nobody'; there are viewer, admin.\n"


def test_second_run_in_the_same_folder_is_refused(cloud: Cloud):
    second = command("run", environment=cloud.environment)

    assert second.returncode == 1
    assert second.stderr == "error: The local cloud already runs; stop it with `python -m local stop`.\n"
    assert httpx.get(cloud.outputs.web_url, timeout=ANSWER_SECONDS, trust_env=False).is_success


@pytest.mark.parametrize("variable", PORTS)
def test_taken_port_is_named_with_its_variable(tmp_path: Path, variable: str):
    environment = environment_for(tmp_path)
    port = environment[variable]

    with socket.create_server(("127.0.0.1", int(port))):
        run = command("run", environment=environment)

    assert run.returncode == 1
    assert run.stderr == f"error: Port {port} is taken; set {variable} to another one.\n"


def test_missing_node_is_told_in_a_sentence(tmp_path: Path):
    run = command("run", environment={**environment_for(tmp_path), "PATH": str(tmp_path)})

    assert run.returncode == 1
    assert run.stderr == "error: node is not installed; install Node.js 20 or newer and try again.\n"


def test_without_a_run_there_is_nothing_to_stop_and_no_token(tmp_path: Path):
    environment = environment_for(tmp_path)

    assert command("stop", environment=environment).stdout == "No local cloud is running here.\n"
    assert "make run" in command("token", environment=environment).stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
def test_signal_in_the_middle_of_the_deploy_leaves_no_process_and_no_outputs(tmp_path: Path, number: signal.Signals):
    run = deploying(tmp_path)

    exit_code = run.end(number)

    assert exit_code == 0
    assert run.output.endswith("Stopped.\n")
    assert not (tmp_path / "outputs.json").exists()


def test_stop_command_ends_a_run(tmp_path: Path):
    run = deploying(tmp_path)

    stopped = command("stop", environment={**environment_for(tmp_path)})
    wait_until(lambda: run.exit_code is not None, 10, "the run to end")

    assert stopped.stdout == "Stopped.\n"
    assert run.exit_code == 0


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's death")
def test_killed_run_takes_its_processes_along_and_the_next_one_starts(tmp_path: Path):
    deploying(tmp_path).end(signal.SIGKILL)

    next_run = deploying(tmp_path)

    assert next_run.end(signal.SIGINT) == 0


def test_failed_deploy_shows_the_end_of_its_log_and_stops_everything(tmp_path: Path):
    environment = {**environment_for(tmp_path), "PIP_INDEX_URL": "unused", "NODE_OPTIONS": "--no-such-option"}
    run = LocalRun(tmp_path, environment)
    wait_until(lambda: run.exit_code is not None, 60, "the run to end")

    assert run.exit_code == 1
    assert "error: cdk deploy failed" in run.output
    assert str(tmp_path / "logs" / "deploy.log") in run.output


def deploying(state: Path) -> LocalRun:
    """Start a run and return it once it deploys."""
    run = LocalRun(state, environment_for(state))
    # The run, the emulator, the simulators, the CDK command line, the app it starts and that one's helper.
    wait_until(lambda: len(run.processes()) >= 6 or run.exit_code is not None, 60, "the deploy to be in full swing")
    assert run.exit_code is None, run.output
    return run
