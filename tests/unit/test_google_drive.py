"""The client of Google Drive: signing in, pages, content, and what becomes of each kind of answer."""

import base64
import json
import traceback
from urllib.parse import parse_qs

import httpx
import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from marquee.clients.google_drive import DriveClient
from marquee.clients.google_drive_answers import PageExpired
from marquee.errors import RateLimited, SignInRefused, UpstreamNotFound, UpstreamRejected, UpstreamUnavailable
from tests.fakes.drive import CONSENT, TOKEN_URL, URL, FakeDrive, refusal


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def drive() -> FakeDrive:
    return FakeDrive()


class Clients:
    """Makes clients of a drive that note how long they have waited."""

    def __init__(self, drive: FakeDrive) -> None:
        self.drive = drive
        self.slept: list[float] = []

    def __call__(self, credentials=CONSENT) -> DriveClient:
        return DriveClient(URL, credentials, transport=self.drive.transport, sleep=self.slept.append)


@pytest.fixture
def client(drive: FakeDrive) -> Clients:
    return Clients(drive)


def key_file(key: rsa.RSAPrivateKey) -> str:
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    account = {"type": "service_account", "client_email": "importer@test", "private_key": pem, "token_uri": TOKEN_URL}
    return json.dumps(account)


def decoded(part: str) -> dict[str, object]:
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def test_service_account_signs_in_with_its_key(drive, client, key) -> None:
    assert client(key_file(key)).file("root").id == "root"

    form = parse_qs(drive.requests[0].content.decode())
    assert str(drive.requests[0].url) == TOKEN_URL
    assert form["grant_type"] == ["urn:ietf:params:oauth:grant-type:jwt-bearer"]
    signed, _, signature = form["assertion"][0].rpartition(".")
    key.public_key().verify(
        base64.urlsafe_b64decode(signature + "=="), signed.encode(), padding.PKCS1v15(), hashes.SHA256()
    )
    claims = decoded(signed.split(".")[1])
    assert (claims["iss"], claims["aud"]) == ("importer@test", "https://oauth2.googleapis.com/token")
    assert claims["scope"] == "https://www.googleapis.com/auth/drive.readonly"


def test_user_signs_in_with_a_refresh_token_once_for_many_requests(drive, client) -> None:
    asking = client()
    for _ in range(3):
        asking.file("root")

    assert drive.asked("/token") == 1
    form = parse_qs(drive.requests[0].content.decode())
    assert (form["grant_type"], form["refresh_token"]) == (["refresh_token"], ["refresh-me"])


def test_token_that_is_refused_is_replaced_and_the_secret_is_read_again(drive, client) -> None:
    read = []
    asking = client(lambda fresh: read.append(fresh) or CONSENT)
    asking.file("root")
    drive.token = "token-2"

    assert asking.file("root").id == "root"

    assert read == [False, True]
    assert drive.asked("/token") == 2


@pytest.mark.parametrize(
    "secret", ["", "null", "[]", "{}", "not json", '{"type": "service_account"}', '{"refresh_token": "x"}']
)
def test_secret_that_is_no_credentials_is_refused_without_being_quoted(client, secret: str) -> None:
    with pytest.raises(SignInRefused, match="neither the key of a service account nor") as caught:
        client(secret).file("root")
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (httpx.Response(400, json={"error": "invalid_grant", "error_description": "refresh-me"}), SignInRefused),
        (httpx.Response(401, json={"error": "invalid_client"}), SignInRefused),
        (httpx.Response(503, text="busy"), UpstreamUnavailable),
        (httpx.Response(429), UpstreamUnavailable),
        (httpx.Response(200, text="hush"), UpstreamUnavailable),
        (httpx.Response(200, json=["hush"]), UpstreamUnavailable),
    ],
)
def test_token_endpoint_that_gives_no_token(drive, client, answer, error) -> None:
    drive.token_answer = lambda: answer
    with pytest.raises(error) as caught:
        client().file("root")
    shown = "".join(traceback.format_exception(caught.value)) + repr(client())
    assert not [secret for secret in ("hush", "refresh-me") if secret in shown]


