"""Whether a key, a token or a password lies in the files: `python -m delivery.secret_scan`. Needs no network."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class
from detect_secrets.core.scan import scan_file
from detect_secrets.settings import transient_settings

ROOT = Path(__file__).resolve().parents[1]
PROCESSES = 2
# The one that looks for words such as `password =` finds our own settings and tests, and nothing else.
UNUSED = frozenset({"KeywordDetector", "IPPublicDetector"})
# From how many bits a character a string counts as random.
LIMITS = {"HexHighEntropyString": 3.0, "Base64HighEntropyString": 4.5}
# Pictures and what tools write: hashes of packages, facts of titles, results.
WRITTEN_BY_TOOLS = (
    *(".png", ".svg", ".ico", "package-lock.json", "schema.d.ts"),
    *("docs/openapi.json", "bench/results.json", "local/catalogue/demo.json", "schemas/tmdb/openapi.json"),
)
# What was found and is none: the file and the beginning of the finding's hash, with the reason.
ACCEPTED: Mapping[tuple[str, str], str] = {
    ("tests/contracts/test_archive_schema.py", "fa8da98a"): "the digits in their order, as an id of a made body",
    ("tests/fakes/sign_in.py", "c0eb1dc5"): "the example of a verifier in the standard, RFC 7636",
    ("tests/fakes/sign_in.py", "af61ad46"): "the example of a challenge in the standard, RFC 7636",
    ("tests/unit/archive_bodies.py", "1b0648e4"): "an id as TMDB gives them to credits, in a made body of an answer",
    ("tests/unit/archive_bodies.py", "3607aad9"): "the same id in capital letters, which are no hexadecimal of TMDB's",
    (
        "tests/unit/test_archive_format_fingerprint.py",
        "fae3bdd6",
    ): "a fingerprint that must be the same in each release",
    ("tests/unit/test_taste.py", "e4055de7"): "the name of a test, long enough to look like a token of GitHub's",
}


@dataclass(frozen=True)
class Found:
    """Something that looks like a secret; never the thing itself."""

    file: str
    line: int
    kind: str
    hash: str

    @property
    def key(self) -> tuple[str, str]:
        """By what the finding can be accepted; stays the same when it moves within its file."""
        return self.file, self.hash[:8]


def found_in(files: Iterable[str]) -> Iterator[Found]:
    """Yield what looks like a secret in `files`, named from the folder that is the current one."""
    kinds: Mapping[str, Any] = get_mapping_from_secret_type_to_class()
    plugins = {str(kind.__name__) for kind in kinds.values()} - UNUSED
    used = [{"name": name} | ({"limit": LIMITS[name]} if name in LIMITS else {}) for name in sorted(plugins)]
    with transient_settings({"plugins_used": used}):
        for file in files:
            for secret in scan_file(file):
                yield Found(file, secret.line_number, secret.type, secret.secret_hash)


def complaints(found: Iterable[Found]) -> list[str]:
    """Return a sentence for each finding that nobody accepted, and for each acceptance that is of no use any more."""
    seen = list(found)
    keys = {each.key for each in seen}
    unknown = [
        f"{each.file}:{each.line} looks like a secret ({each.kind}). If it is one, revoke it: it is known by now. "
        f"If it is none, accept {each.key} with the reason in delivery/secret_scan.py."
        for each in seen
        if each.key not in ACCEPTED
    ]
    return unknown + [f"delivery/secret_scan.py accepts {key}, which is not there." for key in ACCEPTED.keys() - keys]


def _all_in(files: list[str]) -> list[Found]:
    return list(found_in(files))


def _files() -> list[str]:
    command = ("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    named = (each for each in done.stdout.split("\0") if each and not each.endswith(WRITTEN_BY_TOOLS))
    return [each for each in named if (ROOT / each).is_file()]


def main() -> None:
    """Look through the files of the project, and end with 1 if one may hold a secret."""
    if not (ROOT / ".git").exists():
        print("Secrets: this folder is no clone; nothing can have been committed to it.")
        return
    files = _files()
    with ProcessPoolExecutor(PROCESSES) as pool:
        found = pool.map(_all_in, (files[start::PROCESSES] for start in range(PROCESSES)))
        said = complaints(each for some in found for each in some)
    print("\n".join(said) or "Secrets: none in the files.")
    sys.exit(1 if said else 0)


if __name__ == "__main__":
    main()
