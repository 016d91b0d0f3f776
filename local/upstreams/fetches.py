"""How often each id was asked for, to prove that a harvest asks for each once."""

import zlib
from collections import Counter
from typing import Any

_IDS_AT_MOST = 2_000_000
_SHOWN = 100


class Fetches:
    """Answered questions for details by kind and id; failures on purpose and refusals are none.

    What is appended makes another question: the second ten seasons of a programme are no second fetch of it. Beyond two
    million questions of a kind only their number is kept.
    """

    def __init__(self) -> None:
        self._asked: dict[str, Counter[tuple[int, int]]] = {}
        self._beyond: Counter[str] = Counter()

    def note(self, kind: str, number: int, appended: str) -> None:
        """Count one answered question."""
        asked = self._asked.setdefault(kind, Counter())
        key = (number, zlib.crc32(appended.encode()))
        if key in asked or len(asked) < _IDS_AT_MOST:
            asked[key] += 1
        else:
            self._beyond[kind] += 1

    def clear(self) -> None:
        """Start again from nothing."""
        self._asked.clear()
        self._beyond.clear()

    def times(self, kind: str) -> dict[int, int]:
        """Return per id how often one and the same question about it was answered, the most frequent one."""
        found: dict[int, int] = {}
        for (number, _), times in self._asked.get(kind, Counter()).items():
            found[number] = max(times, found.get(number, 0))
        return found

    def as_json(self, kind: str) -> dict[str, Any]:
        """Return the sums of a kind: answers, ids, how many ids how often, and the first of those asked repeatedly."""
        times = self.times(kind)
        repeated = sorted(number for number, count in times.items() if count > 1)
        return {
            "answers": self._asked.get(kind, Counter()).total() + self._beyond[kind],
            "ids": len(times),
            "ids_by_times": {str(count): ids for count, ids in sorted(Counter(times.values()).items())},
            "repeated": repeated[:_SHOWN],
            "not_kept": self._beyond[kind],
        }
