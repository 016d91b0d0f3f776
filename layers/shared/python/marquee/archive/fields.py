"""How single values of TMDB's bodies are written in fields of Protocol Buffers.

`pack` answers None for a value that the field cannot hold; `unpack` returns a value equal to the one that was packed.
"""

import json
from binascii import Error, a2b_base64, b2a_base64
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from google.protobuf.descriptor import FieldDescriptor

_EPOCH = date(1970, 1, 1).toordinal()
_MIDNIGHT = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_INT64 = 2**63
# Whole numbers up to here are exact in a double, and four more decimals are in the ten-thousandths of an int64.
_EXACT = 2**53
_LARGEST_E4 = 2**40
_SUFFIXES = {".jpg": b"", ".png": b"\x01", ".svg": b"\x02"}
_ENDINGS = {mark: suffix for suffix, mark in _SUFFIXES.items()}
# "/" and 27 digits are 28 digits of base 64, which are 21 bytes; the first one is 0xFC or more, as in no UTF-8.
_DIGITS = 28
_PACKED = 21
_FIRST = 0xFC


class Form(NamedTuple):
    """How a value is written and read.

    `empty` is the value that is only marked, because the field cannot hold it; `null` is how null is written in the
    field itself, where it is frequent.
    """

    pack: Callable[[Any], Any]
    unpack: Callable[[Any], Any]
    empty: Any = None
    null: Any = None


def _same(value: Any) -> Any:
    return value


def _text(value: Any) -> str | None:
    return value if type(value) is str else None


def _flag(value: Any) -> bool | None:
    return value if type(value) is bool else None


def _whole(value: Any) -> int | None:
    if type(value) is float and value.is_integer() and -_EXACT <= value <= _EXACT:
        return int(value)
    return value if type(value) is int and -_INT64 <= value < _INT64 else None


def _number(value: Any) -> float | None:
    if type(value) is int:
        return float(value) if -_EXACT <= value <= _EXACT else None
    return value if type(value) is float else None


def _pack_day(value: Any) -> int | None:
    try:
        day = date.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return day.toordinal() - _EPOCH if day.isoformat() == value else None


def _unpack_day(value: int) -> str:
    return date.fromordinal(value + _EPOCH).isoformat()


def _pack_moment(value: Any) -> int | None:
    try:
        moment = datetime.fromisoformat(value)
        milliseconds = (moment - _MIDNIGHT) // _MILLISECOND
    except (TypeError, ValueError):
        return None
    return milliseconds if _unpack_moment(milliseconds) == value else None


def _unpack_moment(value: int) -> str:
    return (_MIDNIGHT + value * _MILLISECOND).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def _pack_e4(value: Any) -> int | None:
    if type(value) not in (int, float) or not -_LARGEST_E4 < value < _LARGEST_E4:
        return None
    packed = round(value * 10_000)
    return packed if packed / 10_000 == value else None


def _unpack_e4(value: int) -> float:
    return value / 10_000


def _pack_hex(value: Any) -> bytes | None:
    try:
        packed = bytes.fromhex(value)
    except (TypeError, ValueError):
        return None
    return packed if packed.hex() == value else None


def _pack_image(value: Any) -> bytes | None:
    if type(value) is not str:
        return None
    suffix = _SUFFIXES.get(value[_DIGITS:])
    if suffix is not None and value.startswith("/"):
        try:
            digits = a2b_base64(value[:_DIGITS])
        except (Error, ValueError):
            digits = b""
        if _path(digits) == value[:_DIGITS]:
            return digits + suffix
    return value.encode()


def _unpack_image(value: bytes) -> str | None:
    if not value:
        return None
    return _path(value[:_PACKED]) + _ENDINGS[value[_PACKED:]] if value[0] >= _FIRST else value.decode()


def _path(digits: bytes) -> str:
    return b2a_base64(digits, newline=False).decode()


def _pack_json(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":"), sort_keys=True).encode()


# By the end of a field's name.
FORMS = {
    "day": Form(_pack_day, _unpack_day, empty=""),
    "ms": Form(_pack_moment, _unpack_moment, empty=""),
    "e4": Form(_pack_e4, _unpack_e4),
    "hex": Form(_pack_hex, bytes.hex),
    "image": Form(_pack_image, _unpack_image, empty="", null=b""),
    "json": Form(_pack_json, json.loads),
}
# By the type of a field that is called as its member.
SCALARS = {
    FieldDescriptor.TYPE_STRING: Form(_text, _same),
    FieldDescriptor.TYPE_BOOL: Form(_flag, _same),
    FieldDescriptor.TYPE_INT64: Form(_whole, _same),
    FieldDescriptor.TYPE_DOUBLE: Form(_number, _same),
}
