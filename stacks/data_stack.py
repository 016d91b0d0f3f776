"""Data: tables, the event stream and the keys of the providers. Stateful."""

from __future__ import annotations

from typing import cast

from aws_cdk import Duration
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from stacks.config import EnvironmentConfig
from stacks.constructs.acknowledge import acknowledge
from stacks.constructs.customer_key import customer_key
from stacks.constructs.environment_stack import EnvironmentStack
from stacks.constructs.events_bucket import events_bucket

# The attribute that holds the epoch second after which DynamoDB drops an item.
EXPIRES = "expires_at"


class DataStack(EnvironmentStack):
    """Everything that must outlive a redeployment of the functions."""

    def __init__(self, scope: Construct, *, config: EnvironmentConfig) -> None:
        super().__init__(
            scope, config=config, domain="data", description="Marquee: tables, event stream, provider keys"
        )

        # It takes the place of AWS's own keys once everything is made.
        self.key = customer_key(self, "Key") if config.customer_managed_key else None
        self.catalogue = self._table(
            "Catalogue",
            stream=True,
            expires=EXPIRES,
            local_indexes=[
                dynamodb.LocalSecondaryIndexProps(index_name="by_rating", sort_key=_text("rating_sort")),
                dynamodb.LocalSecondaryIndexProps(index_name="by_release", sort_key=_text("release_sort")),
                dynamodb.LocalSecondaryIndexProps(index_name="by_popularity", sort_key=_text("popularity_sort")),
            ],
            global_indexes=[
                dynamodb.GlobalSecondaryIndexPropsV2(
                    index_name="by_kind", partition_key=_text("kind"), sort_key=_text("SK")
                ),
                dynamodb.GlobalSecondaryIndexPropsV2(
                    index_name="pending_enrichment",
                    partition_key=_text("enrichment_due"),
                    sort_key=_text("enrichment_rank"),
                    projection_type=dynamodb.ProjectionType.KEYS_ONLY,
                ),
                dynamodb.GlobalSecondaryIndexPropsV2(
                    index_name="refresh_due",
                    partition_key=_text("refresh_bucket"),
                    sort_key=_text("refresh_due"),
                    projection_type=dynamodb.ProjectionType.KEYS_ONLY,
                ),
            ],
        )
        self.viewers = self._table(
            "Viewers",
            stream=True,
            expires=EXPIRES,
            local_indexes=[
                dynamodb.LocalSecondaryIndexProps(
                    index_name="unread",
                    sort_key=_text("unread"),
                    projection_type=dynamodb.ProjectionType.KEYS_ONLY,
                )
            ],
        )
        self.operations = self._table(
            "Operations",
            expires=EXPIRES,
            global_indexes=[
                dynamodb.GlobalSecondaryIndexPropsV2(
                    index_name="by_kind",
                    partition_key=_text("kind"),
                    sort_key=_text("started_at"),
                    # What a list shows; a quarantined event itself may be as large as an item can be.
                    projection_type=dynamodb.ProjectionType.INCLUDE,
                    non_key_attributes=["id", "state", "started_by", "finished_at", "reason"],
                ),
                dynamodb.GlobalSecondaryIndexPropsV2(
                    index_name="by_score",
                    partition_key=_text("trending_day"),
                    sort_key=dynamodb.Attribute(name="score", type=dynamodb.AttributeType.NUMBER),
                    projection_type=dynamodb.ProjectionType.INCLUDE,
                    non_key_attributes=["views", "watches", "ratings", "follows"],
                ),
                dynamodb.GlobalSecondaryIndexPropsV2(
                    index_name="listed",
                    partition_key=_text("list"),
                    sort_key=_text("listed_at"),
                    # What a list shows of a failure, without the message; runs are read by their ids.
                    projection_type=dynamodb.ProjectionType.INCLUDE,
                    non_key_attributes=[
                        *("id", "kind", "state", "source", "reason", "first_at", "last_at", "attempts", "preview"),
                        *("note", "who", "way", "target"),
                    ],
                ),
            ],
        )
        # Its attributes are R2's, which calls the time to live `expiresAt`.
        self.tmdb_cache = self._table("TmdbCache", expires="expiresAt")
        self.library = self._table("Library", expires=EXPIRES)
        self.event_stream = self._event_stream()
        self.events = events_bucket(self, "Events")
        self.watchmode_secret = self._provider_key("WatchMode", "WatchMode API key")
        self.tmdb_secret = self._provider_key("Tmdb", "TMDB read access token")
        self.drive_secret = self._provider_key("Drive", "Google Drive credentials") if config.drive_import else None

        self.output("CatalogueTable", self.catalogue.table_name)
        self.output("ViewersTable", self.viewers.table_name)
        self.output("OperationsTable", self.operations.table_name)
        self.output("TmdbCacheTable", self.tmdb_cache.table_name)
        self.output("LibraryTable", self.library.table_name)
        self.output("EventsBucket", self.events.bucket_name)
        self.output("EventStream", self.event_stream.stream_name)
        self.output("WatchModeSecretArn", self.watchmode_secret.secret_arn)
        self.output("TmdbSecretArn", self.tmdb_secret.secret_arn)
        if self.drive_secret:
            self.output("DriveSecretArn", self.drive_secret.secret_arn)
        if self.key:
            self.output("KeyArn", self.key.key_arn)

    def _table(
        self,
        name: str,
        *,
        stream: bool = False,
        expires: str | None = None,
        local_indexes: list[dynamodb.LocalSecondaryIndexProps] | None = None,
        global_indexes: list[dynamodb.GlobalSecondaryIndexPropsV2] | None = None,
    ) -> dynamodb.TableV2:
        return dynamodb.TableV2(
            self,
            name,
            partition_key=_text("PK"),
            sort_key=_text("SK"),
            billing=dynamodb.Billing.on_demand(),
            encryption=dynamodb.TableEncryptionV2.aws_managed_key(),
            dynamo_stream=dynamodb.StreamViewType.NEW_AND_OLD_IMAGES if stream else None,
            time_to_live_attribute=expires,
            local_secondary_indexes=local_indexes,
            global_secondary_indexes=global_indexes,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=self.config.point_in_time_recovery
            ),
            deletion_protection=self.config.deletion_protection,
            removal_policy=self.data_removal_policy,
        )

    def _event_stream(self) -> kinesis.Stream:
        provisioned = self.config.stream_mode == "PROVISIONED"
        return kinesis.Stream(
            self,
            "ProgrammeEvents",
            stream_mode=kinesis.StreamMode.PROVISIONED if provisioned else kinesis.StreamMode.ON_DEMAND,
            shard_count=self.config.stream_shards if provisioned else None,
            retention_period=Duration.hours(self.config.stream_retention_hours),
            encryption=kinesis.StreamEncryption.MANAGED,
            removal_policy=self.data_removal_policy,
        )

    def _provider_key(self, provider: str, description: str) -> secretsmanager.ISecret:
        # Starts as a random value: a key given at synth would stand in the template for all to read.
        secret = secretsmanager.Secret(
            self,
            f"{provider}Key",
            description=f"{description}; replace the generated value with the real one",
            generate_secret_string=secretsmanager.SecretStringGenerator(exclude_punctuation=True),
            removal_policy=self.data_removal_policy,
        )
        acknowledge(secret, "SMG4", f"The {description} is issued by hand in a web console; no API could rotate it.")
        # `Ref` is the ARN on AWS but the name on the local emulator; the attribute `Id` is the ARN on both.
        arn = cast(secretsmanager.CfnSecret, secret.node.default_child).attr_id
        return secretsmanager.Secret.from_secret_complete_arn(self, f"{provider}KeyByArn", arn)


def _text(name: str) -> dynamodb.Attribute:
    return dynamodb.Attribute(name=name, type=dynamodb.AttributeType.STRING)
