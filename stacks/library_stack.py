"""Library: the one writer behind a FIFO queue, the importer with its work, and the recount that checks the numbers."""

from __future__ import annotations

from aws_cdk import Duration
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from stacks.config import EnvironmentConfig
from stacks.constructs.environment_stack import EnvironmentStack
from stacks.constructs.event_sources import consume_queue
from stacks.constructs.private_bucket import private_bucket
from stacks.constructs.python_function import PythonFunction
from stacks.constructs.queue_with_dlq import LONGEST_RETENTION, QueueWithDeadLetter
from stacks.constructs.scheduled_function import ScheduledFunction
from stacks.constructs.web_address import web_origins

# A message that a writer died with holds up its library until it comes again, so neither takes long; one message at a
# time, a hundred rows of an import in it.
WRITER_TIMEOUT = Duration.seconds(30)
IMPORTER_TIMEOUT = Duration.minutes(2)
# The writer itself answers a message and sets it aside at the ninetieth delivery, which is after more than an hour.
WRITER_DELIVERIES = 100
IMPORTER_DELIVERIES = 10
IMPORTERS = 5
UPLOADS_PREFIX = "uploads/"
FOLDERS_PREFIX = "imports/"
UPLOADS_KEPT = Duration.days(30)


class LibraryStack(EnvironmentStack):
    """What changes the library. Its table is the data stack's."""

    def __init__(
        self,
        scope: Construct,
        *,
        config: EnvironmentConfig,
        library: dynamodb.TableV2,
        operations: dynamodb.TableV2,
        drive_secret: secretsmanager.ISecret | None,
    ) -> None:
        super().__init__(scope, config=config, domain="library", description="Marquee: movie library")
        self.uploads = private_bucket(
            self,
            "Uploads",
            lifecycle_rules=[s3.LifecycleRule(prefix=UPLOADS_PREFIX, expiration=UPLOADS_KEPT)],
            # A page of the web app puts a file there by an address that is signed for it alone.
            cors=[
                s3.CorsRule(
                    allowed_methods=[s3.HttpMethods.PUT],
                    allowed_origins=web_origins(config),
                    allowed_headers=["content-type"],
                    max_age=3600,
                )
            ],
            unlogged_because="Files that somebody uploads to import them; each import names who did.",
        )
        changes = QueueWithDeadLetter(
            self,
            "Changes",
            config=config,
            function_timeout=WRITER_TIMEOUT,
            deliveries=WRITER_DELIVERIES,
            single_messages=True,
            retention=LONGEST_RETENTION,
            fifo=True,
        )
        work = QueueWithDeadLetter(
            self,
            "ImportWork",
            config=config,
            function_timeout=IMPORTER_TIMEOUT,
            deliveries=IMPORTER_DELIVERIES,
            single_messages=True,
            retention=LONGEST_RETENTION,
        )
        self.changes_queue, self.import_queue = changes.queue, work.queue

        writer = PythonFunction(
            self,
            "library_writer",
            config=config,
            description="Makes the changes of a library, one after the other",
            timeout=WRITER_TIMEOUT,
            memory_mb=1769,
            environment={
                "LIBRARY_TABLE": library.table_name,
                "LIBRARY_QUEUE_URL": changes.queue.queue_url,
                "LIBRARY_DEAD_LETTER_QUEUE_URL": changes.dead_letter.queue_url,
            },
        )
        writer.allow_table(
            library, *("GetItem", "BatchGetItem", "PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem")
        )
        writer.allow_send(changes.dead_letter)
        consume_queue(writer, changes.queue, batch_size=1, max_concurrency=2)

        importer = PythonFunction(
            self,
            "library_importer",
            config=config,
            description="Reads what is to be imported and hands its rows to the writer",
            timeout=IMPORTER_TIMEOUT,
            memory_mb=1024,
            environment={
                "LIBRARY_TABLE": library.table_name,
                "LIBRARY_QUEUE_URL": changes.queue.queue_url,
                "IMPORT_QUEUE_URL": work.queue.queue_url,
                "UPLOADS_BUCKET": self.uploads.bucket_name,
                **(
                    {"DRIVE_URL": config.drive_url, "DRIVE_SECRET_ARN": drive_secret.secret_arn} if drive_secret else {}
                ),
            },
            # An import goes on in as many invocations as it needs.
            sends_to_itself=True,
        )
        importer.allow_table(
            library, *("GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem")
        )
        importer.allow_send(changes.queue)
        importer.allow_send(work.queue)
        for prefix in (UPLOADS_PREFIX, FOLDERS_PREFIX):
            importer.allow_reading(self.uploads, prefix, reason="Each file is an object with a key of its own.")
        if drive_secret:
            importer.allow_secret(drive_secret)
        consume_queue(importer, work.queue, batch_size=1, max_concurrency=IMPORTERS)

        recount = ScheduledFunction(
            self,
            "library_recount",
            config=config,
            description="Counts the movies of the library again and compares",
            schedule=config.recount_schedule,
            timeout=Duration.minutes(15),
            memory_mb=1769,
            environment={"LIBRARY_TABLE": library.table_name, "OPERATIONS_TABLE": operations.table_name},
        )
        recount.allow_table(library, "GetItem", "Query", "PutItem", "DeleteItem")
        recount.allow_partitions(operations, ["job:*", "running:*"], "GetItem", "PutItem", "UpdateItem", "DeleteItem")
        self.failure_sources = [
            changes.failures("library_changes"),
            work.failures("library_imports"),
            recount.failure_source,
        ]

        self.output("UploadsBucket", self.uploads.bucket_name)
        self.output("LibraryQueueUrl", changes.queue.queue_url)
        self.output("LibraryDeadLetterQueueUrl", changes.dead_letter.queue_url)
        self.output("ImportQueueUrl", work.queue.queue_url)
        self.output("ImportDeadLetterQueueUrl", work.dead_letter.queue_url)
