"""What must hold of the tables whatever has happened, found by counting anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, get_args

from marquee import guide, keys
from marquee.models.operations import Failure
from marquee.models.titles import Title
from marquee.models.viewers import MarkKind
from marquee.repositories.failures import FailureRepository
from marquee.repositories.guide_index import to_row_item
from marquee.repositories.marks import SETS
from marquee.repositories.search_index import search_actions
from marquee.repositories.table import Item, decode, encode
from marquee.repositories.titles import to_title
from tests.unit.conftest import Cloud


def titles(cloud: Cloud) -> dict[str, Title]:
    """Return all titles of the catalogue."""
    return _titles_of(cloud.items(cloud.catalogue))


def _titles_of(items: Mapping[tuple[str, str], Item]) -> dict[str, Title]:
    found = [decode(item) for (pk, sk), item in items.items() if _is_title(pk, sk)]
    return {each.id: each for each in map(to_title, found)}


def _is_title(pk: str, sk: str) -> bool:
    return pk.startswith("title:") and sk == "record"


def titles_are_complete(cloud: Cloud) -> None:
    """Check that every title has the parts of both providers, and WatchMode's offers; that there is one at all."""
    found = titles(cloud)
    assert found, "there is no title"
    for each in found.values():
        assert each.tmdb is not None, "TMDB's part is missing"
        assert each.details is not None, "WatchMode's part is missing"
        offers = cloud.titles.get_with_offers(each.id)[1]
        assert any(offer.watchmode for offer in offers), "WatchMode's offers are missing"


def index_equals_titles(cloud: Cloud) -> None:
    """Check that the rows of both indexes and the offers of the listings are exactly those of the title records.

    Numbers are compared as such: DynamoDB gives 8 back for 8.0.
    """
    items = cloud.items(cloud.catalogue)
    rows: dict[tuple[str, str], Item] = {}
    offers: dict[tuple[str, str], Any] = {}
    searched: set[tuple[str, str]] = set()
    for title in _titles_of(items).values():
        for row in guide.index_rows(title).values():
            item = _as_read(to_row_item(row))
            rows[item["PK"], item["SK"]] = item
        for (region, source_id), listed in guide.listed_offers(title).items():
            offers[f"title:{title.id}", f"offer:{region}:{source_id}"] = _as_read(listed.model_dump())
        for action in search_actions(cloud.catalogue, None, guide.card(title)):
            item = action["Put"]["Item"]
            searched.add((item["PK"]["S"], item["SK"]["S"]))
    indexed = {key: decode(each) for key, each in items.items() if ":genre:" in key[0]}
    told = {
        key: decode(each)["listing"] for key, each in items.items() if key[1].startswith("offer:") and "listing" in each
    }
    assert indexed == rows, f"the index is not that of the titles: {_difference(indexed, rows)}"
    assert told == offers, f"the offers are not those of the titles: {_difference(told, offers)}"
    assert {key for key in items if key[0].startswith("search:")} == searched, "the search is not that of the titles"


def _as_read(values: Item) -> Item:
    return decode(encode(values))


def _difference(found: Mapping[Any, Any], expected: Mapping[Any, Any]) -> str:
    """Return the first keys whose values differ, with what stands there and what should."""
    keys_of = sorted(each for each in found.keys() | expected.keys() if found.get(each) != expected.get(each))
    return "; ".join(f"{each}: {found.get(each)} instead of {expected.get(each)}" for each in keys_of[:3])


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


def open_failures_are_counted(cloud: Cloud) -> None:
    """Check that the number of open failures of each source is what a count of all failures gives."""
    items = cloud.items(cloud.operations)
    kept = [Failure.model_validate(decode(each)) for (pk, _), each in items.items() if pk.startswith("failure:")]
    truth = Counter(each.source for each in kept if each.state == "open")
    counted = FailureRepository(cloud.operations).open_by_source()
    assert counted == dict(truth), f"counted as open: {counted}, open are {dict(truth)}"


def marks_stand_everywhere(cloud: Cloud) -> set[tuple[str, str, str]]:
    """Check that each mark is in the order of time, in its set and among the followers, and nothing else is there.

    Returns the marks: viewer, kind, title.
    """
    items = cloud.items(cloud.viewers_table)
    marks, listed, in_sets, followers = set(), set(), set(), set()
    for (pk, sk), item in items.items():
        place, _, who = pk.partition(":")
        kind, _, rest = sk.partition(":")
        if place == "user" and kind in get_args(MarkKind):
            marks.add((who, kind, rest))
        elif place == "marked":
            listed.add((who, kind, rest.partition("#")[2]))
        elif place == "title" and kind == "follower":
            followers.add((rest, "follow", who))
        elif place == "user" and sk == keys.MARKS:
            held = decode(item)
            in_sets |= {(who, kind, str(each)) for kind, (name, _) in SETS.items() for each in held.get(name, ())}
    assert listed == marks, f"in the order of time are {listed}, marks are {marks}"
    assert in_sets == {each for each in marks if each[1] in SETS}, f"in sets are {in_sets}, marks are {marks}"
    assert followers == {each for each in marks if each[1] == "follow"}, f"followers are {followers}"
    return marks
