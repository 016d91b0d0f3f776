"""The notes of a release, from the commits since the one before: `python -m delivery.release_notes --help`."""

from __future__ import annotations

import argparse
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# A commit belongs to the first part that it touches: what users notice comes before what developers do.
PARTS = (
    ("Web app", ("web/",)),
    ("Service", ("lambdas/", "layers/")),
    ("Command", ("cli/",)),
    ("Infrastructure", ("stacks/", "app.py", "cdk.json", "delivery/", ".github/")),
    ("Local cloud and tests", ("local/", "tests/", "bench/")),
)
DEPENDENCIES, OTHERS = "Dependencies", "Documents and others"
# How Dependabot begins the subject of its commits.
_BUMP = "Bump "
# Neither can be in a subject or a path.
_COMMIT, _FIELD = "\x1e", "\x1f"


@dataclass(frozen=True)
class Commit:
    """A commit with the paths that it touches."""

    hash: str
    subject: str
    paths: tuple[str, ...]

    @property
    def part(self) -> str:
        """The part of Marquee that the commit is about."""
        if self.subject.startswith(_BUMP):
            return DEPENDENCIES
        touched = (name for name, beginnings in PARTS if any(each.startswith(beginnings) for each in self.paths))
        return next(touched, OTHERS)


def commits(log: str) -> list[Commit]:
    """Return the commits of what `git log` printed in our format, latest first."""
    found = []
    for entry in log.split(_COMMIT)[1:]:
        head, _, paths = entry.partition("\n")
        short, subject = head.split(_FIELD)
        found.append(Commit(short, subject, tuple(filter(None, paths.splitlines()))))
    return found


def notes(version: str, since: str | None, found: Iterable[Commit]) -> str:
    """Return the notes in Markdown: a line a commit, by part, in the order in which they were made."""
    by_part: dict[str, list[str]] = {}
    for each in found:
        by_part.setdefault(each.part, []).insert(0, f"- {each.subject} ({each.hash})")
    names = [name for name in (*(name for name, _ in PARTS), OTHERS, DEPENDENCIES) if name in by_part]
    parts = [f"## {name}\n\n" + "\n".join(by_part[name]) + "\n" for name in names]
    told = f"What changed since {since}." if since else "The first release."
    return "\n".join([f"# Marquee {version}\n\n{told}\n", *parts])


def _git(*arguments: str) -> str:
    done = subprocess.run(("git", *arguments), cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout


def _tag_before(revision: str) -> str | None:
    done = subprocess.run(
        ("git", "describe", "--tags", "--abbrev=0", f"{revision}^"),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip() or None


def main() -> None:
    """Print the notes of what a revision has and the release before has not."""
    asked = argparse.ArgumentParser(description="Write the notes of a release from its commits.")
    asked.add_argument("--until", default="HEAD", help="the tag or commit that is released")
    asked.add_argument("--since", help="the release before; otherwise the last tag before it")
    given = asked.parse_args()
    since = given.since or _tag_before(given.until)
    span = f"{since}..{given.until}" if since else given.until
    log = _git("log", "--no-merges", "--name-only", f"--format={_COMMIT}%h{_FIELD}%s", span, "--")
    version = _git("describe", "--tags", "--always", given.until).strip()
    print(notes(version, since, commits(log)))


if __name__ == "__main__":
    main()
