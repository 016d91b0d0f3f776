"""`make dictionaries`: train the dictionaries that come with the layer, and put them in their place.

They are trained on bodies that the simulated TMDB makes up, never on recorded ones: what is TMDB's may be kept for six
months and not shipped. What they learn is how bodies are built, and facts: languages, countries, services, genres,
departments and trades. An archive is better served by a dictionary that was trained on its own bodies, which knows the
studios and people too: `marquee archive train`.

The same code trains the same dictionaries; those that were there go, so that nothing may have been stored with them
unless they are in the bucket, where the collector puts the ones that it uses.
"""

import asyncio
import itertools
import json
from random import Random
from typing import Any
from urllib.parse import quote

import httpx

from local.catalogue import made
from local.upstreams import TMDB_TOKEN
from local.upstreams.app import create_app
from marquee.archive import codec, dictionaries
from marquee.archive.codec import Body
from marquee.clients.tmdb_archive import PARTS
from marquee.models.archive import KINDS, Kind, MediaType

SAMPLES = 1200
# A larger one saves less than one byte in a hundred on recorded bodies, of which it knows nothing more.
SIZE = 32 * 1024
# The simulator's clock at the first request, in seconds since 1970; it goes on by a second at each look, so that the
# limit on calls is never met.
_BEGIN = 1_780_000_000
# The commonest trades by department, as TMDB calls them.
TRADES = {
    "Directing": "Director, Script Supervisor, First Assistant Director, Second Assistant Director, "
    "Assistant Director, Second Unit Director, Third Assistant Director, Layout, Co-Director",
    "Writing": "Writer, Screenplay, Story, Characters, Novel, Author, Original Story, Teleplay, Book, Comic Book, "
    "Dialogue",
    "Production": "Producer, Executive Producer, Casting, Co-Producer, Associate Producer, Line Producer, "
    "Unit Production Manager, Production Coordinator, Location Manager, Production Manager, Production Assistant, "
    "Casting Associate, Production Accountant, Production Supervisor, Co-Executive Producer, Supervising Producer",
    "Camera": "Director of Photography, Camera Operator, Still Photographer, First Assistant Camera, Grip, Key Grip, "
    "Dolly Grip, Steadicam Operator, Second Assistant Camera, Additional Photography",
    "Editing": "Editor, Assistant Editor, First Assistant Editor, Colorist, Color Timer, Digital Intermediate",
    "Art": "Production Design, Art Direction, Set Decoration, Set Designer, Property Master, Set Dresser, "
    "Assistant Art Director, Supervising Art Director, Storyboard Artist, Art Department Coordinator, Painter",
    "Sound": "Original Music Composer, Sound Re-Recording Mixer, Supervising Sound Editor, Sound Effects Editor, "
    "Dialogue Editor, Sound Designer, Music Editor, Foley Artist, Boom Operator, Music Supervisor, Sound Mixer, "
    "Production Sound Mixer, ADR Mixer, Sound, Music, Songs, Orchestrator, Conductor",
    "Costume & Make-Up": "Costume Design, Makeup Artist, Hairstylist, Set Costumer, Costume Supervisor, "
    "Makeup Department Head, Key Makeup Artist, Key Hair Stylist, Hair Department Head, Assistant Costume Designer",
    "Visual Effects": "Visual Effects Supervisor, Visual Effects Producer, Visual Effects Coordinator, Animation, "
    "Digital Compositor, Modeling, Special Effects Supervisor, Animation Supervisor, 3D Artist, Visual Effects",
    "Lighting": "Gaffer, Electrician, Best Boy Electric, Rigging Gaffer, Lighting Technician, Rigging Grip",
    "Crew": "Stunts, Stunt Coordinator, Stunt Double, Thanks, Special Effects, Special Effects Coordinator, "
    "Post Production Supervisor, Choreographer, Driver, Unit Publicist, Armorer, Compositor",
}


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
    """Return made bodies to train on, with the trades that TMDB knows."""
    dice = Random(kind)
    return [_with_trades(body, dice) for body in made_bodies(kind, count)]


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


def _with_trades(value: Any, dice: Random) -> Any:
    if isinstance(value, list):
        return [_with_trades(each, dice) for each in value]
    if not isinstance(value, dict):
        return value
    changed = {name: _with_trades(each, dice) for name, each in value.items()}
    return changed | _trade(dice) if "job" in changed else changed


def _trade(dice: Random) -> dict[str, str]:
    """Return a post in the crew; four of five people are known for the department that they are in."""
    departments = list(TRADES)
    department = dice.choice(departments)
    return {
        "department": department,
        "known_for_department": department if dice.random() < 0.8 else dice.choice(departments),
        "job": dice.choice(TRADES[department].split(", ")),
    }


if __name__ == "__main__":
    main()
