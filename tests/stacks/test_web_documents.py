"""What the site tells of its release and shows of the API; and what docs/cost.md says an idle environment costs."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from delivery.prices import monthly, total
from stacks.constructs.web_build import API_DOCUMENT
from stacks.version import version
from tests.stacks.assemblies import ROOT, Assembly, run_app

SHOWN_IN = ("local", "dev", "staging")


def configuration(assembly: Assembly) -> dict[str, Any]:
    """What the pages are told: the output that the local cloud writes to config.json, references left out."""
    outputs = assembly.templates["web"]["Outputs"]
    (parts,) = [each["Value"]["Fn::Join"][1] for name, each in outputs.items() if name == "WebConfiguration"]
    told: dict[str, Any] = json.loads("".join(part if isinstance(part, str) else "…" for part in parts))
    return told


def documents(assembly: Assembly) -> list[Path]:
    """The API's document among what is uploaded."""
    return list(assembly.folder.glob(f"asset.*/{API_DOCUMENT.name}"))


def test_site_tells_which_release_it_is(assembly: Assembly) -> None:
    assert configuration(assembly)["version"] == version()


def test_release_can_be_named_by_who_deploys(tmp_path: Path) -> None:
    result = run_app(tmp_path, env="dev", version="v9.8.7")

    assert result.returncode == 0, result.stderr
    assert configuration(Assembly("dev", tmp_path))["version"] == "v9.8.7"


def test_documents_of_the_api_are_shown_everywhere_but_in_prod(assembly: Assembly) -> None:
    assert configuration(assembly)["apiDocs"] is (assembly.environment in SHOWN_IN)


def test_document_is_uploaded_only_where_it_is_shown(assemblies: dict[str, Assembly]) -> None:
    (uploaded,) = documents(assemblies["dev"])

    assert uploaded.read_text() == API_DOCUMENT.read_text()
    assert documents(assemblies["prod"]) == []


@pytest.mark.parametrize(("environment", "column"), [("dev", 0), ("staging", 1), ("prod", 2)])
def test_cost_page_knows_what_an_idle_environment_costs(
    assemblies: dict[str, Assembly], environment: str, column: int
) -> None:
    (row,) = re.findall(r"^\| \*\*fixed\*\* \|(.*)\|$", (ROOT / "docs" / "cost.md").read_text(), re.MULTILINE)
    written = float(row.split("|")[column].strip(" *"))

    assert total(monthly(assemblies[environment].templates)) == pytest.approx(written, rel=0.03)
