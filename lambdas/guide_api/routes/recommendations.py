"""`GET /recommendations`: what the viewer could watch next, and why."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query

from guide_api import recommending
from guide_api.budget import Budget
from guide_api.recommendation_answers import RecommendationsAnswer, recommendations_answer
from guide_api.recommending import Wanted
from guide_api.routes.preferences import Id, refuse_unknown
from guide_api.routes.titles import TitleType, once
from guide_api.viewer import signed_in
from marquee.event_handler import new_router
from marquee.models.viewers import Preferences

Limit = Annotated[int, Query(ge=1, le=50, description="How many.")]
NO_SERVICES = "Choose the services you have: only what is on one of them is recommended."
NO_GENRES = (
    "Nothing popular or just arrived is known on your services that you have not watched, rated, followed or hidden. "
    "Choose genres, and there is more to look among."
)
NOTHING_OF_THIS = "Nothing of this kind is known on your services that you have not watched, rated, followed or hidden."
NOTHING_LEFT = "Nothing in your genres is known on your services that you have not watched, rated, followed or hidden."
# Not everything was looked at: an answer takes no more than so many reads.
NONE_OF_THE_FIRST = (
    "Among the titles of your services that were looked at first there is nothing {} that you have not watched, rated, "
    "followed or hidden. There may be some further down: the list of titles goes through all of them."
)

router = new_router()


@router.get("/recommendations", summary="Recommend what to watch", tags=["Recommendations"])
def recommend(
    limit: Limit = 20,
    type: Annotated[list[TitleType] | None, Query(description="Only titles of these types.")] = None,
    genre: Annotated[list[Id] | None, Query(description="Only titles of any of these genres, mine or not.")] = None,
) -> RecommendationsAnswer:
    """Return titles on the viewer's services that the viewer has said nothing of, best first, each with its reasons.

    There is one page: titles beyond it are found by type and genre. `reason` says why an answer is empty.
    """
    viewer = signed_in(router)
    refuse_unknown(Preferences(genres=once(genre)))
    wanted = Wanted(limit, types=once(type), genres=once(genre))
    budget = Budget()
    asker = recommending.asker_of(viewer, budget)
    found = recommending.recommend(asker, wanted, budget)
    return recommendations_answer(asker, found, why_empty=why_empty(viewer.chosen, wanted, complete=found.complete))


def why_empty(chosen: Preferences, wanted: Wanted, *, complete: bool) -> str:
    """Return what to say and advise where nothing is recommended; `complete` is whether all there is was looked at."""
    if not chosen.sources:
        return NO_SERVICES
    narrowed = bool(wanted.types or wanted.genres)
    if not complete:
        return NONE_OF_THE_FIRST.format("of this kind" if narrowed else "in your genres")
    if narrowed:
        return NOTHING_OF_THIS
    return NOTHING_LEFT if chosen.genres else NO_GENRES
