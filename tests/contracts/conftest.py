from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from local.catalogue import Catalogue, load_catalogue
from local.upstreams import FREE_WATCHMODE_KEY, TMDB_TOKEN, WATCHMODE_KEY
from local.upstreams.app import create_app
from local.upstreams.state import State
from tests.fakes.in_process import InProcess

Get = Callable[..., httpx.Response]


class FakeClock:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = 1_780_000_000.0  # 2026-05-28 20:26:40 UTC

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(scope="session")
def loaded_catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture
def catalogue(loaded_catalogue: Catalogue) -> Iterator[Catalogue]:
    yield loaded_catalogue
    loaded_catalogue.restore()


@pytest.fixture
def app(catalogue: Catalogue, clock: FakeClock) -> Any:
    return create_app(catalogue, clock=clock)


@pytest.fixture
def state(app: Any) -> State:
    found: State = app.state.upstreams
    return found


@pytest.fixture
def client(app: Any) -> Iterator[httpx.Client]:
    with httpx.Client(transport=InProcess(app), base_url="http://upstreams") as client:
        yield client


@pytest.fixture
def watchmode(client: httpx.Client, state: State) -> Get:
    """Ask WatchMode with the key of the paid plan; the rate does not count, so that tests may ask much."""
    return _asker(client, state, "/watchmode/v1", {"X-API-Key": WATCHMODE_KEY})


@pytest.fixture
def watchmode_free(client: httpx.Client, state: State) -> Get:
    """Ask WatchMode with the key of the free plan; the rate does not count."""
    return _asker(client, state, "/watchmode/v1", {"X-API-Key": FREE_WATCHMODE_KEY})


@pytest.fixture
def tmdb(client: httpx.Client, state: State) -> Get:
    """Ask TMDB with the token; the rate does not count."""
    return _asker(client, state, "/tmdb/3", {"Authorization": f"Bearer {TMDB_TOKEN}"})


@pytest.fixture
def control(client: httpx.Client) -> Callable[..., Any]:
    """Call the control endpoint and return its answer."""

    def call(method: str, path: str = "", **options: Any) -> Any:
        response = client.request(method, f"/control{path}", **options)
        assert response.status_code == 200, response.text
        return response.json()

    return call


def _asker(client: httpx.Client, state: State, base: str, headers: dict[str, str]) -> Get:
    def get(path: str, **parameters: Any) -> httpx.Response:
        for window in (state.tmdb.window, *(plan.window for plan in state.plans.values())):
            window.clear()
        return client.get(base + path, params=parameters, headers=headers)

    return get
