"""The group of operators, and those whom the configuration names as its first members."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from aws_cdk import RemovalPolicy
from aws_cdk import aws_cognito as cognito
from constructs import Construct

ADMIN_GROUP = "admin"


def operators(scope: Construct, user_pool: cognito.UserPool, emails: Sequence[str]) -> None:
    """Add the group of operators and invite `emails` to it by mail.

    Who is taken out of the list loses the group and stays a user: an account is not the configuration's to delete.
    """
    group = cognito.CfnUserPoolGroup(
        scope,
        "Admins",
        user_pool_id=user_pool.user_pool_id,
        group_name=ADMIN_GROUP,
        description="Operators: may start jobs and replay failures",
    )
    for email in emails:
        # Named after the address, so that the order of the list says nothing.
        name = sha256(email.lower().encode()).hexdigest()[:8]
        user = cognito.CfnUserPoolUser(
            scope,
            f"Operator{name}",
            user_pool_id=user_pool.user_pool_id,
            username=email,
            desired_delivery_mediums=["EMAIL"],
            # The invitation is sent there, so who has come in with it has proven the address.
            user_attributes=[
                cognito.CfnUserPoolUser.AttributeTypeProperty(name="email", value=email),
                cognito.CfnUserPoolUser.AttributeTypeProperty(name="email_verified", value="true"),
            ],
        )
        user.apply_removal_policy(RemovalPolicy.RETAIN)
        membership = cognito.CfnUserPoolUserToGroupAttachment(
            scope,
            f"Operator{name}Group",
            user_pool_id=user_pool.user_pool_id,
            group_name=ADMIN_GROUP,
            username=email,
        )
        membership.add_dependency(group)
        membership.add_dependency(user)
