"""JSON lines in a bucket as tables that SQL can ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aws_cdk import Stack
from aws_cdk import aws_athena as athena
from aws_cdk import aws_glue as glue
from aws_cdk import aws_s3 as s3
from constructs import Construct

from stacks.config import EnvironmentConfig

# The first day that any of Marquee's data can be of.
FIRST_DAY = "2026-01-01"


@dataclass(frozen=True)
class JsonTable:
    """Gzipped JSON lines below `prefix`, in a folder `<day>=<yyyy-mm-dd>/` each day; `columns` are Athena's types."""

    description: str
    prefix: str
    day: str
    columns: Mapping[str, str]


class JsonTables(Construct):
    """A Glue database of tables over a bucket, with partitions that nobody has to add, and an Athena workgroup."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        config: EnvironmentConfig,
        domain: str,
        description: str,
        bucket: s3.IBucket,
        tables: Mapping[str, JsonTable],
        queries_prefix: str,
    ) -> None:
        super().__init__(scope, name)
        self._bucket = bucket
        self.database = glue.CfnDatabase(
            self,
            "Database",
            catalog_id=Stack.of(self).account,
            database_input=glue.CfnDatabase.DatabaseInputProperty(
                name=f"marquee_{config.name}_{domain}", description=description
            ),
        )
        for table_name, table in tables.items():
            self._table(table_name, table)
        self.workgroup = athena.CfnWorkGroup(
            self,
            "Queries",
            name=f"marquee-{config.name}-{domain}",
            description=f"Questions about: {description}",
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

    def _table(self, name: str, table: JsonTable) -> None:
        location = f"s3://{self._bucket.bucket_name}/{table.prefix}"
        glue.CfnTable(
            self,
            f"Table{name}",
            catalog_id=Stack.of(self).account,
            database_name=self.database.ref,
            table_input=glue.CfnTable.TableInputProperty(
                name=name,
                description=table.description,
                table_type="EXTERNAL_TABLE",
                partition_keys=[glue.CfnTable.ColumnProperty(name=table.day, type="string")],
                parameters={
                    "classification": "json",
                    "projection.enabled": "true",
                    f"projection.{table.day}.type": "date",
                    f"projection.{table.day}.format": "yyyy-MM-dd",
                    f"projection.{table.day}.range": f"{FIRST_DAY},NOW",
                    "storage.location.template": f"{location}{table.day}=${{{table.day}}}/",
                },
                storage_descriptor=glue.CfnTable.StorageDescriptorProperty(
                    location=location,
                    columns=[glue.CfnTable.ColumnProperty(name=key, type=kind) for key, kind in table.columns.items()],
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
