"""What the guide answers about recommendations: cards with reasons, and how old TMDB's lists are."""

from collections.abc import Iterable

from guide_api import stores
from guide_api.answers import CardAnswer, card_answer
from guide_api.recommending import Asker, Recommended
from guide_api.shelf import by_category, oldest, readable, worst
from marquee import wording
from marquee.models import Shape
from marquee.models.recommendations import Reason, ReasonKind
from marquee.models.tmdb_cache import CachedList, ListState

NOT_YET = "TMDB's lists have not been fetched yet: {}."
FAILED = "TMDB's lists could not be fetched: {}."
NOT_RENEWED = "TMDB's lists could not be renewed: {}."


class ReasonAnswer(Shape):
    """Why a title is recommended, in words, with the ids of what the words name."""

    kind: ReasonKind
    text: str
    title_id: str | None
    source_id: str | None
    genre_id: str | None


class RecommendationAnswer(CardAnswer):
    """A title with its reasons, the weightiest first; `on` are those of my services that have it."""

    reasons: list[ReasonAnswer]
    on: list[str]


class ListsAnswer(Shape):
    """The state of TMDB's lists, that of the one in the worst; the oldest is of the moment `as_of`.

    `reason` says what is missing or could not be renewed.
    """

    state: ListState
    as_of: str | None
    age_seconds: int | None
    reason: str | None


class RecommendationsAnswer(Shape):
    """Recommended titles, best first, all in one page; `reason` says why there are none."""

    recommendations: list[RecommendationAnswer]
    next: str | None = None
    lists: ListsAnswer
    reason: str | None
    attribution: str = wording.ATTRIBUTION


BEING_READ = ListsAnswer(
    state="missing", as_of=None, age_seconds=None, reason="TMDB's lists are being read: a later answer has them."
)


def recommendations_answer(asker: Asker, found: Recommended, *, why_empty: str) -> RecommendationsAnswer:
    """Return what is recommended as the viewer sees it."""
    region, known = asker.viewer.region, stores.known()
    services, genres = known.source_names(), known.genre_names()
    shown = []
    for each in found.found:
        card = found.cards[each.candidate.features.title_id]
        shown.append(
            RecommendationAnswer(
                **card_answer(card, region, asker.marked).model_dump(),
                reasons=[reason_answer(told, services, genres) for told in each.reasons],
                on=list(asker.on(card)),
            )
        )
    return RecommendationsAnswer(
        recommendations=shown,
        lists=lists_answer(found.shelf.lists, asker.now) if found.shelf.read_at else BEING_READ,
        reason=None if shown else why_empty,
    )


def reason_answer(told: Reason, services: wording.Services, genres: wording.Genres) -> ReasonAnswer:
    """Return a reason in words."""
    return ReasonAnswer(
        kind=told.kind,
        text=wording.reason(told, services, genres),
        title_id=told.title_id,
        source_id=told.source_id,
        genre_id=told.genre_id,
    )


def lists_answer(lists: tuple[CachedList, ...], now: str) -> ListsAnswer:
    """Return the state of some lists together."""
    return ListsAnswer(
        state=worst(lists, now),
        as_of=next((each.checked_at for each in readable(lists, now)), None),
        age_seconds=oldest(lists, now),
        reason=" ".join(problems(lists, now)) or None,
    )


def problems(lists: Iterable[CachedList], now: str) -> list[str]:
    """Return what is missing and what is old, in words that say nothing of the inside."""
    told: dict[str, list[str]] = {NOT_YET: [], FAILED: [], NOT_RENEWED: []}
    for category, group in by_category(lists).items():
        state = worst(group, now)
        if state == "missing":
            told[FAILED if any(each.failure for each in group) else NOT_YET].append(category)
        elif state == "stale":
            told[NOT_RENEWED].append(category)
    return [sentence.format(wording.listed(names)) for sentence, names in told.items() if names]
