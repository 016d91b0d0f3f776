"""What an answer says of the state of TMDB's lists."""

import pytest

from guide_api.recommendation_answers import lists_answer
from marquee import clock
from marquee.models.tmdb_cache import CachedList, ListName
from tests.fakes.changes import hours_ago

NOW = hours_ago(0)
POPULAR, GEMS = ListName("popular", "tv"), ListName("hidden_gems", "movie", "GB")


@pytest.mark.parametrize(
    ("lists", "state", "said"),
    [
        pytest.param((CachedList(POPULAR, checked_at=NOW),), "fresh", None, id="all fresh"),
        pytest.param(
            (CachedList(POPULAR, checked_at=NOW), CachedList(GEMS)),
            "missing",
            "not been fetched yet: hidden_gems",
            id="new",
        ),
        pytest.param(
            (CachedList(GEMS, failure="arn:aws:x"),), "missing", "not be fetched: hidden_gems", id="never complete"
        ),
        pytest.param(
            (CachedList(POPULAR, checked_at=hours_ago(50)), CachedList(GEMS, checked_at=NOW)),
            *("stale", "not be renewed: popular"),
            id="one is old",
        ),
        pytest.param((), "missing", None, id="none"),
    ],
)
def test_state_of_all_is_that_of_the_worst_and_names_it(
    lists: tuple[CachedList, ...], state: str, said: str | None
) -> None:
    answer = lists_answer(lists, clock.now())

    assert answer.state == state
    assert (said is None and answer.reason is None) or (said and answer.reason and said in answer.reason)
    assert "arn" not in str(answer.reason)
