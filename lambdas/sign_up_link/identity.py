"""Who somebody is at the provider they came from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from marquee.errors import MarqueeError


class SignUpRefused(MarqueeError):
    """Somebody may not become a user this way; the message is for them."""


@dataclass(frozen=True, slots=True)
class Identity:
    """An account at a provider; `email` is an address that the provider has seen its owner prove."""

    provider: str
    subject: str
    email: str


def identity_of(event: Mapping[str, Any], provider: str) -> Identity:
    """Return who an event of Cognito is about; raises SignUpRefused where the provider has not verified the address.

    Cognito names such a user after the provider and the provider's own id, and where names know no capitals it may have
    made the provider's small: to link, it wants the name as the pool has it.
    """
    prefix, _, subject = str(event["userName"]).partition("_")
    if prefix.casefold() != provider.casefold() or not subject:
        raise SignUpRefused("Marquee does not know this way of signing in.")
    attributes = event["request"]["userAttributes"]
    email = str(attributes.get("email") or "").strip()
    if not email or str(attributes.get("email_verified")).lower() != "true":
        raise SignUpRefused(f"{provider} has not verified your e-mail address. Create an account with a password.")
    return Identity(provider, subject, email)
