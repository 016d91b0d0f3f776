"""The roles in which the pipeline deploys: one for each environment, for jobs of one repository and one environment.

Lies here and not in stacks/, because it belongs to an account and to no environment.
"""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import Aws, CfnOutput, Duration, Stack, Tags
from aws_cdk import aws_iam as iam
from constructs import Construct

from delivery.verify_rights import grants
from stacks.config import EnvironmentConfig
from stacks.constructs.acknowledge import acknowledge

ISSUER = "token.actions.githubusercontent.com"
AUDIENCE = "sts.amazonaws.com"
# Of the roles that `cdk bootstrap` makes those that our stacks need: none of them has a container image.
BOOTSTRAP_ROLES = ("deploy", "file-publishing", "lookup")
_BOOTSTRAP_ROLE = "arn:<AWS::Partition>:iam::<AWS::AccountId>:role/cdk-hnb659fds-{}-role-<AWS::AccountId>-<AWS::Region>"
_KNOWN_TO_AWS = {
    "<AWS::Partition>": Aws.PARTITION,
    "<AWS::Region>": Aws.REGION,
    "<AWS::AccountId>": Aws.ACCOUNT_ID,
}


class DeliveryStack(Stack):
    """GitHub as a provider of identities, and what its jobs may do in this account and region."""

    def __init__(
        self, scope: Construct, *, repository: str, environments: Sequence[EnvironmentConfig], provider_arn: str | None
    ) -> None:
        super().__init__(
            scope,
            "marquee-delivery",
            description="Marquee: the roles of the delivery pipeline",
            termination_protection=True,
        )
        Tags.of(self).add("marquee:delivery", "pipeline")
        provider = (
            iam.OidcProviderNative.from_oidc_provider_arn(self, "GitHub", provider_arn)
            if provider_arn
            else iam.OidcProviderNative(self, "GitHub", url=f"https://{ISSUER}", client_ids=[AUDIENCE])
        )
        for config in environments:
            role = self._role(config, repository, provider.oidc_provider_arn)
            CfnOutput(self, f"RoleArn{config.name.title()}", value=role.role_arn)

    def _role(self, config: EnvironmentConfig, repository: str, provider_arn: str) -> iam.Role:
        role = iam.Role(
            self,
            f"Deploy{config.name.title()}",
            description=f"Jobs of {repository} in the GitHub environment {config.name}",
            # As long as a deployment, its checks and the way back may take.
            max_session_duration=Duration.hours(2),
            assumed_by=_jobs(provider_arn, f"repo:{repository}:environment:{config.name}"),
        )
        deploying = [_arn(_BOOTSTRAP_ROLE.format(each)) for each in BOOTSTRAP_ROLES]
        role.add_to_policy(iam.PolicyStatement(actions=["sts:AssumeRole"], resources=deploying))
        policy = role.node.find_child("DefaultPolicy")
        tagged = {"StringEquals": {"aws:ResourceTag/marquee:environment": config.name}}
        for grant in grants(config):
            role.add_to_policy(
                iam.PolicyStatement(
                    actions=list(grant.actions),
                    resources=[_arn(grant.resource)],
                    conditions=tagged if grant.tagged else None,
                )
            )
            acknowledge(policy, f"IAM5[Resource::{grant.resource}]", grant.because)
        return role


def _jobs(provider_arn: str, subject: str) -> iam.WebIdentityPrincipal:
    """Return the jobs of which GitHub says `subject`: it names an environment only after its reviewers have agreed."""
    return iam.WebIdentityPrincipal(
        provider_arn, {"StringEquals": {f"{ISSUER}:aud": AUDIENCE, f"{ISSUER}:sub": subject}}
    )


def _arn(pattern: str) -> str:
    """Return a pattern with CloudFormation's own references for what only AWS knows."""
    for name, reference in _KNOWN_TO_AWS.items():
        pattern = pattern.replace(name, reference)
    return pattern
