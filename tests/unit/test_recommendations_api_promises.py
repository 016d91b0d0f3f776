"""What every recommendation keeps to, whatever is in the catalogue and whoever asks."""

import random
from typing import Any

import pytest

from marquee.models.titles import Attribution, Title
from tests.fakes.api_gateway import call
from tests.fakes.guide import COMEDY, CRIME, DRAMA, NETFLIX, PRIME, cache_all, choose, mark_many, open_guide, put_many
from tests.fakes.titles import DAY1, details, listing, title, tmdb
from tests.unit.conftest import Cloud

PLACES = [
    f"{region}:{source}:{genre}"
    for region in ("GB", "US")
    for source in (NETFLIX, PRIME)
    for genre in (COMEDY, CRIME, DRAMA)
]
TITLES = 150


def any_title(number: int, chance: random.Random) -> Title:
    """Return a title of which anything may be unknown, and that may have left anywhere."""
    places = {
        place: Attribution(first_seen=DAY1, as_of=DAY1, left_at=chance.choice([None, None, DAY1]))
        for place in chance.sample(PLACES, chance.randint(1, 3))
    }
    named = listing(
        type=chance.choice(["movie", "tv_series"]),
        year=chance.choice([None, 1950, 2020]),
        popularity=chance.choice([None, 0.0, 50.0, 100.0]),
        tmdb_id=number,
        tmdb_type=chance.choice(["movie", "tv"]),
    )
    told = details(user_rating=chance.choice([None, 0.0, 6.0, 10.0]), genre_ids=chance.choice([(), (DRAMA,)]))
    known = tmdb(tmdb_id=number, votes=chance.choice([0, 3, 10_000]), rating=chance.choice([None, 5.0]))
    parts = {"details": chance.choice([None, told]), "tmdb": chance.choice([None, known])}
    return title(str(number), listing=named, **parts).model_copy(update={"attributions": places})


def can_be_watched(each: Title, region: str, services: set[str]) -> bool:
    present = {key.split(":")[1] for key, at in each.attributions.items() if at.present and key.startswith(region)}
    return bool(present & services)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("query", [{}, {"type": "movie"}, {"genre": DRAMA}], ids=["any", "films", "dramas"])
def test_every_recommendation_can_be_watched_is_new_to_me_and_says_why(
    cloud: Cloud, seed: int, query: dict[str, Any]
) -> None:
    chance = random.Random(seed)
    open_guide(cloud)
    titles = {str(number): any_title(number, chance) for number in range(1, TITLES + 1)}
    put_many(cloud, titles.values())
    cache_all(cloud, *chance.sample(range(1, TITLES + 1), 40), hours=chance.choice([1, 300]))
    services = set(chance.sample([NETFLIX, PRIME], chance.randint(1, 2)))
    choose(cloud, *services, genres=tuple(chance.sample([COMEDY, CRIME, DRAMA], 2)))
    said = {
        kind: {str(chance.randint(1, TITLES)) for _ in range(8)} for kind in ("rating", "watched", "hidden", "follow")
    }
    for kind, set_name in (("rating", None), ("watched", "watched"), ("hidden", "hidden"), ("follow", "followed")):
        mark_many(cloud, kind, said[kind], set_name=set_name)  # type: ignore[arg-type]

    found = call("GET", "/recommendations", query={**query, "limit": "50"}).json["recommendations"]

    ids = [each["id"] for each in found]
    assert ids
    assert len(ids) == len(set(ids))
    assert not set().union(*said.values()) & set(ids)
    for each in found:
        assert can_be_watched(titles[each["id"]], "GB", set(each["on"]) & services)
        assert each["reasons"]
        assert query.get("type", each["type"]) == each["type"]
        assert query.get("genre", DRAMA) in each["genre_ids"] or not query.get("genre")
