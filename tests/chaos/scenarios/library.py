"""Changes and imports of the library."""

from __future__ import annotations

import os

import library_importer.handler as importing
import library_importer.stores
import library_writer.handler as writing
from library_recount.recount import Recount
from marquee import aws
from marquee.models.library import MAIN
from marquee.repositories.table import Table
from tests.chaos.scenario import Feed, Scenario
from tests.chaos.world import message
from tests.fakes.importing import table as csv
from tests.fakes.importing import upload
from tests.fakes.library import Desk, batch, film


class LibraryWriter(Scenario):
    """Movies are added, one twice, one edited, one deleted, three imported; one message is of no use."""

    name = "library_writer"
    holds = "each request has its one outcome, no movie twice, numbers and index equal a recount, the useless aside"

    def prepare(self) -> None:
        self.world.fresh(writing)
        self.desk = desk = Desk(Table(aws.dynamodb(), os.environ["LIBRARY_TABLE"]))
        heat, zebra = desk.ask("add", film("Heat", year=1995)), desk.ask("add", film("Zebra"))
        again = desk.ask("add", film("Heat", year=1995))
        edit = desk.ask("edit", film("Heat", "Crime", year=1995), heat.movie_id)
        delete = desk.ask("delete", None, zebra.movie_id)
        desk.begin_import("i", 3)
        rows = batch("i", "b", [film("Alien"), film("Heat", "Crime", year=1995), film("Brazil")])
        self.outcomes = {heat: "added", zebra: "added", again: "duplicate", edit: "changed", delete: "deleted"}
        feed = Feed(writing.lambda_handler, ordered=True, batch=4)
        feed.add(
            *(
                message(each.model_dump_json(), f"m{n}")
                for n, each in enumerate((heat, zebra, again, edit, delete, rows))
            )
        )
        feed.add(message("{}", "useless"))
        self.feeds.append(feed)

    def check(self) -> None:
        found = {each.request_id: self.desk.answer(each).state for each in self.outcomes}
        assert found == {each.request_id: state for each, state in self.outcomes.items()}, f"outcomes {found}"
        assert sorted(each.title for each in self.desk.movies()) == ["Alien", "Brazil", "Heat"]
        counts = self.desk.counts("i")
        assert (counts.added, counts.duplicate, counts.failed, counts.left) == (2, 1, 0, 0), (
            f"the import counts {counts}"
        )
        differences = Recount(self.desk.table, MAIN).count().differences
        assert differences == [], f"a recount differs: {differences}"
        assert self.world.received("LIBRARY_DEAD_LETTER"), "the useless message is gone"


class LibraryImporter(Scenario):
    """A file of six rows, of which one repeats another and one cannot be used."""

    name = "library_importer"
    holds = "found = added + duplicate + failed, no movie twice, each failure listed once, numbers equal a recount"

    def prepare(self) -> None:
        self.world.fresh(library_importer.stores, writing)
        rows = [*(f"Movie {n},Drama,,{2000 + n}" for n in range(4)), "Movie 1,drama,,2001", "Bad,Drama,11,"]
        self.shop = upload(csv(*rows))
        self.shop.start()
        self.importer = Feed(importing.lambda_handler)
        # The writer has a scenario of its own.
        self.writer = Feed(writing.lambda_handler, ordered=True, watched=False)
        bells = self.shop.bells.waiting
        self.importer.add(*(message(each.model_dump_json(), f"bell{n}") for n, each in enumerate(bells)))
        self.feeds += [self.importer, self.writer]

    def collect(self) -> None:
        self.importer.add(*self.world.received("IMPORT"))
        self.writer.add(*self.world.received("LIBRARY"))

    def check(self) -> None:
        now = self.shop.now
        assert now.state == "finished", f"the import is {now.state}: {now.problem}"
        assert self.shop.fates == (6, 4, 1, 1, 0), f"found, added, duplicate, failed, left: {self.shop.fates}"
        assert self.shop.titles() == [f"Movie {n}" for n in range(4)]
        assert len(self.shop.failures()) == 1
        differences = Recount(self.shop.table, MAIN).count().differences
        assert differences == [], f"a recount differs: {differences}"
