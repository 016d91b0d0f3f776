"""What the e-mail says."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest_sender import digest
from digest_sender.digest import Email
from marquee.models.changes import Change
from tests.fakes.changes import change, new_season

SERVICES = {"203": "Netflix", "26": "Prime Video"}
WEB = "https://marquee.test"
CLIPPED = 102_000  # Gmail cuts off what comes after so many bytes, the way to end the e-mails included


def write(*changes: Change, web_url: str = WEB, posters: dict[str, str] | None = None) -> Email:
    return digest.compose("daily", changes, services=SERVICES, posters=posters or {}, web_url=web_url)


class Page(HTMLParser):
    """What a program for e-mail makes of the HTML: its text, its links and the addresses of its pictures."""

    VOID = frozenset({"meta", "img", "br"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self.links, self.pictures, self.open = "", list[str](), list[str](), list[str]()
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "a":
            self.links.append(given["href"] or "")
        if tag == "img":
            assert "alt" in given
            self.pictures.append(given["src"] or "")
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not {"style", "title"} & set(self.open):
            self.text += data


def test_both_forms_tell_every_title_with_its_service_and_where_more_is() -> None:
    email = write(change("1"), new_season("2", season=3), change("3", kind="left", source_id="26"))

    page = Page(email.html)
    for form in (email.text, page.text):
        for part in ("Title 1 (2020)", "On Netflix", "Season 3 announced", "Left Prime Video"):
            assert part in form
        assert "not endorsed or certified by TMDB" in form
        assert "JustWatch" in form
    for link in (*(f"{WEB}/titles/{number}" for number in (1, 2, 3)), f"{WEB}/settings"):
        assert link in page.links
        assert link in email.text
    assert (email.unsubscribe, page.open) == (f"{WEB}/settings", [])


def test_without_a_web_app_nothing_is_linked_and_the_way_to_end_it_is_told() -> None:
    email = write(change(), web_url="")

    assert Page(email.html).links == []
    assert "see the settings of Marquee" in email.text
    assert "see the settings of Marquee" in Page(email.html).text
    assert email.unsubscribe == ""


@pytest.mark.parametrize(
    ("changes", "subject"),
    [
        pytest.param([change("1")], "Title 1 (2020) is on your services", id="one"),
        pytest.param(
            [change("1"), change("2", hours=2)],
            "Title 1 (2020) is on your services, and news of 1 more title",
            id="two",
        ),
        pytest.param(
            [change("1", kind="left"), new_season("2"), new_season("3", hours=3)],
            "Title 2 (2020) has a new season, and news of 2 more titles",
            id="what is gained goes first",
        ),
        pytest.param([change(title="x" * 300)], f"{'x' * 59}… is on your services", id="long"),
        pytest.param([change(title="A\r\nBcc: b\u2028c")], "A Bcc: b c (2020) is on your services", id="lines"),
    ],
)
def test_subject_says_what_is_new_on_one_line(changes: list[Change], subject: str) -> None:
    assert write(*changes).subject == subject


def test_title_on_several_services_is_told_once() -> None:
    email = write(change(), change(source_id="26", hours=30), change(source_id="999", hours=40))

    assert email.text.count("Title 11") == 1
    assert "On Netflix, one of your services and Prime Video ·" in email.text


@pytest.mark.parametrize(
    ("kinds", "told", "silent"), [(("arrived", "left"), "Left", "On"), (("left", "arrived"), "On", "Left")]
)
def test_what_came_and_went_is_told_as_it_is_now(kinds: tuple[str, str], told: str, silent: str) -> None:
    first, last = kinds

    email = write(change(kind=last, hours=1), change(kind=first, hours=30))

    assert f"{told} Netflix" in email.text
    assert f"{silent} Netflix" not in email.text


def test_pictures_are_shown_only_from_where_nobody_can_listen() -> None:
    posters = {"1": "https://p/1.jpg", "2": "http://p/2.jpg", "3": "javascript:alert(1)", "4": 'https://p/"><b>'}

    page = Page(write(*(change(number) for number in "12345"), posters=posters).html)

    assert sorted(page.pictures) == ['https://p/"><b>', "https://p/1.jpg"]
    assert "b" not in page.open


@given(st.text(max_size=80), st.text(max_size=40))
def test_no_text_from_outside_becomes_a_line_or_a_tag(title: str, service: str) -> None:
    told = change(title=title, year=None)

    email = digest.compose("weekly", [told], services={"203": service}, posters={}, web_url=WEB)

    plain = digest.compose("weekly", [change(title="x")], services={"203": "y"}, posters={}, web_url=WEB)
    assert len(email.subject.splitlines()) == 1
    assert len(email.text.splitlines()) == len(plain.text.splitlines())
    assert (Page(email.html).open, Page(email.html).links) == ([], Page(plain.html).links)
    email.html.encode()


def test_fullest_e_mail_is_not_cut_off() -> None:
    changes = [change(str(number), title="A title of a usual length") for number in range(99)]
    posters = {str(number): f"https://image.tmdb.org/t/p/w185/{'x' * 32}.jpg" for number in range(99)}

    assert len(write(*changes, posters=posters).html.encode()) < CLIPPED
