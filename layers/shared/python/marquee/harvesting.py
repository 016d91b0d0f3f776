"""The rules of a harvest: which exports and changes are read, and which ids are collected because of them. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice

from pyroaring import BitMap

from marquee import clock
from marquee.errors import MarqueeError
from marquee.governor import UTILISATION
from marquee.messages.archive import IDS_A_MESSAGE, HarvestRequest
from marquee.models.archive import MediaType
from marquee.models.harvests import ArchiveState, ExportProgress, Harvest, TypeHarvest

# After a longer gap the exports are compared as well (issue: differential runs).
GAP_DAYS = 14
# TMDB's limit of 14 days holds for one question, and a day at a time is asked for; how far back it answers is not
# promised. Months are known to work, but each day of movies takes 70 calls.
REACH_DAYS = 60
# An object is deleted 120 days after it was written, because TMDB's data may be kept for six months. So all that is
# known is collected again after this many days.
FULL_DAYS = 90
# SQS keeps a message for 14 days; four of them are left for outages and replays.
QUEUE_DAYS = 10
# An export of fewer ids than this part of the known ones is more likely to be broken than TMDB to have shrunk.
CREDIBLE = 0.5

EXPORTS: dict[MediaType, str] = {"movie": "movie_ids", "tv": "tv_series_ids", "person": "person_ids"}
# How the names of the files of adult ids begin.
ADULT = "adult_"


class HarvestRefused(MarqueeError):
    """The harvest cannot be done as it was asked for; trying again does not help."""


@dataclass(frozen=True)
class FoundIds:
    """The ids of a media type: `known` from harvests before, `listed` and `wanted` from exports, the `changed` ones.

    `adult` are those of the changed ones that TMDB calls adult. Known ids may be as new as the day `until`.
    """

    known: BitMap
    listed: BitMap
    wanted: BitMap
    changed: BitMap
    adult: BitMap
    until: date | None = None


@dataclass(frozen=True)
class Selection:
    """The ids to collect, those of them that have vanished, those known afterwards, and how many of each kind."""

    todo: BitMap
    vanished: BitMap
    after: BitMap
    counts: dict[str, int]
    note: str = ""

    @property
    def is_complete(self) -> bool:
        """Return whether nothing that is known is left uncollected."""
        return self.after <= self.todo


def job_id(message_id: str, sent_milliseconds: int) -> str:
    """Return the id of the job that a message starts: the same one however often the message comes."""
    sent = datetime.fromtimestamp(sent_milliseconds / 1000, UTC)
    return f"{sent:%Y%m%dT%H%M%S}-{message_id.replace('-', '')[:12]}"


def day_of(request: HarvestRequest, today: date) -> date:
    """Return the day that a harvest is as of. Raises HarvestRefused for days that cannot be harvested."""
    day = request.day or today
    last = request.end_date or day
    if day > today or last > today:
        raise HarvestRefused(f"The day {max(day, last)} has not begun yet: it is {today} in UTC.")
    if request.start_date and request.start_date > last:
        raise HarvestRefused(f"The changes from {request.start_date} to {last} are those of no day.")
    return day


def plan(
    request: HarvestRequest, media_type: MediaType, day: date, state: ArchiveState, now: str
) -> tuple[TypeHarvest, list[str]]:
    """Return what is read for a media type, and the sentences that say where that is not what was asked for."""
    renews = state.full_at is not None and clock.seconds_between(state.full_at, now) > FULL_DAYS * 86400
    first, last = _days(request, day, state)
    has_gap = request.scope != "exports" and request.start_date is None and (last - first).days > GAP_DAYS
    since = max(first, last - timedelta(days=REACH_DAYS)) if has_gap else first
    # A renewal asks for what is known, so it has to learn what of that TMDB lists no more; so has a harvest that may
    # have missed changes.
    names = () if request.scope == "changes" and not (renews or has_gap) else _export_names(media_type)
    planned = TypeHarvest(
        media_type=media_type,
        mode="full" if renews else request.mode,
        scope=request.scope,
        renews=renews,
        has_gap=has_gap,
        exports=tuple(ExportProgress(name=name, day=day) for name in names),
    )
    if request.scope != "exports":
        planned = planned.model_copy(update={"changed_from": since, "changed_to": last, "next_day": since})
    return planned, [f"{media_type}: {note}" for note in _notes(request, planned, first, state)]


def _notes(request: HarvestRequest, planned: TypeHarvest, first: date, state: ArchiveState) -> list[str]:
    """Return where a plan is not what was asked for; the changes are unknown since the day `first`."""
    notes = []
    if planned.renews:
        notes.append(
            f"all that is known is collected again, because {FULL_DAYS} days have passed since the last full harvest "
            f"({state.full_at})."
        )
    if planned.has_gap and request.scope == "changes":
        notes.append(f"the exports are compared as well, because more than {GAP_DAYS} days have passed since {first}.")
    # A renewal collects what has changed without being told.
    if planned.changed_from and first < planned.changed_from and not planned.renews:
        notes.append(
            f"the changes of {first} to {planned.changed_from - timedelta(days=1)} are given up, because they are more "
            f"than {REACH_DAYS} days old. The exports tell what is new or has vanished since, not what has changed."
        )
    return notes


def _days(request: HarvestRequest, day: date, state: ArchiveState) -> tuple[date, date]:
    """Return the first and the last day whose changes are wanted: the first one was not over when it was last read."""
    last = request.end_date or day
    first = request.start_date or state.changes_until or last - timedelta(days=1)
    return min(first, last), last


def _export_names(media_type: MediaType) -> tuple[str, ...]:
    """Return the files that list a media type; since 2023 TMDB lists adult ids in files of their own.

    They are always read: a known id may be adult whoever asks, and is not gone because the other file does not list it.
    """
    return EXPORTS[media_type], f"{ADULT}{EXPORTS[media_type]}"


def without_export(planned: TypeHarvest, export: ExportProgress, day: date) -> tuple[TypeHarvest, str]:
    """Return how to go on, and what to note, when an export is not there: with that of the day before `day`, once.

    Raises HarvestRefused when there is none of that day either; files of adult ids may be missing, and so may any file
    where changes alone are wanted.
    """
    before = day - timedelta(days=1)
    if export.day == day:
        note = f"The export {export.name} of {day} is not there; that of {before} is used."
        return _with_export(planned, ExportProgress(name=export.name, day=before)), note
    reason = f"There is no export {export.name}, neither of {day} nor of the day before."
    if export.name == EXPORTS[planned.media_type] and planned.scope != "changes":
        raise HarvestRefused(reason)
    return _with_export(planned, export.model_copy(update={"state": "missing"})), reason


def with_lines(planned: TypeHarvest, export: ExportProgress) -> tuple[TypeHarvest, list[str]]:
    """Return a media type after some lines of an export, and what to note of them at the end of the file."""
    file = f"The export {export.name} of {export.day}"
    notes = []
    if export.state == "read" and export.unreadable:
        notes.append(f"{file} has {export.unreadable} lines of {export.lines} that cannot be read.")
    if export.state == "read" and not export.lines:
        notes.append(f"{file} is empty.")
    return _with_export(planned, export), notes


def with_changes(
    planned: TypeHarvest, day: date, page: int, pages: int, last_page: int
) -> tuple[TypeHarvest, list[str]]:
    """Return a media type when `page` of the `pages` of a day's changes is next, and what to note of them.

    TMDB answers for no page after `last_page`.
    """
    if page <= min(pages, last_page):
        return planned.model_copy(update={"page": page}), []
    ended = planned.changed_to is None or day >= planned.changed_to
    following = {"next_day": None if ended else day + timedelta(days=1), "page": 1}
    note = f"{planned.media_type}: of the {pages} pages of changes of {day} TMDB gives {last_page}."
    return planned.model_copy(update=following), [note] if pages > last_page else []


def _with_export(planned: TypeHarvest, export: ExportProgress) -> TypeHarvest:
    exports = tuple(export if each.name == export.name else each for each in planned.exports)
    return planned.model_copy(update={"exports": exports})


def is_wanted(request: HarvestRequest, name: str, adult: bool, popularity: float) -> bool:
    """Return whether an id of the export `name` passes the filters; lines of series do not say whether it is adult."""
    is_adult = adult or name.startswith(ADULT)
    return popularity >= request.minimum_popularity and (request.include_adult or not is_adult)


def takes_unknown(request: HarvestRequest, planned: TypeHarvest) -> bool:
    """Return whether what has changed is collected though no export says that it is wanted."""
    return planned.scope == "changes" and not request.minimum_popularity


def select(request: HarvestRequest, planned: TypeHarvest, found: FoundIds) -> Selection:
    """Return which ids of a media type are collected.

    What has vanished from the exports is collected once more, so that TMDB's "not found" becomes its tombstone.
    """
    vanished, note = _vanished(planned, found)
    changed = found.changed & (found.known | found.wanted)
    if takes_unknown(request, planned):
        changed |= found.changed if request.include_adult else found.changed - found.adult
    # Where changes alone are wanted, the exports are read for what has vanished only.
    wanted = BitMap() if planned.scope == "changes" else found.wanted
    new = wanted - found.known
    todo = changed | vanished | (wanted if planned.mode == "full" else new)
    if planned.renews:
        todo |= found.known
    groups = {
        **{"known": found.known, "listed": found.listed, "wanted": found.wanted},
        **{"new": new, "vanished": vanished, "changed": changed, "queued": todo},
    }
    counts = {name: len(ids) for name, ids in groups.items()}
    return Selection(todo, vanished, known_after(found.known, todo, vanished), counts, note)


def known_after(known: BitMap, todo: BitMap, vanished: BitMap) -> BitMap:
    """Return the ids that are known once `todo` has been queued."""
    return (known | todo) - vanished


def known_until(state: ArchiveState) -> date | None:
    """Return the last day that known ids may be from."""
    return max(filter(None, (state.exported, state.changes_until)), default=None)


def _vanished(planned: TypeHarvest, found: FoundIds) -> tuple[BitMap, str]:
    """Return the known ids that are listed no more, and why none are said to be where the exports cannot tell.

    What has changed may be newer than the export; it is collected anyway.
    """
    reason = _cannot_tell(planned, found) if planned.exports else ""
    if reason or not planned.exports:
        return BitMap(), reason and f"{planned.media_type}: {reason}; what it does not list is not taken for gone."
    return found.known - found.listed - found.changed, ""


def _cannot_tell(planned: TypeHarvest, found: FoundIds) -> str:
    """Return why what the exports of a media type do not list may exist all the same, "" if it cannot."""
    unread = [each.name for each in planned.exports if each.state != "read"]
    if unread:
        return f"the export is without {', '.join(unread)}"
    day = min(each.day for each in planned.exports)
    if found.until and day < found.until:
        return f"the export is of {day}, ids are known up to {found.until}"
    if len(found.listed) < CREDIBLE * len(found.known):
        return f"the export lists {len(found.listed)} ids, {len(found.known)} are known"
    return ""


def refuse_if_too_long(calls: int, per_second: float) -> None:
    """Raise HarvestRefused if so many calls take longer than messages can wait."""
    days = calls / (per_second * UTILISATION * 86400)
    if days > QUEUE_DAYS:
        raise HarvestRefused(
            f"The harvest needs {calls} calls, {days:.1f} days at {per_second:g} calls a second, and messages wait for "
            f"{QUEUE_DAYS}: narrow the media types or the scope, or raise the minimum popularity."
        )


def chunks(todo: BitMap, sent: int) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Yield the number and the ids of each message after the first `sent`: the same bitmap gives the same messages."""
    if sent * IDS_A_MESSAGE >= len(todo):
        return
    ids = iter(todo.iter_equal_or_larger(todo[sent * IDS_A_MESSAGE]))
    while part := tuple(islice(ids, IDS_A_MESSAGE)):
        yield sent, part
        sent += 1


