"""The viewers table in a dictionary, for audiences of a size that moto takes minutes for."""

from collections.abc import Iterable, Mapping
from typing import Any

from marquee.repositories.table import Item, Key, decode
from tests.fakes.table import MemoryTable


class CrowdTable(MemoryTable):
    """Reads on from where a page has stopped, and writes in batches."""

    def query_page(self, condition: str, values: Mapping[str, object], **more: Any) -> tuple[list[Item], Item | None]:
        start = more.pop("ExclusiveStartKey", None)
        if start is None:
            return super().query_page(condition, values, **more)
        pk, after = decode(start)["PK"], decode(start)["SK"]
        rest = CrowdTable()
        rest.partitions[pk] = {sk: item for sk, item in self.partitions.get(pk, {}).items() if sk > after}
        return rest.query_page(condition, values, **more)

    def batch_write(self, *, puts: Iterable[Mapping[str, object]] = (), deletes: Iterable[Key] = ()) -> None:
        for item in puts:
            self.put(item)
        for key in deletes:
            self.delete(*key)
