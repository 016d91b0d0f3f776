"""What the web app signs viewers in as: a client of the user pool that keeps no secret."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from aws_cdk import Duration
from aws_cdk import aws_cognito as cognito
from constructs import Construct

CALLBACK = "/callback"


def web_client(
    scope: Construct, user_pool: cognito.IUserPool, google_provider: str | None, addresses: Sequence[str]
) -> cognito.UserPoolClient:
    """Return the client of the web app at `addresses`, for those with a password and, if there is one, by Google."""
    providers = [cognito.UserPoolClientIdentityProvider.COGNITO]
    if google_provider:
        providers.append(cognito.UserPoolClientIdentityProvider.custom(google_provider))
    client = cognito.UserPoolClient(
        scope,
        "Viewers",
        user_pool=user_pool,
        # A browser can keep no secret: PKCE proves that who began is who goes on.
        generate_secret=False,
        o_auth=cognito.OAuthSettings(
            flows=cognito.OAuthFlows(authorization_code_grant=True),
            scopes=[
                *(cognito.OAuthScope.OPENID, cognito.OAuthScope.EMAIL, cognito.OAuthScope.PROFILE),
                # Asked for by the settings alone, to set two-step sign-in up: an everyday token may change nothing.
                cognito.OAuthScope.COGNITO_ADMIN,
            ],
            callback_urls=[f"{address}{CALLBACK}" for address in addresses],
            logout_urls=[f"{address}/" for address in addresses],
        ),
        supported_identity_providers=providers,
        prevent_user_existence_errors=True,
        enable_token_revocation=True,
        id_token_validity=Duration.hours(1),
        access_token_validity=Duration.hours(1),
        refresh_token_validity=Duration.days(30),
    )
    # Said by nobody, Cognito would also let scripts sign in with a password by SRP.
    cast(cognito.CfnUserPoolClient, client.node.default_child).explicit_auth_flows = ["ALLOW_REFRESH_TOKEN_AUTH"]
    return client
