"""The endpoints about one film or programme, and finding one by its id elsewhere."""

import re
from datetime import UTC, date, datetime
from typing import Any

from local.catalogue import Title
from local.upstreams.provider import Call, Handler
from local.upstreams.tmdb import bodies
from local.upstreams.tmdb.errors import TmdbError
from local.upstreams.tmdb.parts import PARTS, part

_APPENDED_AT_MOST = 20
_EXTERNAL_SOURCES = ("imdb", "tvdb", "wikidata", "facebook", "instagram", "twitter", "tiktok", "youtube")


def details(kind: str) -> Handler:
    """Return the endpoint of a film's or a programme's details."""

    def answer(call: Call) -> dict[str, Any]:
        title = find_title(call, kind)
        names = call.parameters.words("append_to_response")
        if len(names) > _APPENDED_AT_MOST:
            raise TmdbError(27)
        body = bodies.details(call.catalogue, title, language(call), today(call))
        for name in names:
            appended = _appended(call, title, name)
            if appended is not None:
                body[name] = appended
        return body

    return answer


def sub_resource(kind: str, name: str) -> Handler:
    """Return the endpoint of one part of a film or programme."""

    def answer(call: Call) -> dict[str, Any]:
        title = find_title(call, kind)
        body = part(call.catalogue, title, name, language(call))
        return body if "page" in body else {"id": title.tmdb_id, **body}

    return answer


def season(call: Call) -> dict[str, Any]:
    """Answer a season with its episodes."""
    title = find_title(call, "tv")
    number = call.path["number"]
    if not number.isdigit() or not 1 <= int(number) <= len(title.seasons):
        raise TmdbError(34)
    return bodies.season(title, int(number))


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


def find_title(call: Call, kind: str) -> Title:
    """Return the title whose number leads the path; letters after it are a slug."""
    number = re.match(r"\d{1,9}(?=-|$)", call.path["id"], re.ASCII)
    if not number:
        raise TmdbError(6)
    title = call.catalogue.of_tmdb(kind, int(number[0]))
    if title is None:
        raise TmdbError(34)
    return title


def language(call: Call) -> str:
    """Return the language asked for."""
    return call.parameters.text("language") or "en-US"


def today(call: Call) -> date:
    """Return the day it is."""
    return datetime.fromtimestamp(call.state.clock(), UTC).date()


def _appended(call: Call, title: Title, name: str) -> dict[str, Any] | None:
    """Return a part to append, or None for a name that does not belong to the title's kind."""
    if name in PARTS[str(title.tmdb_type)]:
        return part(call.catalogue, title, name, language(call))
    number = re.fullmatch(r"season/(\d{1,4})", name, re.ASCII)
    if number and title.tmdb_type == "tv" and 1 <= int(number[1]) <= len(title.seasons):
        body = bodies.season(title, int(number[1]))
        del body["id"]
        return body
    return None
