"""Functions that run by the clock."""

from __future__ import annotations

from collections.abc import Mapping

from aws_cdk import Duration
from aws_cdk import aws_lambda_destinations as destinations
from constructs import Construct

from stacks.config import EnvironmentConfig
from stacks.constructs.failure_source import FailureSource
from stacks.constructs.python_function import PythonFunction
from stacks.constructs.queue_with_dlq import FailureQueue
from stacks.constructs.schedule import LONGEST_WAIT, RETRIES, Clock


class ScheduledFunction(PythonFunction):
    """A function that EventBridge Scheduler starts.

    Two things can fail, each with retries and the same queue at the end: the start (by the scheduler) and the run
    (by Lambda).
    """

    def __init__(
        self,
        scope: Construct,
        package: str,
        *,
        config: EnvironmentConfig,
        description: str,
        schedule: str,
        timeout: Duration,
        memory_mb: int,
        environment: Mapping[str, str],
        scheduled_input: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(
            scope,
            package,
            config=config,
            description=description,
            timeout=timeout,
            memory_mb=memory_mb,
            environment=environment,
        )
        failed_runs = FailureQueue(self, "FailedRuns", config=config).queue
        self.function.configure_async_invoke(
            retry_attempts=RETRIES,
            max_event_age=LONGEST_WAIT,
            on_failure=destinations.SqsDestination(failed_runs),
        )
        self.failure_source = FailureSource(name=package, queue=failed_runs, way="invoke", functions=(self,))
        self._clock = Clock(
            self,
            "Clock",
            target_arn=self.function.function_arn,
            action="lambda:InvokeFunction",
            failures=failed_runs,
            purpose=f"Starts {package} by the clock",
        )
        self.start_on("Schedule", schedule, scheduled_input or {}, description=description)

    def start_on(self, name: str, schedule: str, scheduled_input: Mapping[str, object], *, description: str) -> None:
        """Start the function by a schedule (a `cron(…)` or `rate(…)` expression, UTC) with an input of its own."""
        self._clock.start(name, schedule, scheduled_input, description=description)
