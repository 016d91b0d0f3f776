"""Notifications: what tells viewers of changes, in their inbox and by e-mail."""

from __future__ import annotations

from aws_cdk import Duration
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_ses as ses
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.config import EnvironmentConfig
from stacks.constructs.environment_stack import EnvironmentStack
from stacks.constructs.event_sources import consume_queue
from stacks.constructs.python_function import PythonFunction
from stacks.constructs.queue_with_dlq import QueueWithDeadLetter
from stacks.constructs.scheduled_function import ScheduledFunction
from stacks.constructs.web_address import allow_web_address

WORKER_TIMEOUT = Duration.minutes(1)
# Both queues wait out an outage of a table or of SES: at six minutes between deliveries about an hour.
DELIVERIES = 10


class NotificationsStack(EnvironmentStack):
    """What carries a change to the followers of a title, and digests to those who want e-mail."""

    def __init__(
        self,
        scope: Construct,
        *,
        config: EnvironmentConfig,
        catalogue: dynamodb.TableV2,
        viewers: dynamodb.TableV2,
        operations: dynamodb.TableV2,
        user_pool: cognito.IUserPool,
    ) -> None:
        super().__init__(
            scope, config=config, domain="notifications", description="Marquee: notifications and e-mail digests"
        )
        self._catalogue = catalogue
        self._viewers = viewers
        self._operations = operations

        announcements = QueueWithDeadLetter(
            self, "Notification", config=config, function_timeout=WORKER_TIMEOUT, deliveries=DELIVERIES
        )
        self.notification_queue = announcements.queue
        self.failure_sources = [announcements.failures("notifications")]
        self._fan_out(announcements.queue)
        self.output("NotificationQueueUrl", announcements.queue.queue_url)
        self.output("NotificationDeadLetterQueueUrl", announcements.dead_letter.queue_url)
        if config.email_sender:
            self._digests(user_pool, config.email_sender)

    def _fan_out(self, announcements: sqs.IQueue) -> None:
        function = PythonFunction(
            self,
            "notification_fanout",
            config=self.config,
            description="Tells a page of a title's followers of a change, and hands on to the next page",
            timeout=WORKER_TIMEOUT,
            memory_mb=512,
            environment={
                "VIEWERS_TABLE": self._viewers.table_name,
                "NOTIFICATION_QUEUE_URL": announcements.queue_url,
                "REGIONS": ",".join(self.config.regions_served),
            },
            # Page after page of followers; it ends with the last one.
            sends_to_itself=True,
        )
        function.allow_table(self._viewers, "GetItem", "BatchGetItem", "Query", "PutItem", "BatchWriteItem")
        function.allow_send(announcements)
        consume_queue(function, announcements, batch_size=5, max_concurrency=10)

    def _digests(self, user_pool: cognito.IUserPool, sender: str) -> None:
        digests = QueueWithDeadLetter(
            self, "Digest", config=self.config, function_timeout=WORKER_TIMEOUT, deliveries=DELIVERIES
        )
        planner = ScheduledFunction(
            self,
            "digest_planner",
            config=self.config,
            description="Queues the viewers who want an e-mail today",
            schedule=self.config.digest_schedule,
            timeout=WORKER_TIMEOUT,
            memory_mb=256,
            environment={
                "VIEWERS_TABLE": self._viewers.table_name,
                "OPERATIONS_TABLE": self._operations.table_name,
                "DIGEST_QUEUE_URL": digests.queue.queue_url,
            },
        )
        planner.allow_partitions(self._viewers, ["digest:*"], "Query")
        planner.allow_work(self._operations, "GetItem", "PutItem", "UpdateItem", "BatchWriteItem")
        planner.allow_ending_runs(self._operations)
        planner.allow_send(digests.queue)
        self.failure_sources += [digests.failures("digests"), planner.failure_source]

        identity = ses.EmailIdentity(self, "Sender", identity=ses.Identity.email(sender))
        function = PythonFunction(
            self,
            "digest_sender",
            config=self.config,
            description="Sends viewers an e-mail with what they have not read",
            timeout=WORKER_TIMEOUT,
            memory_mb=256,
            environment={
                "VIEWERS_TABLE": self._viewers.table_name,
                "CATALOGUE_TABLE": self._catalogue.table_name,
                "OPERATIONS_TABLE": self._operations.table_name,
                "USER_POOL_ID": user_pool.user_pool_id,
                "EMAIL_SENDER": sender,
            },
        )
        function.allow_table(self._viewers, "GetItem", "BatchGetItem", "Query", "UpdateItem", "ConditionCheckItem")
        function.allow_table(self._catalogue, "BatchGetItem")
        function.allow_index_query(self._catalogue, "by_kind")
        function.allow_work(self._operations, "GetItem", "UpdateItem")
        function.allow_partitions(self._operations, ["running:*"], "PutItem", "DeleteItem")
        function.allow(["cognito-idp:AdminGetUser", "cognito-idp:ListUsers"], user_pool.user_pool_arn)
        allow_web_address(function, self.config)
        function.allow(["ses:SendEmail"], identity.email_identity_arn)
        consume_queue(function, digests.queue, batch_size=1, max_concurrency=2)
        self.output("DigestQueueUrl", digests.queue.queue_url)
        self.output("DigestDeadLetterQueueUrl", digests.dead_letter.queue_url)
