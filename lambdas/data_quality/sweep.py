"""Looks through all titles for what is missing."""

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from marquee import clock, enrichment
from marquee.models.titles import Offer, Title
from marquee.quality import Tally, flaws
from marquee.repositories.titles import TitleRepository

# More than any catalogue of ours has; ids alone, some 20 MB.
MOST = 200_000
READERS = 16
CHUNK = 400
# After all moments by which titles are due.
END = "9999"


def sweep(titles: TitleRepository, deadline: float) -> tuple[Tally, int]:
    """Return what is wrong with the titles looked at until `deadline` (epoch seconds), and how many are left.

    The two sparse indexes of enrichment hold every title once between them: a Query for each 10,000 titles finds
    their ids. Then one Query for each title reads its record and its offers, sixteen side by side: two to four read
    units, so that 100,000 titles cost about 300,000 read units (8 cents) and, by the processor, four minutes.
    """
    ids = titles.due_for_refresh(END, MOST)
    ids += titles.lacking_enrichment(enrichment.CARD, MOST - len(ids))
    tally, now, done = Tally(), clock.now(), 0
    with ThreadPoolExecutor(READERS) as executor:
        for chunk in _chunks(ids):
            if time.time() > deadline:
                break
            for title, offers in executor.map(titles.get_with_offers, chunk):
                _count(tally, title, offers, now)
            done += len(chunk)
    return tally, len(ids) - done


def _count(tally: Tally, title: Title | None, offers: Sequence[Offer], now: str) -> None:
    # A title that has gone since the index was read has no flaw.
    if title:
        tally.add(title, flaws(title, offers, now))


def _chunks(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]
