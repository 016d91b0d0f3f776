"""Readers for the folder of real data: each yields what one file says, in plain Python."""

import csv
import gzip
import io
import json
import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

Key = tuple[str, int]

_ENGLISH = frozenset({"the", "a", "of", "to", "and", "in"})


def lines(path: Path) -> Iterator[str]:
    """Yield the lines of a file, gzipped or not; only "\\n" ends a line, because titles hold U+2028."""
    with (
        path.open("rb") as packed,
        gzip.open(packed) if path.suffix == ".gz" else packed as file,
        io.TextIOWrapper(file, encoding="utf-8", newline="\n") as text,
    ):
        for line in text:
            yield line.rstrip("\n")


def json_file(path: Path) -> Any:
    """Return the content of a JSON file, gzipped or not."""
    raw = path.read_bytes()
    return json.loads(gzip.decompress(raw) if path.suffix == ".gz" else raw)


def json_lines(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the objects of a JSON Lines file."""
    for line in lines(path):
        if line:
            yield json.loads(line)


def table(path: Path) -> Iterator[dict[str, str]]:
    """Yield the rows of a CSV file; a quoted field may hold a newline."""
    return csv.DictReader(line + "\n" for line in lines(path))


def normalised(title: str) -> str:
    """Reduce a title to what stays the same between spellings: letters and digits without accents."""
    plain = unicodedata.normalize("NFKD", title.replace("&", "and")).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]", "", plain.lower())


def watchmode_ids(folder: Path, wanted: set[Key]) -> dict[Key, list[int]]:
    """Return the WatchMode ids of the wanted TMDB ids; a few TMDB ids have several."""
    found: dict[Key, list[int]] = {}
    rows = lines(folder / "title_id_map/watchmode_tmdb_pairs.csv.gz")
    next(rows)
    for row in rows:
        watchmode_id, tmdb_type, tmdb_id = row.split(",")
        key = (tmdb_type, int(tmdb_id))
        if key in wanted:
            found.setdefault(key, []).append(int(watchmode_id))
    return found


def id_map(folder: Path) -> Iterator[dict[str, str]]:
    """Yield the 50,000 rows that join ids with titles and years."""
    return table(folder / "title_id_map/title_id_map.joined50k.csv.gz")


def tv_list(folder: Path) -> list[dict[str, Any]]:
    """Return every TV series of TMDB's export, most popular first: `i` id, `t` name, `y` year, `p` popularity."""
    entries = json_file(folder / "tmdb_exports/tmdb-tvs-enriched_01_25_2026.json.gz")["entries"]
    return sorted(entries, key=lambda entry: -entry["p"])


def netflix_rows(folder: Path) -> dict[tuple[str, str], list[dict[str, str]]]:
    """Return what Netflix carried in 2021, by kind ("movie" or "tv") and normalised title."""
    found: dict[tuple[str, str], list[dict[str, str]]] = {}
    for row in table(folder / "netflix/netflix_titles.csv.gz"):
        kind = "movie" if row["type"] == "Movie" else "tv"
        found.setdefault((kind, normalised(row["title"])), []).append(row)
    return found


def list_items(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield ("movie" or "tv", list item) of every recorded TMDB list, oldest first."""
    for item in json_lines(folder / "tmdb_api/open/top_rated_1000.jsonl.gz"):
        yield "movie", item
    for path in sorted((folder / "tmdb_api/open/lists_daily").glob("*.json.gz")):
        day = json_file(path)
        for kind, group in (("movie", day["movies"]), ("tv", day["tv"])):
            for name, items in group.items():
                if name != "genres":
                    yield from ((kind, item) for item in items)


@cache
def tmdb_bodies(folder: Path, kind: str) -> dict[int, dict[str, Any]]:
    """Return the fullest recorded details body in English per TMDB id."""
    best: dict[int, dict[str, Any]] = {}
    for record in json_lines(folder / f"tmdb_api/open/{kind}.jsonl.gz"):
        body = record["body"]
        if _is_english(body) and len(body) > len(best.get(body["id"], ())):
            best[body["id"]] = body
    return best


def episode_bodies(folder: Path) -> dict[tuple[int, ...], dict[str, Any]]:
    """Return the fullest recorded seasons and episodes in English by programme, season and, for one, episode."""
    best: dict[tuple[int, ...], dict[str, Any]] = {}
    for kind in ("season", "episode"):
        for record in json_lines(folder / f"tmdb_api/open/{kind}.jsonl.gz"):
            body = record["body"]
            numbers = [int(record["_meta"]["title_key"].removeprefix("tv:")), body["season_number"]]
            key = tuple([*numbers, body["episode_number"]] if kind == "episode" else numbers)
            if _is_english(body) and len(body) > len(best.get(key, ())):
                best[key] = body
    return best


def _is_english(body: dict[str, Any]) -> bool:
    words = (body.get("overview") or body.get("biography") or "").lower().split()
    name = str(body.get("title") or body.get("name"))
    return len(_ENGLISH.intersection(words)) > 1 if words else name.isascii()


def watchmode_bodies(folder: Path) -> dict[int, dict[str, Any]]:
    """Return the recorded WatchMode details; two recordings of one title complete each other."""
    bodies: dict[int, dict[str, Any]] = {}
    for record in json_lines(folder / "watchmode/open/title_details.jsonl.gz"):
        body = {name: value for name, value in record["body"].items() if value is not None}
        bodies[body["id"]] = {**record["body"], **bodies.get(body["id"], {}), **body}
    return bodies
