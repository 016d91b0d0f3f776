"""What recommendations cost: requests to DynamoDB, of a number that has a bound."""

import subprocess
import sys
from collections import Counter
from itertools import product

import pytest

from guide_api import stores
from guide_api.gathering import ARRIVAL_QUERIES, FURTHER_QUERIES, RECENT
from marquee import clock
from marquee.models.reference import Genre, Source
from marquee.models.titles import Title
from marquee.repositories.arrivals import to_item
from tests.fakes.api_gateway import call
from tests.fakes.changes import change
from tests.fakes.guide import cache_all, choose, mark_many, open_guide, put_many
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
    # What a function knows stays known however long the test takes.
    monkeypatch.setattr(stores, "KNOWN_SECONDS", 3600.0)
    monkeypatch.setattr(stores, "TOPS_SECONDS", 3600.0)
    open_guide(cloud)
    sources = [Source(id=each, name=f"Service {each}", type="sub", regions=("GB",)) for each in SERVICES]
    cloud.reference.reconcile_sources(sources, ["GB"], ["GB"])
    cloud.reference.reconcile_genres([Genre(id=each, name=f"Genre {each}") for each in GENRES])
    choose(cloud, *SERVICES, genres=tuple(GENRES))
    put_many(cloud, map(film, range(1, 201)))
    cache_all(cloud, *range(161, 201))
    return cloud


def requests(path: str = "/recommendations", limit: int = 20) -> Counter[str]:
    with counted() as made:
        answer = call("GET", path, query={"limit": str(limit)})
    assert answer.status == 200, answer.body
    assert len(answer.json["recommendations"]) == limit
    return made


def months() -> int:
    """Return how many months four weeks touch today."""
    now = clock.now()
    return 1 if clock.timestamp(clock.parse(now) - RECENT)[:7] == now[:7] else 2


def tops(pairs: int = 32) -> Counter[str]:
    """Return what the tops of the pairs and the arrivals take, once in a minute."""
    return Counter({"Query catalogue": pairs + 8 * months()})


def warm() -> Counter[str]:
    """Return what an answer takes when services, genres, the shelf, tops and arrivals are known."""
    return Counter(
        {
            # Choice and settings; the latest of three kinds of marks; all marks.
            "Query viewers": 1 + 3,
            "GetItem viewers": 1,
            # The records of one batch, and which of them are rated.
            "BatchGetItem catalogue": 1,
            "BatchGetItem viewers": 1,
        }
    )


def forget_tops() -> None:
    """Let the function forget what it keeps for a minute."""
    stores.tops.cache_clear()
    stores.latest.cache_clear()


def test_another_viewer_of_the_same_pairs_takes_no_query_for_their_tops(guide: Cloud) -> None:
    requests()
    choose(guide, *SERVICES, genres=tuple(GENRES), user="ben")

    with counted() as made:
        call("GET", "/recommendations", user="ben")

    assert "Query catalogue" not in made


# Nine lists of forty places, which are forty titles.
SHELF = Counter(
    {"Query operations": 7, "Query tmdb_cache": 2, "BatchGetItem tmdb_cache": 4, "BatchGetItem catalogue": 2}
)
REFERENCE = Counter({"Query catalogue": 2})
# Once a minute.
USES = Counter({"UpdateItem tmdb_cache": 1})
OPINIONS = Counter({"BatchGetItem catalogue": 1})
MORE_BATCHES = Counter({"BatchGetItem catalogue": 2, "BatchGetItem viewers": 2})


def test_answer_takes_a_stated_number_of_requests_and_a_warm_function_fewer(guide: Cloud) -> None:
    assert requests() == warm() + tops() + SHELF + REFERENCE + USES
    assert requests() == warm()
    assert (warm() + OPINIONS + MORE_BATCHES).total() <= 12


def test_catalogue_of_twice_the_size_takes_no_request_more(guide: Cloud) -> None:
    put_many(guide, map(film, range(201, 401)))
    for number in range(201, 300):
        stores.arrivals().record(change(str(number), source_id=SERVICES[number % 12], hours=number / 10))
    requests()
    forget_tops()

    made = requests(limit=50)

    # Arrivals of this month may be enough.
    assert made["Query catalogue"] in (32 + 8, 32 + 16)
    assert made - tops() - warm() == Counter()


def test_viewer_who_knows_most_of_it_takes_three_batches_at_most(guide: Cloud) -> None:
    put_many(guide, map(film, range(201, 401)))
    mark_many(guide, "rating", (str(number) for number in range(1, 401) if not 160 < number <= 200))
    requests()

    assert requests() == warm() + OPINIONS + MORE_BATCHES


def test_viewer_who_has_watched_everything_takes_as_many_queries_again(guide: Cloud) -> None:
    mark_many(guide, "watched", map(str, range(1, 201)), set_name="watched")
    call("GET", "/recommendations")

    with counted() as made:
        answer = call("GET", "/recommendations")

    assert made["Query catalogue"] == FURTHER_QUERIES
    assert "looked at first" in answer.json["reason"], "half of the pairs were not"


def test_much_that_has_left_takes_a_stated_number_of_queries(guide: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("marquee.repositories.arrivals.FILTERED_ROWS", 2)
    left = [
        change(str(number), kind="left", source_id=service, hours=number)
        for service in SERVICES
        for number in range(1, 25)
    ]
    guide.catalogue.batch_write(puts=map(to_item, left))
    requests()
    forget_tops()

    assert requests()["Query catalogue"] == 32 + ARRIVAL_QUERIES


def test_similar_titles_take_fewer_pairs_and_one_batch(guide: Cloud) -> None:
    one_batch_and_the_title = Counter({"GetItem catalogue": 1})
    requests()

    made = requests("/titles/5/similar")

    expected = warm() + Counter({"Query catalogue": 24}) + one_batch_and_the_title
    del expected["BatchGetItem viewers"]
    assert made == expected


def test_guide_has_no_client_of_a_provider_to_call() -> None:
    script = """
import sys
import guide_api.handler
assert "httpx" not in sys.modules
assert not [name for name in sys.modules if name.startswith("marquee.clients.")]
"""
    names = {"POWERTOOLS_SERVICE_NAME": "test", "POWERTOOLS_METRICS_NAMESPACE": "test"}
    subprocess.run([sys.executable, "-c", script], check=True, env={"PYTHONPATH": ":".join(sys.path), **names})
