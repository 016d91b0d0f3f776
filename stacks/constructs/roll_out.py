"""The roll-out of API functions: a tenth of the requests for five minutes, then all, or none if an alarm rings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_codedeploy as codedeploy
from aws_cdk import aws_iam as iam
from constructs import Construct

from stacks.config import EnvironmentConfig
from stacks.constructs.acknowledge import acknowledge
from stacks.constructs.alarms import Alarms, Lasting
from stacks.constructs.api_function import LIVE, ApiFunction
from stacks.constructs.viewer_alarms import ERROR_RATE, MINUTE, SLOW_MILLISECONDS

CANARY = codedeploy.LambdaDeploymentConfig.CANARY_10_PERCENT_5_MINUTES
# What goes wrong once is no reason to go back; an alarm that waits for longer rings when all requests have moved.
SOON = Lasting(2, 3)
# Operators wait for what CloudWatch finds in logs, which takes many seconds in any version.
SLOW = {"admin_api": 20_000}


class RollOut(Construct):
    """CodeDeploy moves the alias `live` of each function, and puts it back when one of three alarms rings.

    A roll-out that goes back fails the deployment of the stack, which goes back with it.
    """

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        config: EnvironmentConfig,
        api: apigateway.RestApi,
        functions: Sequence[ApiFunction],
    ) -> None:
        super().__init__(scope, name)
        self._config = config
        self._application = codedeploy.LambdaApplication(self, "Application")
        self._role = _role(self, functions)
        self._of_all = self._alarms("")
        self._of_all.when(
            "RollOutApiErrors",
            api.metric_server_error(statistic="Average", period=MINUTE),
            ">",
            ERROR_RATE,
            SOON,
            "While a new version is tried, more than 2 % of the requests to the API end with an error of ours.",
        )
        for function in functions:
            self._move(function)

    def _move(self, function: ApiFunction) -> None:
        watching = [*self._of_all.all, *self._watch(function)]
        group = codedeploy.LambdaDeploymentGroup(
            self,
            function.node.id,
            application=self._application,
            alias=function.alias,
            deployment_config=CANARY,
            alarms=watching,
            # CDK would attach a managed policy, which lets CodeDeploy move every alias of the account.
            role=self._role.without_policy_updates(),
            auto_rollback=codedeploy.AutoRollbackConfig(
                failed_deployment=True, stopped_deployment=True, deployment_in_alarm=True
            ),
        )
        # An alias does not wait for what its update policy names; by then the alarms must look at the new version.
        function.alias.node.add_dependency(self._role, group, *watching)

    def _watch(self, function: ApiFunction) -> Sequence[cloudwatch.IAlarm]:
        alarms, slow = self._alarms(function.node.id), SLOW.get(function.package, SLOW_MILLISECONDS)
        alarms.when(
            "RollOutErrors",
            _metric(function, "Errors", "Sum", {"ExecutedVersion": function.version.version}),
            ">=",
            1,
            # An error of ours has an answer; a version that ends without one is broken.
            Lasting(1, 1),
            f"The new version of {function.package} ends without an answer.",
            subject=function.package,
        )
        alarms.when(
            "RollOutSlow",
            _metric(function, "Duration", "p99"),
            ">",
            slow,
            SOON,
            f"While a new version is tried, one in a hundred answers of {function.package} takes over {slow} ms.",
            subject=function.package,
        )
        return alarms.all

    def _alarms(self, of: str) -> Alarms:
        # They tell CodeDeploy; a person is told by the deployment that fails.
        return Alarms(self, f"{of}Alarms", config=self._config, topic=None)


def _metric(
    function: ApiFunction, name: str, statistic: str, version: Mapping[str, str] | None = None
) -> cloudwatch.Metric:
    """Return what Lambda measures of the alias; named by the function, because the alias waits for the alarm."""
    called = function.function.function_name
    return cloudwatch.Metric(
        namespace="AWS/Lambda",
        metric_name=name,
        dimensions_map={"FunctionName": called, "Resource": f"{called}:{LIVE}", **(version or {})},
        statistic=statistic,
        period=MINUTE,
    )


def _role(scope: Construct, functions: Sequence[ApiFunction]) -> iam.Role:
    role = iam.Role(
        scope,
        "Role",
        assumed_by=iam.ServicePrincipal("codedeploy.amazonaws.com"),
        description="What CodeDeploy may touch: which version the API functions' aliases name",
    )
    arns = [each.function.function_arn for each in functions]
    role.add_to_policy(
        iam.PolicyStatement(
            # IAM asks for the function by some of these, and for its alias by others.
            actions=["lambda:GetAlias", "lambda:UpdateAlias", "lambda:GetProvisionedConcurrencyConfig"],
            resources=[*arns, *(f"{arn}:{LIVE}" for arn in arns)],
        )
    )
    role.add_to_policy(iam.PolicyStatement(actions=["cloudwatch:DescribeAlarms"], resources=["*"]))
    acknowledge(
        role.node.find_child("DefaultPolicy"),
        "IAM5[Resource::*]",
        "CodeDeploy asks for the state of alarms by a list of names, which IAM narrows to no resource.",
    )
    return role
