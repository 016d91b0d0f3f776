"""`python -m bench.load <profile>`: run a profile against the local cloud, or where `--host` leads.

Elsewhere the environment has to hold MARQUEE_TOKEN (a viewer's ID token), for ingest MARQUEE_INGEST_KEY. Ends with 1 if
anything failed.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROFILES = ("browse", "search", "follow", "library", "ingest")


def main() -> int:
    """Run locust with one profile, and answer with how it ended."""
    parser = argparse.ArgumentParser(prog="python -m bench.load", description=__doc__)
    parser.add_argument("profile", choices=PROFILES)
    parser.add_argument("--viewers", type=int, default=10, help="at once")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--host", help="the web address of an environment; the local cloud unless told")
    told = parser.parse_args()
    host, environment = (told.host, {}) if told.host else local()
    command = [sys.executable, "-m", "locust", "--locustfile", str(Path(__file__).with_name("locustfile.py"))]
    command += ["--headless", "--only-summary", "--host", host, "--users", str(told.viewers)]
    command += ["--spawn-rate", str(max(1, told.viewers // 5)), "--run-time", f"{told.seconds}s"]
    return subprocess.run([*command, told.profile.title()], env={**os.environ, **environment}, check=False).returncode


def local() -> tuple[str, dict[str, str]]:
    """Return where the local cloud answers, and what a viewer and a producer need there; it has to run."""
    folder = Path(os.environ.get("MARQUEE_LOCAL_DIR", ROOT / ".local"))
    outputs = json.loads((ROOT / folder / "outputs.json").read_text())
    token = subprocess.run(
        [sys.executable, "-m", "local", "token", "--user", "viewer"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    return outputs["web_url"], {"MARQUEE_TOKEN": token, "MARQUEE_INGEST_KEY": outputs["ingest_api_key"]}


if __name__ == "__main__":
    sys.exit(main())
