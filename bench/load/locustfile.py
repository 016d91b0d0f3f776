"""What viewers and producers do, as locust runs it; what is not a success counts as a failure there.

`MARQUEE_TOKEN` is the ID token of a viewer, `MARQUEE_INGEST_KEY` the API key of a producer. `MARQUEE_PAUSE` says how
long they wait between two requests: 1 as people do, 0 not at all.
"""

import os
import random
from functools import cache

import requests
from locust import HttpUser, between, task

WORDS = ("the", "night", "love", "story", "man", "house")
PAUSE = float(os.environ.get("MARQUEE_PAUSE", "1"))
SECONDS = 40


@cache
def titles(host: str, token: str) -> list[str]:
    """Return ids of the viewer's guide, which is asked once and not counted; what is wrong will show in what is."""
    try:
        answer = requests.get(f"{host}/api/titles?limit=50", headers={"Authorization": token}, timeout=SECONDS)
        found = answer.json().get("titles", [])
    except requests.RequestException:
        found = []
    return [each["id"] for each in found] or ["1"]


class Viewer(HttpUser):
    """A viewer who is signed in and waits a moment between two requests."""

    abstract = True
    wait_time = between(0.5 * PAUSE, 2 * PAUSE)

    def on_start(self) -> None:
        """Take the token."""
        self.token = os.environ["MARQUEE_TOKEN"]
        self.client.headers["Authorization"] = self.token

    def title(self) -> str:
        """Return the id of any title."""
        return random.choice(titles(self.host, self.token))


class Browse(Viewer):
    """Looks through the guide."""

    @task(6)
    def pages(self) -> None:
        """Take a page and the one after it."""
        answer = self.client.get("/api/titles?limit=20")
        if answer.ok and (following := answer.json().get("next")):
            self.client.get("/api/titles", params={"limit": 20, "next": following}, name="/api/titles?next")

    @task(3)
    def one(self) -> None:
        """Look at a title."""
        self.client.get(f"/api/titles/{self.title()}", name="/api/titles/{id}")

    @task(1)
    def recommendations(self) -> None:
        """Ask what to watch."""
        self.client.get("/api/recommendations?limit=20")


class Search(Viewer):
    """Looks for titles by their names."""

    @task
    def words(self) -> None:
        """Search a word."""
        self.client.get("/api/search", params={"q": random.choice(WORDS)}, name="/api/search")


class Follow(Viewer):
    """Follows titles and stops following them."""

    @task
    def there_and_back(self) -> None:
        """Follow a title, look at what is followed, stop."""
        path = f"/api/follows/{self.title()}"
        self.client.put(path, name="/api/follows/{id}")
        self.client.get("/api/follows")
        self.client.delete(path, name="/api/follows/{id}")


class Library(Viewer):
    """Looks through the library."""

    @task(2)
    def top(self) -> None:
        """Take the best rated movies."""
        self.client.get("/api/movies/top-rated?start=0&limit=20")

    @task
    def dashboard(self) -> None:
        """Look at the numbers."""
        self.client.get("/api/dashboard")

    @task
    def search(self) -> None:
        """Search a movie."""
        self.client.get("/api/movies/search", params={"title": random.choice(WORDS)}, name="/api/movies/search")


class Ingest(HttpUser):
    """A producer who sends events."""

    wait_time = between(0.1 * PAUSE, 0.5 * PAUSE)

    @task
    def event(self) -> None:
        """Send one event."""
        event = {"event_type": "title_viewed", "payload": {"title_id": random.randrange(1, 1000)}}
        self.client.post("/api/ingest", json=event, headers={"x-api-key": os.environ["MARQUEE_INGEST_KEY"]})
