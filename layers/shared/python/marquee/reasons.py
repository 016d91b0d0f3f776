"""Why a title is recommended: nothing but what is true of the title and of what the viewer said. Pure."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Literal

from marquee.features import franchise, rating, released
from marquee.models.recommendations import Candidate, Features, Opinion, Reason
from marquee.taste import Taste, value

MOST = 3
NEW_FOR = timedelta(days=180)
ACCLAIMED_FROM, ACCLAIMED_VOTES = 8.0, 1000

# How much each thing that two titles have in common makes them alike; people and keywords are rare, genres are not.
SAME_PERSON, SAME_KEYWORD, SAME_GENRE, SAME_FRANCHISE, ALIKE = 0.4, 0.25, 0.15, 0.5, 1.0
# How much each kind of reason says, at its strongest; "because you rated" has the strength of likeness and opinion.
ARRIVED, GEM, PERSON, TRENDING_HERE, TRENDING = 0.8, 0.7, 0.6, 0.58, 0.55
GENRE, ACCLAIMED, NEW, KEYWORD, POPULAR = 0.5, 0.45, 0.4, 0.35, 0.2

Weighed = tuple[float, Reason]


def told(candidate: Candidate, taste: Taste, today: date) -> tuple[Reason, ...]:
    """Return up to three reasons, the weightiest first, and always one."""
    features = candidate.features
    found = [*_personal(features, taste), *_general(candidate, taste, today)]
    ordered = sorted(found, key=_strength)
    return tuple(reason for _, reason in ordered[:MOST]) or (_esteem("well_rated", features),)


def alike(subject: Features, candidate: Candidate, taste: Taste, today: date) -> tuple[Reason, ...]:
    """Return why a title is shown beside `subject`: what they have in common first, then what else speaks for it."""
    features = candidate.features
    general = [reason for _, reason in sorted(_general(candidate, taste, today), key=_strength)]
    if not candidate.named_similar and not _clearly_related(subject, features):
        return tuple(general[:MOST]) or (_esteem("well_rated", features),)
    similar = Reason("similar", title_id=subject.title_id, title=subject.title)
    people = [_shared("person", name, subject) for name in sorted(subject.people & features.people)[:1]]
    keywords = [_shared("keyword", name, subject) for name in sorted(subject.keywords & features.keywords)[:1]]
    return (similar, *people, *keywords, *general)[:MOST]


def kinship(one: Features, other: Features) -> float:
    """Return how much two titles have in common, from 0 to 1."""
    common = (
        SAME_PERSON * len(one.people & other.people)
        + SAME_KEYWORD * len(one.keywords & other.keywords)
        + SAME_GENRE * len(one.genre_ids & other.genre_ids)
        + SAME_FRANCHISE * (franchise(one.title) == franchise(other.title) != "")
    )
    return min(ALIKE, common)


def _strength(weighed: Weighed) -> float:
    return -weighed[0]


def _personal(features: Features, taste: Taste) -> Iterator[Weighed]:
    """Yield what follows from the viewer's own words."""
    related = [
        (kinship(each.features, features) * (1 + value(each)) / 2, each)
        for each in taste.liked
        if _clearly_related(each.features, features)
    ]
    if related:
        strength, opinion = max(related, key=lambda each: each[0])
        yield strength, _because(opinion)
    liked = [each.features for each in taste.liked]
    people = {name: each for each in reversed(liked) for name in each.people & features.people}
    if person := _favourite(frozenset(people), taste.people):
        yield PERSON, _shared("person", person, people[person])
    keywords = {name: each for each in reversed(liked) for name in each.keywords & features.keywords}
    if keyword := _favourite(frozenset(keywords), taste.keywords):
        yield KEYWORD, _shared("keyword", keyword, keywords[keyword])
    # Who has watched or follows one drama need not like drama.
    genres = taste.chosen.union(*(each.features.genre_ids for each in taste.liked if each.kind == "rated"))
    if genre_id := _favourite(features.genre_ids & genres, taste.genres):
        yield GENRE, Reason("genre", genre_id=genre_id)


def _clearly_related(liked: Features, features: Features) -> bool:
    """Return whether two titles share more than one genre, which half the catalogue does."""
    return (
        not liked.people.isdisjoint(features.people)
        or not liked.keywords.isdisjoint(features.keywords)
        or len(liked.genre_ids & features.genre_ids) > 1
    )


def _shared(kind: Literal["person", "keyword"], name: str, title: Features) -> Reason:
    return Reason(kind, title_id=title.title_id, title=title.title, name=name)


def _because(opinion: Opinion) -> Reason:
    liked = opinion.features
    return Reason(opinion.kind, title_id=liked.title_id, title=liked.title, rating=opinion.rating)


def _favourite(names: frozenset[str], weights: Mapping[str, float]) -> str | None:
    """Return the name that speaks most for a title, None if none does."""
    found = [name for name in sorted(names) if weights.get(name, 0.0) > 0]
    return max(found, key=lambda name: weights[name], default=None)


def _general(candidate: Candidate, taste: Taste, today: date) -> Iterator[Weighed]:
    """Yield what is so for everybody."""
    features, listed = candidate.features, candidate.listed
    if candidate.arrived:
        yield ARRIVED, Reason("arrived", source_id=candidate.arrived[0])
    if "hidden_gems" in listed:
        yield GEM, Reason("hidden_gem", genre_id=_favourite(features.genre_ids, taste.genres))
    if "trending" in listed:
        yield TRENDING, Reason("trending")
    if "trending_here" in listed:
        yield TRENDING_HERE, Reason("trending_here")
    if "award_winning" in listed or _acclaimed(features):
        yield ACCLAIMED, _esteem("acclaimed", features)
    if (day := released(features)) and today - NEW_FOR <= day <= today:
        yield NEW, Reason("new_release")
    if "popular" in listed:
        yield POPULAR, Reason("popular")


def _acclaimed(features: Features) -> bool:
    return (rating(features) or 0.0) >= ACCLAIMED_FROM and features.votes >= ACCLAIMED_VOTES


def _esteem(kind: Literal["acclaimed", "well_rated"], features: Features) -> Reason:
    return Reason(kind, votes=features.votes or None, average=rating(features))
