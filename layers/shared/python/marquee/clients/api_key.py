"""The key to a provider: read from its secret, put into a header, replaced when it is no longer taken."""

import re
import threading
import time
from collections.abc import Callable, Generator

import httpx

from marquee.errors import UpstreamRejected

# A callable gets True when it must read the secret itself, and renew its cache with it.
KeySource = str | Callable[[bool], str]

# A 401 is not always the key's fault; this often (seconds) the secret is read again because of one.
REREAD_SECONDS = 60.0
HEADER_TEXT = re.compile(r"[\x21-\x7e]+")


class ApiKey:
    """A secret that never shows itself."""

    def __init__(self, provider: str, source: KeySource, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._provider = provider
        self._source = source
        self._clock = clock
        self._value = ""
        self._reread_at = float("-inf")
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"ApiKey({self._provider!r}, '***')"

    def value(self) -> str:
        """Return the key. Raises UpstreamRejected for one that no header can carry."""
        self._value = self._read(fresh=False)
        return self._value

    def was_replaced(self, rejected: str) -> bool:
        """Return whether there is another key than the one that was `rejected`, after looking for one."""
        with self._lock:
            if self._value == rejected and self._clock() - self._reread_at >= REREAD_SECONDS:
                self._reread_at = self._clock()
                self._value = self._read(fresh=True)
            return self._value != rejected

    def hide(self, text: str) -> str:
        """Return `text` without the key."""
        return text.replace(self._value, "***") if self._value else text

    def _read(self, *, fresh: bool) -> str:
        # A secret pasted by hand often ends in a line break, which httpx would quote in its error.
        key = (self._source if isinstance(self._source, str) else self._source(fresh)).strip()
        if not HEADER_TEXT.fullmatch(key):
            raise UpstreamRejected(self._provider, "the key is empty or not fit for a header")
        return key


class KeyHeader(httpx.Auth):
    """Adds the key to a request at the last moment, so that no other part of the client holds it."""

    def __init__(self, key: ApiKey, header: str, prefix: str) -> None:
        self._key = key
        self._header = header
        self._prefix = prefix

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Put the key into the header of `request`."""
        request.headers[self._header] = self._prefix + self._key.value()
        yield request

    def key_of(self, request: httpx.Request) -> str:
        """Return the key that `request` was sent with."""
        return request.headers[self._header].removeprefix(self._prefix)
