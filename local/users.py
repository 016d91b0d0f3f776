"""The demo users and their ID tokens."""

from dataclasses import dataclass

from local.emulator import AwsClients

_DEMO_PASSWORD = "Watch-tonight-1"


@dataclass(frozen=True)
class DemoUser:
    """Somebody who can sign in to the local cloud, and to no other."""

    email: str
    password: str = _DEMO_PASSWORD
    group: str | None = None


DEMO_USERS = {
    "viewer": DemoUser("viewer@marquee.local"),
    "admin": DemoUser("admin@marquee.local", group="admin"),
}


def create_user(clients: AwsClients, user_pool_id: str, user: DemoUser) -> None:
    """Create a confirmed user with a permanent password."""
    cognito = clients.client("cognito-idp")
    cognito.admin_create_user(
        UserPoolId=user_pool_id,
        Username=user.email,
        MessageAction="SUPPRESS",
        UserAttributes=[{"Name": "email", "Value": user.email}, {"Name": "email_verified", "Value": "true"}],
    )
    cognito.admin_set_user_password(
        UserPoolId=user_pool_id, Username=user.email, Password=user.password, Permanent=True
    )
    if user.group:
        cognito.admin_add_user_to_group(UserPoolId=user_pool_id, Username=user.email, GroupName=user.group)


def id_token(clients: AwsClients, client_id: str, user: DemoUser) -> str:
    """Sign a user in with the password and return an ID token, good for an hour."""
    answer = clients.client("cognito-idp").initiate_auth(
        ClientId=client_id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": user.email, "PASSWORD": user.password},
    )
    token: str = answer["AuthenticationResult"]["IdToken"]
    return token
