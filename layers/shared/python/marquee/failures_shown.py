"""What operators see of a message that failed: its form and its facts, and nothing that names a viewer. Pure."""

import json
import re

PREVIEW_LENGTH = 300
SHOWN_LENGTH = 20_000
HIDDEN = "…"
# Words in the names of members that say who somebody is, or are as good as a password.
PERSONAL = {
    *("user", "users", "viewer", "viewers", "follower", "followers", "by", "who", "sub", "email", "mail"),
    *("token", "secret", "password", "key", "authorization", "address", "phone"),
}
WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
# Bounded, because what failed may be anything: a pattern that begins anew at each of many letters never ends.
MAIL = re.compile(r"[^@\s\"'<>:]{1,64}@[^@\s\"'<>]{1,255}\.[a-zA-Z]{2,24}")
# What is cut off before it is searched reaches beyond what is shown, so that no half of an address is.
MARGIN = 400
# The keys of items that belong to an account.
ACCOUNT = re.compile(r"\b(userpref:|user:)[^\s\"',}]+")


def redacted(payload: str) -> str:
    """Return a payload without what names a viewer: members that say who it is, addresses, keys of accounts.

    What is no JSON is only cleared of addresses and keys.
    """
    try:
        shown = json.dumps(_redacted(json.loads(payload)), ensure_ascii=False)
    except (ValueError, RecursionError):
        shown = payload
    shown = shown[: SHOWN_LENGTH + MARGIN]
    shown = ACCOUNT.sub(rf"\1{HIDDEN}", MAIL.sub(HIDDEN, shown))
    return shown if len(shown) <= SHOWN_LENGTH else shown[:SHOWN_LENGTH] + HIDDEN


def preview(payload: str) -> str:
    """Return the beginning of a redacted payload, as a list shows it."""
    shown = redacted(payload)
    return shown if len(shown) <= PREVIEW_LENGTH else shown[:PREVIEW_LENGTH] + HIDDEN


def _redacted(value: object) -> object:
    if isinstance(value, dict):
        return {name: HIDDEN if _is_personal(name, part) else _redacted(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_redacted(part) for part in value]
    return value


def _is_personal(name: str, value: object) -> bool:
    """Return whether a member holds who somebody is; an object is looked through instead."""
    words = {word.lower() for word in WORD.findall(name)}
    return bool(words & PERSONAL) and not isinstance(value, dict | bool | None)
