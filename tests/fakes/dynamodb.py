"""What moto's DynamoDB lacks: it takes no two requests at once, and copies the table once for each action written."""

import copy
from threading import RLock
from types import SimpleNamespace
from typing import Any

import pytest
from moto.dynamodb import models
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.table import Table
from moto.dynamodb.responses import DynamoHandler


def mend(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answer one request after the other, and back up a table once a transaction, to undo it."""
    lock, backups = RLock(), dict[int, Table]()
    answer, write = DynamoHandler.call_action, DynamoDBBackend.transact_write_items

    def call_action(self: DynamoHandler) -> Any:
        with lock:
            return answer(self)

    def transact_write_items(self: DynamoDBBackend, actions: list[dict[str, Any]]) -> None:
        backups.clear()
        write(self, actions)

    def deepcopy(value: Any) -> Any:
        if not isinstance(value, Table):
            return copy.deepcopy(value)
        if id(value) not in backups:
            backups[id(value)] = copy.deepcopy(value)
        return backups[id(value)]

    monkeypatch.setattr(DynamoHandler, "call_action", call_action)
    monkeypatch.setattr(DynamoDBBackend, "transact_write_items", transact_write_items)
    monkeypatch.setattr(models, "copy", SimpleNamespace(deepcopy=deepcopy))
