"""What an event that somebody sends has to be: R3's checks in R3's order and words, and a few more. Pure."""

import json
import math
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from marquee import activity, clock
from marquee.activity import Problem
from marquee.errors import InvalidInput

# R3 knows no bound; this is what one request may hold of events.
BODY_BYTES = 262_144
# A clock may be a little fast. Far less than consumers allow, so that they take what was taken here.
AHEAD_SECONDS = 3_600
# Deep enough for any payload that is meant; what reads an event later has limits of its own.
LEVELS = 50
# Digits of the largest number that JSON's readers agree on, with room for a sign.
DIGITS = 310
# Whole numbers up to here are the same as a float.
WHOLE = 2.0**53
# What R3 takes for nothing, as JavaScript does; False equals 0.
NOTHING = (None, "", 0)
KEY = re.compile(r"[ -~]{1,255}")
KEY_RULE = "must be 1 to 255 printable ASCII characters"
HALF_A_SIGN = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True)
class Incoming:
    """An event that passed all checks; `timestamp` and `event_id` are None if it does not say them."""

    event_type: str
    payload: dict[str, Any]
    timestamp: str | None
    event_id: str | None


class Refused(InvalidInput):
    """An event cannot be taken; `path` is where it is wrong, if one of our checks found it and not one of R3's."""

    def __init__(self, message: str, path: str | None = None, status: int = 400) -> None:
        super().__init__(message)
        self.path = path
        self.status = status


def read_body(body: str | None) -> dict[str, Any]:
    """Return the JSON object of a body; raises Refused for none, one too large, or one that is something else.

    Of two equal names in an object the last counts, as in JavaScript; nothing later sees the other.
    """
    if not body:
        raise Refused("Request body is required")
    if len(body.encode(errors="surrogatepass")) > BODY_BYTES:
        raise Refused(f"Request body is larger than {BODY_BYTES} bytes", status=413)
    try:
        found = json.loads(body, parse_constant=_no_number, parse_float=_number, parse_int=_whole)
    except (ValueError, RecursionError) as error:
        raise Refused("Request body must be valid JSON") from error
    if not isinstance(found, dict):
        raise Refused("Request body must be a JSON object")
    return found


def checked(event: object, accepted: Sequence[str], now: str) -> Incoming:
    """Return an event that may go on the stream; raises Refused with the first thing that is wrong, in R3's order."""
    if not isinstance(event, dict):
        raise Refused("Event must be a JSON object")
    event_type, payload = event.get("event_type"), event.get("payload")
    if event_type in NOTHING:
        raise Refused("event_type is required")
    if event_type not in accepted:
        raise Refused(f"Invalid event_type. Must be one of: {', '.join(accepted)}")
    if payload in NOTHING:
        raise Refused("payload is required")
    if not isinstance(payload, dict):
        raise Refused("payload must be an object", "payload")
    if found := flaw(payload, "payload") or activity.problem(event_type, payload):
        raise Refused(f"{found.path} {found.message}", found.path)
    return Incoming(event_type, payload, _timestamp(event, now), _event_id(event))


def checked_key(key: str | None) -> str | None:
    """Return the name that a caller gave to a request; raises Refused for one that cannot be."""
    if key is not None and not KEY.fullmatch(key):
        raise Refused(f"Idempotency-Key {KEY_RULE}")
    return key


def flaw(value: object, name: str, level: int = 1) -> Problem | None:
    """Return where a value of that name holds something that JSON can say and no reader can keep, None if nowhere."""
    if isinstance(value, str) and HALF_A_SIGN.search(value):
        return Problem(name, "must be Unicode text")
    if isinstance(value, int | float) and abs(value) > sys.float_info.max:
        return Problem(name, "must be a number that can be kept")
    if not isinstance(value, dict | list):
        return None
    if level > LEVELS:
        return Problem(name, f"must not be nested more than {LEVELS} levels deep")
    if isinstance(value, dict) and any(map(HALF_A_SIGN.search, value)):
        return Problem(name, "must have names that are Unicode text")
    for part_name, part in value.items() if isinstance(value, dict) else enumerate(value):
        # The path is put together on the way back: long names must not cost anything where all is well.
        if found := flaw(part, str(part_name), level + 1):
            return Problem(f"{name}.{found.path}", found.message)
    return None


def _timestamp(event: Mapping[str, Any], now: str) -> str | None:
    given = event.get("timestamp")
    if given is None or given == "":
        return None
    try:
        moment = clock.normalised(given)
    except (ValueError, TypeError) as error:
        raise Refused("timestamp must be a moment in ISO 8601", "timestamp") from error
    if clock.seconds_between(now, moment) > AHEAD_SECONDS:
        raise Refused("timestamp must not lie in the future", "timestamp")
    return moment


def _event_id(event: Mapping[str, Any]) -> str | None:
    given = event.get("event_id")
    if given is not None and not (isinstance(given, str) and KEY.fullmatch(given)):
        raise Refused(f"event_id {KEY_RULE}", "event_id")
    return given


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def _number(text: str) -> float:
    """Return a number with a point or an exponent; JSON knows one kind of number, so 11.0 is 11, also as an id."""
    value = float(text)
    return int(value) if value.is_integer() and abs(value) < WHOLE else value


def _whole(text: str) -> float:
    return int(text) if len(text) <= DIGITS else math.inf
