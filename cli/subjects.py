"""Finds the titles and viewers that generated events speak of."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import httpx

from cli.environment import Environment
from cli.errors import OperatorError
from cli.synthesis import Subjects
from local.catalogue.demo import load_demo

PAGE = 100
MOST_TITLES = 1000
SECONDS = 40
# Nobody's ids: what producers say of viewers that Marquee does not know is counted, and changes nobody's marks.
STRANGERS = tuple(f"generated-{number:04d}" for number in range(500))


def subjects(place: Environment, *, titles: Path | None, viewers: Path | None, token: str | None) -> Subjects:
    """Return the titles of a file, of the guide of whoever's `token` it is, or of the demo catalogue; the viewers of a
    file, or strangers.
    """
    if titles:
        spoken_of = _ids(titles)
    else:
        spoken_of = _guide(place, token) if token else [str(each) for each in load_demo().titles]
    return Subjects(spoken_of, _ids(viewers) if viewers else STRANGERS)


def _ids(path: Path) -> list[str]:
    found = path.read_text(encoding="utf-8").split()
    if not found:
        raise OperatorError(f"{path} holds no ids.")
    return found


def _guide(place: Environment, token: str) -> list[str]:
    url, headers = place.output("ApiUrl"), {"Authorization": token}
    with httpx.Client(base_url=url, headers=headers, timeout=SECONDS, trust_env=place.uses_proxies) as client:
        found = list(islice(guide_titles(client), MOST_TITLES))
    if not found:
        raise OperatorError("The guide of this viewer has no titles to speak of.")
    return found


def guide_titles(client: httpx.Client) -> Iterator[str]:
    """Yield the titles of a viewer's guide, page after page; raises OperatorError when it does not answer."""
    cursor: dict[str, str] = {}
    while True:
        answer = client.get("/titles", params={"limit": PAGE, **cursor})
        if answer.is_error:
            raise OperatorError(f"The guide answered {answer.status_code}: {answer.text[:200]}")
        page = answer.json()
        yield from (title["id"] for title in page["titles"])
        if page["next"] is None:
            return
        cursor = {"next": page["next"]}
