"""Fetches the pages of lists side by side, as gently as R2 asks for, and again where TMDB failed."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed

from botocore.exceptions import BotoCoreError, ClientError

from marquee.clients.tmdb import TmdbClient
from marquee.clients.tmdb_lists import TitlePage
from marquee.errors import MarqueeError, UpstreamNotFound, UpstreamRejected, UpstreamUnavailable
from marquee.models.tmdb_cache import ListName
from marquee.repositories.governors import Governor, Reservation
from marquee.telemetry import logger
from marquee.tmdb_cache import PlannedList
from marquee.traffic import TrafficClass

# R2: at most 8 calls at once, 250 ms apart. The rest is for the moment between a call's turn and its departure.
AT_ONCE = 8
SPACING_SECONDS = 0.3
# The client tries each call three times at once; what failed then is tried again after all others.
ROUNDS = 3
# How long in all a run waits for the circuit breaker to close.
PATIENCE_SECONDS = 60.0
# A call that began just before the deadline may be answered this long after it; nobody waits for later answers.
LAST_ANSWER_SECONDS = 22.0

# What may go wrong with one page and is no reason to give up the others.
FAILURES = (MarqueeError, ClientError, BotoCoreError)
FINAL = (UpstreamRejected, UpstreamNotFound)

Failure = MarqueeError | ClientError | BotoCoreError
Page = tuple[PlannedList, int]
# By number from 1, what each page of a list holds, or why it could not be had.
Pages = Mapping[int, TitlePage | Failure]


class PageFetcher:
    """Fetches pages; no call begins after `deadline` (epoch seconds)."""

    def __init__(self, client: TmdbClient, governor: Governor, traffic: TrafficClass, deadline: float) -> None:
        self._client = client
        self._governor = governor
        self._traffic = traffic
        self._deadline = deadline
        self._patience = PATIENCE_SECONDS

    def fetch(self, lists: Sequence[PlannedList]) -> Iterator[tuple[PlannedList, Pages]]:
        """Yield each list with its pages as soon as they are all there; at the end those that lack some."""
        found: dict[ListName, dict[int, TitlePage | Failure]] = {each.name: {} for each in lists}
        waiting = {each.name: each for each in lists}
        pages: list[Page] = [(each, number) for each in lists for number in range(1, each.pages + 1)]
        reserved = self._governor.reserve(
            len(pages), traffic=self._traffic, deadline=self._deadline, spacing=SPACING_SECONDS
        )
        pool = ThreadPoolExecutor(AT_ONCE)
        try:
            with reserved as reservation:
                for _ in range(ROUNDS):
                    for (planned, number), answer in self._answers(pool, pages, reservation):
                        known = found[planned.name]
                        # Of several failures the first one is the cause; the breaker's refusals follow from it.
                        known[number] = answer if isinstance(answer, TitlePage) else known.get(number, answer)
                        if _is_whole(planned, known):
                            yield waiting.pop(planned.name), known
                    pages = [
                        (each, n)
                        for each in waiting.values()
                        for n, page in found[each.name].items()
                        if _may_come(page)
                    ]
                    if not pages or not self._may_ask_again():
                        break
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
        yield from ((each, found[each.name]) for each in waiting.values())

    def _answers(
        self, pool: ThreadPoolExecutor, pages: Sequence[Page], reservation: Reservation
    ) -> Iterator[tuple[Page, TitlePage | Failure]]:
        """Yield what is answered for each page, in the order in which answers come."""
        asked = {pool.submit(self._fetch_page, page, reservation): page for page in pages}
        left = self._deadline + LAST_ANSWER_SECONDS - self._governor.clock()
        try:
            for each in as_completed(asked, timeout=max(0.0, left)):
                answer = each.result()
                yield asked.pop(each), answer
        except TimeoutError:
            yield from ((page, UpstreamUnavailable("tmdb", "no answer in time")) for page in asked.values())

    def _fetch_page(self, page: Page, reservation: Reservation) -> TitlePage | Failure:
        planned, number = page
        try:
            return self._client.page(planned.path, number, planned.parameters, self._traffic, reservation=reservation)
        except FAILURES as error:
            return error

    def _may_ask_again(self) -> bool:
        """Wait for the circuit breaker if it is open; return whether there is time, and calls are let through then."""
        now = self._governor.clock()
        try:
            open_until = self._governor.snapshot().open_until
        except FAILURES as error:
            # The pages that came are worth more than the others; whether it is open is also seen at the next call.
            logger.warning("circuit breaker not read", reason=str(error))
            open_until = None
        wait = max(0.0, open_until.timestamp() - now) if open_until else 0.0
        if wait > self._patience or now + wait >= self._deadline:
            return False
        self._patience -= wait
        self._governor.sleep(wait)
        return True


def _is_whole(planned: PlannedList, pages: Pages) -> bool:
    return len(pages) == planned.pages and all(isinstance(page, TitlePage) for page in pages.values())


def _may_come(answer: TitlePage | Failure) -> bool:
    return not isinstance(answer, (TitlePage, *FINAL))
