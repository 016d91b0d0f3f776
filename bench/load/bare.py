"""Requests that Marquee has no part in, asked of the emulator by the same viewers: what it costs without us.

Each request is a line of the environment: `MARQUEE_BARE` holds method, path, headers and body as JSON.
"""

import json
import os

from locust import HttpUser, task


class Bare(HttpUser):
    """Asks the same again and again."""

    def on_start(self) -> None:
        """Read what is asked."""
        self.asked = json.loads(os.environ["MARQUEE_BARE"])

    @task
    def ask(self) -> None:
        """Ask it."""
        method, path, headers, body = self.asked
        self.client.request(method, path, headers=headers, data=body)
