"""Giving what has failed back to whoever is to try again. Any number of replays ends in the same state."""

from collections.abc import Callable, Iterable, Iterator

from botocore.exceptions import BotoCoreError, ClientError

from marquee.errors import MarqueeError
from marquee.failures_ways import Ways
from marquee.models.operations import Failure, ReplayCount, Replayed
from marquee.repositories.failures import FailureRepository
from marquee.telemetry import logger

PAGE = 100


class Replayer:
    """Replays failures, each by its own way.

    A failure is given back before it is recorded as replayed, so that none is lost in between; those who take it know
    work that they have done. What has failed again by then stays open.
    """

    def __init__(self, failures: FailureRepository, ways: Ways) -> None:
        self._failures = failures
        self._ways = ways

    def replay(self, failure_id: str, who: str) -> Replayed:
        """Give one failure back, unless that was done already; raises NotFound.

        What cannot be given back stays open, and the answer says why.
        """
        return self._replay(self._failures.require(failure_id), who)

    def replay_ids(self, failure_ids: Iterable[str], who: str, *, go_on: Callable[[], bool]) -> ReplayCount:
        """Replay some failures for as long as `go_on` says so; those that there are not have failed."""
        return self._count((self._failures.get(each) for each in failure_ids), who, go_on)

    def replay_source(self, source: str, who: str, *, go_on: Callable[[], bool]) -> ReplayCount:
        """Replay the open failures of a source for as long as `go_on` says so."""
        count = self._count((self._failures.get(each.id) for each in self._open(source)), who, go_on)
        left = self._failures.open_by_source().get(source, 0)
        return count.model_copy(update={"left": max(0, left - count.failed)})

    def _open(self, source: str) -> Iterator[Failure]:
        below: str | None = None
        while True:
            page, below = self._failures.list(source=source, limit=PAGE, below=below)
            yield from page
            if below is None:
                return

    def _count(self, failures: Iterable[Failure | None], who: str, go_on: Callable[[], bool]) -> ReplayCount:
        replayed = failed = left = 0
        for failure in failures:
            if not go_on():
                left += 1
            elif failure and self._replay(failure, who).state == "replayed":
                replayed += 1
            else:
                failed += 1
        return ReplayCount(replayed=replayed, failed=failed, left=left)

    def _replay(self, failure: Failure, who: str) -> Replayed:
        if failure.state != "open":
            return Replayed(id=failure.id, state=failure.state, reason=f"It was {failure.state} before.")
        try:
            self._ways.give_back(failure)
        except (MarqueeError, ClientError, BotoCoreError) as error:
            logger.warning("not replayed", failure_id=failure.id, source=failure.source, reason=str(error))
            return Replayed(id=failure.id, state="open", reason=str(error))
        if not self._failures.replayed(failure, who):
            return Replayed(id=failure.id, state="open", reason="It has failed again meanwhile.")
        logger.info("replayed", failure_id=failure.id, source=failure.source, who=who)
        return Replayed(id=failure.id, state="replayed")
