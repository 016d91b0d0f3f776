"""What must hold of the tables whatever has happened, found by counting anew."""

from __future__ import annotations

from collections import Counter
from typing import Any

from marquee import guide
from marquee.models.titles import Title
from marquee.repositories.guide_index import to_row_item
from marquee.repositories.search_index import search_actions
from marquee.repositories.table import Item, decode, encode
from marquee.repositories.titles import to_title
from tests.unit.conftest import Cloud


def titles(cloud: Cloud) -> dict[str, Title]:
    """Return all titles of the catalogue."""
    found = [decode(item) for (pk, sk), item in cloud.items(cloud.catalogue).items() if _is_title(pk, sk)]
    return {each.id: each for each in map(to_title, found)}


def _is_title(pk: str, sk: str) -> bool:
    return pk.startswith("title:") and sk == "record"


def index_equals_titles(cloud: Cloud) -> None:
    """Check that the rows of both indexes and the offers of the listings are exactly those of the title records."""
    items = cloud.items(cloud.catalogue)
    rows: dict[tuple[str, str], Item] = {}
    offers: dict[tuple[str, str], Any] = {}
    searched: set[tuple[str, str]] = set()
    for title in titles(cloud).values():
        for row in guide.index_rows(title).values():
            item = encode(to_row_item(row))
            rows[item["PK"]["S"], item["SK"]["S"]] = item
        for (region, source_id), listed in guide.listed_offers(title).items():
            offers[f"title:{title.id}", f"offer:{region}:{source_id}"] = encode({"_": listed.model_dump()})["_"]
        for action in search_actions(cloud.catalogue, None, guide.card(title)):
            item = action["Put"]["Item"]
            searched.add((item["PK"]["S"], item["SK"]["S"]))
    told = {key: each["listing"] for key, each in items.items() if key[1].startswith("offer:") and "listing" in each}
    assert {key: each for key, each in items.items() if ":genre:" in key[0]} == rows, "the index is not that of titles"
    assert told == offers, "the offers are not those of the titles"
    assert {key for key in items if key[0].startswith("search:")} == searched, "the search is not that of the titles"


def pairs_equal_choices(cloud: Cloud) -> None:
    """Check that the number of viewers of each pair is what a count of all choices gives."""
    users = {pk for pk, _ in cloud.items(cloud.viewers_table) if pk.startswith("userpref:")}
    truth: Counter[tuple[str, str]] = Counter()
    for each in users:
        truth.update(cloud.viewers.preferences(each.removeprefix("userpref:")).pairs())
    counted = {(each.source_id, each.genre_id): each.viewers for each in cloud.viewers.chosen_pairs()}
    assert counted == dict(truth), f"pairs count {counted}, the choices are {dict(truth)}"


def job_adds_up(cloud: Cloud, job_id: str, state: str) -> None:
    """Check that a run has ended, and that its totals are those of its parts."""
    job = cloud.jobs.get(job_id)
    assert job is not None, f"job {job_id} is gone"
    parts = Counter(
        item["state"]["S"]
        for (pk, sk), item in cloud.items(cloud.operations).items()
        if pk == f"job:{job_id}" and sk.startswith("part:")
    )
    totals = {name: job.counts.get(name, 0) for name in ("queued", "done", "failed", "deferred")}
    assert totals == {name: parts[name] for name in totals}, f"totals {totals}, parts {dict(parts)}"
    assert job.state == state, f"the run is {job.state}"


def nothing_runs(cloud: Cloud, kind: str) -> None:
    """Check that no run of a kind is said to be under way."""
    running = [each.id for each in cloud.jobs.list(kind=kind, state="running")[0]]
    assert running == [], f"runs that never ended: {running}"
