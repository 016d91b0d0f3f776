"""`GET /titles/{id}/similar`: what is like a title."""

from guide_api import recommending, stores
from guide_api.budget import Budget
from guide_api.recommendation_answers import RecommendationsAnswer, recommendations_answer
from guide_api.routes.marks import TitleId
from guide_api.routes.recommendations import NO_SERVICES, Limit
from guide_api.viewer import signed_in
from marquee.errors import NotFound
from marquee.event_handler import new_router
from marquee.models.viewers import Preferences

NOTHING_ALIKE = "Nothing like this title is known on your services that you have not watched or hidden."
NONE_OF_THE_FIRST_ALIKE = (
    "Among the titles of your services that were looked at first there is nothing like this one that you have not "
    "watched or hidden."
)

router = new_router()


@router.get("/titles/<title_id>/similar", summary="Find titles like one", tags=["Recommendations"])
def list_similar(title_id: TitleId, limit: Limit = 20) -> RecommendationsAnswer:
    """Return titles on the viewer's services that are like this one, the most alike first, each with its reasons."""
    viewer = signed_in(router)
    title = stores.titles().get(title_id)
    if title is None:
        raise NotFound(f"There is no title {title_id}.")
    budget = Budget()
    budget.take()
    asker = recommending.asker_of(viewer, budget)
    found = recommending.similar(asker, title, limit, budget)
    return recommendations_answer(asker, found, why_empty=why_empty(viewer.chosen, complete=found.complete))


def why_empty(chosen: Preferences, *, complete: bool) -> str:
    """Return what to say where nothing is similar; `complete` is whether all there is was looked at."""
    if not chosen.sources:
        return NO_SERVICES
    return NOTHING_ALIKE if complete else NONE_OF_THE_FIRST_ALIKE
