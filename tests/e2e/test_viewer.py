"""What a viewer says of titles, asks for and takes away, on the running system."""

import json
import random
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import httpx
import pytest
import vobject
from botocore.exceptions import ClientError

from local.catalogue import load_demo
from local.users import DemoUser
from tests.e2e.cloud import Cloud
from tests.e2e.pipeline import catalogue, choose, guide, invoke, viewer_items
from tests.waiting import ANSWER_SECONDS, wait_until

SAMPLE = 50
MARKS = ("follows", "watched", "hidden")


@pytest.fixture
def account(cloud: Cloud) -> DemoUser:
    """Somebody who has just signed up."""
    return cloud.new_user()


@pytest.fixture
def somebody(cloud: Cloud, account: DemoUser) -> Iterator[httpx.Client]:
    """A viewer with a small guide, who is gone afterwards."""
    with cloud.api(account) as client:
        choose(client, ["203"], ["4"])
        wait_until(lambda: guide(client), 30, "the guide of a new viewer")
        yield client
        with suppress(httpx.HTTPError):
            client.delete("/me")


@pytest.mark.parametrize("kind", MARKS)
def test_mark_is_set_once_listed_and_removed(somebody: httpx.Client, kind: str) -> None:
    first, second, *_ = guide(somebody)
    for title in (first, second, first):
        assert somebody.put(f"/{kind}/{title}").status_code == 204

    page = somebody.get(f"/{kind}", params={"limit": 1}).json()
    rest = somebody.get(f"/{kind}", params={"limit": 1, "next": page["next"]}).json()

    assert {each["id"] for each in page[kind] + rest[kind]} == {first, second}
    for _ in range(2):
        assert somebody.delete(f"/{kind}/{first}").status_code == 204
    assert [each["id"] for each in somebody.get(f"/{kind}").json()[kind]] == [second]
    assert somebody.put(f"/{kind}/999999999").status_code == 404


def test_watched_and_hidden_titles_leave_the_guide_unless_asked_for(somebody: httpx.Client) -> None:
    shown = set(guide(somebody))
    watched, hidden, *_ = shown
    somebody.put(f"/watched/{watched}").raise_for_status()
    somebody.put(f"/hidden/{hidden}").raise_for_status()

    assert set(guide(somebody)) == shown - {watched, hidden}
    assert set(guide(somebody, include="watched")) == shown - {hidden}
    assert guide(somebody, include="watched")[watched]["watched"] is True
    somebody.delete(f"/hidden/{hidden}").raise_for_status()
    assert set(guide(somebody)) == shown - {watched}


def test_rating_is_changed_by_the_last_word_and_refused_outside_its_range(somebody: httpx.Client) -> None:
    title = next(iter(guide(somebody)))
    for rating in (3, 8, 8):
        assert somebody.put(f"/ratings/{title}", json={"rating": rating}).status_code == 204

    assert somebody.get(f"/titles/{title}").json()["my_rating"] == 8
    assert [each["rating"] for each in somebody.get("/ratings").json()["ratings"]] == [8]
    for refused in (0, 11, 7.5, "many", None):
        answer = somebody.put(f"/ratings/{title}", json={"rating": refused})
        assert answer.status_code == 400, refused
        assert json.dumps(refused).strip('"') in answer.text


def test_viewers_do_not_see_what_others_have_marked(cloud: Cloud, somebody: httpx.Client) -> None:
    title = next(iter(guide(somebody)))
    somebody.put(f"/follows/{title}").raise_for_status()

    with cloud.api(cloud.new_user()) as other:
        assert other.get("/follows").json()["follows"] == []
        assert other.get(f"/titles/{title}").json()["followed"] is False
        other.delete("/me").raise_for_status()
    assert [each["id"] for each in somebody.get("/follows").json()["follows"]] == [title]


def test_search_finds_every_sampled_title_by_three_letters_and_its_year_on_the_first_page(
    cloud: Cloud, viewer: httpx.Client
) -> None:
    searchable = [each for each in load_demo().titles.values() if each.year and long_words(each.title)]
    wait_until(lambda: known(cloud) >= {str(each.id) for each in searchable}, 60, "the demo catalogue to be known")

    missed = []
    for title in random.Random(3).sample(searchable, SAMPLE):
        for word in long_words(title.title):
            found = viewer.get("/search", params={"q": f"{word[:3]} {title.year}"}).raise_for_status().json()
            if str(title.id) not in [each["id"] for each in found["titles"]]:
                missed.append((title.title, word))

    assert missed == []


def known(cloud: Cloud) -> set[str]:
    return {pk.removeprefix("title:") for pk, sk in catalogue(cloud) if sk == "record"}


def long_words(title: str) -> list[str]:
    return re.findall(r"[^\W\d_]{3,}", title)


def test_exact_title_comes_first_whatever_its_case_and_accents(viewer: httpx.Client) -> None:
    card = max(guide(viewer).values(), key=lambda each: len(each["title"]))

    found = viewer.get("/search", params={"q": card["title"].upper()}).raise_for_status().json()["titles"]

    assert found[0]["id"] == card["id"]


