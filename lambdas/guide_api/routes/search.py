"""`GET /search`: titles by the beginnings of their words."""

import hashlib
import json
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query

from guide_api import stores
from guide_api.answers import HitAnswer, hit_answer
from guide_api.routes.titles import TitleType
from guide_api.search_pages import PLACE, Keep, Place, Wanted, find, read_place
from guide_api.viewer import Viewer, signed_in
from marquee import search
from marquee.errors import InvalidInput
from marquee.event_handler import new_router
from marquee.models import Shape
from marquee.repositories.search_index import FoundHit
from marquee.rest import read_cursor, write_cursor

router = new_router()


class HitsAnswer(Shape):
    """A page of titles that were found; `next` is the cursor of the page that follows, null on the last."""

    titles: list[HitAnswer]
    next: str | None


@router.get("/search", summary="Find titles by words", tags=["Titles"])
def find_titles(
    q: Annotated[str, Query(min_length=1, max_length=100, description="Beginnings of words, and perhaps the year.")],
    mine: Annotated[bool, Query(description="Only what is on one of my services.")] = False,
    type: Annotated[list[TitleType] | None, Query(description="Only titles of these types.")] = None,
    limit: Annotated[int, Query(ge=1, le=50, description="Titles a page.")] = 20,
    next: Annotated[str | None, Query(description="The `next` of the page before.")] = None,
) -> HitsAnswer:
    """Return titles of which every word of `q` begins a word: the exact name first, then the most popular.

    A page may be short and still have a `next`.
    """
    viewer = signed_in(router)
    asked = search.question(q)
    if asked is None:
        raise InvalidInput("`q` must hold a letter or a digit.", details={"q": q})
    kind = cursor_kind(asked, mine, type or [])
    after = read_place(read_cursor(next, kind, PLACE)) if next is not None else Place()
    wanted = Wanted(asked, limit, after, _keep(viewer, mine, type or []))
    page = find(wanted, stores.search_index(), stores.executor())
    marked = stores.marks().marked(viewer.id)
    return HitsAnswer(
        titles=[hit_answer(hit.card(), viewer.region, marked) for hit in page.hits],
        next=write_cursor(kind, str(page.next)) if page.next else None,
    )


def cursor_kind(asked: search.Question, mine: bool, types: list[TitleType]) -> str:
    """Return the kind of the cursors of one question, short however long the question is.

    A place means something else among the answers to other words; other ways to write the same words are no others.
    """
    facts = json.dumps([asked.words, mine, sorted(set(types))])
    return f"search:{hashlib.sha256(facts.encode()).hexdigest()[:16]}"


def _keep(viewer: Viewer, mine: bool, types: list[TitleType]) -> Keep | None:
    if not mine and not types:
        return None
    services = set(viewer.chosen.sources)

    def keep(hit: FoundHit) -> bool:
        return (not types or hit.type in types) and (not mine or not services.isdisjoint(hit.sources(viewer.region)))

    return keep
