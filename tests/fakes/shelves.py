"""A warm function of the guide, as far as it keeps shelves."""

from typing import Any

from botocore.exceptions import ClientError

from guide_api.budget import Budget
from guide_api.shelf import Shelf
from guide_api.shelves import Shelves
from marquee.repositories.tmdb_cache import Steps, TmdbCache
from tests.fakes.clock import FakeClock
from tests.fakes.titles import listing, title
from tests.unit.conftest import Cloud

REFUSED = ClientError({"Error": {"Code": "AccessDenied", "Message": "arn:aws:secret"}}, "Operation")


class Warm:
    """A warm function: its shelves, its clock, and how often it has started the refresh."""

    def __init__(self, cloud: Cloud) -> None:
        self.time = FakeClock()
        self.started = 0
        self.here: dict[str, int] = {}
        self.shelves = Shelves(
            TmdbCache(cloud.tmdb_cache),
            cloud.catalogue,
            start_refresh=self._start,
            trending_here=self._here,
            seconds=self.time,
        )

    def of(self, region: str, calls: int = 1000) -> Shelf:
        """Return a shelf, read on by so many requests."""
        return self.shelves.of(region, Budget(calls))

    def used(self, shelf: Shelf, now: str) -> None:
        """Count an answer, which takes a request for each day."""
        self.shelves.used(shelf, now, Budget(2))

    def _start(self) -> None:
        self.started += 1

    def _here(self) -> Steps[dict[str, int]]:
        yield
        return self.here


def film(title_id: str, tmdb_id: int, *places: str, tmdb_type: str = "movie") -> Any:
    return title(title_id, *(places or ("GB:203:4",)), listing=listing(tmdb_id=tmdb_id, tmdb_type=tmdb_type))
