"""What the simulated TMDB's bodies lack beside TMDB's own, put into them for the dictionaries to learn.

In the folder `vocabulary` the texts are ours, and everything else is facts or common words: names of people as there
are many, the names and ids of studios, trades, genres. Nobody's picture, credits or story are in it.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, TypeVar

from local.catalogue.genres import TMDB_MOVIE
from marquee.archive.codec import Body
from marquee.models.archive import Kind

VOCABULARY = Path(__file__).with_name("vocabulary")
# The share of films without parts, as lists of details are kept; more than half of them are in Japanese, of which every
# letter takes three bytes. Of those without parts one in ten has credits all the same.
_ALONE, _JAPANESE, _WITH_CREDITS = 0.7, 0.6, 0.1
_PARTS = (
    *("alternative_titles", "external_ids", "images", "keywords", "origin_country", "release_dates", "translations"),
    *("videos", "watch/providers"),
)
_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_SMALL_POPULARITY = (0.6, 0.6, 0.6, 0.98, 1.0, 1.4)

_Item = TypeVar("_Item")


def lesson(kind: Kind, body: Body, dice: Random) -> Body:
    """Return a made body with names, texts, trades and studios as TMDB's have them."""
    if kind != "movie":
        return _Lesson(dice).told(body)
    alone = dice.random() < _ALONE
    japanese = alone and dice.random() < _JAPANESE
    film = _Lesson(dice, japanese=japanese).told(body) | {"production_companies": _studios(dice)}
    if japanese:
        # The file has them in the same order.
        names = dict(zip(TMDB_MOVIE, _words("genres_ja.txt")[0], strict=True))
        film["genres"] = [{"id": number, "name": names[number]} for number in dice.sample(list(names), _few(dice))]
    if not alone:
        return film
    left_out = _PARTS if dice.random() < _WITH_CREDITS else [*_PARTS, "credits"]
    return {name: value for name, value in film.items() if name not in left_out}


@dataclass(frozen=True)
class _Lesson:
    """One body in the making."""

    dice: Random
    japanese: bool = False

    def told(self, body: Body) -> Body:
        """Return the body with everything in it exchanged that TMDB's bodies have more of."""
        row = {name: self._told(value) for name, value in body.items()}
        if "credit_id" in row:
            row |= self._credit(row)
        if row.get("overview") and "id" in row:
            row["overview"] = self._plot()
        return row

    def _told(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._told(each) for each in value]
        return self.told(value) if isinstance(value, dict) else value

    def _credit(self, row: Body) -> Body:
        changed: Body = {}
        if "known_for_department" in row:
            name = _name(self.dice)
            changed |= {"name": name, "original_name": name, "popularity": _popularity(self.dice)}
        if row.get("character"):
            changed["character"] = _name(self.dice)
        return changed | _trade(self.dice) if "job" in row else changed

    def _plot(self) -> str:
        sentences = _lines("plots_ja.txt" if self.japanese else "plots_en.txt")
        chosen = self.dice.sample(sentences, self.dice.randrange(2, 6) if self.japanese else self.dice.randrange(1, 4))
        if not self.japanese:
            return " ".join(
                each.format(a=_name(self.dice), b=self.dice.choice(_words("names.txt")[0])) for each in chosen
            )
        names, places, workers = _words("names_ja.txt")
        return "".join(
            each.format(
                **{slot: self.dice.choice(names) for slot in "abct"},
                p=self.dice.choice(places),
                w=self.dice.choice(workers),
            )
            for each in chosen
        )


def _trade(dice: Random) -> dict[str, str]:
    """Return a post in the crew; four of five people are known for the department that they are in."""
    departments = _trades()
    department = dice.choice(list(departments))
    return {
        "department": department,
        "known_for_department": department if dice.random() < 0.8 else dice.choice(list(departments)),
        "job": _early(departments[department], dice, 1.7),
    }


@cache
def _trades() -> dict[str, list[str]]:
    """Return the trades by department, as TMDB calls them, the commonest first."""
    rows = (line.split(": ", 1) for line in _lines("jobs.txt"))
    return {department: jobs.split(", ") for department, jobs in rows}


@cache
def _lines(name: str) -> tuple[str, ...]:
    return tuple((VOCABULARY / name).read_text(encoding="utf-8").splitlines())


@cache
def _words(name: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(line.split()) for line in _lines(name))


@cache
def _known_studios() -> tuple[Body, ...]:
    """Return the studios; one of which only the name is known has an id that is made up."""
    with (VOCABULARY / "studios.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            {"id": int(row["id"] or 90_000 + place), "name": row["name"], "origin_country": row["country"]}
            for place, row in enumerate(csv.DictReader(file))
        )


def _studios(dice: Random) -> list[Body]:
    chosen = dice.sample(_known_studios(), dice.randrange(7))
    return [studio | {"logo_path": _logo(dice) if dice.random() < 0.5 else None} for studio in chosen]


def _logo(dice: Random) -> str:
    return f"/{''.join(dice.choices(_BASE62, k=27))}.png"


def _name(dice: Random) -> str:
    first, last = _words("names.txt")
    return f"{_early(first, dice, 1.5)} {_early(last, dice, 1.3)}"


def _popularity(dice: Random) -> float:
    return dice.choice((*_SMALL_POPULARITY, round(dice.random() * 9, 3)))


def _few(dice: Random) -> int:
    return dice.randrange(1, 5)


def _early(items: Sequence[_Item], dice: Random, steepness: float) -> _Item:
    """Return one of the items, rather an early one: their order is how common they are."""
    return items[int(dice.random() ** steepness * len(items))]
