"""Whether a deployed environment is the one that was deployed, seen from outside: `python -m delivery.smoke --help`.

`marquee verify` looks at it from within; this asks what a browser, a stranger and a careless client ask.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import httpx

from cli.environment import environment
from cli.errors import OperatorError

TIMEOUT = httpx.Timeout(35, connect=5)
GUARDS = {
    "strict-transport-security": "max-age=",
    "content-security-policy": "default-src",
    "x-content-type-options": "nosniff",
}
PUBLIC = ("/sources", "/genres")
# What nobody may see or do who has not signed in, or has no key.
GUARDED = (("GET", "/preferences"), ("GET", "/admin/jobs"), ("POST", "/imports"), ("POST", "/ingest"))


@dataclass(frozen=True)
class Deployed:
    """An environment and what should run there."""

    http: httpx.Client
    environment: str
    version: str


def app_is_served(site: Deployed) -> Iterator[str]:
    """Say if the web app is not there, or comes without the headers that guard it."""
    answer = site.http.get("/")
    if answer.status_code != httpx.codes.OK or "html" not in answer.headers.get("content-type", ""):
        yield f"The web app answers {answer.status_code} ({answer.headers.get('content-type')}) to GET /."
        return
    for header, part in GUARDS.items():
        if part not in answer.headers.get(header, ""):
            yield f"The web app comes without {header}: {part}"


def versions_are_the_new_ones(site: Deployed) -> Iterator[str]:
    """Say if the API or the web app is of another version or environment than was deployed."""
    wanted = {"version": site.version, "environment": site.environment}
    for what, path in (("API", "/api/version"), ("web app", "/config.json")):
        found = _json(site.http.get(path))
        told = {key: found.get(key) for key in wanted}
        if told != wanted:
            yield f"The {what} says {told} at {path}, not {wanted}."


def public_routes_answer(site: Deployed) -> Iterator[str]:
    """Say if what anybody may read cannot be read."""
    for path in PUBLIC:
        answer = site.http.get(f"/api{path}")
        if answer.status_code != httpx.codes.OK or not isinstance(_json(answer).get(path[1:]), list):
            yield f"The API answers {answer.status_code} to GET {path}, without a list of {path[1:]}."


def strangers_are_refused(site: Deployed) -> Iterator[str]:
    """Say if somebody without a token or a key gets an answer, or if a wrong token breaks something."""
    for method, path in GUARDED:
        for token in ({}, {"Authorization": "Bearer not.a.token", "X-API-Key": "not-a-key"}):
            answer = site.http.request(method, f"/api{path}", headers=token, json=None if method == "GET" else {})
            if answer.status_code not in (401, 403):
                yield f"The API answers {answer.status_code} to a stranger's {method} {path}, not 401 or 403."


def nonsense_is_refused(site: Deployed) -> Iterator[str]:
    """Say if what there is not, or cannot be, is anything else than a refusal of the client."""
    for path in ("/api/there-is-no-such-route", "/api/sources?nonsense=1", "/api/calendar/not-a-token.ics"):
        answer = site.http.get(path)
        if not answer.is_client_error:
            yield f"The API answers {answer.status_code} to GET {path}, not an error of the client's."


CHECKS: tuple[Callable[[Deployed], Iterator[str]], ...] = (
    app_is_served,
    versions_are_the_new_ones,
    public_routes_answer,
    strangers_are_refused,
    nonsense_is_refused,
)


def problems(site: Deployed) -> Iterator[str]:
    """Yield a sentence for each thing that is wrong; what cannot be asked is wrong too."""
    for check in CHECKS:
        try:
            yield from check(site)
        except httpx.HTTPError as error:
            yield f"{check.__name__.replace('_', ' ')}: cannot be asked: {error}."


def running(http: httpx.Client) -> str:
    """Return the version that answers now; empty if none does, or it is from before there were versions."""
    try:
        answer = http.get("/api/version")
    except httpx.HTTPError:
        return ""
    return str(_json(answer).get("version", "")) if answer.is_success else ""


def _json(answer: httpx.Response) -> dict[str, object]:
    try:
        found = answer.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def main() -> None:
    """Check an environment and end with 1 if anything is wrong, or print what runs there, or its address."""
    asked = argparse.ArgumentParser(description="Ask a deployed environment what its users will ask.")
    asked.add_argument("what", choices=("check", "running", "address"))
    asked.add_argument("--env", required=True)
    asked.add_argument("--version", default="", help="what was deployed, for check")
    given = asked.parse_args()
    try:
        place = environment(given.env)
        url = place.output("WebUrl")
    except OperatorError as error:
        # Before the first deployment nothing runs, and there is nothing to go back to.
        sys.exit(0 if given.what == "running" else str(error))
    if given.what == "address":
        print(url)
        return
    with httpx.Client(base_url=url, timeout=TIMEOUT, trust_env=place.uses_proxies) as http:
        if given.what == "running":
            print(running(http))
            return
        wrong = list(problems(Deployed(http, given.env, given.version)))
    print("\n".join(wrong) or f"{url} is {given.version} and answers as it should.")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
