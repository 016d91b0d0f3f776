"""What moto's DynamoDB lacks: it takes no two requests at once, copies the table for each action of a transaction, and
looks at every item of the table for each Query of an index.

And what it has too much: it dates its answers by the clock of the machine, which is not the one of a test.
"""

import copy
from collections import defaultdict
from threading import RLock
from types import SimpleNamespace
from typing import Any

import pytest
from moto.dynamodb import models
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.models.table import Table
from moto.dynamodb.responses import DynamoHandler

# The place of the name among what `Table.query` is given after the hash key.
INDEX_NAME = 6
Key = tuple[Any, Any]


def mend(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answer one request after the other, keep of a table what a transaction may touch, query what an index has."""
    lock, backups, touched = RLock(), dict[int, Table](), set[Key]()
    answer, write, query = DynamoHandler.call_action, DynamoDBBackend.transact_write_items, Table.query

    def call_action(self: DynamoHandler) -> Any:
        with lock:
            self.response_headers.pop("date", None)
            return answer(self)

    def transact_write_items(self: DynamoDBBackend, actions: list[dict[str, Any]]) -> None:
        backups.clear()
        touched.clear()
        touched.update(_key(action) for action in actions)
        write(self, actions)

    def deepcopy(value: Any) -> Any:
        if not isinstance(value, Table):
            return copy.deepcopy(value)
        if id(value) not in backups:
            backups[id(value)] = _backup(value, touched)
        return backups[id(value)]

    def query_partition(self: Table, hash_key: DynamoType, *given: Any, **more: Any) -> Any:
        part = copy.copy(self)
        attributes = [each.schema[0]["AttributeName"] for each in self.global_indexes if each.name == given[INDEX_NAME]]
        part.items = defaultdict(dict, _holding(self, *attributes) if attributes else _partition(self, hash_key))
        return query(part, hash_key, *given, **more)

    monkeypatch.setattr(DynamoHandler, "call_action", call_action)
    monkeypatch.setattr(DynamoDBBackend, "transact_write_items", transact_write_items)
    monkeypatch.setattr(models, "copy", SimpleNamespace(deepcopy=deepcopy))
    monkeypatch.setattr(Table, "query", query_partition)


def _partition(table: Table, hash_key: DynamoType) -> dict[Any, Any]:
    return {hash_key: table.items.get(hash_key, {})}


def _holding(table: Table, attribute: str) -> dict[Any, Any]:
    """Return the items that an index over an attribute has."""
    held = {pk: {sk: item for sk, item in rows.items() if attribute in item.attrs} for pk, rows in table.items.items()}
    return {pk: rows for pk, rows in held.items() if rows}


def _key(action: dict[str, Any]) -> Key:
    ((_, each),) = action.items()
    key = each.get("Key") or each["Item"]
    return DynamoType(key["PK"]), DynamoType(key["SK"])


def _backup(table: Table, touched: set[Key]) -> Table:
    """Return a table as it is now, of which only some items will be changed in place."""
    backup = copy.copy(table)
    backup.items = defaultdict(dict, {pk: dict(rows) for pk, rows in table.items.items()})
    for pk, sk in touched:
        if sk in table.items.get(pk, ()):
            backup.items[pk][sk] = copy.deepcopy(table.items[pk][sk])
    if table.stream_shard is not None:
        backup.stream_shard = copy.copy(table.stream_shard)
        backup.stream_shard.items = list(table.stream_shard.items)
        backup.stream_shard.table = backup
    return backup
