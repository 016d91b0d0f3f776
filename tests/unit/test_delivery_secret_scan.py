"""The search for secrets: what looks like one is told without being shown, what was accepted has a reason."""

from pathlib import Path

import pytest

from delivery import secret_scan
from delivery.secret_scan import Found, complaints, found_in

# Put together here, so that the search does not find it in this file.
KEY = "AKIA" + "QWERTYUIOPASDFGH"
PRIVATE = "-----BEGIN RSA " + "PRIVATE KEY-----"


@pytest.fixture(autouse=True)
def nothing_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secret_scan, "ACCEPTED", {})


@pytest.mark.parametrize(
    "line", [f'aws = "{KEY}"', PRIVATE, 'watchmode = "9f86d081884c7d659a2f' + 'eaa0c55ad015a3bf4f1b"']
)
def test_secret_in_a_file_is_told_by_its_line_and_never_shown(line: str, tmp_path: Path) -> None:
    file = tmp_path / "settings.py"
    file.write_text(f"# settings\n{line}\n")

    (said,) = complaints(found_in([str(file)]))

    assert f"{file}:2 looks like a secret" in said
    assert KEY not in said


def test_code_without_secrets_is_silent(tmp_path: Path) -> None:
    file = tmp_path / "settings.py"
    file.write_text('PASSWORD_MINIMUM = 12\npassword = read("PASSWORD")\n')

    assert complaints(found_in([str(file)])) == []


def test_accepted_finding_is_silent_until_it_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    found = Found("tests/a.py", 3, "JSON Web Token", "0123456789")
    monkeypatch.setattr(secret_scan, "ACCEPTED", {found.key: "nobody has signed it"})

    assert complaints([found]) == []
    assert complaints([]) == ["delivery/secret_scan.py accepts ('tests/a.py', '01234567'), which is not there."]
