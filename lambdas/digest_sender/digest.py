"""The e-mail that tells a viewer what has changed: its subject, its plain text and its HTML. Pure.

Everything that comes from outside is put on one line first, and escaped where it meets HTML. The HTML is made of
tables with their styles beside them, because that is what programs for e-mail show alike; it reads without pictures, at
any width, in the dark and to a screen reader.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from html import escape
from string import Template

from marquee import wording
from marquee.models.changes import Change, ChangeKind
from marquee.models.viewers import DigestFrequency
from marquee.wording import Services

HEADINGS: Mapping[ChangeKind, str] = {
    "arrived": "Now on your services",
    "new_season": "New seasons",
    "left": "No longer on your services",
}
SUBJECT_TITLE = 60


@dataclass(frozen=True)
class Email:
    """An e-mail as it is sent, without its addresses; `unsubscribe` is the page that ends them, empty without one."""

    subject: str
    text: str
    html: str
    unsubscribe: str


@dataclass(frozen=True)
class Entry:
    """One title in one section: what the viewer reads of it, and where more is."""

    kind: ChangeKind
    title_id: str
    name: str
    what: str
    news: str
    link: str
    poster: str


def compose(
    frequency: DigestFrequency,
    changes: Iterable[Change],
    *,
    services: Services,
    posters: Mapping[str, str],
    web_url: str = "",
) -> Email:
    """Return the e-mail about `changes`; `posters` by title id, `web_url` empty where there is no web app."""
    web = web_url.rstrip("/")
    found = list(entries(changes, services, posters, web))
    settings = f"{web}/settings" if web else ""
    return Email(
        subject=subject(found),
        text=_text(found, frequency, settings),
        html=_html(found, frequency, settings, web),
        unsubscribe=settings,
    )


def entries(changes: Iterable[Change], services: Services, posters: Mapping[str, str], web: str) -> Iterator[Entry]:
    """Yield an entry for each title in each section, in the order of the sections, newest news first."""
    last = latest(changes)
    for kind in HEADINGS:
        by_title: dict[str, list[Change]] = {}
        for change in last:
            if change.kind == kind:
                by_title.setdefault(change.title_id, []).append(change)
        for title_id, told in by_title.items():
            yield Entry(
                kind=kind,
                title_id=title_id,
                name=wording.name(told[0].title, told[0].year),
                what=wording.type_name(told[0].type),
                news=news(told, services),
                link=f"{web}/titles/{title_id}" if web else "",
                poster=_https(posters.get(title_id, "")),
            )


def latest(changes: Iterable[Change]) -> list[Change]:
    """Return the last change of each title on each service, newest first: what came and went is gone."""
    last: dict[tuple[str, str | None, str | None, int | None], Change] = {}
    for change in sorted(changes, key=lambda each: (each.at, each.id)):
        last[change.title_id, change.region, change.source_id, change.season] = change
    return sorted(last.values(), key=lambda each: (each.at, each.id), reverse=True)


def news(told: Sequence[Change], services: Services) -> str:
    """Return in a few words what changes of one kind say of a title."""
    if told[0].kind == "new_season":
        return f"Season {max(each.season or 0 for each in told)} announced"
    names = wording.listed(sorted({wording.service(each, services) for each in told}, key=str.casefold))
    when = wording.day(max(map(_day, told)))
    return f"On {names} · {when}" if told[0].kind == "arrived" else f"Left {names} · {when}"


def subject(found: Sequence[Entry]) -> str:
    """Return a subject that says what is new first, and how much there is besides."""
    first, others = found[0], len({each.title_id for each in found} - {found[0].title_id})
    name = first.name if len(first.name) <= SUBJECT_TITLE else f"{first.name[: SUBJECT_TITLE - 1].rstrip()}…"
    says = {"arrived": "is on your services", "new_season": "has a new season", "left": "has left a service"}
    if not others:
        return f"{name} {says[first.kind]}"
    return f"{name} {says[first.kind]}, and news of {others} more {'title' if others == 1 else 'titles'}"


def _day(change: Change) -> date:
    return datetime.fromisoformat(change.at).date()


def _https(link: str) -> str:
    """Return a link to a picture only where every program for e-mail shows it."""
    return link if link.startswith("https://") else ""


def _reason(frequency: DigestFrequency) -> str:
    often = {"daily": "every day on which", "weekly": "every week in which"}[frequency]
    return f"You get this e-mail {often} there is news of the titles you follow, because you asked for it."


def _sections(found: Iterable[Entry]) -> Iterator[tuple[str, list[Entry]]]:
    listed = list(found)
    for kind, heading in HEADINGS.items():
        if members := [each for each in listed if each.kind == kind]:
            yield heading, members


def _text(found: Iterable[Entry], frequency: DigestFrequency, settings: str) -> str:
    lines = ["MARQUEE", "What is new with the titles you follow", ""]
    for heading, members in _sections(found):
        lines += [heading.upper(), ""]
        for each in members:
            lines += [f"* {each.name} – {each.what}", f"  {each.news}", *([f"  {each.link}"] if each.link else []), ""]
    lines += ["-- ", _reason(frequency), _ending(settings), "", wording.ATTRIBUTION, ""]
    return "\n".join(lines)


def _ending(settings: str) -> str:
    return f"To change or end it: {settings}" if settings else "To change or end it, see the settings of Marquee."


def _html(found: Sequence[Entry], frequency: DigestFrequency, settings: str, web: str) -> str:
    sections = "".join(
        _SECTION.substitute(heading=escape(heading), entries="".join(map(_entry, members)))
        for heading, members in _sections(found)
    )
    ending = f'<a href="{escape(settings)}" class="quiet" style="color:#5b6275">Change or end these e-mails</a>.'
    return _PAGE.substitute(
        subject=escape(subject(found)),
        preview=escape(" · ".join(f"{each.name}: {each.news}" for each in found[:3])),
        sections=sections,
        button=_BUTTON.substitute(link=escape(web)) if web else "",
        reason=escape(_reason(frequency)),
        ending=ending if settings else escape(_ending("")),
        attribution=escape(wording.ATTRIBUTION),
    )


def _entry(entry: Entry) -> str:
    name = escape(entry.name)
    picture = (
        _POSTER.substitute(link=escape(entry.poster))
        if entry.poster
        else _NO_POSTER.substitute(letter=escape(entry.name[:1]))
    )
    return _ENTRY.substitute(
        poster=picture,
        name=f'<a href="{escape(entry.link)}" class="text" style="color:#171a26;text-decoration:none">{name}</a>'
        if entry.link
        else name,
        what=escape(entry.what),
        news=escape(entry.news),
    )


_PAGE = Template("""\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>$subject</title>
<style>
@media (prefers-color-scheme: dark) {
  .page { background: #10121b !important }
  .card { background: #1b1e2b !important }
  .text { color: #f2f3f7 !important }
  .quiet { color: #a9b0c3 !important }
  .rule { border-color: #2e3344 !important }
  .blank { background: #2e3344 !important; color: #a9b0c3 !important }
}
@media (max-width: 480px) { .inside { padding: 20px !important } }
</style>
</head>
<body class="page" style="margin:0;padding:0;background:#eef0f5">
<div style="display:none;max-height:0;overflow:hidden;mso-hide:all">$preview</div>
<table role="presentation" class="page" width="100%" cellpadding="0" cellspacing="0" border="0" \
style="background:#eef0f5">
<tr><td align="center" style="padding:24px 12px">
<table role="presentation" class="card" width="100%" cellpadding="0" cellspacing="0" border="0" \
style="max-width:600px;background:#ffffff;border-radius:12px;\
font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif">
<tr><td class="inside" style="padding:24px 32px;background:#171a26;border-radius:12px 12px 0 0">
<p style="margin:0;color:#ffc94d;font-size:20px;font-weight:700;letter-spacing:2px">MARQUEE</p>
<h1 style="margin:6px 0 0;color:#ffffff;font-size:18px;font-weight:400;line-height:1.4">\
What is new with the titles you follow</h1>
</td></tr>
<tr><td class="inside" style="padding:8px 32px 24px">
$sections$button</td></tr>
<tr><td class="inside rule quiet" style="padding:20px 32px 28px;border-top:1px solid #e3e6ee;\
color:#5b6275;font-size:13px;line-height:1.5">
<p style="margin:0 0 8px">$reason $ending</p>
<p style="margin:0">$attribution</p>
</td></tr>
</table>
</td></tr>
</table>
</body>
</html>
""")

_SECTION = Template("""\
<h2 class="text" style="margin:20px 0 4px;color:#171a26;font-size:16px;line-height:1.4">$heading</h2>
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0">
$entries</table>
""")

_ENTRY = Template("""\
<tr>
<td width="60" valign="top" style="padding:12px 16px 12px 0;width:60px">$poster</td>
<td class="rule" valign="top" style="padding:12px 0;border-bottom:1px solid #e3e6ee">
<p class="text" style="margin:0;color:#171a26;font-size:16px;font-weight:600;line-height:1.4">$name</p>
<p class="quiet" style="margin:2px 0 0;color:#5b6275;font-size:13px;line-height:1.4">$what</p>
<p class="text" style="margin:6px 0 0;color:#171a26;font-size:14px;line-height:1.4">$news</p>
</td>
</tr>
""")

# The name stands beside it, so the picture says nothing new to somebody who cannot see it.
_POSTER = Template(
    '<img src="$link" width="60" height="90" alt="" '
    'style="display:block;width:60px;height:90px;border:0;border-radius:6px;background:#d9dde8">'
)
_NO_POSTER = Template(
    '<div class="blank" aria-hidden="true" style="width:60px;height:90px;border-radius:6px;background:#d9dde8;'
    'color:#5b6275;font-size:28px;line-height:90px;text-align:center">$letter</div>'
)

_BUTTON = Template("""\
<p style="margin:28px 0 4px;text-align:center">
<a href="$link" style="display:inline-block;padding:12px 28px;background:#ffc94d;color:#171a26;border-radius:8px;\
font-size:15px;font-weight:600;text-decoration:none">Open Marquee</a>
</p>
""")
