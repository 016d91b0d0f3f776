"""What is new: releases, and for paid plans release dates and the lists of changed ids."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from local.catalogue import Catalogue, Offer, Title, links
from local.catalogue.models import TITLE_TYPES
from local.upstreams.provider import Call
from local.upstreams.watchmode.errors import BadRequest, NotFound

KINDS = ("new_titles", "titles_sources_changed", "titles_details_changed", "titles_episodes_changed", "new_people")
# The SDK's comments say PST.
_ZONE = timezone(timedelta(hours=-8))
# A title comes to its services once within this many days.
_CYCLE = 400


def changes(call: Call) -> dict[str, Any]:
    """Answer the bare ids of titles that the control endpoint changed within a span of time."""
    kind = call.path.get("kind", "")
    if not kind:
        raise BadRequest("Please set a valid change type method.")
    if kind not in KINDS:
        raise NotFound("The requested method does not exist.")
    types = call.parameters.words("types", TITLE_TYPES)
    regions = call.parameters.regions()
    if len(regions) > 1:
        raise BadRequest("Invalid regions: at most one region is taken")
    start, end = _span(call)
    region = (regions or ["US"])[0] if kind == "titles_sources_changed" else None
    ids = [
        change.title_id
        for change in call.state.changes
        if change.kind == kind and start <= change.at <= end and change.region == region
    ]
    titles = call.catalogue.titles
    found = [n for n in dict.fromkeys(ids) if not types or (n in titles and titles[n].type in types)]
    limit = call.parameters.integer("limit", 1, 250, 50)
    page = call.parameters.integer("page", 1, 2**31, 1)
    return {
        "people" if kind == "new_people" else "titles": found[(page - 1) * limit : page * limit],
        "page": page,
        "total_results": len(found),
        "total_pages": -(-len(found) // limit),
    }


def releases(call: Call) -> dict[str, Any]:
    """Answer what comes to a subscription service in the US within a month before and after today."""
    today = datetime.fromtimestamp(call.state.clock(), UTC).date()
    start = call.parameters.day("start_date") or today - timedelta(days=30)
    end = call.parameters.day("end_date") or today + timedelta(days=30)
    limit = call.parameters.integer("limit", 1, 500, 500)
    return {"releases": [_release(call, *due) for due in _due(call.catalogue, start, end)[:limit]]}


def title_release_dates(call: Call) -> list[dict[str, Any]]:
    """Answer when titles come to services and cinemas, within a month before and after today."""
    today = datetime.fromtimestamp(call.state.clock(), UTC).date()
    start, end = today - timedelta(days=30), today + timedelta(days=30)
    return [
        {
            "id": title.id,
            "title": title.title,
            "title_type": title.type,
            "region": offer.region,
            "type": "streaming_tv_season_release" if title.seasons else "streaming_movie_release",
            "release_date": day.isoformat(),
            "provider_id": offer.source_id,
            "season": len(title.seasons) or None,
        }
        for day, title, offer in _due(call.catalogue, start, end)
    ]


def _due(catalogue: Catalogue, start: date, end: date) -> list[tuple[date, Title, Offer]]:
    """Return the titles that come to a US subscription from `start` to `end`, in order: each once in a cycle."""

    def make() -> list[tuple[date, Title, Offer]]:
        found = []
        for number in catalogue.by_offer_type.get(("US", "sub"), ()):
            after = (number - start.toordinal()) % _CYCLE
            if after <= (end - start).days:
                title = catalogue.titles[number]
                offer = next(o for o in title.offers if (o.region, o.type) == ("US", "sub"))
                found.append((start + timedelta(days=after), title, offer))
        return sorted(found, key=lambda due: (due[0], due[1].id))

    return catalogue.cached(("releases", start, end), make)


def _release(call: Call, day: date, title: Title, offer: Offer) -> dict[str, Any]:
    source = call.catalogue.sources.get(offer.source_id)
    return {
        "id": title.id,
        "title": title.title,
        "type": title.type,
        "tmdb_id": title.tmdb_id,
        "tmdb_type": title.tmdb_type,
        "imdb_id": title.imdb_id,
        "season_number": len(title.seasons) or None,
        "poster_url": links.poster(title, 185),
        "source_release_date": day.isoformat(),
        "source_id": offer.source_id,
        "source_name": source.name if source else f"Source {offer.source_id}",
        "is_original": int(title.year == day.year),
    }


def _span(call: Call) -> tuple[float, float]:
    now = call.state.clock()
    start = call.parameters.moment("start_date")
    end = call.parameters.moment("end_date")
    whole_day = end is not None and len(call.parameters.required("end_date")) == 8
    last = end + timedelta(days=1) if end and whole_day else end
    return (
        start.replace(tzinfo=_ZONE).timestamp() if start else now - 86_400,
        last.replace(tzinfo=_ZONE).timestamp() if last else now,
    )
