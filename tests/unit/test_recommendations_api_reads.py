"""What recommendations cost: requests to DynamoDB, of a number that has a bound."""

import subprocess
import sys
from collections import Counter
from itertools import product

import pytest

from guide_api import shelves, stores
from guide_api.budget import CALLS
from marquee.models.reference import Genre, Source
from marquee.models.titles import Title
from tests.fakes.api_gateway import call
from tests.fakes.guide import cache_all, choose, open_guide, put_many
from tests.fakes.requests import counted
from tests.fakes.titles import details, listing, title
from tests.unit.conftest import Cloud

SERVICES = [str(number) for number in range(201, 213)]
GENRES = [str(number) for number in range(1, 11)]
PAIRS = list(product(SERVICES, GENRES))


def film(number: int) -> Title:
    """Return a film under three of the pairs; a smaller number is better rated and better known."""
    places = [PAIRS[(number * step) % len(PAIRS)] for step in (1, 7, 11)]
    named = listing(title=f"Film {number}", tmdb_id=number, tmdb_type="movie", popularity=max(0.0, 100 - number / 10))
    told = details(user_rating=max(1.0, 9.9 - number / 100), similar_ids=[str(number + 1), str(number + 2)])
    return title(str(number), *(f"GB:{source}:{genre}" for source, genre in places), listing=named, details=told)


@pytest.fixture
def guide(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Cloud:
    """A viewer with a hundred and twenty pairs in a catalogue of two hundred titles."""
    # Which pairs are looked at first depends on the day. On some the first ones have enough, and 14 answers do.
    monkeypatch.setattr("marquee.clock.now", lambda: "2026-11-22T12:00:00.000Z")
    # What a function knows stays known however long the test takes.
    monkeypatch.setattr(stores, "KNOWN_SECONDS", 3600.0)
    for name in ("PAGES_SECONDS", "EMPTY_SECONDS"):
        monkeypatch.setattr(stores, name, 3600.0)
    for name in ("KEPT_SECONDS", "KEPT_INCOMPLETE_SECONDS", "COUNTED_SECONDS"):
        monkeypatch.setattr(shelves, name, 3600.0)
    monkeypatch.setattr("guide_api.budget.CALLS", CALLS)
    open_guide(cloud)
    sources = [Source(id=each, name=f"Service {each}", type="sub", regions=("GB",)) for each in SERVICES]
    cloud.reference.reconcile_sources(sources, ["GB"], ["GB"])
    cloud.reference.reconcile_genres([Genre(id=each, name=f"Genre {each}") for each in GENRES])
    choose(cloud, *SERVICES, genres=tuple(GENRES))
    put_many(cloud, map(film, range(1, 201)))
    cache_all(cloud, *range(161, 201))
    return cloud


def requests(path: str = "/recommendations", user: str = "anna") -> Counter[str]:
    with counted() as made:
        answer = call("GET", path, user=user, query={"limit": "20"})
    assert answer.status == 200, answer.body
    return made


def answers_until_warm(path: str = "/recommendations", warm: int = 6) -> list[Counter[str]]:
    """Return what each answer takes of a function that gets to know all there is."""
    made = [requests(path)]
    while made[-1].total() > warm and len(made) < 60:
        made.append(requests(path))
    return made


def test_every_answer_keeps_to_the_budget_and_the_last_ones_read_nothing_that_is_shared(guide: Cloud) -> None:
    made = answers_until_warm()

    assert len(call("GET", "/recommendations").json["recommendations"]) == 20
    # Anna has marked nothing.
    assert max(each.total() for each in made) == CALLS
    assert made[-1] == Counter({"Query viewers": 4, "GetItem viewers": 1, "BatchGetItem catalogue": 1})
    # Sixteen tops and what lies below, eight services in two months, nine lists with all that is read for them.
    assert len(made) == 40


def test_viewers_of_the_same_pairs_share_what_is_known(guide: Cloud) -> None:
    answers_until_warm()
    choose(guide, *SERVICES, genres=tuple(GENRES), user="ben")

    assert "Query catalogue" not in requests(user="ben")


def test_similar_titles_keep_to_the_same_budget(guide: Cloud) -> None:
    made = answers_until_warm("/titles/5/similar", 7)

    assert max(each.total() for each in made) == CALLS
    assert made[-1] == Counter(
        {"Query viewers": 4, "GetItem viewers": 1, "GetItem catalogue": 1, "BatchGetItem catalogue": 1}
    )


def test_guide_has_no_client_of_a_provider_to_call() -> None:
    script = """
import sys
import guide_api.handler
assert "httpx" not in sys.modules
assert not [name for name in sys.modules if name.startswith("marquee.clients.")]
"""
    names = {"POWERTOOLS_SERVICE_NAME": "test", "POWERTOOLS_METRICS_NAMESPACE": "test"}
    subprocess.run([sys.executable, "-c", script], check=True, env={"PYTHONPATH": ":".join(sys.path), **names})
