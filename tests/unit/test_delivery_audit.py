"""The audit: a known flaw fails it, silence of the advisories only where an answer is required."""

import json
from typing import Any

import pytest

from delivery import audit
from delivery.audit import Audited, npm_audited, python_audited, verdict

UNKNOWN = {"name": "httpx", "skip_reason": "Dependency not found on PyPI and could not be audited: httpx (0.28.1)"}
SOUND = {"name": "pydantic", "version": "2.14.3", "vulns": []}
FLAWED = {
    "name": "jinja2",
    "version": "3.1.0",
    "vulns": [{"id": "PYSEC-2026-1", "fix_versions": ["3.1.6"], "aliases": ["CVE-2026-1"], "description": "…"}],
}
NPM_REFUSED = {"message": "405 Method Not Allowed", "statusCode": 405, "error": {"summary": "", "detail": ""}}
ADVISORY = {"title": "Prototype pollution", "url": "https://github.com/advisories/GHSA-1", "severity": "high"}
NPM_FLAWED = {
    "vulnerabilities": {
        "deep": {"range": "<1.2", "via": [ADVISORY]},
        "shallow": {"range": "*", "via": ["deep"]},
    }
}


def of_python(*dependencies: dict[str, Any]) -> Audited:
    return python_audited(json.dumps({"dependencies": dependencies}))


@pytest.mark.parametrize("required", [True, False])
def test_known_flaw_fails_whatever_is_required_and_is_told_with_its_cure(required: bool) -> None:
    lines, well = verdict([of_python(SOUND, FLAWED)], required=required)

    assert not well
    assert lines == ["Python: jinja2 3.1.0 has PYSEC-2026-1; mended in 3.1.6."]


@pytest.mark.parametrize("name", ["PYSEC-2026-1", "CVE-2026-1"])
def test_accepted_flaw_passes(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "ACCEPTED", {name: "we never read templates of others"})

    assert verdict([of_python(SOUND, FLAWED)], required=True) == (["Python: no known flaw."], True)


@pytest.mark.parametrize(
    "silent",
    [
        pytest.param(of_python(SOUND, UNKNOWN), id="a library is unknown"),
        pytest.param(python_audited(""), id="pip-audit had no network"),
        pytest.param(python_audited("[]"), id="pip-audit speaks otherwise"),
        pytest.param(npm_audited("web", json.dumps(NPM_REFUSED)), id="npm was refused"),
        pytest.param(npm_audited("web", ""), id="npm said nothing"),
    ],
)
def test_silence_is_one_line_and_passes_unless_an_answer_is_required(silent: Audited) -> None:
    lines, well = verdict([silent], required=False)
    assert well
    assert len(lines) == 1
    assert "could not all be asked" in lines[0]

    assert verdict([silent], required=True) == (lines, False)


def test_flaw_of_npm_is_told_once_where_it_is() -> None:
    found = npm_audited("web", json.dumps(NPM_FLAWED))

    assert found.flaws == ("deep <1.2 has GHSA-1: Prototype pollution.",)


def test_all_well_passes_where_an_answer_is_required() -> None:
    audited = [of_python(SOUND), npm_audited(".", json.dumps({"vulnerabilities": {}}))]

    assert verdict(audited, required=True) == (["Python: no known flaw.", "npm in .: no known flaw."], True)
