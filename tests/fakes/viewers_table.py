"""The viewers table in a dictionary, with the stream of its changes and with writers that come in between."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from marquee.repositories.table import Item, Key, decode
from tests.fakes.table import MemoryTable


class ViewersTable(MemoryTable):
    """Keeps the keys of all changed items in `stream` and, after each transaction, those of all items in `states`.

    Calls each of `meanwhile` once, before one transaction.
    """

    def __init__(self) -> None:
        super().__init__()
        self.stream: list[Key] = []
        self.transactions: list[int] = []
        self.states: list[set[Key]] = []
        self.meanwhile: list[Callable[[], object]] = []

    def query(self, condition: str, values: Mapping[str, object], **more: Any) -> Iterator[Item]:
        yield from super().query(condition, {":pk": None, **values}, **more)

    def transact(self, actions: Sequence[Mapping[str, Any]]) -> None:
        if self.meanwhile:
            waiting, self.meanwhile = self.meanwhile, []
            waiting.pop(0)()
            self.meanwhile = waiting
        super().transact(actions)
        self.transactions.append(len(actions))
        self.states.append(set(self.stored))
        for kind, request in (each for action in actions for each in action.items()):
            if kind != "ConditionCheck":
                key = request.get("Key") or request["Item"]
                self.stream.append((key["PK"]["S"], key["SK"]["S"]))

    def _conditioncheck(self, request: Mapping[str, Any]) -> None:
        """A check writes nothing."""

    def _update(self, request: Mapping[str, Any]) -> None:
        word, name, value = request["UpdateExpression"].split()
        assert word == "ADD"
        pk, sk = request["Key"]["PK"]["S"], request["Key"]["SK"]["S"]
        item = {"PK": pk, "SK": sk, **(self.get(pk, sk) or {})}
        item[name] = item.get(name, 0) + decode(request["ExpressionAttributeValues"])[value]
        self.partitions.setdefault(pk, {})[sk] = item
