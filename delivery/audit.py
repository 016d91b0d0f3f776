"""Whether a library that is used has a known flaw, by the advisories of PyPI and npm; says when they do not answer.

`python -m delivery.audit`. A flaw that is found fails it. Advisories that cannot be asked, as on a machine without a
network, are told in a line and pass, unless ADVISORIES=required, as the pipeline sets it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PYTHON = ("pip-audit", "--local", "--skip-editable", "--format", "json", "--progress-spinner", "off")
NPM = ("npm", "audit", "--json")
FOLDERS_OF_NPM = (".", "web")
# A network that swallows requests would have each of some hundred libraries waited for.
PATIENCE_SECONDS = 120
# Advisories that do not concern us, each with the reason, such as {"GHSA-…": "only its server is flawed, …"}.
ACCEPTED: Mapping[str, str] = {}


@dataclass(frozen=True)
class Audited:
    """What came of asking about one set of libraries."""

    what: str
    flaws: tuple[str, ...] = ()
    """A sentence for each flaw that nobody accepted."""
    unanswered: str = ""
    """Why some or all of them are unknown; empty if every one was answered for."""


def python_audited(answer: str) -> Audited:
    """Read what pip-audit has printed."""
    what = "Python"
    try:
        dependencies = json.loads(answer)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return Audited(what, unanswered="pip-audit had no answer")
    flaws = tuple(
        f"{each['name']} {each['version']} has {flaw['id']}; mended in {', '.join(flaw['fix_versions']) or 'nothing'}."
        for each in dependencies
        for flaw in each.get("vulns", ())
        if ACCEPTED.keys().isdisjoint((flaw["id"], *flaw.get("aliases", ())))
    )
    skipped = sum("skip_reason" in each for each in dependencies)
    return Audited(what, flaws, f"{skipped} of {len(dependencies)} libraries are unknown there" if skipped else "")


def npm_audited(folder: str, answer: str) -> Audited:
    """Read what `npm audit` has printed for a folder."""
    what = f"npm in {folder}"
    try:
        found = json.loads(answer)
        vulnerable: Mapping[str, Any] = found["vulnerabilities"]
    except (ValueError, KeyError, TypeError):
        return Audited(what, unanswered="npm's registry had no answer")
    # A library is listed as well for what it depends on; the flaw itself is an object, the way to it a name.
    flaws = {
        f"{name} {each['range']} has {flaw['url'].rpartition('/')[2]}: {flaw['title']}."
        for name, each in vulnerable.items()
        for flaw in each["via"]
        if isinstance(flaw, dict) and flaw["url"].rpartition("/")[2] not in ACCEPTED
    }
    return Audited(what, tuple(sorted(flaws)))


def verdict(audited: Iterable[Audited], *, required: bool) -> tuple[list[str], bool]:
    """Return what to print, and whether it is well."""
    lines, well = [], True
    for each in audited:
        lines += [f"{each.what}: {flaw}" for flaw in each.flaws]
        if each.unanswered:
            lines.append(f"{each.what}: the advisories could not all be asked: {each.unanswered}.")
        elif not each.flaws:
            lines.append(f"{each.what}: no known flaw.")
        well &= not each.flaws and not (required and each.unanswered)
    return lines, well


def _printed(command: Sequence[str], folder: Path = ROOT) -> str:
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS
        )
    except subprocess.TimeoutExpired:
        return ""
    return done.stdout


def main() -> None:
    """Ask about everything that is installed, and end with 1 if something has to be done."""
    pip_audit = str(Path(sys.executable).with_name(PYTHON[0]))
    audited = [
        python_audited(_printed((pip_audit, *PYTHON[1:]))),
        *(npm_audited(folder, _printed(NPM, ROOT / folder)) for folder in FOLDERS_OF_NPM),
    ]
    lines, well = verdict(audited, required=os.environ.get("ADVISORIES") == "required")
    print("\n".join(lines))
    sys.exit(0 if well else 1)


if __name__ == "__main__":
    main()
