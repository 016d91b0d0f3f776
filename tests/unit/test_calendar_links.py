"""The private links to calendars."""

import pytest

from marquee import keys
from marquee.errors import AccountErased, Conflict
from marquee.repositories.calendars import CalendarLinks
from tests.fakes.interruptions import before_requests, colliding, overtaking
from tests.unit.conftest import Cloud


@pytest.fixture
def links(cloud: Cloud) -> CalendarLinks:
    return CalendarLinks(cloud.viewers_table)


def lookups(cloud: Cloud) -> list[str]:
    return [pk.removeprefix("calendar:") for pk, _ in cloud.items(cloud.viewers_table) if pk.startswith("calendar:")]


def test_link_leads_to_its_viewer_and_is_too_long_to_guess(links: CalendarLinks) -> None:
    link = links.renew("anna")

    assert (links.get("anna"), links.viewer(link.token), len(link.token)) == (link, "anna", 43)
    assert (links.get("ben"), links.viewer("x"), links.viewer("A" * 43)) == (None, None, None)


def test_renewed_link_is_another_one_and_the_old_one_leads_nowhere(cloud: Cloud, links: CalendarLinks) -> None:
    old, new = links.renew("anna"), links.renew("anna")

    assert (links.viewer(old.token), links.viewer(new.token), links.get("anna")) == (None, "anna", new)
    assert lookups(cloud) == [new.token]


def test_removed_link_leads_nowhere_and_may_be_removed_again(cloud: Cloud, links: CalendarLinks) -> None:
    link = links.renew("anna")
    other = links.renew("ben")

    links.remove("anna")
    links.remove("anna")

    assert (links.viewer(link.token), links.get("anna"), links.viewer(other.token)) == (None, None, "ben")
    assert lookups(cloud) == [other.token]


@pytest.mark.parametrize("there", [True, False])
def test_two_renewals_at_once_leave_one_link(cloud: Cloud, links: CalendarLinks, there: bool) -> None:
    if there:
        links.renew("anna")

    with before_requests(cloud.viewers_table.client, overtaking(lambda: links.renew("anna"))):
        link = links.renew("anna")

    assert (lookups(cloud), links.get("anna")) == ([link.token], link)


def test_renewal_and_removal_at_once_leave_nothing_that_nobody_knows_of(cloud: Cloud, links: CalendarLinks) -> None:
    links.renew("anna")
    with before_requests(cloud.viewers_table.client, overtaking(lambda: links.renew("anna"))):
        links.remove("anna")
    assert (lookups(cloud), links.get("anna")) == ([], None)

    links.renew("anna")
    with before_requests(cloud.viewers_table.client, overtaking(lambda: links.remove("anna"))):
        link = links.renew("anna")
    assert (lookups(cloud), links.get("anna")) == ([link.token], link)


def test_erased_account_makes_no_link(cloud: Cloud, links: CalendarLinks) -> None:
    cloud.viewers_table.put({"PK": keys.erased("anna"), "SK": "mark"})

    with pytest.raises(AccountErased):
        links.renew("anna")

    assert lookups(cloud) == []


def test_others_who_keep_winning_end_in_a_conflict(cloud: Cloud, links: CalendarLinks) -> None:
    with before_requests(cloud.viewers_table.client, colliding(100)), pytest.raises(Conflict):
        links.renew("anna")
