"""The function that Cognito asks before it keeps a new user: one person is one user, whichever way they come."""

from __future__ import annotations

from aws_cdk import Duration
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_iam as iam
from constructs import Construct

from stacks.config import EnvironmentConfig
from stacks.constructs.google_sign_in import PROVIDER_NAME
from stacks.constructs.python_function import PythonFunction

# Cognito waits no longer, and then asks twice more.
PATIENCE = Duration.seconds(5)
_ACTIONS = (
    *("AdminGetUser", "AdminCreateUser", "AdminUpdateUserAttributes", "AdminSetUserPassword"),
    "AdminLinkProviderForUser",
)


def link_sign_ups(scope: Construct, *, config: EnvironmentConfig, user_pool: cognito.UserPool) -> None:
    """Have those who come from Google linked to the user of the same e-mail address."""
    function = PythonFunction(
        scope,
        "sign_up_link",
        config=config,
        description="Makes one user of those who sign in with a password and with Google",
        timeout=PATIENCE,
        # Making a user asks this function again while it waits: two cold starts have to fit into Cognito's patience.
        memory_mb=1024,
        environment={"IDENTITY_PROVIDER": PROVIDER_NAME},
    )
    user_pool.add_trigger(cognito.UserPoolOperation.PRE_SIGN_UP, function.function)
    # The pool names the function, and a function waits for the policy of its role: in a policy of its own, the name of
    # the pool closes no circle.
    policy = iam.Policy(
        scope,
        "LinkUsers",
        statements=[
            iam.PolicyStatement(
                actions=[f"cognito-idp:{action}" for action in _ACTIONS], resources=[user_pool.user_pool_arn]
            )
        ],
    )
    if function.function.role:
        policy.attach_to_role(function.function.role)
