"""Each function is given every variable that its code asks for; the local cloud would show it only when it fails."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.stacks.assemblies import ROOT, Assembly

PACKAGES = sorted(each.parent.name for each in (ROOT / "lambdas").glob("*/handler.py"))
# What a piece of the layer asks for on behalf of the function that uses it.
WATCHMODE = {"WATCHMODE_URL", "WATCHMODE_SECRET_ARN", "WATCHMODE_PER_MINUTE", "OPERATIONS_TABLE"}
TMDB = {"TMDB_URL", "TMDB_SECRET_ARN", "TMDB_PER_SECOND", "OPERATIONS_TABLE"}
GIVEN_BY_LAMBDA = {"AWS_LAMBDA_FUNCTION_NAME"}
INDIRECT = {
    "settings.regions": {"REGIONS"},
    "marquee.providers.watchmode": WATCHMODE,
    "marquee.providers.watchmode_governor": {"WATCHMODE_PER_MINUTE", "OPERATIONS_TABLE"},
    "marquee.providers.tmdb": TMDB,
    "marquee.providers.tmdb_governor": {"TMDB_PER_SECOND", "OPERATIONS_TABLE"},
    "marquee.enricher.enricher": WATCHMODE | TMDB | {"CATALOGUE_TABLE", "VIEWERS_TABLE", "REGIONS"},
}


def asked_for(package: str) -> Iterator[str]:
    """Yield the variables that a package reads, itself or through the layer."""
    for file in (ROOT / "lambdas" / package).rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "settings.required":
                # A name that is put together only shows when the function runs.
                yield from [node.args[0].value] if isinstance(node.args[0], ast.Constant) else []
            names = [f"{node.module}.{each.name}" for each in node.names] if isinstance(node, ast.ImportFrom) else []
            for name in [*names, ast.unparse(node) if isinstance(node, ast.Attribute) else ""]:
                yield from INDIRECT.get(name, ())


@pytest.mark.parametrize("package", PACKAGES)
def test_function_has_every_variable_that_it_asks_for(local: Assembly, package: str) -> None:
    (function,) = [
        each
        for each in local.resources("AWS::Lambda::Function")
        if each.properties["Handler"] == f"{package}.handler.lambda_handler"
    ]

    given = set(function.properties["Environment"]["Variables"]) | GIVEN_BY_LAMBDA

    assert set(asked_for(package)) - given == set()
