"""The archive of events as a table that SQL can ask."""

from __future__ import annotations

from aws_cdk import Stack
from aws_cdk import aws_athena as athena
from aws_cdk import aws_glue as glue
from aws_cdk import aws_s3 as s3
from constructs import Construct

from stacks.config import EnvironmentConfig

COLUMNS = {
    "event_id": "string",
    "event_type": "string",
    "timestamp": "string",
    "ingested_at": "string",
    "producer": "string",
    # As text: each type has fields of its own; `json_extract_scalar(payload, '$.title_id')` reads them.
    "payload": "string",
}
FIRST_DAY = "2026-01-01"


class EventTable(Construct):
    """A Glue table over the events of a bucket, a partition a day that nobody has to add, and an Athena workgroup."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        config: EnvironmentConfig,
        bucket: s3.IBucket,
        events_prefix: str,
        queries_prefix: str,
    ) -> None:
        super().__init__(scope, name)
        account = Stack.of(self).account
        location = f"s3://{bucket.bucket_name}/{events_prefix}"
        self.database = glue.CfnDatabase(
            self,
            "Database",
            catalog_id=account,
            database_input=glue.CfnDatabase.DatabaseInputProperty(
                name=f"marquee_{config.name}_events", description="Events of other systems, as they were accepted"
            ),
        )
        self.table = glue.CfnTable(
            self,
            "Table",
            catalog_id=account,
            database_name=self.database.ref,
            table_input=glue.CfnTable.TableInputProperty(
                name="activity",
                description="One row per accepted event",
                table_type="EXTERNAL_TABLE",
                partition_keys=[glue.CfnTable.ColumnProperty(name="day", type="string")],
                parameters={
                    "classification": "json",
                    "projection.enabled": "true",
                    "projection.day.type": "date",
                    "projection.day.format": "yyyy-MM-dd",
                    "projection.day.range": f"{FIRST_DAY},NOW",
                    "storage.location.template": f"{location}day=${{day}}/",
                },
                storage_descriptor=glue.CfnTable.StorageDescriptorProperty(
                    location=location,
                    columns=[glue.CfnTable.ColumnProperty(name=key, type=kind) for key, kind in COLUMNS.items()],
                    input_format="org.apache.hadoop.mapred.TextInputFormat",
                    output_format="org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
                    serde_info=glue.CfnTable.SerdeInfoProperty(
                        serialization_library="org.openx.data.jsonserde.JsonSerDe",
                        # Fields of a payload may differ by case alone, which the reader would refuse.
                        parameters={"case.insensitive": "false"},
                    ),
                ),
            ),
        )
        self.workgroup = athena.CfnWorkGroup(
            self,
            "Queries",
            name=f"marquee-{config.name}-events",
            description="Questions about the events of other systems",
            recursive_delete_option=True,
            work_group_configuration=athena.CfnWorkGroup.WorkGroupConfigurationProperty(
                enforce_work_group_configuration=True,
                publish_cloud_watch_metrics_enabled=True,
                result_configuration=athena.CfnWorkGroup.ResultConfigurationProperty(
                    output_location=f"s3://{bucket.bucket_name}/{queries_prefix}",
                    encryption_configuration=athena.CfnWorkGroup.EncryptionConfigurationProperty(
                        encryption_option="SSE_S3"
                    ),
                ),
            ),
        )
