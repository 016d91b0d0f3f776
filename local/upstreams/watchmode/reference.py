"""The small endpoints: account, regions, networks, genres and sources."""

from typing import Any

from local.catalogue import Source
from local.upstreams.provider import Call

# The regions WatchMode names first; the others hold fewer titles ("tier 2") and are not part of the free plan.
_TIER_1 = ("US", "CA", "GB", "AU")
_SOURCE_TYPES = ("sub", "purchase", "free", "tve", "rent", "buy")


def status(call: Call) -> dict[str, int]:
    """Answer the plan's credits and how many are used; this costs none."""
    assert call.plan is not None
    call.credits = 0
    return {"quota": call.plan.quota, "quotaUsed": call.plan.quota_used}


def regions(call: Call) -> list[dict[str, Any]]:
    """Answer every region that a source serves."""
    assert call.plan is not None
    names = {"US": "USA", "GB": "Great Britain"}
    served = {region for source in call.catalogue.sources.values() for region in source.regions}
    return [
        {
            "country": code,
            "name": names.get(code, name),
            "flag": f"https://cdn.watchmode.com/misc_images/icons/flag{code}.png",
            "data_tier": 1 if code in _TIER_1 else 2,
            "plan_enabled": code in _TIER_1 or not call.plan.is_free,
        }
        for code, name in sorted(call.catalogue.countries, key=lambda row: (row[0] not in _TIER_1, row[0]))
        if code in served
    ]


def networks(call: Call) -> list[dict[str, Any]]:
    """Answer every network."""
    return [
        {"id": n.id, "name": n.name, "origin_country": n.origin_country, "tmdb_id": n.tmdb_id}
        for n in call.catalogue.networks.values()
    ]


def genres(call: Call) -> list[dict[str, Any]]:
    """Answer every genre with its number at TMDB, 0 where there is none."""
    return [{"id": g.id, "name": g.name, "tmdb_id": g.tmdb_id} for g in call.catalogue.genres.values()]


def sources(call: Call) -> list[dict[str, Any]]:
    """Answer the sources of some regions and types, each with all its regions."""
    wanted = set(call.parameters.regions())
    types = _directory_types(call.parameters.words("types", _SOURCE_TYPES))
    return [
        _source(source)
        for source in call.catalogue.sources.values()
        if (not wanted or wanted.intersection(source.regions)) and (not types or source.type in types)
    ]


def _directory_types(types: list[str]) -> set[str]:
    return {"purchase" if type_ in ("rent", "buy") else type_ for type_ in types}


def _source(source: Source) -> dict[str, Any]:
    return {
        "id": source.id,
        "name": source.name,
        "type": source.type,
        "logo_100px": source.logo_100px,
        "ios_appstore_url": source.ios_appstore_url,
        "android_playstore_url": source.android_playstore_url,
        "android_scheme": source.android_scheme,
        "ios_scheme": source.ios_scheme,
        "regions": list(source.regions),
    }
