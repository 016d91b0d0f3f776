"""What members ask of the library."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from typing import Any

import library_api.stores
import library_importer.handler as importing
import library_importer.stores
import library_writer.handler as writing
from library_api import handler
from library_recount.recount import Recount
from marquee import aws
from marquee.models.library import MAIN
from marquee.repositories.table import Table
from tests.chaos.asking import person
from tests.chaos.scenario import Feed, Scenario
from tests.fakes.api_gateway import Answer, call
from tests.fakes.importing import table as csv
from tests.fakes.library import Desk, film

FILE = csv("Movie 1,Drama,,2001", "Movie 2,Drama,,2002", "Movie 1,drama,,2001", "Bad,Drama,11,")
ENDED = ("added", "changed", "deleted", "duplicate", "invalid", "missing", "failed")


class LibraryApi(Scenario):
    """A member adds a movie with a key and one without, edits one, deletes one, and imports a file."""

    name = "library_api"
    holds = "each change that was accepted has an end, no movie twice, the import is whole, numbers equal a recount"

    def prepare(self) -> None:
        self.world.fresh(library_api.stores, library_importer.stores, writing)
        self.desk = Desk(Table(aws.dynamodb(), os.environ["LIBRARY_TABLE"]))
        edited, deleted = (each.movie_id for each in self.desk.add(film("Heta", year=1995), film("Zebra")))
        self.import_id = ""
        heat, keyed = {"title": "Heat", "genre": "Crime", "year": 1995}, {"Idempotency-Key": "a"}
        ask = partial(call, user="ann", function=handler.lambda_handler)
        self.ask = ask
        self.ann = person(
            [
                ("add", lambda: ask("POST", "/movies", body={"title": "Alien", "genre": "Horror"}, headers=keyed)),
                ("add again", lambda: ask("POST", "/movies", body={"title": "Brazil", "genre": "Satire"})),
                ("edit", lambda: ask("PUT", f"/movies/{edited}", body=heat)),
            ]
        )
        # Who asks again may hear that it has been done meanwhile.
        self.ann.ask("delete", lambda: ask("DELETE", f"/movies/{deleted}"), lambda answer: answer.status == 404)
        self.ann.ask("import", self._make_import)
        self.importer = Feed(importing.lambda_handler, watched=False)
        self.writer = Feed(writing.lambda_handler, ordered=True, watched=False)
        self.feeds += [self.ann, self.importer, self.writer]

    def _make_import(self) -> Answer:
        source = {"kind": "upload", "filename": "movies.csv", "size": len(FILE)}
        answer = self.ask("POST", "/imports", body={"source": source})
        if answer.status == 202:
            self.import_id = answer.json["id"]
        return answer

    def collect(self) -> None:
        self.importer.add(*self.world.received("IMPORT"))
        self.writer.add(*self.world.received("LIBRARY"))
        if "import" in self.ann.answers and "read" not in self.ann.requests:
            aws.s3().put_object(
                Bucket=os.environ["UPLOADS_BUCKET"], Key=f"uploads/{self.import_id}", Body=FILE.encode()
            )
            self._act("read")
        if "read" in self.ann.answers and self._state() == "preview" and "start" not in self.ann.requests:
            self._act("start")

    def _act(self, action: str) -> None:
        path, done = f"/imports/{self.import_id}/{action}", {"start": "finished", "read": "preview"}[action]
        content: Callable[[Answer], bool] = lambda answer: answer.status == 409 and self._state() == done  # noqa: E731
        self.ann.ask(action, lambda: self.ask("POST", path), content)

    def _state(self) -> str:
        return self.desk.imports.get(self.import_id).state

    def check(self) -> None:
        assert self.ann.refused == [], f"refused: {self.ann.refused}"
        for name in ("add", "add again", "edit", "delete"):
            told = [self.desk.requests.get(answer.json["id"]) for answer in self.ann.answers.get(name, [])]
            assert all(each and each.state in ENDED for each in told), f"{name} has no end: {told}"
        titles = sorted(each.title for each in self.desk.movies())
        assert titles == ["Alien", "Brazil", "Heat", "Movie 1", "Movie 2"], f"the library has {titles}"
        counts: Any = self.desk.counts(self.import_id)
        fates = (counts.found, counts.added, counts.duplicate, counts.failed, counts.left)
        assert self._state() == "finished", f"the import is {self._state()}"
        assert fates == (4, 2, 1, 1, 0), f"found, added, duplicate, failed, left: {fates}"
        differences = Recount(self.desk.table, MAIN).count().differences
        assert differences == [], f"a recount differs: {differences}"
