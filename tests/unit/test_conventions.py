"""The conventions of the code, checked over its source."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LAYER, LAMBDAS, STACKS = ROOT / "layers/shared/python", ROOT / "lambdas", ROOT / "stacks"
FUNCTIONS = sorted(each.parent.name for each in LAMBDAS.glob("*/__init__.py"))
HANDLER_LINES = 110


def sources(*folders: Path) -> list[Path]:
    return sorted(path for folder in folders for path in folder.rglob("*.py"))


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def nodes(path: Path) -> Iterator[ast.AST]:
    yield from ast.walk(ast.parse(path.read_text()))


def imported(path: Path) -> set[str]:
    """Return every module that a file imports, also inside its functions."""
    found: set[str] = set()
    for node in nodes(path):
        if isinstance(node, ast.Import):
            found |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(path)} imports relatively"
            found.add(node.module or "")
            found |= {f"{node.module}.{each.name}" for each in node.names}
    return found


def roots(path: Path) -> set[str]:
    return {each.split(".")[0] for each in imported(path)}


CODE = pytest.mark.parametrize("path", sources(LAYER, LAMBDAS), ids=name_of)


def test_there_is_code_to_look_at() -> None:
    assert len(sources(LAYER / "marquee")) > 20
    assert len(FUNCTIONS) >= 9
    assert sources(STACKS)


@CODE
def test_nothing_scans(path: Path) -> None:
    called = {
        node.attr if isinstance(node, ast.Attribute) else node.value
        for node in nodes(path)
        if isinstance(node, ast.Attribute) or (isinstance(node, ast.Constant) and isinstance(node.value, str))
    }

    assert not called & {"scan", "Scan", "dynamodb:Scan"}


@CODE
def test_only_the_settings_read_the_environment(path: Path) -> None:
    if path == LAYER / "marquee/settings.py":
        return

    read = [node.attr for node in nodes(path) if isinstance(node, ast.Attribute)]
    names = [node.id for node in nodes(path) if isinstance(node, ast.Name)]

    assert not {"environ", "environb", "getenv"} & {*read, *names}
    assert not {"os.environ", "os.getenv"} & imported(path)


@pytest.mark.parametrize("path", sources(LAYER), ids=name_of)
def test_layer_imports_no_function_and_no_stack(path: Path) -> None:
    assert not roots(path) & {*FUNCTIONS, "stacks", "lambdas", "aws_cdk", "tests"}


@pytest.mark.parametrize("path", sources(LAMBDAS), ids=name_of)
def test_function_imports_no_other_function_and_no_stack(path: Path) -> None:
    own = path.relative_to(LAMBDAS).parts[0]

    assert not roots(path) & ({*FUNCTIONS, "stacks", "lambdas", "aws_cdk", "tests"} - {own})


@pytest.mark.parametrize("path", sources(STACKS), ids=name_of)
def test_stacks_import_neither_layer_nor_function(path: Path) -> None:
    assert not roots(path) & {*FUNCTIONS, "marquee", "lambdas"}


@pytest.mark.parametrize("path", sources(LAYER / "marquee/models"), ids=name_of)
def test_models_know_nothing_but_models(path: Path) -> None:
    inside = {each for each in imported(path) if each.startswith("marquee")}

    assert all(each == "marquee" or each.startswith("marquee.models") for each in inside)
    assert not roots(path) & {"boto3", "botocore", "httpx"}


def test_errors_and_clock_know_nobody() -> None:
    for name in ("errors.py", "clock.py"):
        assert "marquee" not in roots(LAYER / "marquee" / name)


RULES = (
    *("guide.py", "listing.py", "enrichment.py", "governor.py", "keys.py"),
    *("availability.py", "search.py", "wording.py"),
    *("tmdb_cache.py", "taste.py", "recommendations.py", "reasons.py", "variety.py", "features.py"),
    *("trending.py", "activity.py", "harvesting.py", "chunks.py"),
    *("failures_reading.py", "failures_shown.py", "operations_jobs.py", "operations_freshness.py", "quality.py"),
    *("library.py", "library_header.py", "library_index.py", "library_units.py"),
    *("importing.py", "importing_files.py", "importing_rows.py", "importing_json.py"),
)


@pytest.mark.parametrize("name", RULES)
def test_rules_are_pure(name: str) -> None:
    found = imported(LAYER / "marquee" / name)

    assert not {each.split(".")[0] for each in found} & {"boto3", "botocore", "httpx", "os", "time", "random"}
    assert not {each for each in found if each.startswith(("marquee.repositories", "marquee.clients", "marquee.aws"))}


@pytest.mark.parametrize("path", sources(LAYER / "marquee/messages"), ids=name_of)
def test_messages_know_no_store_and_no_provider(path: Path) -> None:
    assert not {
        each for each in imported(path) if each.startswith(("marquee.repositories", "marquee.clients", "marquee.aws"))
    }


@pytest.mark.parametrize("path", sources(LAYER / "marquee/repositories"), ids=name_of)
def test_repositories_know_no_provider_and_no_message(path: Path) -> None:
    assert not {each for each in imported(path) if each.startswith(("marquee.clients", "marquee.messages"))}
    assert "httpx" not in roots(path)


@pytest.mark.parametrize("path", sources(LAYER / "marquee/clients"), ids=name_of)
def test_clients_know_the_store_only_through_their_governor(path: Path) -> None:
    outside = {each for each in imported(path) if each.startswith(("marquee.repositories", "marquee.messages"))}

    assert all(each.startswith("marquee.repositories.governors") for each in outside)
    assert not roots(path) & {"boto3", "botocore"}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_function_has_a_handler_of_a_readable_size(function: str) -> None:
    text = (LAMBDAS / function / "handler.py").read_text()

    defined = {node.name for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)}
    assert "lambda_handler" in defined
    assert len(text.splitlines()) <= HANDLER_LINES


@CODE
def test_module_says_what_it_is_for(path: Path) -> None:
    text = path.read_text()

    assert not text.strip() or ast.get_docstring(ast.parse(text))


@pytest.mark.parametrize("name", ["utils", "helpers", "common", "constants", "misc"])
def test_nothing_is_a_drawer(name: str) -> None:
    assert [name_of(path) for path in sources(LAYER, LAMBDAS, STACKS) if name in (path.stem, path.parent.name)] == []
