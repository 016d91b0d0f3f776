"""Fetches the pages of lists side by side, as gently as R2 asks for, and again where TMDB failed."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from botocore.exceptions import BotoCoreError, ClientError

from marquee.clients.tmdb import TmdbClient
from marquee.clients.tmdb_lists import TitlePage
from marquee.errors import MarqueeError, UpstreamNotFound, UpstreamRejected
from marquee.governor import TrafficClass
from marquee.models.tmdb_cache import ListName
from marquee.repositories.governors import Governor, Reservation
from marquee.tmdb_cache import PlannedList

# R2: at most 8 calls at once, 250 ms apart. The rest is for the moment between a call's turn and its departure.
AT_ONCE = 8
SPACING_SECONDS = 0.275
# The client tries each call three times at once; what failed then is tried again after all others.
ROUNDS = 3
# How long in all a run waits for the circuit breaker to close.
PATIENCE_SECONDS = 60.0

# What may go wrong with one page and is no reason to give up the others.
FAILURES = (MarqueeError, ClientError, BotoCoreError)
FINAL = (UpstreamRejected, UpstreamNotFound)

Failure = MarqueeError | ClientError | BotoCoreError
Page = tuple[PlannedList, int]
Answers = dict[tuple[ListName, int], TitlePage | Failure]


class PageFetcher:
    """Fetches pages until `deadline` (epoch seconds)."""

    def __init__(self, client: TmdbClient, governor: Governor, traffic: TrafficClass, deadline: float) -> None:
        self._client = client
        self._governor = governor
        self._traffic = traffic
        self._deadline = deadline
        self._patience = PATIENCE_SECONDS

    def fetch(self, lists: Sequence[PlannedList]) -> Answers:
        """Return by list and number what each page holds, or why it could not be had."""
        answers: Answers = {}
        pages: list[Page] = [(each, number) for each in lists for number in range(1, each.pages + 1)]
        reserved = self._governor.reserve(
            len(pages), traffic=self._traffic, deadline=self._deadline, spacing=SPACING_SECONDS
        )
        with reserved as reservation, ThreadPoolExecutor(AT_ONCE) as pool:
            for _ in range(ROUNDS):
                found = pool.map(lambda page: self._fetch_page(page, reservation), pages)
                answers |= {(each.name, number): page for (each, number), page in zip(pages, found, strict=True)}
                pages = [(each, number) for each, number in pages if _may_come(answers[each.name, number])]
                if not pages or not self._breaker_closes():
                    break
        return answers

    def _fetch_page(self, page: Page, reservation: Reservation) -> TitlePage | Failure:
        planned, number = page
        try:
            return self._client.page(planned.path, number, planned.parameters, self._traffic, reservation=reservation)
        except FAILURES as error:
            return error

    def _breaker_closes(self) -> bool:
        """Wait for the circuit breaker if it is open; return whether it lets calls through then."""
        open_until = self._governor.snapshot().open_until
        if open_until is None:
            return True
        wait = open_until.timestamp() - self._governor.clock()
        if wait > self._patience or open_until.timestamp() > self._deadline:
            return False
        self._patience -= wait
        self._governor.sleep(max(0.0, wait))
        return True


def _may_come(answer: TitlePage | Failure) -> bool:
    return not isinstance(answer, (TitlePage, *FINAL))
