"""The endpoints about one film or programme, and finding one by its id elsewhere."""

import re
from typing import Any

from local.catalogue import Title
from local.upstreams.provider import Call, Handler
from local.upstreams.tmdb import bodies, seasons
from local.upstreams.tmdb.asked import appended, find_title, language, note_fetch, today
from local.upstreams.tmdb.changes import changes
from local.upstreams.tmdb.errors import TmdbError
from local.upstreams.tmdb.parts import PARTS, part

_EXTERNAL_SOURCES = ("imdb", "tvdb", "wikidata", "facebook", "instagram", "twitter", "tiktok", "youtube")


def details(kind: str) -> Handler:
    """Return the endpoint of a film's or a programme's details."""

    def answer(call: Call) -> dict[str, Any]:
        note_fetch(call, kind)
        title = find_title(call, kind)
        parts = appended(call, lambda name: _part(call, title, name))
        return bodies.details(call.catalogue, title, language(call), today(call)) | parts

    return answer


def sub_resource(kind: str, name: str) -> Handler:
    """Return the endpoint of one part of a film or programme."""

    def answer(call: Call) -> dict[str, Any]:
        title = find_title(call, kind)
        body = part(call.catalogue, title, name, language(call))
        return body if "page" in body and name not in ("reviews", "lists") else {"id": title.tmdb_id, **body}

    return answer


def season(call: Call) -> dict[str, Any]:
    """Answer a season with its episodes."""
    body = seasons.season(call.catalogue, find_title(call, "tv"), _number(call, "number"))
    if body is None:
        raise TmdbError(34)
    return body


def episode(call: Call) -> dict[str, Any]:
    """Answer one episode."""
    numbers = _number(call, "number"), _number(call, "episode")
    body = seasons.episode(call.catalogue, find_title(call, "tv"), *numbers)
    if body is None:
        raise TmdbError(34)
    return body


def find(call: Call) -> dict[str, list[Any]]:
    """Answer who has an id elsewhere: always five lists, all empty for an unknown id."""
    source = call.parameters.text("external_source") or ""
    if source.removesuffix("_id") not in _EXTERNAL_SOURCES:
        raise TmdbError(5)
    answer: dict[str, list[Any]] = {
        f"{kind}_results": [] for kind in ("movie", "person", "tv", "tv_episode", "tv_season")
    }
    number = call.catalogue.by_imdb.get(call.path["id"]) if source == "imdb_id" else None
    title = call.catalogue.titles[number] if number else None
    if title and title.tmdb_type:
        row = {**bodies.item(call.catalogue, title, language(call)), "media_type": title.tmdb_type}
        answer[f"{title.tmdb_type}_results"].append(row)
    return answer


def _number(call: Call, name: str) -> int:
    """Return a number of a season or an episode; anything else leads nowhere."""
    if not re.fullmatch(r"\d{1,4}", call.path[name], re.ASCII):
        raise TmdbError(34)
    return int(call.path[name])


def _part(call: Call, title: Title, name: str) -> dict[str, Any] | None:
    """Return a part to append, or None for a name that does not belong to the title's kind."""
    if name in PARTS[str(title.tmdb_type)]:
        return part(call.catalogue, title, name, language(call))
    if name == "changes":
        return changes(call, str(title.tmdb_type), title.tmdb_id or 0)
    number = re.fullmatch(r"season/(\d{1,4})", name, re.ASCII)
    found = seasons.season(call.catalogue, title, int(number[1])) if number else None
    return {key: value for key, value in found.items() if key != "id"} if found else None
