"""The examples of docs/ingest.md: each `bash` block and the `json <status>` block after it, as tests run them."""

import json
import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

INGEST = Path(__file__).resolve().parents[1] / "docs" / "ingest.md"
EXAMPLE = re.compile(r"```bash\n(.*?)```\s+```json (\d+)\n(.*?)```", re.DOTALL)
ANY = "..."
# The same curl that a reader has, which also tells the status.
CURL = "curl() { command curl --silent --show-error --max-time 30 --write-out '\\n%{http_code}' \"$@\"; }\n"


@dataclass(frozen=True)
class Example:
    """A command, and the answer that the document promises."""

    command: str
    status: int
    answer: Any

    def run(self, api_url: str, key: str) -> tuple[int, Any]:
        """Return the status and the answer that the command gets."""
        environment = {**os.environ, "API_URL": api_url, "INGEST_KEY": key}
        script = ["bash", "-c", CURL + self.command]
        told = subprocess.run(script, env=environment, capture_output=True, text=True, check=True).stdout
        body, _, status = told.rpartition("\n")
        return int(status), json.loads(body)


def examples(document: Path = INGEST) -> list[Example]:
    """Return all examples of a document, in order: later ones build on earlier ones."""
    return [
        Example(command, int(status), json.loads(answer))
        for command, status, answer in EXAMPLE.findall(document.read_text())
    ]


def fits(promised: Any, found: Any) -> bool:
    """Return whether an answer is what was promised; `...` stands for any text."""
    if isinstance(promised, dict) and isinstance(found, dict):
        return promised.keys() == found.keys() and all(fits(each, found[name]) for name, each in promised.items())
    if isinstance(promised, list) and isinstance(found, list):
        return len(promised) == len(found) and all(map(fits, promised, found))
    return bool(promised == found or (promised == ANY and isinstance(found, str) and found))
