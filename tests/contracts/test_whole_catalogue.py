"""Every title of the demo catalogue through the whole pipeline, against the truth of the provider."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from local.upstreams import TMDB_TOKEN, WATCHMODE_KEY
from marquee.clients.tmdb import TmdbClient
from marquee.clients.watchmode import WatchModeClient
from marquee.enricher import Enricher
from marquee.messages.work import ListingRequest
from marquee.models.reference import Genre, Source
from marquee.quarantining import Quarantine
from marquee.queue import Queue
from marquee.repositories.guide_index import GuideIndex
from marquee.repositories.listings import ListingRepository
from marquee.repositories.quarantine import QuarantineRepository
from marquee.repositories.titles import TitleRepository
from marquee.stream_records import StreamRecord
from marquee.traffic import TrafficClass
from tests.contracts.conftest import InProcess
from tests.fakes.governor import FreeGovernor
from tests.fakes.pairs import chosen
from tests.fakes.table import MemoryTable
from title_consumer.consumer import TitleConsumer
from title_ingestion.ingestion import TitleIngestion

DEADLINE = float("inf")


class Stream:
    """Keeps what is published until it is taken."""

    def __init__(self) -> None:
        self.records: list[tuple[str, bytes]] = []

    def publish(self, records: Iterable[tuple[str, bytes]]) -> None:
        self.records += records

    def take(self) -> list[StreamRecord]:
        taken, self.records = self.records, []
        return [StreamRecord(str(number), data) for number, (_, data) in enumerate(taken)]


class Jobs:
    """Takes note of nothing."""

    def part_ended(self, *told: object, **more: object) -> None: ...


class NoServices:
    """Reference data before its first refresh: TMDB's services keep TMDB's ids."""

    def sources(self) -> list[Source]:
        return []

    def genres(self) -> list[Genre]:
        return []


@dataclass
class Pipeline:
    """Ingestion, consumer and enrichment over tables in memory, with the simulators as providers."""

    catalogue: MemoryTable
    stream: Stream
    ingestion: TitleIngestion
    consumer: TitleConsumer
    enricher: Enricher
    titles: TitleRepository

    def list_pairs(self, pairs: Iterable[tuple[str, str]]) -> int:
        """List pairs and apply what was published; returns the number of events."""
        for source, genre in pairs:
            request = ListingRequest(
                job_id="1",
                region="GB",
                source_id=source,
                genre_id=genre,
                cause="test",
                traffic=TrafficClass.SCHEDULED,
                requested_at="9999",
            )
            self.ingestion.ingest(request, DEADLINE)
        records = self.stream.take()
        assert self.consumer.consume(records) == set()
        return len(records)

    def placed(self) -> dict[str, set[tuple[str, str]]]:
        """Return under which pairs each title stands in the guide index."""
        found: dict[str, set[tuple[str, str]]] = {}
        for pk, sk in self.catalogue.stored:
            if pk.startswith("source:") and sk.startswith("title:"):
                _, source, _, genre = pk.split(":")
                found.setdefault(sk.removeprefix("title:"), set()).add((source, genre))
        return found


@pytest.fixture
def pipeline(app: Any) -> Iterator[Pipeline]:
    transport, governor = InProcess(app), FreeGovernor()
    watchmode = WatchModeClient("http://upstreams/watchmode/v1", WATCHMODE_KEY, governor, transport=transport)  # type: ignore[arg-type]
    tmdb = TmdbClient("http://upstreams/tmdb/3", TMDB_TOKEN, governor, transport=transport)  # type: ignore[arg-type]
    catalogue, operations, stream = MemoryTable(), MemoryTable(), Stream()
    titles, listings = TitleRepository(catalogue), ListingRepository(operations)
    yield Pipeline(
        catalogue,
        stream,
        TitleIngestion(watchmode, GuideIndex(catalogue), listings, Jobs(), stream),  # type: ignore[arg-type]
        TitleConsumer(
            titles,
            GuideIndex(catalogue),
            listings,
            Quarantine(QuarantineRepository(operations), Queue(None, "")),  # type: ignore[arg-type]
            chosen,
        ),
        Enricher(titles, NoServices(), watchmode, tmdb, ("GB",), lambda title_id: False),  # type: ignore[arg-type]
        titles,
    )
    transport.close()


@pytest.fixture
def truth(control: Any) -> dict[str, set[tuple[str, str]]]:
    """Under which pairs the provider has each title in the United Kingdom, with rates out of the way."""
    generous = {"requests": 1_000_000}
    control("PUT", "/limits", json={"watchmode": {**generous, "paid": {"quota": 1_000_000}}, "tmdb": generous})
    titles = control("GET", "/titles", params={"limit": 10_000})["titles"]
    placed = {
        str(title["id"]): {(str(s), str(g)) for s in title["sources"].get("GB", ()) for g in title["genres"]}
        for title in titles
    }
    return {title_id: pairs for title_id, pairs in placed.items() if pairs}


def test_every_title_stands_under_exactly_the_pairs_that_the_provider_gave_it(
    pipeline: Pipeline, truth: dict[str, set[tuple[str, str]]]
) -> None:
    pairs = sorted(set().union(*truth.values()))

    events = pipeline.list_pairs(pairs)

    assert pipeline.placed() == truth
    assert events == len(pairs) + sum(map(len, truth.values()))
    # A second, quiet run tells only that each pair was listed, and changes nothing.
    before = dict(pipeline.catalogue.stored)
    assert pipeline.list_pairs(pairs) == len(pairs)
    assert pipeline.catalogue.stored == before


def test_every_title_gets_its_card_and_keeps_it_when_it_is_listed_again(
    pipeline: Pipeline, truth: dict[str, set[tuple[str, str]]], control: Any
) -> None:
    pairs = sorted(pair for pair in set().union(*truth.values()) if pair[0] in ("203", "409"))
    pipeline.list_pairs(pairs)

    for title in list(pipeline.titles.get_many(pipeline.placed()).values()):
        with pipeline.enricher.reserve(1, DEADLINE) as reservation:
            pipeline.enricher.give_card(title, reservation, DEADLINE)

    done = pipeline.titles.get_many(pipeline.placed())
    assert {title.enrichment_state for title in done.values()} == {"done"}
    renamed = min(done, key=int)
    control("PUT", f"/titles/{renamed}", json={"title": "Renamed upstream"})
    pipeline.list_pairs(pairs)
    again = pipeline.titles.get_many(pipeline.placed())
    assert {each: (title.details, title.tmdb) for each, title in again.items()} == {
        each: (title.details, title.tmdb) for each, title in done.items()
    }
    assert again[renamed].listing.title == "Renamed upstream"
