"""`make dictionaries`: train the dictionaries that come with the layer, and put them in their place.

They are trained on bodies that the simulated TMDB makes up, never on recorded ones: what is TMDB's may be kept for six
months and not shipped. What they learn is how bodies are built, facts (languages, countries, services, genres, studios,
departments and trades), common names, and words that stories are told with: `bench.lessons`. An archive is better
served by a dictionary that was trained on its own bodies, which knows the people too: `marquee archive train`.

The same code trains the same dictionaries; those that were there go, so that nothing may have been stored with them
unless they are in the bucket, where the collector puts the ones that it uses.
"""

import asyncio
import itertools
import json
from random import Random
from urllib.parse import quote

import httpx

from bench.lessons import lesson
from local.catalogue import made
from local.upstreams import TMDB_TOKEN
from local.upstreams.app import create_app
from marquee.archive import codec, dictionaries
from marquee.archive.codec import Body
from marquee.clients.tmdb_archive import PARTS
from marquee.models.archive import KINDS, Kind, MediaType

SAMPLES = 1200
# Of recorded bodies it saves three bytes in a hundred more than one of 32 KB; one of 160 KB saves half a byte more.
SIZE = 110 * 1024
# The simulator's clock at the first request, in seconds since 1970; it goes on by a second at each look, so that the
# limit on calls is never met.
_BEGIN = 1_780_000_000


def main() -> None:
    """Train one dictionary a kind and write them in place of those that were there."""
    trained = {kind: dictionaries.train([codec.encode(kind, body) for body in samples(kind)], SIZE) for kind in KINDS}
    ids = {kind: dictionaries.dictionary_id(dictionary) for kind, dictionary in trained.items()}
    for old in dictionaries.FOLDER.glob(f"*{dictionaries.SUFFIX}"):
        old.unlink()
    for kind, dictionary in trained.items():
        (dictionaries.FOLDER / f"{ids[kind]}{dictionaries.SUFFIX}").write_bytes(dictionary)
    (dictionaries.FOLDER / dictionaries.CURRENT).write_text(json.dumps(ids, indent=2) + "\n")
    print(", ".join(f"{kind}: {number}" for kind, number in ids.items()))


def samples(kind: Kind, count: int = SAMPLES) -> list[Body]:
    """Return made bodies to train on, with what TMDB's have more of."""
    dice = Random(kind)
    return [lesson(kind, body, dice) for body in made_bodies(kind, count)]


def made_bodies(kind: Kind, count: int) -> list[Body]:
    """Return bodies as the simulated TMDB answers the collector, made up for the first `count` ids."""
    return asyncio.run(_fetch("tv" if kind == "season" else kind, kind, count))


async def _fetch(media_type: MediaType, kind: Kind, count: int) -> list[Body]:
    ticks = itertools.count(_BEGIN)
    app = create_app(clock=lambda: float(next(ticks)), made={media_type: count})
    path = "tv/{}/season/1" if kind == "season" else kind + "/{}"
    if kind != "season":
        path += f"?append_to_response={quote(','.join(PARTS[media_type]), safe=',')}"
    client = httpx.AsyncClient(
        transport=httpx.ASGITransport(app),
        base_url="http://simulator/tmdb/3/",
        headers={"Authorization": f"Bearer {TMDB_TOKEN}"},
    )
    async with client:
        answers = [await client.get(path.format(made.id_of(serial))) for serial in range(count)]
    return [answer.raise_for_status().json() for answer in answers]


if __name__ == "__main__":
    main()
