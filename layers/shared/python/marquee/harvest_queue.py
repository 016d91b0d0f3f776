"""Asking for a harvest of TMDB."""

from marquee.messages.archive import HarvestMessage, HarvestRequest
from marquee.queue import Queue
from marquee.repositories.archive_states import KIND
from marquee.repositories.jobs import JobRepository


class HarvestQueue:
    """The queue of harvests that are wanted, each with the job that tells how far it is."""

    def __init__(self, jobs: JobRepository, queue: Queue) -> None:
        self._jobs = jobs
        self._queue = queue

    def ask(self, request: HarvestRequest) -> str:
        """Ask for a harvest; returns the id of its job, which has failed if nobody could be asked."""
        job_id = self._jobs.start(KIND, started_by=request.started_by, input=request.model_dump(mode="json"))
        with self._jobs.failing(job_id):
            self._queue.send([HarvestMessage(request=request, job_id=job_id)])
        return job_id
