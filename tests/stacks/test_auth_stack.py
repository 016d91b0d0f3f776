"""The auth stack: who may sign in, and how."""

from __future__ import annotations

from typing import Any

import pytest
from aws_cdk import App
from aws_cdk.assertions import Template

from stacks.auth_stack import AuthStack
from stacks.config import load
from tests.stacks.assemblies import CONTEXT, ENVIRONMENTS, Assembly, Resource

PROVIDER = "AWS::Cognito::UserPoolIdentityProvider"


def client_of_scripts(assembly: Assembly) -> Resource:
    """Return the auth stack's own client; the web app has another."""
    (client,) = (found for found in assembly.resources("AWS::Cognito::UserPoolClient") if found.stack == "auth")
    return client


def provider_with(**values: Any) -> dict[str, Any]:
    """Return the identity provider that `dev` has when some of its values are others."""
    environments = CONTEXT["environments"] | {"dev": CONTEXT["environments"]["dev"] | values}
    stack = AuthStack(App(), config=load((CONTEXT | {"environments": environments, "env": "dev"}).get))
    (provider,) = Template.from_stack(stack).find_resources(PROVIDER).values()
    properties: dict[str, Any] = provider["Properties"]
    return properties


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
    client = client_of_scripts(assembly)

    flows = {"ALLOW_USER_SRP_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}
    if assembly.environment in ("local", "dev"):
        flows.add("ALLOW_USER_PASSWORD_AUTH")
    assert set(client.properties["ExplicitAuthFlows"]) == flows


def test_client_gives_away_neither_users_nor_long_lived_tokens(dev: Assembly) -> None:
    client = client_of_scripts(dev)

    assert client.properties["PreventUserExistenceErrors"] == "ENABLED"
    assert client.properties["EnableTokenRevocation"] is True
    assert client.properties["TokenValidityUnits"]["IdToken"] == "minutes"
    assert client.properties["IdTokenValidity"] == 60
    assert client.properties["AllowedOAuthFlowsUserPoolClient"] is False


def test_operators_have_a_group(dev: Assembly) -> None:
    (group,) = dev.resources("AWS::Cognito::UserPoolGroup")

    assert group.properties["GroupName"] == "admin"


def test_sign_in_pages_have_an_address_that_no_other_account_can_have_taken(assembly: Assembly) -> None:
    (domain,) = assembly.resources("AWS::Cognito::UserPoolDomain")

    prefix, suffix = domain.properties["Domain"]["Fn::Join"][1]
    uuid = {"Fn::Select": [2, {"Fn::Split": ["/", {"Ref": "AWS::StackId"}]}]}
    assert prefix == f"marquee-{assembly.environment}-"
    assert suffix == {"Fn::Select": [0, {"Fn::Split": ["-", uuid]}]}
    assert len(prefix) + 8 <= 63


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_google_is_off_until_an_environment_asks_for_it(assemblies: dict[str, Assembly], environment: str) -> None:
    assert len(list(assemblies[environment].resources(PROVIDER))) == (environment == "local")


def test_google_itself_is_known_to_cognito() -> None:
    provider = provider_with(google_sign_in=True)

    assert provider["ProviderType"] == "Google"
    assert provider["ProviderDetails"]["authorize_scopes"] == "openid email"
    assert provider["AttributeMapping"] == {"email": "email", "email_verified": "email_verified"}


def test_another_issuer_stands_in_under_the_same_name() -> None:
    provider = provider_with(google_sign_in=True, google_issuer="https://id.example.com/realm")

    assert (provider["ProviderName"], provider["ProviderType"]) == ("Google", "OIDC")
    assert provider["ProviderDetails"]["oidc_issuer"] == "https://id.example.com/realm"
    assert provider["AttributeMapping"] == {"email": "email", "email_verified": "email_verified"}


def test_client_at_google_is_read_from_a_secret_when_deployed() -> None:
    details = provider_with(google_sign_in=True)["ProviderDetails"]

    for field in ("client_id", "client_secret"):
        assert details[field] == f"{{{{resolve:secretsmanager:marquee/dev/google:SecretString:{field}::}}}}"
