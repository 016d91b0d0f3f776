"""The user pool of an environment: who may sign in, and who is in the group of operators."""

import json
import secrets
import string
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Self

from botocore.exceptions import ClientError

from cli.environment import Environment
from cli.errors import OperatorError

ADMIN_GROUP = "admin"
# Cognito lists no more in one answer.
PAGE = 60
# How Cognito calls a user who was invited and has not signed in yet.
INVITED = "FORCE_CHANGE_PASSWORD"
SIGNS = "!@#%^*-_=+"


@dataclass(frozen=True)
class User:
    """Somebody who may sign in; `state` is what Cognito says of the account."""

    email: str
    id: str
    state: str
    enabled: bool
    admin: bool
    created_at: str


class Users:
    """The user pool of an environment, in which a user is known by the e-mail address."""

    def __init__(self, cognito: Any, pool: str) -> None:
        self._cognito = cognito
        self._pool = pool

    @classmethod
    def of(cls, place: Environment) -> Self:
        """Return the users of an environment."""
        return cls(place.client("cognito-idp"), place.output("UserPoolId"))

    def admins(self) -> Iterator[User]:
        """Yield the operators, page after page."""
        pages = self._cognito.get_paginator("list_users_in_group").paginate(
            UserPoolId=self._pool, GroupName=ADMIN_GROUP
        )
        for page in pages:
            yield from (_user(each, admin=True) for each in page["Users"])

    def matching(self, beginning: str) -> Iterator[User]:
        """Yield the users whose address begins so, all if nothing is said, page after page."""
        admins = {each.id for each in self.admins()}
        filtered = {"Filter": f"email ^= {json.dumps(beginning)}"} if beginning else {}
        pages = self._cognito.get_paginator("list_users").paginate(
            UserPoolId=self._pool, PaginationConfig={"PageSize": PAGE}, **filtered
        )
        for page in pages:
            for each in page["Users"]:
                found = _user(each, admin=False)
                yield _user(each, admin=found.id in admins)

    def invite(self, email: str, password: str | None) -> None:
        """Add a user, who gets an e-mail with a temporary password, or none if `password` is said here instead."""
        said = {"TemporaryPassword": password, "MessageAction": "SUPPRESS"} if password else {}
        with _told(email):
            self._cognito.admin_create_user(
                UserPoolId=self._pool,
                Username=email,
                UserAttributes=[{"Name": "email", "Value": email}, {"Name": "email_verified", "Value": "true"}],
                **said,
            )

    def reset(self, email: str) -> str:
        """Let somebody choose a new password; returns what was sent. An invitation that has expired is sent anew."""
        with _told(email):
            found = self._cognito.admin_get_user(UserPoolId=self._pool, Username=email)
            if found["UserStatus"] == INVITED:
                self._cognito.admin_create_user(UserPoolId=self._pool, Username=email, MessageAction="RESEND")
                return "a new invitation"
            self._cognito.admin_reset_user_password(UserPoolId=self._pool, Username=email)
        return "a code for a new password"

    def set_temporary(self, email: str, password: str) -> None:
        """Give somebody a password that has to be changed at the next sign-in."""
        with _told(email):
            self._cognito.admin_set_user_password(
                UserPoolId=self._pool, Username=email, Password=password, Permanent=False
            )

    def promote(self, email: str) -> None:
        """Make somebody an operator; who is one already stays one."""
        with _told(email):
            self._cognito.admin_add_user_to_group(UserPoolId=self._pool, Username=email, GroupName=ADMIN_GROUP)

    def demote(self, email: str) -> None:
        """Take the rights of an operator from somebody, from the next token on."""
        with _told(email):
            self._cognito.admin_remove_user_from_group(UserPoolId=self._pool, Username=email, GroupName=ADMIN_GROUP)

    def forget_app(self, email: str) -> None:
        """Ask somebody for the password alone who has lost the authenticator app."""
        with _told(email):
            self._cognito.admin_set_user_mfa_preference(
                UserPoolId=self._pool, Username=email, SoftwareTokenMfaSettings={"Enabled": False}
            )


def temporary_password() -> str:
    """Return a password that fits the rules of the user pool."""
    kinds = (string.ascii_lowercase, string.ascii_uppercase, string.digits, SIGNS)
    letters = [secrets.choice(kind) for kind in kinds for _ in range(4)]
    secrets.SystemRandom().shuffle(letters)
    return "".join(letters)


@contextmanager
def _told(email: str) -> Iterator[None]:
    """Say in a sentence what Cognito has against it."""
    sentences = {
        "UserNotFoundException": f"There is no user {email!r}; `marquee users list` shows who there is.",
        "UsernameExistsException": f"There is a user {email!r} already.",
        "ResourceNotFoundException": "The user pool, or its group of operators, is not there; deploy the stacks anew.",
        "InvalidParameterException": f"Cognito does not take {email!r}",
    }
    try:
        yield
    except ClientError as error:
        code, reason = (error.response["Error"].get(each, "") for each in ("Code", "Message"))
        if code not in sentences:
            raise
        known = sentences[code]
        raise OperatorError(known if known.endswith(".") else f"{known}: {reason}") from error


def _user(said: dict[str, Any], *, admin: bool) -> User:
    attributes = {each["Name"]: each["Value"] for each in said.get("Attributes", [])}
    return User(
        email=attributes.get("email", ""),
        id=attributes.get("sub", said["Username"]),
        state=said["UserStatus"],
        enabled=said["Enabled"],
        admin=admin,
        created_at=said["UserCreateDate"].isoformat(),
    )
