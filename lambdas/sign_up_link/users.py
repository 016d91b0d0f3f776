"""The users of the pool, as far as linking needs them."""

import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sign_up_link.identity import Identity

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_cognito_idp.type_defs import AttributeTypeTypeDef

# One of each kind that the pool's policy asks for, behind what nobody can guess.
_EVERY_KIND = "aA1!"
_PROVEN: "AttributeTypeTypeDef" = {"Name": "email_verified", "Value": "true"}


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who signs in with an e-mail address and a password; `identities` are providers with their own ids."""

    id: str
    status: str
    is_enabled: bool
    has_proven_email: bool
    identities: frozenset[tuple[str, str]]


class Users:
    """The users of one pool that have a name of their own, the e-mail address: those of a provider have none."""

    def __init__(self, cognito: "CognitoIdentityProviderClient", pool_id: str) -> None:
        self._cognito = cognito
        self._pool_id = pool_id

    def find(self, email: str) -> User | None:
        """Return the user who signs in with an address, in whatever capitals, or None."""
        try:
            found = self._cognito.admin_get_user(UserPoolId=self._pool_id, Username=email)
        except self._cognito.exceptions.UserNotFoundException:
            return None
        return _user(found["Username"], found["UserStatus"], found.get("Enabled", True), found["UserAttributes"])

    def make(self, email: str) -> User:
        """Make the user of an address that is proven; nobody is written to. Returns the one who was faster, if any."""
        try:
            made = self._cognito.admin_create_user(
                UserPoolId=self._pool_id,
                Username=email,
                MessageAction="SUPPRESS",
                UserAttributes=[{"Name": "email", "Value": email}, _PROVEN],
            )["User"]
        except self._cognito.exceptions.UsernameExistsException:
            if user := self.find(email):
                return user
            raise
        return _user(made["Username"], made["UserStatus"], made.get("Enabled", True), made["Attributes"])

    def hand_over(self, user: User) -> None:
        """Give an account that nobody has used to the owner of the address, with a password that nobody knows.

        The password comes last, because it lets the user in: before it, what was typed at a sign-up is worth nothing.
        Who wants one chooses it by "Forgot your password?", which Cognito refuses to a user who was only invited.
        """
        if not user.has_proven_email:
            self._cognito.admin_update_user_attributes(
                UserPoolId=self._pool_id, Username=user.id, UserAttributes=[_PROVEN]
            )
        self._cognito.admin_set_user_password(
            UserPoolId=self._pool_id,
            Username=user.id,
            Password=secrets.token_urlsafe(32) + _EVERY_KIND,
            Permanent=True,
        )

    def link(self, user: User, identity: Identity) -> None:
        """Let an identity sign in as a user."""
        self._cognito.admin_link_provider_for_user(
            UserPoolId=self._pool_id,
            DestinationUser={"ProviderName": "Cognito", "ProviderAttributeValue": user.id},
            SourceUser={
                "ProviderName": identity.provider,
                "ProviderAttributeName": "Cognito_Subject",
                "ProviderAttributeValue": identity.subject,
            },
        )


def _user(user_id: str, status: str, is_enabled: bool, attributes: "Iterable[AttributeTypeTypeDef]") -> User:
    values: Mapping[str, str] = {each["Name"]: each.get("Value", "") for each in attributes}
    identities = json.loads(values.get("identities") or "[]")
    return User(
        id=user_id,
        status=status,
        is_enabled=is_enabled,
        has_proven_email=values.get("email_verified") == "true",
        identities=frozenset((each["providerName"], str(each["userId"])) for each in identities),
    )
