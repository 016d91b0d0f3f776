"""One synth per environment for the whole folder."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from stacks.constructs.layer_build import build_layer
from stacks.constructs.web_build import build_web
from tests.stacks.assemblies import ENVIRONMENTS, Assembly, run_app


@pytest.fixture(scope="session")
def assemblies(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Assembly]:
    """Every environment, synthesised without AWS and without a network."""
    build_web()
    # The first build of a layer downloads wheels; a synth after that must not need to.
    for architecture in ("arm64", "host"):
        build_layer(architecture)
    folder = tmp_path_factory.mktemp("assemblies")

    def synthesise(environment: str) -> Assembly:
        result = run_app(folder / environment, env=environment)
        assert result.returncode == 0, result.stderr
        return Assembly(environment, folder / environment)

    with ThreadPoolExecutor(max_workers=2) as pool:
        return dict(zip(ENVIRONMENTS, pool.map(synthesise, ENVIRONMENTS), strict=True))


@pytest.fixture(params=ENVIRONMENTS)
def assembly(request: pytest.FixtureRequest, assemblies: dict[str, Assembly]) -> Assembly:
    """Each environment in turn."""
    return assemblies[request.param]


@pytest.fixture(scope="session")
def dev(assemblies: dict[str, Assembly]) -> Assembly:
    """The environment that stands for all where they do not differ."""
    return assemblies["dev"]


@pytest.fixture(scope="session")
def local(assemblies: dict[str, Assembly]) -> Assembly:
    """The environment that has every function, because it sends e-mail too."""
    return assemblies["local"]
