"""What a role that may use a service must be allowed of the key that the service encrypts with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_READS = {
    *(f"dynamodb:{action}" for action in ("GetItem", "BatchGetItem", "Query", "ConditionCheckItem", "GetRecords")),
    *("kinesis:GetRecords", "s3:GetObject", "secretsmanager:GetSecretValue"),
    # Who sends to a queue reads the data key that is in use, too.
    *("sqs:ReceiveMessage", "sqs:SendMessage"),
}
_WRITES = {
    *(f"dynamodb:{action}" for action in ("PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem")),
    *("kinesis:PutRecord", "kinesis:PutRecords", "s3:PutObject", "sqs:SendMessage"),
}
_READING, _WRITING = ("kms:Decrypt",), ("kms:GenerateDataKey",)
# DynamoDB does more in the caller's name; these are what CDK grants for a table with a key.
_READING_TABLES = ("kms:Decrypt", "kms:DescribeKey")
_WRITING_TABLES = (
    *(*_READING_TABLES, "kms:Encrypt", "kms:ReEncryptFrom", "kms:ReEncryptTo"),
    *("kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext"),
)


@dataclass(frozen=True)
class KeyUse:
    """The service that uses the key in a role's name, and for what."""

    service: str
    actions: tuple[str, ...]


def uses_of(document: Mapping[str, Any]) -> list[KeyUse]:
    """Return what use of the key a policy's `document`, as CloudFormation has it, makes by each service."""
    allowed = {action for statement in _list(document["Statement"]) for action in _list(statement["Action"])}
    found = []
    for service in sorted({action.split(":")[0] for action in allowed & (_READS | _WRITES)}):
        actions = {action for action in allowed if action.startswith(f"{service}:")}
        tables = service == "dynamodb"
        reading = (_READING_TABLES if tables else _READING) if actions & _READS else ()
        writing = (_WRITING_TABLES if tables else _WRITING) if actions & _WRITES else ()
        found.append(KeyUse(service, tuple(sorted({*reading, *writing}))))
    return found


def _list(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else [value]
