"""The imports of a library as their API tells of them, asked by whoever's token it is."""

import time
from collections.abc import Callable, Generator, Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
from pydantic import BaseModel

from cli.environment import LOCAL, Environment
from cli.errors import OperatorError
from local.emulator import AwsClients
from local.outputs import Outputs
from local.settings import Settings
from local.users import id_token

# The demo user who may import from everywhere.
LOCAL_USER = "admin"
TIMEOUT = httpx.Timeout(35, connect=5)
ATTEMPTS = 6
LATER = frozenset({429, 500, 502, 503, 504})
FAILURES_A_PAGE = 100
CHUNK = 65_536


class Counts(BaseModel):
    """What came of the rows found so far."""

    found: int
    added: int
    duplicate: int
    failed: int
    left: int


class Failure(BaseModel):
    """A row that could not be imported, and why; line 0 is a whole file or folder."""

    file: str
    line: int
    reason: str
    row: str


class Preview(BaseModel):
    """What would be imported."""

    format: str
    columns: list[str]
    mapping: dict[str, str]
    rows: list[dict[str, Any]]
    expected_duplicates: int
    looked_at: int
    problems: list[Failure]


class ImportState(BaseModel):
    """An import as it is now."""

    id: str
    state: str
    counts: Counts
    problem: str | None
    preview: Preview | None


class Upload(BaseModel):
    """Where the file of an import goes."""

    url: str
    method: str
    headers: dict[str, str]


class NewImport(BaseModel):
    """An import that was made; `upload` is None if it reads elsewhere."""

    id: str
    upload: Upload | None


class Token(httpx.Auth):
    """Puts an ID token into requests; asks for another one once it is refused, because they hold for an hour."""

    def __init__(self, source: Callable[[], str]) -> None:
        self._source = source
        self._token = source()

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Send the request, twice if the first token has expired."""
        request.headers["Authorization"] = self._token
        answer = yield request
        if answer.status_code == httpx.codes.UNAUTHORIZED and (fresh := self._source()) != self._token:
            self._token = request.headers["Authorization"] = fresh
            yield request


class LibraryClient:
    """Makes imports and sees to them; raises OperatorError when the API refuses, HTTPError when it does not answer.

    What the API was too busy for is asked again, but for making an import: two would be made.
    """

    def __init__(self, http: httpx.Client, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._http = http
        self._sleep = sleep

    def make(self, source: Mapping[str, object], mapping: Mapping[str, str]) -> NewImport:
        """Make an import."""
        body = {"source": source, **({"mapping": mapping} if mapping else {})}
        return NewImport.model_validate(self._ask("POST", "/imports", attempts=1, json=body))

    def upload(self, upload: Upload, path: Path, sent: Callable[[int], None]) -> None:
        """Bring a file to where the import reads it, in pieces; `sent` is told how many bytes went."""
        headers = {**upload.headers, "Content-Length": str(path.stat().st_size)}
        # The address is signed; a token would be another signature, which S3 refuses.
        answer = self._http.request(
            upload.method, upload.url, content=_pieces(path, sent), headers=headers, auth=None, timeout=TIMEOUT
        )
        if answer.is_error:
            raise OperatorError(f"The file was not taken: S3 answered {answer.status_code}.")

    def get(self, import_id: str) -> ImportState:
        """Return how an import is."""
        return ImportState.model_validate(self._ask("GET", f"/imports/{import_id}"))

    def act(self, import_id: str, action: str) -> None:
        """Do something with an import; what has been done may be asked for again."""
        self._ask("POST", f"/imports/{import_id}/{action}")

    def failures(self, import_id: str) -> Iterator[Failure]:
        """Yield what could not be imported, page after page."""
        cursor: dict[str, str] = {}
        while True:
            parameters: dict[str, str | int] = {"limit": FAILURES_A_PAGE, **cursor}
            page = self._ask("GET", f"/imports/{import_id}/failures", params=parameters)
            yield from map(Failure.model_validate, page["failures"])
            if page["next"] is None:
                return
            cursor = {"next": page["next"]}

    def _ask(self, method: str, path: str, *, attempts: int = ATTEMPTS, **more: Any) -> Any:
        for attempt in range(attempts):
            try:
                answer = self._http.request(method, path, **more)
            except httpx.TransportError:
                if attempt + 1 == attempts:
                    raise
            else:
                if answer.status_code not in LATER or attempt + 1 == attempts:
                    break
            self._sleep(min(10.0, 0.5 * 2**attempt))
        if answer.is_error:
            raise OperatorError(f"The library answered {answer.status_code}: {_reason(answer)}")
        return answer.json()


def library_client(
    place: Environment, token: str | None, *, transport: httpx.BaseTransport | None = None
) -> LibraryClient:
    """Return the client of an environment; raises OperatorError if there is no token to ask with."""
    auth = Token(_token_source(place, token))
    return LibraryClient(
        httpx.Client(
            base_url=place.output("ApiUrl"),
            auth=auth,
            timeout=TIMEOUT,
            trust_env=place.uses_proxies,
            transport=transport,
        )
    )


def _token_source(place: Environment, token: str | None) -> Callable[[], str]:
    if token:
        return lambda: token
    if place.name != LOCAL:
        raise OperatorError("Whose import is it? Give an ID token by --token or MARQUEE_TOKEN.")
    found = Outputs.read(Settings.from_env().state / "outputs.json")
    clients = AwsClients(found.aws_endpoint_url)
    return lambda: id_token(clients, found.user_pool_client_id, found.user(LOCAL_USER))


def _pieces(path: Path, sent: Callable[[int], None]) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(CHUNK):
            yield piece
            sent(len(piece))


def _reason(answer: httpx.Response) -> str:
    """Return what is wrong: the API says it in `error`, the gateway before it in `message`."""
    try:
        said = answer.json()
        return str(said["error"]["message"] if "error" in said else said["message"])
    except (ValueError, KeyError, TypeError):
        return answer.text[:200] or answer.reason_phrase
