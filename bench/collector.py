"""One collector as `bench.collecting` runs it: a process that does with the queue what Lambda's poller does."""

import os
import signal
import threading
import time
from dataclasses import dataclass

import boto3

from archive_collector import handler

# Sixteen times what a message of a hundred ids takes at 40 calls a second, and some more.
INVOCATION_SECONDS = 300


@dataclass
class Context:
    """What Lambda tells a function of its invocation."""

    end: float
    function_name: str = "archive_collector"
    memory_limit_in_mb: int = 1024
    invoked_function_arn: str = "bench"
    aws_request_id: str = "bench"

    def get_remaining_time_in_millis(self) -> int:
        """Return the milliseconds until the function is stopped."""
        return int((self.end - time.monotonic()) * 1000)


def main() -> None:
    """Invoke the function with each message of the queue; ends when asked to, with no message in hand."""
    asked_to_end = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: asked_to_end.set())
    sqs, url = boto3.client("sqs"), os.environ["ARCHIVE_QUEUE_URL"]
    handler.collector()
    print("ready", flush=True)
    while not asked_to_end.is_set():
        answer = sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=1, WaitTimeSeconds=1, AttributeNames=["ApproximateReceiveCount"]
        )
        for message in answer.get("Messages", []):
            record = {
                "messageId": message["MessageId"],
                "receiptHandle": message["ReceiptHandle"],
                "body": message["Body"],
                "attributes": message["Attributes"],
            }
            end = time.monotonic() + INVOCATION_SECONDS
            failed = handler.lambda_handler({"Records": [record]}, Context(end))["batchItemFailures"]
            if not failed:
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])


if __name__ == "__main__":
    main()
