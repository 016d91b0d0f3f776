"""What viewers ask of the guide, and who they are."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

from moto.cognitoidp.models import CognitoIdpBackend, CognitoIdpUser
from moto.cognitoidp.responses import CognitoIdpResponse
from moto.core.responses import EmptyResult

import sign_up_link.handler as linking
from marquee import aws, clock, keys
from marquee.models.viewers import Mark, Preferences
from marquee.repositories.calendars import CalendarLinks
from marquee.repositories.marks import MarkRepository
from marquee.repositories.notifications import Inbox
from marquee.repositories.table import decode
from tests.chaos import invariants
from tests.chaos.asking import person
from tests.chaos.scenario import Feed, Scenario
from tests.chaos.world import World, message
from tests.fakes.api_gateway import call
from tests.fakes.changes import change
from tests.fakes.guide import COMEDY, CRIME, NETFLIX, PRIME, open_guide
from tests.fakes.titles import listed, title
from tests.unit.conftest import FakeContext

GOOGLE = "Google"


class GuideApi(Scenario):
    """Anna chooses, sets, marks and reads; Ben, of whom there is something everywhere, erases his account."""

    name = "guide_api"
    holds = "choice, settings, marks and links are the last that were asked for, everywhere or nowhere; Ben is gone"

    def prepare(self) -> None:
        cloud = open_guide(self.cloud)
        self.pool = new_pool(self.world, "ben")
        for name, value in {"USER_POOL_ID": self.pool, "EMAIL_SENDER": "digest@marquee.test"}.items():
            self.world.monkeypatch.setenv(name, value)
        listed(cloud.titles, *(title(each, f"GB:{NETFLIX}:{COMEDY}") for each in ("11", "12")))
        self.inbox = Inbox(cloud.viewers_table)
        self.inbox.tell(change("11"), {"anna": False, "ben": False})
        marks = MarkRepository(cloud.viewers_table)
        for user, kind in (("anna", "follow"), ("ben", "follow"), ("ben", "hidden")):
            marks.put(user, Mark(kind=kind, title_id="12", title="", at=clock.now()))  # type: ignore[arg-type]
        cloud.viewers.replace_preferences("ben", Preferences(sources=(NETFLIX,), genres=(COMEDY,)))
        cloud.viewers.recount("ben")
        cloud.viewers.change_settings("ben", email_digest="weekly")
        CalendarLinks(cloud.viewers_table).renew("ben")
        ben = partial(call, user="ben")
        self.anna = person(
            [
                ("choice", lambda: call("PUT", "/preferences", body={"sources": [203, 26], "genres": [4]})),
                ("last choice", lambda: call("PUT", "/preferences", body={"sources": [26], "genres": [4, 5]})),
                ("settings", lambda: call("PUT", "/settings", body={"region": "GB", "email_digest": "daily"})),
                ("follow", lambda: call("PUT", "/follows/11")),
                ("unfollow", lambda: call("DELETE", "/follows/12")),
                ("rate", lambda: call("PUT", "/ratings/11", body={"rating": 3})),
                ("rate anew", lambda: call("PUT", "/ratings/11", body={"rating": 7})),
                ("watched", lambda: call("PUT", "/watched/12")),
                ("link", lambda: call("POST", "/calendar")),
                ("read", lambda: call("POST", "/notifications/read")),
                ("erase", lambda: ben("DELETE", "/me")),
            ]
        )
        self.feeds.append(self.anna)

    def check(self) -> None:
        cloud, viewers = self.cloud, self.cloud.viewers
        assert self.anna.refused == [], f"refused: {self.anna.refused}"
        assert viewers.preferences("anna") == Preferences(sources=(PRIME,), genres=(COMEDY, CRIME))
        assert viewers.profile("anna").settings.email_digest == "daily"
        items = cloud.items(cloud.viewers_table)
        assert [key for key in items if key[0].startswith("digest:")] == [("digest:daily", "user:anna")]
        marks = invariants.marks_stand_everywhere(cloud)
        assert marks == {("anna", "follow", "11"), ("anna", "rating", "11"), ("anna", "watched", "12")}, f"{marks}"
        assert items["user:anna", "rating:11"]["rating"] == {"N": "7"}
        own = items["user:anna", "calendar"]["token"]["S"]
        assert [pk for pk, _ in items if pk.startswith("calendar:")] == [keys.calendar(own)], "a link leads nowhere"
        assert self.inbox.unread("anna") == 0
        viewers.recount("anna")
        invariants.pairs_equal_choices(cloud)
        left = [key for key, item in items.items() if "ben" in str(decode(item)) and key[0] != keys.erased("ben")]
        assert left == [], f"of Ben there is left {left}"
        assert aws.cognito().list_users(UserPoolId=self.pool)["Users"] == [], "Ben can still sign in"


class SignUpLink(Scenario):
    """Three come from Google: somebody new, a user with a password, and one whose address a stranger has typed."""

    name = "sign_up_link"
    holds = "each address has one user, who has proven it and to whom the account at Google is linked once"
    emails = ("new@marquee.test", "proven@marquee.test", "typed@marquee.test")

    def prepare(self) -> None:
        self.world.monkeypatch.setenv("IDENTITY_PROVIDER", GOOGLE)
        self.world.monkeypatch.setattr(CognitoIdpResponse, "admin_link_provider_for_user", link_provider, raising=False)
        self.pool = new_pool(self.world, self.emails[1], UsernameAttributes=["email"])
        aws.cognito().admin_set_user_password(
            UserPoolId=self.pool, Username=self.emails[1], Password="Watch-tonight-1", Permanent=True
        )
        aws.cognito().admin_create_user(UserPoolId=self.pool, Username=self.emails[2], MessageAction="SUPPRESS")
        feed = Feed(self._arrive, batch=1)
        feed.add(*(message(json.dumps(self._arrival(each)), each) for each in self.emails))
        self.feeds.append(feed)

    def _arrival(self, email: str) -> dict[str, Any]:
        return {
            "triggerSource": linking.FROM_PROVIDER,
            "userPoolId": self.pool,
            "userName": f"google_{email}",
            "request": {"userAttributes": {"email": email, "email_verified": "true"}},
        }

    def _arrive(self, event: dict[str, Any], context: FakeContext) -> dict[str, Any]:
        for record in event["Records"]:
            linking.lambda_handler(json.loads(record["body"]), context)  # type: ignore[arg-type]
        return {}

    def check(self) -> None:
        users: list[Any] = aws.cognito().list_users(UserPoolId=self.pool)["Users"]
        found = {}
        for each in users:
            facts = {fact["Name"]: fact["Value"] for fact in each["Attributes"]}
            linked = [identity["userId"] for identity in json.loads(facts["identities"])]
            found[facts["email"]] = (each["UserStatus"], facts["email_verified"], linked)
        assert len(users) == len(self.emails), f"there are {len(users)} users"
        assert found == {each: ("CONFIRMED", "true", [each]) for each in self.emails}, f"users are {found}"


def new_pool(world: World, *users: str, **settings: Any) -> str:
    """Return a user pool with some users, whose addresses are proven; it is the world's only one."""
    pool: str = aws.cognito().create_user_pool(PoolName="people", **settings)["UserPool"]["Id"]
    for user in users:
        proven = [{"Name": "email_verified", "Value": "true"}]
        aws.cognito().admin_create_user(UserPoolId=pool, Username=user, UserAttributes=proven)
    return pool


def link_provider(response: CognitoIdpResponse) -> EmptyResult:
    """Let an identity sign in as a user, as Cognito does and moto does not: what is linked cannot be linked again."""
    backend: CognitoIdpBackend = response.backend
    told, source = response._get_param("DestinationUser"), response._get_param("SourceUser")
    user: CognitoIdpUser = backend.admin_get_user(response._get_param("UserPoolId"), told["ProviderAttributeValue"])
    known = json.loads(user.attribute_lookup.get("identities") or "[]")
    new = {"providerName": source["ProviderName"], "userId": source["ProviderAttributeValue"]}
    if new not in known:
        user.update_attributes([{"Name": "identities", "Value": json.dumps([*known, new])}])
    return EmptyResult()
