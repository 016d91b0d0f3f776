"""The rules for the ids of one message of a harvest: what is left of them, what was given up, what that counts."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

# The provider may fail on an id this often before it is given up.
TRIES = 5


@dataclass(frozen=True)
class Chunk:
    """What is left to do of the ids of a message, and what was given up; an id in neither is done."""

    left: Mapping[int, int]
    failed: Mapping[int, str] = field(default_factory=dict)
    claims: int = 0
    rounds: int = 0
    refusals: int = 0
    begun_at: str = ""

    def taken_up_again(self, ids: Collection[int]) -> "Chunk":
        """Return the chunk with those of `ids` that were given up among what is left, as if never tried."""
        again = {each: 0 for each in self.failed if each in ids}
        kept = {each: why for each, why in self.failed.items() if each not in again}
        return replace(self, left={**self.left, **again}, failed=kept)

    def told(
        self, done: Collection[int], failures: Mapping[int, str], *, tries: int = TRIES, refused: bool = False
    ) -> "Chunk":
        """Return the chunk after a round: `failures` says by id why the provider failed on it.

        An id is given up after so many `tries`; one that is in neither stays as it is, as those do that were `refused`
        for what has nothing to do with them.
        """
        left = {each: count + (each in failures) for each, count in self.left.items() if each not in done}
        given_up = {each: failures[each] for each, count in left.items() if each in failures and count >= tries}
        left = {each: count for each, count in left.items() if each not in given_up}
        return Chunk(
            left=left,
            failed={**self.failed, **given_up},
            rounds=self.rounds + 1,
            refusals=self.refusals + 1 if refused else 0,
            begun_at=self.begun_at,
        )

    def given_up_since(self, earlier: "Chunk") -> dict[int, str]:
        """Return what is given up here and was not before, by id with the reason."""
        return {each: why for each, why in self.failed.items() if each not in earlier.failed}


def changed_counts(before: Chunk, after: Chunk) -> dict[str, int]:
    """Return by how much a job's numbers of ids change between two states of one of its chunks."""
    queued, failed = len(after.left) - len(before.left), len(after.failed) - len(before.failed)
    return {"queued": queued, "failed": failed, "done": -queued - failed}
