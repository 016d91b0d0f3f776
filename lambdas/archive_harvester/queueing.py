"""Chooses the ids to collect and sends them, and ends a harvest."""

from collections.abc import Mapping
from functools import reduce
from itertools import islice

from pyroaring import BitMap

from marquee import harvesting
from marquee.harvesting import FoundIds
from marquee.messages.archive import IDS_A_MESSAGE, CollectRequest, HarvestRequest
from marquee.models.harvests import Harvest, TypeHarvest
from marquee.queue import Queue
from marquee.repositories.archive_states import ArchiveStates
from marquee.repositories.harvests import HarvestRepository
from marquee.repositories.known_ids import KnownIds
from marquee.repositories.manifests import Manifests
from marquee.telemetry import MetricUnit, logger, metrics

# Ten batches of SQS between two records of the position.
MESSAGES_A_STEP = 100


class Queueing:
    """Sends the ids of a harvest, each once.

    What is to be sent is fixed before the first message is, and counted in the job with it. If the function stops
    between sending and recording, it sends up to MESSAGES_A_STEP messages a second time: with the same chunk number and
    the same ids, by which the collector knows them.
    """

    def __init__(
        self,
        harvests: HarvestRepository,
        states: ArchiveStates,
        ids: KnownIds,
        manifests: Manifests,
        queue: Queue,
        per_second: float,
    ) -> None:
        self._harvests = harvests
        self._states = states
        self._ids = ids
        self._manifests = manifests
        self._queue = queue
        self._per_second = per_second
        # The set that is being sent; reading it for each step would take longer than the step.
        self._loaded: tuple[str, BitMap] = ("", BitMap())

    def select(self, harvest: Harvest) -> Harvest:
        """Choose what is collected and record it with the count. Raises HarvestRefused if that is too much."""
        request = HarvestRequest.model_validate(harvest.request)
        selected, queued = harvest, 0
        for planned in harvest.types:
            found = self._found(planned)
            selection = harvesting.select(request, planned, found)
            keys = {
                "todo": self._ids.put(harvest.job_id, f"{planned.media_type}-todo", selection.todo),
                "vanished": self._ids.put(harvest.job_id, f"{planned.media_type}-vanished", selection.vanished),
            }
            facts: Mapping[str, object] = {"counts": selection.counts, "is_complete": selection.is_complete}
            notes = [selection.note] if selection.note else []
            selected = selected.having(planned.model_copy(update={**keys, **facts}), *notes)
            queued += len(selection.todo)
        harvesting.refuse_if_too_long(queued, self._per_second)
        logger.info("ids chosen", job_id=harvest.job_id, queued=queued)
        return self._harvests.save_selected(selected.model_copy(update={"stage": "queue"}), queued)

    def step(self, harvest: Harvest) -> Harvest | None:
        """Send the next messages and record that; None when all are sent."""
        for planned in harvest.types:
            if planned.messages * IDS_A_MESSAGE < planned.counts["queued"]:
                return self._send(harvest, planned)
        return None

    def finish(self, harvest: Harvest) -> Harvest:
        """Record what is known from now on, then that everything is queued; may be repeated."""
        for planned in harvest.types:
            # Another harvest may have ended since the selection, if this one stood still for longer than its lock.
            known = self._ids.known(planned.media_type)
            todo, vanished = self._ids.get(planned.todo), self._ids.get(planned.vanished)
            self._ids.put_known(planned.media_type, harvesting.known_after(known, todo, vanished))
            before = self._states.get(planned.media_type)
            self._states.put(planned.media_type, harvesting.state_after(before, planned, harvest))
        self._manifests.put(harvest.job_id, harvesting.manifest(harvest))
        return self._harvests.save_harvested(harvest)

    def _found(self, planned: TypeHarvest) -> FoundIds:
        empty = BitMap()
        return FoundIds(
            known=self._ids.known(planned.media_type),
            listed=reduce(BitMap.union, (self._ids.get(each.listed) for each in planned.exports), empty),
            wanted=reduce(BitMap.union, (self._ids.get(each.wanted) for each in planned.exports), empty),
            changed=self._ids.get(planned.changed),
            adult=self._ids.get(planned.changed_adult),
            until=harvesting.known_until(self._states.get(planned.media_type)),
        )

    def _send(self, harvest: Harvest, planned: TypeHarvest) -> Harvest:
        if self._loaded[0] != planned.todo:
            self._loaded = (planned.todo, self._ids.get(planned.todo))
        following = harvesting.chunks(self._loaded[1], planned.messages)
        requests = [
            CollectRequest(job_id=harvest.job_id, media_type=planned.media_type, chunk=number, ids=ids)
            for number, ids in islice(following, MESSAGES_A_STEP)
        ]
        sent = self._queue.send(requests)
        metrics.add_metric("ArchiveIdsQueued", MetricUnit.Count, sum(len(each.ids) for each in requests))
        return self._harvests.save(harvest.having(planned.model_copy(update={"messages": planned.messages + sent})))
