"""`python -m bench.load <profile>`: run a profile against the local cloud, or where `--host` leads.

Elsewhere the environment has to hold MARQUEE_TOKEN (a viewer's ID token), for ingest MARQUEE_INGEST_KEY. Here the
functions are started before anything counts. Ends with 1 if anything failed.
"""

import argparse
import os
import sys

from botocore.exceptions import BotoCoreError, ClientError

from bench.load import locusts
from bench.load.locusts import Swarm
from local.errors import LocalCloudError

NEEDS = {"ingest": "MARQUEE_INGEST_KEY"}


def main() -> int:
    """Run locust with one profile, and answer with how it ended."""
    parser = argparse.ArgumentParser(prog="python -m bench.load", description=__doc__)
    parser.add_argument("profile", choices=locusts.PROFILES)
    parser.add_argument("--viewers", type=int, default=10, help="at once")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--host", help="the web address of an environment; the local cloud unless told")
    told = parser.parse_args()
    needed = NEEDS.get(told.profile, "MARQUEE_TOKEN")
    if told.host and not os.environ.get(needed):
        parser.error(f"{needed} is not set; {told.host} lets nobody in without it")
    try:
        host, environment = (told.host, {}) if told.host else locusts.local()
    except (LocalCloudError, BotoCoreError, ClientError) as error:
        parser.error(str(error))
    target = locusts.profile(told.profile, host, environment)
    if not told.host:
        warm = warming(told.viewers)
        print(f"Warming up for {warm.seconds} s, which does not count.", flush=True)
        locusts.run(target, warm, quiet=True)
    return locusts.run(target, Swarm(told.viewers, told.seconds))


def warming(viewers: int) -> Swarm:
    """Return the load that has the emulator start as many workers of each function as there will be viewers."""
    return Swarm(viewers, seconds=max(8, viewers), pause=0, at_once=True)


if __name__ == "__main__":
    sys.exit(main())
