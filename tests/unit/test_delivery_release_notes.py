"""Release notes: every commit once, under the part that users know it by."""

import pytest

from delivery.release_notes import commits, notes

LOG = """\x1e3333333\x1fBump httpx from 0.28.0 to 0.28.1

layers/shared/requirements.txt
\x1e2222222\x1fShow the version

web/src/app/Shell.tsx
docs/web.md
\x1e1111111\x1fTell the version

lambdas/guide_api/routes/version.py
stacks/version.py
tests/unit/test_version.py
"""


def test_commits_are_read_with_their_paths() -> None:
    found = commits(LOG)

    assert [(each.hash, each.subject) for each in found][1] == ("2222222", "Show the version")
    assert found[1].paths == ("web/src/app/Shell.tsx", "docs/web.md")
    assert commits("") == []


def test_each_commit_stands_once_under_its_part() -> None:
    said = notes("v1.2.0", "v1.1.0", commits(LOG))

    assert said == (
        "# Marquee v1.2.0\n\nWhat changed since v1.1.0.\n\n"
        "## Web app\n\n- Show the version (2222222)\n\n"
        "## Service\n\n- Tell the version (1111111)\n\n"
        "## Dependencies\n\n- Bump httpx from 0.28.0 to 0.28.1 (3333333)\n"
    )


def test_first_release_has_none_before() -> None:
    assert "The first release." in notes("v0.1.0", None, [])


@pytest.mark.parametrize(
    ("path", "part"),
    [("cdk.json", "Infrastructure"), ("cli/run.py", "Command"), ("README.md", "Documents and others")],
)
def test_part_is_told_by_the_paths(path: str, part: str) -> None:
    (commit,) = commits(f"\x1e1\x1fDo it\n\n{path}\n")

    assert commit.part == part