def state_after(state: ArchiveState, planned: TypeHarvest, harvest: Harvest) -> ArchiveState:
    """Return what has been harvested of a media type once a harvest is queued."""
    read = [each.day for each in planned.exports if each.state == "read"]
    until = state.changes_until
    if planned.is_complete:
        reached = harvest.day
    elif planned.changed_from is None or (until and planned.changed_from > until and not planned.has_gap):
        # Changes were not asked for, or not from where they are known.
        reached = until
    else:
        reached = planned.changed_to
    return ArchiveState(
        changes_until=max(filter(None, (until, reached)), default=None),
        exported=max([*read, *([state.exported] if state.exported else [])], default=None),
        full_at=harvest.started_at if planned.is_complete else state.full_at,
    )


def manifest(harvest: Harvest) -> dict[str, object]:
    """Return what is told of a harvest beside its data; counts and state of the job come with its end."""
    return {
        "job_id": harvest.job_id,
        "state": "running",
        "started_at": harvest.started_at,
        "request": harvest.request,
        "day": str(harvest.day),
        "notes": list(harvest.notes),
        "types": {each.media_type: _told(each) for each in harvest.types},
    }


def _told(planned: TypeHarvest) -> dict[str, object]:
    exports = planned.model_dump(mode="json", include={"exports": {"__all__": {"name", "day", "state", "version"}}})
    told = planned.model_dump(mode="json", include={"mode", "scope", "renews", "changed_from", "changed_to"})
    lines = {"lines": sum(each.lines for each in planned.exports)}
    unreadable = {"unreadable": sum(each.unreadable for each in planned.exports)}
    return {**told, **exports, **lines, **unreadable, **planned.counts, "messages": planned.messages}
