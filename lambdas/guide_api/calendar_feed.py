"""A viewer's calendar as calendar programs read it (RFC 5545, RFC 7986). Pure.

Everything is an all-day event that leaves the viewer free. A change has a moment, but that is when a provider was
asked, not when the title arrived: an event at 05:30 in the night would be wrong and in the way. People look for what is
new on a day, above their appointments. It does not remind either: that is what notifications and e-mails are for.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from marquee import wording
from marquee.models.changes import Change
from marquee.models.titles import Title
from marquee.wording import Services

HappeningKind = Literal["arrived", "left", "new_season", "release"]
# How often a program should ask again; what providers say changes once a day.
REFRESH = timedelta(hours=1)
NAME = "Marquee"
ABOUT = "What arrives, leaves and comes out of the titles you follow."
CATEGORIES = {"arrived": "Arrival", "left": "Departure", "new_season": "New season", "release": "Release"}
PLOT = 500


@dataclass(frozen=True)
class Happening:
    """Something that happens on a day; `uid` stays the same for the same thing, `told_at` says how new the word is."""

    uid: str
    kind: HappeningKind
    day: date
    told_at: datetime
    type: str
    source_id: str | None
    summary: str
    details: tuple[str, ...]
    link: str


@dataclass(frozen=True)
class Wanted:
    """What somebody wants to see; an empty part wants everything."""

    kinds: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()

    def holds(self, each: Happening) -> bool:
        """Return whether something is wanted; what happens on no service is not on the wanted ones either."""
        return (
            (not self.kinds or each.kind in self.kinds)
            and (not self.types or each.type in self.types)
            and (not self.sources or each.source_id in self.sources)
        )


def of_change(change: Change, title: Title | None, services: Services, web_url: str) -> Happening:
    """Return what a viewer was told as it stands in a calendar."""
    name, told_at = wording.name(change.title, change.year), datetime.fromisoformat(change.at)
    summary = {
        "arrived": f"{name} is on {wording.service(change, services)}",
        "left": f"{name} has left {wording.service(change, services)}",
        "new_season": f"{name}: season {change.season} announced",
    }[change.kind]
    says = f"{wording.type_name(change.type)}. {wording.provider(change)} says so since {wording.day(told_at)}."
    return Happening(
        uid=f"{change.id}@marquee",
        kind=change.kind,
        day=told_at.date(),
        told_at=told_at,
        type=change.type,
        source_id=change.source_id,
        summary=summary,
        details=(says, *_plot(title)),
        link=_link(change.title_id, web_url),
    )


def of_release(title: Title, web_url: str) -> Happening | None:
    """Return the day a title comes out or came out, None while nobody knows it; WatchMode's word goes before TMDB's."""
    for part in (title.details, title.tmdb):
        if part and (day := _day(part.release_date)):
            verb = "comes out" if title.listing.type in ("movie", "short_film", "tv_movie") else "begins"
            return Happening(
                uid=f"release-{title.id}@marquee",
                kind="release",
                day=day,
                told_at=datetime.fromisoformat(part.as_of),
                type=title.listing.type,
                source_id=None,
                summary=f"{wording.name(title.listing.title, title.listing.year)} {verb}",
                details=(f"{wording.type_name(title.listing.type)}. First release.", *_plot(title)),
                link=_link(title.id, web_url),
            )
    return None


def feed(happenings: Iterable[Happening], uid: str) -> str:
    """Return the calendar `uid` with each of `happenings` once, in the order of their days."""
    # Few requests are for a calendar: the others need not wait for the library to load.
    from icalendar import Calendar, Event, vDuration
    from icalendar.enums import TRANSP

    calendar = Calendar.new(uid=uid, name=NAME, description=ABOUT, prodid="-//Marquee//Guide//EN", method="PUBLISH")
    # The library leaves out VALUE, which RFC 7986 demands; Outlook knows only the other name.
    calendar.add("REFRESH-INTERVAL", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("X-PUBLISHED-TTL", vDuration(REFRESH))
    for each in sorted(happenings, key=lambda each: (each.day, each.uid)):
        event = Event.new(
            uid=each.uid,
            stamp=each.told_at,
            start=each.day,
            end=each.day + timedelta(days=1),
            summary=each.summary,
            description="\n\n".join((*each.details, wording.ATTRIBUTION)),
            categories=[CATEGORIES[each.kind]],
            url=each.link or None,
            transparency=TRANSP.TRANSPARENT,
        )
        calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written.decode()


def _day(text: str | None) -> date | None:
    """Return the day of a date as providers write it, None for a part of one or none at all."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _plot(title: Title | None) -> tuple[str, ...]:
    parts = (title.details and title.details.plot_overview, title.tmdb and title.tmdb.overview) if title else ()
    plot = next((wording.one_line(part) for part in parts if part), "")
    return (plot if len(plot) <= PLOT else f"{plot[: PLOT - 1].rstrip()}…",) if plot else ()


def _link(title_id: str, web_url: str) -> str:
    return f"{web_url.rstrip('/')}/titles/{title_id}" if web_url else ""
