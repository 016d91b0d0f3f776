"""Plain Python values as DynamoDB takes and gives them.

boto3's own serializer makes a Decimal of each number, which then has to become an int or a float, and its import brings
all of boto3: a twelfth of what a new function takes to start (decision 0040).
"""

import math
from collections.abc import Callable, Collection, Mapping
from decimal import Decimal
from typing import Any


def encode(item: Mapping[str, object]) -> dict[str, Any]:
    """Return plain values as DynamoDB takes them; None is left out, because absence is stored as absence.

    Raises TypeError for a value that DynamoDB cannot hold, an empty set too.
    """
    return {name: _encoded(value) for name, value in item.items() if value is not None}


def decode(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return an item of DynamoDB as plain values: numbers as int or float, sets as sets."""
    return {name: _decoded(value) for name, value in item.items()}


def _encoded(value: object) -> dict[str, Any]:
    if isinstance(value, str):
        return {"S": value}
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, int | float | Decimal):
        return {"N": _number(value)}
    if isinstance(value, bytes | bytearray):
        return {"B": bytes(value)}
    if isinstance(value, Mapping):
        return {"M": {name: _encoded(part) for name, part in value.items() if part is not None}}
    if isinstance(value, list | tuple):
        return {"L": [_encoded(part) for part in value]}
    if isinstance(value, set | frozenset) and value:
        return _encoded_set(value)
    if value is None:
        return {"NULL": True}
    raise TypeError(f"DynamoDB cannot hold a {type(value).__name__}")


def _encoded_set(values: Collection[object]) -> dict[str, Any]:
    encoded = [_encoded(value) for value in values]
    kinds = {kind for value in encoded for kind in value}
    if len(kinds) != 1 or not kinds <= {"S", "N", "B"}:
        raise TypeError("A set of DynamoDB holds texts, or numbers, or bytes")
    (kind,) = kinds
    return {f"{kind}S": [value[kind] for value in encoded]}


def _number(value: float | Decimal) -> str:
    """Return a number as DynamoDB takes it; raises TypeError for one that is not finite."""
    if not math.isfinite(value):
        raise TypeError(f"DynamoDB cannot hold {value}")
    return repr(value) if isinstance(value, float) else str(value)


def _decoded(value: Mapping[str, Any]) -> Any:
    ((kind, content),) = value.items()
    return _READERS[kind](content)


def _plain_number(text: str) -> int | float:
    """Return a whole number as an int, however it is written, any other as a float."""
    if text.removeprefix("-").isdigit():
        return int(text)
    exact = Decimal(text)
    return int(exact) if exact == exact.to_integral_value() else float(exact)


def _same(value: Any) -> Any:
    return value


_READERS: Mapping[str, Callable[[Any], Any]] = {
    "S": _same,
    "N": _plain_number,
    "BOOL": _same,
    "NULL": lambda _: None,
    "B": bytes,
    "L": lambda content: [_decoded(each) for each in content],
    "M": decode,
    "SS": set,
    "NS": lambda content: {_plain_number(each) for each in content},
    "BS": lambda content: {bytes(each) for each in content},
}
