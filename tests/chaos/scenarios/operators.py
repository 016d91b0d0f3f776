"""What operators ask of the admin API."""

from __future__ import annotations

import json
import os
from functools import partial
from typing import Any

from moto.awslambda_simple.models import LambdaSimpleBackend
from moto.core.config import default_user_config

import data_quality.handler as measuring
import data_quality.sweep
from admin_api import handler, stores
from marquee import archive_letters, aws
from marquee.messages.archive import CollectRequest, HarvestMessage
from marquee.queue import Queue
from marquee.repositories.failures import FailureRepository
from operations_watch.housekeeping import Housekeeping
from tests.chaos import invariants
from tests.chaos.asking import person
from tests.chaos.in_turn import InTurn
from tests.chaos.scenario import Scenario
from tests.chaos.world import clocks
from tests.fakes.api_gateway import Answer, call
from tests.fakes.failures import failure
from tests.unit.conftest import FakeContext

A, B, C = "a" * 32, "b" * 32, "c" * 32
IDS = (1, 2, 3)
DAY = 86_400.0
# Who is told that a run is under way waits for its end.
CONFLICT = 409


class AdminApi(Scenario):
    """An operator starts a run and a harvest, replays a failure, all of a source and lost ids, and discards one."""

    name = "admin_api"
    holds = "what was started runs, what was replayed is in its queue, open failures counted right, all written down"

    def prepare(self) -> None:
        patch = self.world.monkeypatch
        patch.setitem(default_user_config, "lambda", {"use_docker": False})
        patch.setattr(LambdaSimpleBackend, "invoke", self._invoked)
        patch.setattr(data_quality.sweep, "ThreadPoolExecutor", InTurn)
        patch.setattr(archive_letters, "WAIT_SECONDS", 0)
        for name, value in {"FUNCTIONS": "data_quality=quality-1", "AWS_LAMBDA_FUNCTION_NAME": "admin-1"}.items():
            patch.setenv(name, value)
        self.world.fresh(stores)
        self.invocations: list[dict[str, Any]] = []
        self.ran: list[str] = []
        inbox = FailureRepository(self.cloud.operations)
        inbox.add(failure(A, target=os.environ["LISTING_QUEUE_URL"], payload=A))
        inbox.add(failure(B, source="enrichment", target=os.environ["ENRICHMENT_QUEUE_URL"], payload=B))
        inbox.add(failure(C))
        lost = CollectRequest(job_id="j", media_type="movie", chunk=0, ids=IDS, reasons=dict.fromkeys(IDS, "down"))
        Queue(aws.sqs(), os.environ["ARCHIVE_DEAD_LETTER_QUEUE_URL"]).send([lost])
        post = partial(call, "POST", function=handler.lambda_handler, groups="admin")
        self.operator = person([("harvest", lambda: post("/admin/archive/harvest", body={"mode": "full"}))])
        self.operator.ask("measure", lambda: self._start(post("/admin/quality/measure", body={})))
        self.operator.ask("replay", lambda: replayed(post(f"/admin/failures/{A}/replay")))
        self.operator.ask("replay all", lambda: whole(post("/admin/failures/replay", body={"source": "enrichment"})))
        self.operator.ask("ids", lambda: whole(post("/admin/failures/replay", body={"source": "archive_collector"})))
        self.operator.ask("discard", lambda: post(f"/admin/failures/{C}/discard", body={"note": "why"}))
        self.feeds.append(self.operator)

    def _invoked(self, function: str, qualifier: object, body: str, *more: object) -> bytes:
        self.invocations.append(json.loads(body))
        return b""

    def _start(self, answer: Answer) -> Answer:
        """Have a day pass for who is told that a run is under way which nobody has begun, and ask for it again."""
        if answer.status != CONFLICT or answer.json["error"]["details"]["job_id"] in self._started():
            return Answer(202, answer.body, {}) if answer.status == CONFLICT else answer
        with clocks(DAY):
            Housekeeping(self.cloud.operations).end_stopped_runs()
        return Answer(503, answer.body, {})

    def _started(self) -> set[str]:
        return {*self.ran, *(each["job_id"] for each in self.invocations)}

    def collect(self) -> None:
        for event in self.invocations:
            measuring.lambda_handler(event, FakeContext())  # type: ignore[arg-type]
            self.ran.append(event["job_id"])
        self.invocations.clear()

    def check(self) -> None:
        assert self.operator.refused == [], f"refused: {self.operator.refused}"
        for each in self.ran:
            job = self.cloud.jobs.get(each)
            assert job is not None
            assert job.state == "succeeded", f"the run is {job.state}"
        assert self.ran, "nothing was measured"
        asked = [HarvestMessage.model_validate_json(each["body"]) for each in self.world.received("HARVEST")]
        wanted = {each.json["job_id"] for each in self.operator.answers["harvest"]}
        assert wanted <= {each.job_id for each in asked}, "a harvest that was accepted is asked of nobody"
        inbox = FailureRepository(self.cloud.operations)
        assert [inbox.require(each).state for each in (A, B, C)] == ["replayed", "replayed", "discarded"]
        invariants.open_failures_are_counted(self.cloud)
        for queue, payload in (("LISTING", A), ("ENRICHMENT", B)):
            assert payload in {each["body"] for each in self.world.received(queue)}, f"{queue} has nothing to try again"
        letters = self.world.received("ARCHIVE") + self.world.received("ARCHIVE_DEAD_LETTER")
        found = {id for each in letters for id in CollectRequest.model_validate_json(each["body"]).ids}
        assert found == set(IDS), f"of the ids there are {found}"
        entries = stores.audit().list()[0]
        assert len({each.what for each in entries}) == len(self.operator.requests) - 1, "not all is written down"


def replayed(answer: Answer) -> Answer:
    """Return 503 for a replay that came to nothing: the operator reads why, and asks again."""
    is_open = answer.status == 202 and answer.json["state"] == "open"
    return Answer(503, answer.body, {}) if is_open else answer


def whole(answer: Answer) -> Answer:
    """Return 503 for a replay of many that has left or failed some: the operator reads so, and asks again."""
    is_part = answer.status == 202 and (answer.json["left"] or answer.json["failed"])
    return Answer(503, answer.body, {}) if is_part else answer
