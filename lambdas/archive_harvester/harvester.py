"""Does a harvest in steps, each of which is recorded, as many as there is time for."""

import time
from collections.abc import Callable, Mapping, Sequence

from archive_harvester.gathering import Gathering
from archive_harvester.queueing import Queueing
from marquee import clock, harvesting
from marquee.harvesting import HarvestRefused
from marquee.messages.archive import HarvestRequest
from marquee.models.archive import MediaType
from marquee.models.harvests import Harvest
from marquee.repositories.archive_states import ArchiveStates
from marquee.repositories.harvests import HarvestBusy, HarvestRepository
from marquee.telemetry import logger

# With the pauses between them, attempts that get nowhere go on for four hours.
TRIES = 20


class Harvester:
    """Works on harvests.

    A message may come any number of times, and an invocation may stop at any point: how far a harvest is stands in
    its record, which only the invocation that has claimed it writes. A step does not change what was there before
    (sets of ids get new keys) until its record is written. So what was not recorded is done again with the same
    result; only messages to the collectors are then sent twice, and those know them by their chunk. Known ids change
    when everything has been queued; a harvest that fails leaves them as they were.
    """

    def __init__(
        self,
        harvests: HarvestRepository,
        states: ArchiveStates,
        gathering: Gathering,
        queueing: Queueing,
        settle: Callable[[str], object],
        collected: Sequence[MediaType],
        *,
        time: Callable[[], float] = time.time,
    ) -> None:
        self._harvests = harvests
        self._states = states
        self._gathering = gathering
        self._queueing = queueing
        self._settle = settle
        self._collected = tuple(collected)
        self._time = time

    def work(self, job_id: str, request: HarvestRequest, deadline: float, until: float) -> bool:
        """Go on with a harvest, or begin it; returns whether it has ended, well or not.

        No step begins after `deadline`, and by `until` this invocation is gone (epoch seconds). Raises HarvestBusy
        while another invocation works on it, and whatever keeps a step from being done, once that is recorded.
        """
        harvest = self._claim(job_id, request.started_by, request.model_dump(mode="json"), until)
        try:
            if not harvest.has_ended and (other := self._states.lock(job_id)):
                harvest = self._harvests.fail(harvest, f"Another harvest runs: job {other}.")
            while not harvest.has_ended:
                if self._time() > deadline:
                    return False
                harvest = self._do(harvest, deadline)
            if harvest.stage == "ended":
                self._settle(job_id)
            self._states.unlock(job_id)
        except HarvestBusy:
            raise
        except Exception as error:
            self._harvests.explain(job_id, f"{type(error).__name__}: {error}")
            raise
        finally:
            self._harvests.give_back(job_id)
        logger.info("harvest ended", job_id=job_id, stage=harvest.stage, notes=harvest.notes)
        return True

    def refuse(self, job_id: str, reason: str, until: float) -> None:
        """Record a harvest that cannot be done, with the reason."""
        harvest = self._claim(job_id, "unknown", {}, until)
        if not harvest.has_ended:
            self._harvests.fail(harvest, reason)
        self._harvests.give_back(job_id)

    def _claim(self, job_id: str, started_by: str, request: Mapping[str, object], until: float) -> Harvest:
        harvest = self._harvests.claim(job_id, until)
        if harvest is None:
            self._harvests.create(job_id, started_by, request)
            harvest = self._harvests.claim(job_id, until)
        assert harvest is not None, f"harvest {job_id} was created and is not there"
        return harvest

    def _do(self, harvest: Harvest, deadline: float) -> Harvest:
        """Return the harvest after its next step."""
        try:
            if harvest.tries > TRIES:
                raise HarvestRefused(f"Given up after {TRIES} tries, of which the last one failed: {harvest.reason}")
            if harvest.stage == "start":
                return self._begin(harvest)
            if harvest.stage == "gather":
                return self._gathering.step(harvest, deadline) or self._queueing.select(harvest)
            return self._queueing.step(harvest) or self._queueing.finish(harvest)
        except HarvestRefused as refusal:
            return self._harvests.fail(harvest, str(refusal))

    def _begin(self, harvest: Harvest) -> Harvest:
        """Return the harvest with a plan for each media type."""
        request = HarvestRequest.model_validate(harvest.request)
        day = harvesting.day_of(request, clock.parse(harvest.started_at).date())
        media_types = request.types(self._collected)
        if not media_types:
            asked, collected = ", ".join(request.media_types), ", ".join(self._collected)
            raise HarvestRefused(f"This environment collects {collected}, not {asked}.")
        begun = harvest.model_copy(update={"stage": "gather", "day": day})
        for media_type in media_types:
            state = self._states.get(media_type)
            planned, notes = harvesting.plan(request, media_type, day, state, harvest.started_at)
            begun = begun.model_copy(update={"types": (*begun.types, planned), "notes": (*begun.notes, *notes)})
        return self._harvests.save(begun)
