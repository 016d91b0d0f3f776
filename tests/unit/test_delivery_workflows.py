"""The workflows: pinned, with least rights, bounded in time, and in the order in which a change is to travel."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

GITHUB = Path(__file__).resolve().parents[2] / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
PINNED = re.compile(r"[\w-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
ALLOWED_WRITES = {
    ("pull_request", "comment"): {"pull-requests"},
    ("main", "dev"): {"id-token"},
    ("main", "staging"): {"id-token"},
    ("main", "e2e"): {"id-token"},
    ("main", "prod"): {"id-token"},
    ("deploy", "deploy"): {"id-token"},
    ("release", "release"): {"contents"},
    ("codeql", "analyse"): {"security-events"},
}


def read(file: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(file.read_text())
    return found


def jobs() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for file in WORKFLOWS:
        for name, job in read(file)["jobs"].items():
            yield file.stem, name, job


@pytest.mark.parametrize("file", [*WORKFLOWS, GITHUB / "actions" / "setup" / "action.yml"], ids=lambda file: file.stem)
def test_every_action_is_pinned_by_its_commit_with_the_tag_beside_it(file: Path) -> None:
    used = re.findall(r"uses: (.+)", file.read_text())

    assert used
    assert [each for each in used if not each.startswith("./") and not PINNED.fullmatch(each)] == []


def test_no_workflow_runs_code_of_others_with_rights_or_secrets() -> None:
    for file in WORKFLOWS:
        assert "pull_request_target" not in file.read_text(), file.name
        assert "workflow_run" not in file.read_text(), file.name
        assert "secrets." not in file.read_text(), file.name


def test_every_job_has_only_the_rights_it_says_and_an_end() -> None:
    for file in WORKFLOWS:
        assert read(file)["permissions"] == {}, file.name

    for workflow, name, job in jobs():
        writes = {right for right, level in job["permissions"].items() if level == "write"}
        assert writes == ALLOWED_WRITES.get((workflow, name), set()), f"{workflow}/{name}"
        assert "uses" in job or 0 < job["timeout-minutes"] <= 100, f"{workflow}/{name}"


def test_no_checkout_leaves_its_token_behind() -> None:
    for workflow, name, job in jobs():
        for step in job.get("steps", []):
            if step.get("uses", "").startswith("actions/checkout@"):
                assert step["with"]["persist-credentials"] is False, f"{workflow}/{name}"


def test_nothing_of_a_branch_is_put_into_a_shell_by_its_template() -> None:
    for workflow, name, job in jobs():
        for step in job.get("steps", []):
            assert "${{" not in step.get("run", ""), f"{workflow}/{name}"


def test_change_travels_from_dev_over_staging_and_its_trial_to_prod() -> None:
    travelled = read(GITHUB / "workflows" / "main.yml")["jobs"]

    assert {name: job.get("needs") for name, job in travelled.items()} == {
        "test": None,
        "dev": "test",
        "staging": "dev",
        "e2e": "staging",
        "prod": "e2e",
    }


def test_deployments_are_never_stopped_half_way_and_never_meet() -> None:
    main = read(GITHUB / "workflows" / "main.yml")
    (deploy,) = read(GITHUB / "workflows" / "deploy.yml")["jobs"].values()

    # Not one group for all of main: who has not yet approved a commit for prod would stop all others.
    assert main["concurrency"] == {"group": "main-${{ github.sha }}", "cancel-in-progress": False}
    assert deploy["concurrency"] == {"group": "deploy-${{ inputs.environment }}", "cancel-in-progress": False}
    assert main["jobs"]["e2e"]["concurrency"] == {"group": "deploy-staging", "cancel-in-progress": False}


def test_deployment_is_checked_and_goes_back_when_it_is_not_well() -> None:
    (deploy,) = read(GITHUB / "workflows" / "deploy.yml")["jobs"].values()
    names = [step.get("name") for step in deploy["steps"]]
    back = deploy["steps"][-1]

    assert names[-4:] == [
        "Deploy",
        "Ask it what its users will ask",
        "Look at it from within",
        "Go back to what ran before",
    ]
    assert back["if"].startswith("failure()")
    assert "::error" in back["run"]
    assert not [step for step in deploy["steps"] if step.get("continue-on-error")]
