"""The API keys of those who send events: one secret and one key each, together within one usage plan."""

from __future__ import annotations

from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from stacks.config import EnvironmentConfig
from stacks.constructs.acknowledge import acknowledge
from stacks.constructs.python_function import camel_case

KEY_LENGTH = 40


class ProducerKeys(Construct):
    """A key for each producer that the configuration names; one that it no longer names has none any more."""

    def __init__(
        self, scope: Construct, construct_id: str, *, config: EnvironmentConfig, stage: apigateway.Stage
    ) -> None:
        super().__init__(scope, construct_id)
        plan = apigateway.UsagePlan(
            self,
            "Plan",
            description="What one producer of events may send (R3)",
            throttle=apigateway.ThrottleSettings(
                rate_limit=config.ingest_requests_per_second, burst_limit=config.ingest_burst
            ),
            api_stages=[apigateway.UsagePlanPerApiStage(stage=stage)],
        )
        self.secrets: dict[str, secretsmanager.Secret] = {}
        self.names: dict[str, str] = {}
        for producer in config.producers:
            secret = self._secret(producer)
            key = apigateway.ApiKey(
                self,
                f"{camel_case(producer)}Key",
                description=f"Events of {producer}",
                # A reference that CloudFormation resolves: the value stands in no template.
                value=secret.secret_value.unsafe_unwrap(),
            )
            plan.add_api_key(key)
            self.secrets[producer] = secret
            self.names[key.key_id] = producer

    def _secret(self, producer: str) -> secretsmanager.Secret:
        secret = secretsmanager.Secret(
            self,
            f"{camel_case(producer)}Secret",
            description=f"API key of {producer} for sending events",
            generate_secret_string=secretsmanager.SecretStringGenerator(
                exclude_punctuation=True, password_length=KEY_LENGTH
            ),
        )
        acknowledge(secret, "SMG4", "A new key has to be brought to the producer; rotating it alone would lock it out.")
        return secret
