"""Tokens as an attacker would make them from one that is right."""

import base64
import hashlib
import hmac
import json
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

Json = dict[str, Any]


def parts(token: str) -> tuple[Json, Json]:
    """Return header and claims of a token."""
    header, claims, _ = token.split(".")
    return json.loads(_decoded(header)), json.loads(_decoded(claims))


def written(header: Json, claims: Json, signature: bytes | str = b"") -> str:
    """Return a token with a signature that is given, as bytes or as it is written."""
    sign = signature if isinstance(signature, str) else _encoded(signature)
    return f"{_body(header, claims)}.{sign}"


def signed(header: Json, claims: Json, key: rsa.RSAPrivateKey) -> str:
    """Return a token that is signed with RS256."""
    return written(header, claims, key.sign(_body(header, claims).encode(), padding.PKCS1v15(), hashes.SHA256()))


def signed_with_public_key(header: Json, claims: Json, published: Json) -> str:
    """Return a token signed with HS256, for which the pool's public key is the secret."""
    numbers = (int.from_bytes(_decoded(published[name]), "big") for name in ("e", "n"))
    pem = (
        rsa.RSAPublicNumbers(*numbers)
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    symmetric = {**header, "alg": "HS256"}
    return written(symmetric, claims, hmac.new(pem, _body(symmetric, claims).encode(), hashlib.sha256).digest())


def new_key() -> rsa.RSAPrivateKey:
    """Return a key of the attacker's own."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def published(key: rsa.RSAPrivateKey) -> Json:
    """Return the public half of a key as a token may carry it."""
    numbers = key.public_key().public_numbers()
    n, e = (_encoded(number.to_bytes((number.bit_length() + 7) // 8, "big")) for number in (numbers.n, numbers.e))
    return {"kty": "RSA", "alg": "RS256", "use": "sig", "n": n, "e": e}


def _body(header: Json, claims: Json) -> str:
    return ".".join(_encoded(json.dumps(each).encode()) for each in (header, claims))


def _encoded(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