def test_folder_is_asked_for_with_shared_drives_and_without_the_bin(drive, client) -> None:
    drive.add("a'b\\c", "it's", content={})

    page = client().folder("root", drive="shared", page=None, size=80)

    assert page.files == []
    params = drive.requests[-1].url.params
    assert params["q"] == "'root' in parents and trashed=false"
    assert (params["corpora"], params["driveId"], params["pageSize"]) == ("drive", "shared", "80")
    with pytest.raises(AssertionError):
        # The fake does not undo the escapes, so it finds no folder of this name; what was sent is what counts.
        assert client().folder("it's\\", drive=None, page=None, size=1).files
    assert drive.requests[-1].url.params["q"] == r"'it\'s\\' in parents and trashed=false"


def test_content_is_read_from_any_byte_and_ends_at_the_end(drive, client) -> None:
    drive.add("f", content=b"0123456789")

    assert b"".join(client().content("f")) == b"0123456789"
    assert b"".join(client().content("f", 7)) == b"789"
    assert b"".join(client().content("f", 10)) == b""
    assert drive.requests[-1].headers["Accept-Encoding"] == "identity"


@pytest.mark.parametrize("offset", [3, 70_000, 140_000])
def test_answer_that_disregards_the_range_is_read_from_the_place_all_the_same(drive, client, offset: int) -> None:
    body = bytes(n % 251 for n in range(140_000))
    drive.add("f", content=body)
    drive.faults["f"] = lambda: httpx.Response(200, content=body)

    assert b"".join(client().content("f", offset)) == body[offset:]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (refusal(404, "notFound", "File not found"), UpstreamNotFound),
        (refusal(403, "insufficientFilePermissions"), UpstreamRejected),
        (refusal(403, "accessNotConfigured"), SignInRefused),
        (refusal(403, "insufficientPermissions"), SignInRefused),
        (refusal(403, "authError"), SignInRefused),
        (refusal(401, "authError"), SignInRefused),
        (refusal(400, "invalid", location="pageToken"), PageExpired),
        (refusal(400, "badRequest"), UpstreamRejected),
    ],
)
def test_what_google_refuses_is_not_asked_again(drive, client, answer, error) -> None:
    drive.faults["root"] = lambda: answer
    with pytest.raises(error):
        client().folder("root", drive=None, page="4", size=10)
    assert client.slept == []


@pytest.mark.parametrize(
    "answer",
    [
        lambda: refusal(403, "userRateLimitExceeded"),
        lambda: refusal(403, "rateLimitExceeded"),
        lambda: refusal(429, "rateLimitExceeded"),
        lambda: refusal(500, "internalError"),
        lambda: refusal(503, "backendError"),
        lambda: httpx.Response(502, text="<html>"),
        lambda: httpx.Response(404, text="<html>"),
    ],
)
def test_what_may_go_better_is_asked_again_ever_later(drive, client, answer) -> None:
    answers = [answer, answer]
    drive.faults["root"] = lambda: answers.pop()() if answers else httpx.Response(200, json={"id": "root"})

    assert client().file("root").id == "root"

    first, second = client.slept
    assert 0.5 <= first <= 1.0 <= second <= 2.0


def test_google_says_how_long_to_wait(drive, client) -> None:
    answers = [refusal(429, "rateLimitExceeded", Retry_After="7"), refusal(503, "backendError", Retry_After="9")]
    drive.faults["root"] = lambda: answers.pop() if answers else httpx.Response(200, json={"id": "root"})

    client().file("root")

    assert client.slept == [9.0, 7.0]


def test_a_long_wait_is_left_to_the_queue(drive, client) -> None:
    drive.faults["root"] = lambda: refusal(429, "rateLimitExceeded", Retry_After="60")
    with pytest.raises(RateLimited) as caught:
        client().file("root")
    assert caught.value.retry_after == 60
    assert client.slept == []


def test_outage_ends_after_four_attempts(drive, client) -> None:
    drive.faults["root"] = lambda: httpx.Response(503)
    with pytest.raises(UpstreamUnavailable):
        client().file("root")
    assert len(client.slept) == 3


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"files": 3}', b"[" * 99_999, b"\xff"])
def test_answer_of_another_shape_is_no_answer(drive, client, body: bytes) -> None:
    drive.faults["root"] = lambda: httpx.Response(200, content=body)
    with pytest.raises(UpstreamUnavailable):
        client().folder("root", drive=None, page=None, size=10)


def test_connection_that_breaks_is_an_outage_and_shows_no_token(drive, client) -> None:
    def broken() -> httpx.Response:
        raise httpx.ReadError("connection of Bearer token-1 broke")

    drive.faults["root"] = broken
    with pytest.raises(UpstreamUnavailable) as caught:
        client().file("root")
    assert "token-1" not in "".join(traceback.format_exception(caught.value))
