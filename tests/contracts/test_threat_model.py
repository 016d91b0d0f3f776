"""Every line of the threat model is held by a test that there is."""

import re

import pytest

from tests.stacks.assemblies import ROOT

MODEL = ROOT / "docs" / "threat-model.md"
LINK = re.compile(r"\[(?P<name>test_\w+)\]\(\.\./(?P<file>tests/[\w/]+\.py)\)")
ROWS = [line for line in MODEL.read_text(encoding="utf-8").splitlines() if re.match(r"\| (?!\|)", line)]
CLAIMS = [row for row in ROWS if not row.startswith("| | ")]
TESTS = sorted({(found["name"], found["file"]) for found in LINK.finditer(MODEL.read_text(encoding="utf-8"))})
CALLERS = ("anonymous", "signed in", "producer", "operator", "functions", "calendar link", "provider")


@pytest.mark.parametrize("claim", CLAIMS)
def test_claim_names_its_test(claim: str) -> None:
    assert LINK.search(claim)


@pytest.mark.parametrize(("name", "file"), TESTS, ids=[name for name, _ in TESTS])
def test_named_test_exists(name: str, file: str) -> None:
    assert re.search(rf"^(?:async )?def {name}\(", (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE)


def test_model_speaks_of_everybody() -> None:
    headings = [line for line in MODEL.read_text(encoding="utf-8").splitlines() if line.startswith("## ")]

    for caller in CALLERS:
        assert any(caller in heading for heading in headings), caller
    assert len(CLAIMS) > 30
