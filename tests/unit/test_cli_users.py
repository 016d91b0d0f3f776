"""`marquee users`: who may sign in, who operates, and what is said of those who are not there."""

import json
from typing import Any

import boto3
import pytest
from typer.testing import CliRunner, Result

from cli import users
from cli.__main__ import app
from cli.environment import Environment
from cli.errors import OperatorError
from cli.user_pool import temporary_password
from marquee.repositories.audit import AuditLog
from tests.unit.conftest import Cloud

ADDRESS = "ann@marquee.test"


class Desk:
    """A user pool in moto, and the command on it."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        self.cognito = boto3.client("cognito-idp")
        self.pool = self.cognito.create_user_pool(PoolName="users", UsernameAttributes=["email"])["UserPool"]["Id"]
        self.cognito.create_group(UserPoolId=self.pool, GroupName="admin")
        outputs = {"UserPoolId": self.pool, "OperationsTable": cloud.operations.name}
        self.place = Environment("dev", outputs, boto3.client, lambda _: "")

    def run(self, *arguments: str) -> Result:
        return CliRunner().invoke(app, ["users", *arguments, "--env", "dev"], catch_exceptions=False)

    def listed(self, *options: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self.run("list", *options, "--json").stdout)
        return found

    def access_token(self, email: str) -> str:
        flows = ["ALLOW_ADMIN_USER_PASSWORD_AUTH"]
        made = self.cognito.create_user_pool_client(UserPoolId=self.pool, ClientName="c", ExplicitAuthFlows=flows)
        password = temporary_password()
        of_user = {"UserPoolId": self.pool, "Username": email}
        self.cognito.admin_set_user_password(**of_user, Password=password, Permanent=True)
        answer = self.cognito.admin_initiate_auth(
            UserPoolId=self.pool,
            ClientId=made["UserPoolClient"]["ClientId"],
            AuthFlow="ADMIN_USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": email, "PASSWORD": password},
        )
        return str(answer["AuthenticationResult"]["AccessToken"])


@pytest.fixture
def desk(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Desk:
    found = Desk(cloud)
    monkeypatch.setattr(users, "environment", lambda name: found.place)
    return found


def test_user_who_was_created_is_listed_and_can_sign_in_with_the_password(desk: Desk) -> None:
    made = json.loads(desk.run("create", ADDRESS, "--no-mail", "--json").stdout)

    (user,) = desk.listed()
    assert (user["email"], user["admin"], user["state"]) == (ADDRESS, False, "FORCE_CHANGE_PASSWORD")
    assert made["email"] == ADDRESS
    assert len(made["temporary_password"]) >= 12
    assert ADDRESS in desk.run("list").stdout


def test_operator_is_made_and_unmade(desk: Desk) -> None:
    desk.run("create", ADDRESS)
    desk.run("promote", ADDRESS)
    promoted = desk.listed("--admins")
    desk.run("promote", ADDRESS)
    desk.run("demote", ADDRESS)

    assert [each["email"] for each in promoted] == [ADDRESS]
    assert desk.listed("--admins") == []
    assert [each["admin"] for each in desk.listed()] == [False]


def test_user_may_be_created_as_an_operator(desk: Desk) -> None:
    desk.run("create", ADDRESS, "--admin")

    assert [each["admin"] for each in desk.listed()] == [True]


def test_list_is_of_those_whose_address_begins_so_and_of_no_more_than_asked(desk: Desk) -> None:
    for name in ("ann", "anton", "bea"):
        desk.run("create", f"{name}@marquee.test")

    assert [each["email"] for each in desk.listed("an")] == ["ann@marquee.test", "anton@marquee.test"]
    assert len(desk.listed("--limit", "2")) == 2


def test_reset_sends_a_code_or_prints_a_password(desk: Desk) -> None:
    desk.run("create", ADDRESS)
    desk.cognito.admin_set_user_password(
        UserPoolId=desk.pool, Username=ADDRESS, Password=temporary_password(), Permanent=True
    )

    assert f"{ADDRESS} gets a code for a new password." in desk.run("reset", ADDRESS).stdout
    assert "Temporary password: " in desk.run("reset", ADDRESS, "--no-mail").stdout


def test_invitation_that_was_not_used_is_sent_again(desk: Desk) -> None:
    desk.run("create", ADDRESS)

    assert "gets a new invitation" in desk.run("reset", ADDRESS).stdout


def test_who_has_lost_the_authenticator_app_signs_in_without_it(desk: Desk) -> None:
    desk.run("create", ADDRESS, "--no-mail")
    of_user = {"UserPoolId": desk.pool, "Username": ADDRESS}
    token = desk.access_token(ADDRESS)
    desk.cognito.associate_software_token(AccessToken=token)
    desk.cognito.verify_software_token(AccessToken=token, UserCode="123456")
    desk.cognito.set_user_mfa_preference(AccessToken=token, SoftwareTokenMfaSettings={"Enabled": True})
    assert desk.cognito.admin_get_user(**of_user)["UserMFASettingList"] == ["SOFTWARE_TOKEN_MFA"]

    said = desk.run("forget-app", ADDRESS)

    assert "with the password alone" in said.stdout
    assert desk.cognito.admin_get_user(**of_user)["UserMFASettingList"] == []


def test_what_was_done_to_users_is_written_down(desk: Desk) -> None:
    desk.run("create", ADDRESS)
    with pytest.raises(OperatorError):
        desk.run("promote", "nobody@marquee.test")

    entries, _ = AuditLog(desk.cloud.operations).list()
    assert {each.what for each in entries} == {"marquee users create", "marquee users promote"}
    assert {each.outcome.partition(":")[0] for each in entries} == {"done", "OperatorError"}
    assert all(each.who.startswith("cli:") for each in entries)


@pytest.mark.parametrize("command", ["promote", "demote", "reset"])
def test_unknown_user_is_a_sentence(desk: Desk, command: str) -> None:
    with pytest.raises(OperatorError, match="There is no user 'nobody"):
        desk.run(command, "nobody@marquee.test")


def test_user_who_is_there_already_is_a_sentence(desk: Desk) -> None:
    desk.run("create", ADDRESS)

    with pytest.raises(OperatorError, match=f"There is a user '{ADDRESS}' already"):
        desk.run("create", ADDRESS)


def test_temporary_passwords_fit_the_rules_and_differ() -> None:
    some = {temporary_password() for _ in range(50)}

    assert len(some) == 50
    for password in some:
        kinds = (str.islower, str.isupper, str.isdigit, lambda each: not each.isalnum())
        assert all(any(kind(each) for each in password) for kind in kinds)
