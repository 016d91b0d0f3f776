"""Google, or an OpenID Connect provider that stands in for it, as a way into the user pool."""

from __future__ import annotations

from aws_cdk import SecretValue
from aws_cdk import aws_cognito as cognito
from constructs import Construct

GOOGLE_ISSUER = "https://accounts.google.com"
PROVIDER_NAME = "Google"
_SCOPES = ["openid", "email"]


def google_sign_in(
    scope: Construct, *, user_pool: cognito.UserPool, issuer: str, secret_name: str
) -> cognito.IUserPoolIdentityProvider:
    """Let `user_pool` accept the identities of `issuer`, whatever it is, under the name Google.

    The secret holds `client_id` and `client_secret` and has to exist before the deployment, which reads it.
    """
    client_id = SecretValue.secrets_manager(secret_name, json_field="client_id").unsafe_unwrap()
    client_secret = SecretValue.secrets_manager(secret_name, json_field="client_secret")
    mapping = cognito.AttributeMapping(
        email=cognito.ProviderAttribute.GOOGLE_EMAIL, email_verified=cognito.ProviderAttribute.GOOGLE_EMAIL_VERIFIED
    )
    if issuer == GOOGLE_ISSUER:
        return cognito.UserPoolIdentityProviderGoogle(
            scope,
            PROVIDER_NAME,
            user_pool=user_pool,
            client_id=client_id,
            client_secret_value=client_secret,
            scopes=_SCOPES,
            attribute_mapping=mapping,
        )
    return cognito.UserPoolIdentityProviderOidc(
        scope,
        PROVIDER_NAME,
        user_pool=user_pool,
        name=PROVIDER_NAME,
        issuer_url=issuer,
        client_id=client_id,
        client_secret=client_secret.unsafe_unwrap(),
        scopes=_SCOPES,
        attribute_mapping=mapping,
    )
