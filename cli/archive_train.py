"""`marquee archive train`: a dictionary for zstd from what the archive holds."""

import json
import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Annotated, Any

import typer
from rich.progress import track

from cli import terminal
from cli.archive_items import store
from cli.environment import LOCAL, environment
from cli.errors import OperatorError
from marquee.archive import codec, dictionaries, packing
from marquee.archive.codec import Body
from marquee.models.archive import Kind
from marquee.repositories.archive import FOLDERS
from marquee.repositories.archive_dictionaries import DictionaryStore

SAMPLES = 2000
# Fewer say too little of what they were not trained on.
FEWEST = 100
READERS = 8
# One sample of so many is not trained on, but tells what the dictionary is worth.
TESTED = 5


@dataclass(frozen=True)
class Trained:
    """A new dictionary, and the mean size in bytes of bodies that it has not seen, with the one in use and with it."""

    kind: Kind
    dictionary_id: int
    samples: int
    before: float
    after: float

    @property
    def is_better(self) -> bool:
        """Tell whether it saves anything."""
        return self.after < self.before


def train(
    kind: Annotated[Kind, typer.Argument(help="What it is for.")],
    env: terminal.Env = LOCAL,
    samples: Annotated[int, typer.Option(min=FEWEST, help="How many items to learn from.")] = SAMPLES,
    seed: Annotated[int, typer.Option(help="The same seed takes the same items.")] = 1,
    as_json: terminal.AsJson = False,
) -> None:
    """Train a dictionary; it is used from now on if it makes bodies smaller that it was not trained on."""
    place = environment(env)
    s3, bucket, archive = place.client("s3"), place.output("ArchiveBucket"), store(place)
    names = list(islice(stored(s3, bucket, kind, random.Random(seed)), samples))
    with ThreadPoolExecutor(READERS) as readers:
        read = readers.map(lambda name: archive.get(kind, name).body, names)
        bodies = [
            body for body in track(read, "reading", len(names), console=terminal.progress, transient=True) if body
        ]
    dictionary, trained = learned(kind, bodies, DictionaryStore(s3, bucket).current(kind))
    if trained.is_better:
        DictionaryStore(s3, bucket).use(kind, dictionary)
    show(trained, as_json=as_json)


def learned(kind: Kind, bodies: list[Body], before: bytes) -> tuple[bytes, Trained]:
    """Train on most of the bodies and measure on the others; raises OperatorError when there are too few."""
    if len(bodies) < FEWEST:
        raise OperatorError(f"The archive has {len(bodies)} {kind} to learn from; it takes {FEWEST} at least.")
    tested = bodies[::TESTED]
    lessons = [codec.encode(kind, body) for number, body in enumerate(bodies) if number % TESTED]
    try:
        dictionary = dictionaries.train(lessons)
    except ValueError as error:
        raise OperatorError(f"The archive has too few {kind} to learn from: {error}") from error
    sizes = [sum(len(packing.pack(kind, body, each)) for body in tested) / len(tested) for each in (before, dictionary)]
    return dictionary, Trained(kind, dictionaries.dictionary_id(dictionary), len(lessons), *sizes)


def stored(s3: Any, bucket: str, kind: Kind, chance: random.Random) -> Iterator[str]:
    """Yield the ids of items from all over the archive, folder by folder in the order of `chance`."""
    for folder in chance.sample(range(FOLDERS), FOLDERS):
        prefix = f"tmdb/{kind}/{folder}/"
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
            # A tombstone is empty.
            kept = (each["Key"] for each in page.get("Contents", ()) if each["Size"])
            yield from (key.removeprefix(prefix).removesuffix(".pb.zst") for key in kept)


def show(trained: Trained, *, as_json: bool) -> None:
    """Print what a dictionary is worth."""
    if as_json:
        print(json.dumps({**asdict(trained), "used": trained.is_better}))
        return
    change = (trained.after / trained.before - 1) * 100
    sizes = f"{trained.before:,.0f} → {trained.after:,.0f} bytes for one it has not seen ({change:+.1f} %)"
    end = "It is used from now on." if trained.is_better else "It saves nothing and is not used."
    terminal.results.print(f"Dictionary {trained.dictionary_id} of {trained.samples:,} {trained.kind}: {sizes}. {end}")
