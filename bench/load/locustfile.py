"""What viewers and producers do, as locust runs it; what is not a success counts as a failure there.

`MARQUEE_TOKEN` is the ID token of a viewer, `MARQUEE_INGEST_KEY` the API key of a producer.
"""

import os
import random

from locust import HttpUser, between, task

WORDS = ("the", "night", "love", "story", "man", "house")


class Viewer(HttpUser):
    """A viewer who is signed in and waits a moment between two requests."""

    abstract = True
    wait_time = between(0.5, 2)

    def on_start(self) -> None:
        """Take the token, and learn which titles there are."""
        self.client.headers["Authorization"] = os.environ["MARQUEE_TOKEN"]
        found = self.client.get("/api/titles?limit=50").json().get("titles", [])
        self.titles = [each["id"] for each in found] or ["1"]

    def title(self) -> str:
        """Return the id of any title."""
        chosen: str = random.choice(self.titles)
        return chosen


class Browse(Viewer):
    """Looks through the guide."""

    @task(6)
    def pages(self) -> None:
        """Take a page and the one after it."""
        answer = self.client.get("/api/titles?limit=20").json()
        if following := answer.get("next"):
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

    wait_time = between(0.1, 0.5)

    @task
    def event(self) -> None:
        """Send one event."""
        event = {"event_type": "title_viewed", "payload": {"title_id": random.randrange(1, 1000)}}
        self.client.post("/api/ingest", json=event, headers={"x-api-key": os.environ["MARQUEE_INGEST_KEY"]})
