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
USER = "AWS::Cognito::UserPoolUser"
MEMBERSHIP = "AWS::Cognito::UserPoolUserToGroupAttachment"


def client_of_scripts(assembly: Assembly) -> Resource:
    """Return the auth stack's own client; the web app has another."""
    (client,) = (found for found in assembly.resources("AWS::Cognito::UserPoolClient") if found.stack == "auth")
    return client


def template_with(**values: Any) -> Template:
    """Return the template that `dev` has when some of its values are others."""
    environments = CONTEXT["environments"] | {"dev": CONTEXT["environments"]["dev"] | values}
    stack = AuthStack(App(), config=load((CONTEXT | {"environments": environments, "env": "dev"}).get))
    return Template.from_stack(stack)


def provider_with(**values: Any) -> dict[str, Any]:
    """Return the identity provider that `dev` has when some of its values are others."""
    (provider,) = template_with(**values).find_resources(PROVIDER).values()
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


def test_second_step_is_an_authenticator_app_for_those_who_want_it(assembly: Assembly) -> None:
    (pool,) = assembly.resources("AWS::Cognito::UserPool")

    assert pool.properties["MfaConfiguration"] == "OPTIONAL"
    assert pool.properties["EnabledMfas"] == ["SOFTWARE_TOKEN_MFA"]


def test_change_of_the_address_counts_once_it_is_proven(dev: Assembly) -> None:
    (pool,) = dev.resources("AWS::Cognito::UserPool")

    assert pool.properties["UserAttributeUpdateSettings"] == {"AttributesRequireVerificationBeforeUpdate": ["email"]}
    assert pool.properties["Policies"]["PasswordPolicy"]["TemporaryPasswordValidityDays"] == 3


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_pool_asks_before_a_sign_up_where_there_is_google(assemblies: dict[str, Assembly], environment: str) -> None:
    (pool,) = assemblies[environment].resources("AWS::Cognito::UserPool")
    asked = pool.properties.get("LambdaConfig", {}).get("PreSignUp")

    assert bool(asked) == (environment == "local")
    if asked:
        function = assemblies[environment].function("sign_up_link")
        assert asked == {"Fn::GetAtt": [function.logical_id, "Arn"]}
        # Cognito waits no longer.
        assert function.properties["Timeout"] == 5
        assert function.properties["Environment"]["Variables"]["IDENTITY_PROVIDER"] == "Google"


def test_function_before_a_sign_up_may_change_users_of_this_pool_and_nothing_else(local: Assembly) -> None:
    (pool,) = local.resources("AWS::Cognito::UserPool")
    role = local.function("sign_up_link").properties["Role"]["Fn::GetAtt"][0]
    statements = [
        statement
        for policy in local.resources("AWS::IAM::Policy")
        if policy.stack == "auth" and {"Ref": role} in policy.properties["Roles"]
        for statement in policy.properties["PolicyDocument"]["Statement"]
        if not str(statement["Action"]).startswith("['logs:")
    ]

    (statement,) = statements
    assert statement["Resource"] == {"Fn::GetAtt": [pool.logical_id, "Arn"]}
    assert sorted(statement["Action"]) == [
        "cognito-idp:AdminCreateUser",
        "cognito-idp:AdminGetUser",
        "cognito-idp:AdminLinkProviderForUser",
        "cognito-idp:AdminSetUserPassword",
        "cognito-idp:AdminUpdateUserAttributes",
    ]


def test_only_this_pool_may_call_the_function_before_a_sign_up(local: Assembly) -> None:
    (pool,) = local.resources("AWS::Cognito::UserPool")
    (permission,) = (each for each in local.resources("AWS::Lambda::Permission") if each.stack == "auth")

    assert permission.properties["Principal"] == "cognito-idp.amazonaws.com"
    assert permission.properties["SourceArn"] == {"Fn::GetAtt": [pool.logical_id, "Arn"]}


def test_first_operators_are_invited_by_mail_into_the_group() -> None:
    template = template_with(admin_emails=["ops@example.com", "ada@example.com"])

    users = list(template.find_resources(USER).values())
    members = list(template.find_resources(MEMBERSHIP).values())
    (group,) = template.find_resources("AWS::Cognito::UserPoolGroup")
    assert sorted(each["Properties"]["Username"] for each in users) == ["ada@example.com", "ops@example.com"]
    assert all(each["Properties"]["DesiredDeliveryMediums"] == ["EMAIL"] for each in users)
    assert {"Name": "email_verified", "Value": "true"} in users[0]["Properties"]["UserAttributes"]
    assert sorted(each["Properties"]["Username"] for each in members) == ["ada@example.com", "ops@example.com"]
    assert all(each["Properties"]["GroupName"] == "admin" for each in members)
    assert all(group in each["DependsOn"] and len(each["DependsOn"]) == 2 for each in members)


def test_who_is_taken_out_of_the_list_loses_the_group_and_stays_a_user() -> None:
    template = template_with(admin_emails=["ops@example.com"])

    (user,) = template.find_resources(USER).values()
    (member,) = template.find_resources(MEMBERSHIP).values()
    assert (user["DeletionPolicy"], user["UpdateReplacePolicy"]) == ("Retain", "Retain")
    assert "DeletionPolicy" not in member


def test_order_of_the_first_operators_says_nothing() -> None:
    emails = ["ops@example.com", "ada@example.com"]

    names = [set(template_with(admin_emails=order).find_resources(USER)) for order in (emails, emails[::-1])]

    assert names[0] == names[1]


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_nobody_is_an_operator_until_an_environment_names_somebody(environment: str) -> None:
    assert load((CONTEXT | {"env": environment}).get).admin_emails == ()


def test_everyday_sign_in_is_for_the_web_app_and_scripts_alone(assembly: Assembly) -> None:
    (written,) = (
        each for each in assembly.resources("AWS::SSM::Parameter") if str(each.properties["Name"]).endswith("/clients")
    )
    behind_sign_in = [assembly.function(each) for each in ("guide_api", "library_api", "archive_api", "admin_api")]

    assert len(written.properties["Value"]["Fn::Join"][1]) == 3
    for function in behind_sign_in:
        assert function.properties["Environment"]["Variables"]["CLIENTS_PARAMETER"] == written.properties["Name"]
