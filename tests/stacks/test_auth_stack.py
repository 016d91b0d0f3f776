"""The auth stack: who may sign in, and how."""

from __future__ import annotations

from tests.stacks.assemblies import Assembly


def test_viewers_sign_up_with_a_verified_address_and_a_strong_password(dev: Assembly) -> None:
    (pool,) = dev.resources("AWS::Cognito::UserPool")

    assert pool.properties["UsernameAttributes"] == ["email"]
    assert pool.properties["AutoVerifiedAttributes"] == ["email"]
    assert pool.properties["AdminCreateUserConfig"] == {"AllowAdminCreateUserOnly": False}
    assert pool.properties["UsernameConfiguration"] == {"CaseSensitive": False}
    assert pool.properties["AccountRecoverySetting"]["RecoveryMechanisms"] == [
        {"Name": "verified_email", "Priority": 1}
    ]
    policy = pool.properties["Policies"]["PasswordPolicy"]
    assert policy["MinimumLength"] == 12
    assert all(policy[f"Require{kind}"] for kind in ("Lowercase", "Uppercase", "Numbers", "Symbols"))


def test_user_pool_of_prod_cannot_be_deleted(assembly: Assembly) -> None:
    (pool,) = assembly.resources("AWS::Cognito::UserPool")

    protected = pool.properties.get("DeletionProtection") == "ACTIVE"
    assert protected == (assembly.environment == "prod")


def test_password_leaves_the_client_in_local_and_dev_only(assembly: Assembly) -> None:
    (client,) = assembly.resources("AWS::Cognito::UserPoolClient")

    flows = {"ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}
    if assembly.environment in ("local", "dev"):
        flows.add("ALLOW_USER_PASSWORD_AUTH")
    assert set(client.properties["ExplicitAuthFlows"]) == flows


def test_client_gives_away_neither_users_nor_long_lived_tokens(dev: Assembly) -> None:
    (client,) = dev.resources("AWS::Cognito::UserPoolClient")

    assert client.properties["PreventUserExistenceErrors"] == "ENABLED"
    assert client.properties["EnableTokenRevocation"] is True
    assert client.properties["TokenValidityUnits"]["IdToken"] == "minutes"
    assert client.properties["IdTokenValidity"] == 60
    assert client.properties["AllowedOAuthFlowsUserPoolClient"] is False


def test_operators_have_a_group(dev: Assembly) -> None:
    (group,) = dev.resources("AWS::Cognito::UserPoolGroup")

    assert group.properties["GroupName"] == "admin"
