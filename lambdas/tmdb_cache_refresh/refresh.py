"""Renews the lists of a plan, each on its own."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from marquee import clock
from marquee.clients.tmdb import TmdbClient
from marquee.clients.tmdb_lists import TitlePage
from marquee.models.jobs import PartState
from marquee.models.tmdb_cache import CachedList, ListName
from marquee.repositories.governors import Governor
from marquee.repositories.jobs import JobRepository
from marquee.repositories.tmdb_cache import TmdbCache
from marquee.telemetry import MetricUnit, logger, metrics
from marquee.tmdb_cache import PlannedList, is_credible, label, version
from tmdb_cache_refresh.fetching import FAILURES, PageFetcher, Pages
from tmdb_cache_refresh.items import cached_items
from tmdb_cache_refresh.plan import Plan, is_of_genre

COUNTS = (
    *("pages", "pages_failed", "items", "items_written", "items_unchanged", "items_failed"),
    *("calls", "calls_failed", "lists_dropped"),
)
# Lists are written until so long after the deadline of the calls; the rest of the time is the job's.
WRITING_SECONDS = 30.0


@dataclass(frozen=True)
class Outcome:
    """What became of a list; without an `error` readers see what TMDB says now."""

    name: ListName
    counts: dict[str, int]
    error: str | None = None

    @property
    def state(self) -> PartState:
        """Return the state of the job's part."""
        return "failed" if self.error else "done"


class CacheRefresh:
    """Renews lists as one job, with a part for each list.

    A list is written as soon as its pages are there, under a version that no other run has, and shown by one
    conditional write of its pointer. So a run that is repeated finds nothing changed and writes only pointers, one
    that breaks off loses only what it had not fetched, and of two at once the slower one's rows are not shown. A list
    that fails keeps its last version.
    """

    def __init__(self, client: TmdbClient, governor: Governor, cache: TmdbCache, jobs: JobRepository) -> None:
        self._client = client
        self._governor = governor
        self._cache = cache
        self._jobs = jobs

    def run(self, job_id: str, plan: Plan, stored: Sequence[CachedList], deadline: float) -> None:
        """Fetch the lists of a plan, with no call after `deadline` (epoch seconds), and renew those that came whole.

        `stored` is the cache as it was before.
        """
        began, calls = clock.now(), self._client.calls
        parts: dict[str, PartState] = {label(each.name): "queued" for each in plan.lists}
        self._jobs.add_parts(job_id, parts, counts=dict.fromkeys(COUNTS, 0))
        before = {each.name: each for each in stored}
        end = deadline + WRITING_SECONDS
        fetched = PageFetcher(self._client, self._governor, plan.traffic, deadline).fetch(plan.lists)
        outcomes = [self._renew(each, pages, before.get(each.name), job_id, began, end) for each, pages in fetched]
        genres_failed = any(each.error and is_of_genre(each.name) for each in outcomes)
        dropped = 0 if genres_failed else sum(map(self._dropped, plan.outdated))
        made = self._client.calls.since(calls)
        of_run = {"calls": made.made, "calls_failed": made.failed, "lists_dropped": dropped}
        self._tell(job_id, outcomes, of_run)

    def _renew(
        self, planned: PlannedList, by_number: Pages, before: CachedList | None, job_id: str, began: str, end: float
    ) -> Outcome:
        name = planned.name
        pages = [page for _, page in sorted(by_number.items()) if isinstance(page, TitlePage)]
        unreadable = sum(page.unreadable for page in pages)
        counts = {"pages": len(pages), "pages_failed": planned.pages - len(pages), "items_failed": unreadable}
        if self._governor.clock() > end:
            return Outcome(name, counts, "there was no time left to write the list")
        missing = {number: page for number, page in sorted(by_number.items()) if not isinstance(page, TitlePage)}
        if missing:
            return self._failed(name, counts, "; ".join(f"page {n}: {why}" for n, why in missing.items()), began)
        items = cached_items(name, pages, began)
        if not is_credible(items, before, name) or (unreadable and not items):
            return self._failed(name, counts, "the answer holds no title that can be used", began)
        try:
            written = self._cache.replace(name, items, version=version(name, job_id), checked_at=began, before=before)
        except FAILURES as error:
            return self._failed(name, counts, f"the list could not be written: {error}", began)
        if not written.switched:
            logger.info("another run was faster", list=label(name), job_id=job_id)
        rows = {"items": len(items), "items_written": written.written, "items_unchanged": written.unchanged}
        return Outcome(name, counts | rows)

    def _failed(self, name: ListName, counts: dict[str, int], reason: str, began: str) -> Outcome:
        logger.warning("list not renewed", list=label(name), reason=reason)
        try:
            self._cache.record_failure(name, reason, began)
        except FAILURES as error:
            # The job has the reason as well; the other lists must not suffer from this one's.
            logger.warning("the reason was not recorded with the list", list=label(name), reason=str(error))
        return Outcome(name, counts, reason)

    def _dropped(self, outdated: CachedList) -> bool:
        try:
            return self._cache.drop(outdated)
        except FAILURES as error:
            # It is shown for longer; the next weekly run drops it.
            logger.warning("list not dropped", list=label(outdated.name), reason=str(error))
            return False

    def _tell(self, job_id: str, outcomes: Sequence[Outcome], of_run: dict[str, int]) -> None:
        for outcome in outcomes:
            counts = outcome.counts | of_run
            # The run's own totals are told with its first part, because only parts add to a job.
            of_run = {}
            self._jobs.part_ended(job_id, label(outcome.name), outcome.state, counts=counts, error=outcome.error)
        states = Counter(outcome.state for outcome in outcomes)
        metrics.add_metric("TmdbListsRefreshed", MetricUnit.Count, states["done"])
        metrics.add_metric("TmdbListsFailed", MetricUnit.Count, states["failed"])
        written = sum(outcome.counts.get("items_written", 0) for outcome in outcomes)
        metrics.add_metric("TmdbItemsWritten", MetricUnit.Count, written)
