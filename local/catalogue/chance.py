"""Chance that comes out the same on every machine and in every run."""

import zlib
from hashlib import blake2b


def chance(*parts: object) -> float:
    """Return a number in [0, 1) that depends on the parts alone."""
    return zlib.crc32("\x1f".join(map(str, parts)).encode()) / 2**32


def pick(count: int, *parts: object) -> int:
    """Return a number in [0, count) that depends on the parts alone."""
    return int(chance(*parts) * count)


_ALPHABET = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_LETTERS = bytes(_ALPHABET[number % 62] for number in range(256))


def image_path(*parts: object, suffix: str = ".jpg") -> str:
    """Return a TMDB image path of the usual form: 27 letters and digits."""
    return f"/{letters(27, *parts)}{suffix}"


def letters(count: int, *parts: object) -> str:
    """Return up to 64 letters and digits that depend on the parts alone."""
    return blake2b(repr(parts).encode(), digest_size=count).digest().translate(_LETTERS).decode()


def hex_id(*parts: object) -> str:
    """Return a 24-digit hexadecimal id, the form of TMDB credits and videos."""
    return blake2b(repr(parts).encode(), digest_size=12).hexdigest()
