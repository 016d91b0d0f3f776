"""The calendar as other people's programs read it."""

import os
import subprocess
import sys
from datetime import date, timedelta
from typing import Any

import boto3
import pytest
import vobject

from guide_api import stores
from marquee.models.changes import Change
from marquee.models.reference import Source
from marquee.models.viewers import Mark
from marquee.repositories.titles import to_item
from tests.fakes.api_gateway import Answer, call
from tests.fakes.changes import change, hours_ago, new_season
from tests.fakes.titles import details, listing, title, tmdb
from tests.unit.conftest import Cloud

SOURCES = [Source(id="203", name="Netflix", type="sub", regions=("GB",)), Source(id="26", name="Prime", type="sub")]


@pytest.fixture
def guide(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Cloud:
    for store in vars(stores).values():
        if hasattr(store, "cache_clear"):
            store.cache_clear()
    monkeypatch.setenv("WEB_URL_PARAMETER", "/marquee/test/web-url")
    boto3.client("ssm").put_parameter(Name="/marquee/test/web-url", Value="https://marquee.test/", Type="String")
    cloud.reference.reconcile_sources(SOURCES, ["GB"], ["GB"])
    return cloud


def follow(cloud: Cloud, title_id: str = "11", **parts: Any) -> None:
    cloud.titles.apply(title_id, lambda _: title(title_id, **parts))
    stores.marks().put("anna", Mark(kind="follow", title_id=title_id, title="", at=hours_ago(100)))


def tell(*changes: Change) -> None:
    for each in changes:
        stores.inbox().tell(each, {"anna": False})


def feed(**query: Any) -> Answer:
    link = call("GET", "/calendar")
    path = (link if link.status == 200 else call("POST", "/calendar")).json["path"].removeprefix("/api")
    return call("GET", path, user=None, query=query)


def events(**query: Any) -> list[Any]:
    """Return the events as an independent program reads them, after what a strict one would look at."""
    answer = feed(**query)
    assert answer.status == 200, answer.body
    assert answer.body.endswith("END:VCALENDAR\r\n")
    lines = answer.body.split("\r\n")
    assert all("\n" not in line and "\r" not in line and len(line.encode()) <= 75 for line in lines)
    calendar = vobject.readOne(answer.body)
    calendar.validate(raiseException=True)
    found = list(getattr(calendar, "vevent_list", []))
    uids = [each.uid.value for each in found]
    assert len(set(uids)) == len(uids)
    assert all(each.dtstamp.value.utcoffset() == timedelta(0) for each in found)
    return found


def summaries(**query: Any) -> list[str]:
    return sorted(each.summary.value for each in events(**query))


def test_link_is_made_shown_renewed_and_removed(guide: Cloud) -> None:
    assert call("GET", "/calendar").status == 404
    made, shown, renewed = call("POST", "/calendar"), call("GET", "/calendar"), call("POST", "/calendar")

    assert (made.status, made.json, renewed.status) == (201, shown.json, 201)
    old, new = (each.json["path"].removeprefix("/api") for each in (made, renewed))
    assert (call("GET", old, user=None).status, call("GET", new, user=None).status) == (404, 200)
    assert [call("DELETE", "/calendar").status for _ in range(2)] == [204, 204]
    assert (call("GET", "/calendar").status, call("GET", new, user=None).status) == (404, 404)


@pytest.mark.parametrize("name", ["x.ics", f"{'A' * 43}.ics", f"{'a-_' * 15}.ics", f"{'x' * 500}.ics", "%F0%9F.ics"])
def test_token_that_leads_nowhere_is_answered_as_every_other(guide: Cloud, name: str) -> None:
    follow(guide)
    made = call("POST", "/calendar").json["path"].removeprefix("/api")
    call("POST", "/calendar")

    unknown, renewed = call("GET", f"/calendar/{name}", user=None), call("GET", made, user=None)

    assert (unknown.status, unknown.body) == (404, renewed.body)


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_link_is_for_those_who_have_signed_in(guide: Cloud, method: str) -> None:
    assert call(method, "/calendar", user=None).status == 401


def test_answer_is_a_calendar_that_is_kept_privately_for_a_while(guide: Cloud) -> None:
    answer = feed()

    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"].startswith("private")
    for line in ("VERSION:2.0", "X-WR-CALNAME:Marquee", "REFRESH-INTERVAL;VALUE=DURATION:PT1H", "X-PUBLISHED-TTL:PT1H"):
        assert f"\r\n{line}\r\n" in answer.body
    assert events() == []


def test_arrival_departure_and_new_season_are_days_on_which_the_viewer_is_free(guide: Cloud) -> None:
    follow(guide, details=details(plot_overview="Things happen."))
    arrived, left = change(hours=50), change(hours=2, kind="left", provider="tmdb")
    tell(arrived, left, new_season(hours=30, title="A series", year=None))

    found = {each.categories.value[0]: each for each in events()}

    assert {kind: each.summary.value for kind, each in found.items()} == {
        "Arrival": "Title 11 (2020) is on Netflix",
        "Departure": "Title 11 (2020) has left Netflix",
        "New season": "A series: season 2 announced",
    }
    arrival = found["Arrival"]
    day = date.fromisoformat(arrived.at[:10])
    assert (arrival.dtstart.value, arrival.dtend.value) == (day, day + timedelta(days=1))
    assert (arrival.transp.value, arrival.uid.value) == ("TRANSPARENT", f"{arrived.id}@marquee")
    assert arrival.url.value == "https://marquee.test/titles/11"
    text = arrival.description.value
    assert all(part in text for part in ("Film. WatchMode says so", "Things happen.", "JustWatch", "TMDB"))
    assert "JustWatch says so" in found["Departure"].description.value


@pytest.mark.parametrize(
    ("parts", "day"),
    [
        pytest.param({"details": details(release_date="2027-03-01")}, date(2027, 3, 1), id="WatchMode knows"),
        pytest.param({"tmdb": tmdb(release_date="1999-03-31")}, date(1999, 3, 31), id="TMDB knows"),
        pytest.param(
            {"details": details(release_date="2027-03-01"), "tmdb": tmdb(release_date="2027-04-02")},
            date(2027, 3, 1),
            id="both know",
        ),
        pytest.param(
            {"details": details(release_date="2027"), "tmdb": tmdb(release_date="2027-04-02")},
            date(2027, 4, 2),
            id="one knows only the year",
        ),
        pytest.param({"details": details(release_date="soon")}, None, id="nobody knows"),
        pytest.param({}, None, id="nothing known"),
    ],
)
def test_release_stands_on_its_day_where_that_is_known(guide: Cloud, parts: dict[str, Any], day: date | None) -> None:
    follow(guide, **parts)

    found = events()

    assert [each.dtstart.value for each in found] == ([day] if day else [])
    assert [each.uid.value for each in found] == (["release-11@marquee"] if day else [])


def test_calendar_is_the_same_when_it_is_read_again(guide: Cloud) -> None:
    for number in range(5):
        follow(guide, str(number), details=details(release_date="2027-03-01"))
        tell(change(str(number), hours=number + 1))

    first, second = feed(), feed()

    assert first.body == second.body
    assert first.body.count("BEGIN:VEVENT") == 10


def test_title_that_is_not_followed_any_more_is_gone(guide: Cloud) -> None:
    follow(guide, details=details(release_date="2027-03-01"))
    tell(change())
    assert len(events()) == 2

    stores.marks().remove("anna", "follow", "11")

    assert events() == []


FILTERS: list[Any] = [
    ({}, {"arrived 203", "arrived 26", "left", "season", "release film", "release series"}),
    ({"kind": "arrived"}, {"arrived 203", "arrived 26"}),
    ({"kind": ["left", "new_season"]}, {"left", "season"}),
    ({"kind": "release", "type": "tv_series"}, {"release series"}),
    ({"type": "movie"}, {"arrived 203", "arrived 26", "left", "release film"}),
    ({"source": "26"}, {"arrived 26"}),
    ({"source": ["203", "26"], "kind": "left"}, {"left"}),
]


@pytest.mark.parametrize(("query", "wanted"), FILTERS)
def test_filters_leave_what_is_wanted(guide: Cloud, query: dict[str, str | list[str]], wanted: set[str]) -> None:
    follow(guide, "1", details=details(release_date="2027-03-01"))
    follow(guide, "2", details=details(release_date="2027-03-02"), listing=listing(type="tv_series"))
    arrived, elsewhere, left = change("1"), change("1", source_id="26"), change("1", hours=2, kind="left")
    season = new_season("2")
    tell(arrived, elsewhere, left, season)
    names = {
        f"{arrived.id}@marquee": "arrived 203",
        f"{elsewhere.id}@marquee": "arrived 26",
        f"{left.id}@marquee": "left",
        f"{season.id}@marquee": "season",
        "release-1@marquee": "release film",
        "release-2@marquee": "release series",
    }

    assert {names[each.uid.value] for each in events(**query)} == wanted


@pytest.mark.parametrize(
    ("query", "shown"),
    [({"kind": "gone"}, "gone"), ({"type": "radio"}, "radio"), ({"source": "999"}, "999"), ({"since": "1"}, "since")],
)
def test_unknown_filter_is_refused_by_name(guide: Cloud, query: dict[str, str], shown: str) -> None:
    answer = feed(**query)

    assert (answer.status, shown in answer.body) == (400, True)


ODD = [
    "Commas, semicolons; and: colons",
    "Back\\slash \\n \\, \\;",
    "Two\u2028lines and\u2029three\nor\rfour\r\nBEGIN:VEVENT",
    "Emoji 🎬👩‍👩‍👧 and so on " * 12,
    "Ça Ü 東京物語 Война и мир " * 6,
    'Quotes "and" `ticks`',
    "\x00\x07bell\x1b",
    "\u202eturned",
    "",
]


@pytest.mark.parametrize("odd", ODD)
def test_odd_titles_are_read_as_they_are_on_one_line(guide: Cloud, odd: str) -> None:
    follow(guide, listing=listing(title=odd or " "), tmdb=tmdb(release_date="2027-03-01", overview=odd))
    tell(change(title=odd))

    shown = summaries()

    gone = "\x00\x07\x1b\u202e\n\r\u2028\u2029"
    clean = " ".join("".join(" " if sign in gone else sign for sign in odd).split()) or "A title without a name"
    assert shown == sorted([f"{clean} (2020) is on Netflix", f"{clean} comes out"])


def test_large_calendar_is_whole(guide: Cloud) -> None:
    numbers = range(1, 251)
    titles = (title(str(number), tmdb=tmdb(release_date="2027-03-01")) for number in numbers)
    guide.catalogue.batch_write(puts=map(to_item, titles))
    guide.viewers_table.put({"PK": "user:anna", "SK": "marks", "followed": set(numbers)})

    assert len(events()) == 250


def test_library_for_calendars_is_loaded_only_where_it_is_needed() -> None:
    script = "import sys; import guide_api.handler; assert 'icalendar' not in sys.modules"
    environment = {**os.environ, "PYTHONPATH": ":".join(sys.path), "REGIONS": "GB"}

    subprocess.run([sys.executable, "-c", script], check=True, env=environment)