def test_calendar_is_read_by_another_program_and_a_renewed_link_replaces_the_old(
    cloud: Cloud, somebody: httpx.Client, anonymous: httpx.Client
) -> None:
    dated = next(each for each, card in guide(somebody).items() if card["release_date"])
    somebody.put(f"/follows/{dated}").raise_for_status()
    first = feed(somebody.post("/calendar").raise_for_status().json())

    answer = anonymous.get(first)

    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    (event,) = vobject.readOne(answer.text).vevent_list
    assert event.dtstart.value.isoformat() == guide(somebody)[dated]["release_date"]
    assert event.uid.value
    assert event.dtstamp.value
    second = feed(somebody.post("/calendar").raise_for_status().json())
    assert (anonymous.get(first).status_code, anonymous.get(second).status_code) == (404, 200)
    somebody.delete("/calendar").raise_for_status()
    assert anonymous.get(second).status_code == 404


def feed(link: dict[str, str]) -> str:
    """Return the address of a calendar below the address of the API."""
    return link["path"].removeprefix("/api")


def test_export_holds_everything_and_erasure_leaves_nothing(
    cloud: Cloud, account: DemoUser, somebody: httpx.Client
) -> None:
    first, second, *_ = guide(somebody)
    somebody.put(f"/follows/{first}").raise_for_status()
    somebody.put(f"/ratings/{first}", json={"rating": 9}).raise_for_status()
    somebody.put(f"/watched/{second}").raise_for_status()
    somebody.put("/settings", json={"email_digest": "weekly"}).raise_for_status()
    somebody.post("/calendar").raise_for_status()

    export = somebody.get("/me/export").raise_for_status().json()

    assert export["preferences"] == {"sources": ["203"], "genres": ["4"]}
    assert export["settings"]["email_digest"] == "weekly"
    assert [each["title_id"] for each in export["follows"]] == [first]
    assert [(each["title_id"], each["rating"]) for each in export["ratings"]] == [(first, 9)]
    assert [each["title_id"] for each in export["watched"]] == [second]
    user_id = export["profile"]["id"]
    counted = pair_count(cloud)
    assert somebody.delete("/me").status_code == 204
    assert traces(cloud, user_id) == []
    assert pair_count(cloud) == counted - 1
    assert somebody.put(f"/follows/{first}").status_code == 401
    assert traces(cloud, user_id) == []
    with pytest.raises(ClientError, match="NotAuthorized"):
        cloud.token(account)


def traces(cloud: Cloud, user_id: str) -> list[tuple[str, str]]:
    return [key for key, item in viewer_items(cloud).items() if user_id in json.dumps(item, default=str)]


def pair_count(cloud: Cloud) -> int:
    return int(viewer_items(cloud)[("pairs", "source:203:genre:4")]["viewers"]["N"])


def test_digest_is_sent_once_with_what_is_unread(cloud: Cloud, account: DemoUser, somebody: httpx.Client) -> None:
    somebody.put("/settings", json={"email_digest": "daily"}).raise_for_status()
    title = next(iter(guide(somebody).values()))
    somebody.put(f"/follows/{title['id']}").raise_for_status()
    announce(cloud, title)
    wait_until(lambda: somebody.get("/notifications").json()["unread"], 30, "the notification")

    for _ in range(2):
        job = invoke(cloud, "digest_planner")["job_id"]
        wait_until(lambda job=job: state(cloud, job) == "succeeded", 60, "the digest to be sent")

    (mail,) = mails(cloud, account.email)
    assert title["title"] in json.dumps(mail, ensure_ascii=False)


def announce(cloud: Cloud, title: dict[str, Any]) -> None:
    """Announce the arrival of a title on Netflix a day from now, so that every follower is older than it."""
    change = {
        "kind": "arrived",
        "title_id": title["id"],
        "title": title["title"],
        "type": title["type"],
        "year": title["year"],
        "region": "GB",
        "source_id": "203",
        "provider": "watchmode",
        "at": "2099-01-01T00:00:00.000Z",
    }
    cloud.aws.client("sqs").send_message(
        QueueUrl=cloud.outputs.queues["notification"], MessageBody=json.dumps({"change": change})
    )


def state(cloud: Cloud, job_id: str) -> str:
    key = {"PK": {"S": f"job:{job_id}"}, "SK": {"S": "record"}}
    found = cloud.aws.client("dynamodb").get_item(TableName=cloud.outputs.tables["operations"], Key=key)
    return str(found["Item"]["state"]["S"])


def mails(cloud: Cloud, address: str) -> list[dict[str, Any]]:
    """Return the e-mails that the emulator has sent to an address."""
    answer = httpx.get(
        f"{cloud.outputs.aws_endpoint_url}/_ministack/ses/messages", timeout=ANSWER_SECONDS, trust_env=False
    ).json()
    found = [mail for messages in answer["messages"].values() for mail in messages]
    return [mail for mail in found if address in json.dumps(mail)]
