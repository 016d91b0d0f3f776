"""The rules of search: how words are folded, under which tokens a title stands, and which titles answer a question.

Everything here is pure. A title stands in the search index under every beginning of its words of one to five letters,
under its words whole, and under its whole name; each of these lists is in order of popularity. A question has four
tiers of answers, and a title belongs to the first that it fits, so that the order is total and no title comes twice:

0. its name is what was asked for, and its year is the year that was asked for;
1. its name is what was asked for;
2. its words begin as was asked for, and its year is the year that was asked for;
3. its words begin as was asked for, also where a word looks like a year.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from marquee.models.titles import Card

# Beginnings of words that have a list of their own; longer ones are found among the whole words.
SHORTEST, LONGEST = 1, 5
# The index is parted by so many letters of a token.
PARTED = 2
# A title has few words, but nobody promises it; of more, the longest count, because questions are led by theirs.
WORDS = 12
TOKEN_LENGTH = 100
# Of the words of a question, this many are tried to lead it.
LEADS = 3
EXACT = "="
YEARS = range(1870, 2101)
# Of the words that look like a year, this many (the last ones) are also tried as the year of the title.
READINGS = 2

_APOSTROPHES = dict.fromkeys(map(ord, "'’‘ʼʻ`´′‛"))
# Letters that Unicode does not take apart, as people type them.
_LETTERS = str.maketrans({"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ß": "ss", "þ": "th", "ð": "d", "ı": "i"})
_YEAR = re.compile(r"[0-9]{4}")


def fold(text: str) -> str:
    """Return a text without case, accents and apostrophes; `&` is a word."""
    # Apostrophes vanish twice: some come apart into a blank and an accent, some only come out of other signs.
    plain = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES)).casefold()
    plain = unicodedata.normalize("NFKD", plain).translate(_APOSTROPHES).replace("&", " and ")
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).translate(_LETTERS)


def words(text: str) -> list[str]:
    """Return the words of a text in order, folded; every sign but letters, digits and their marks parts them."""
    return [word for chunk in fold(text).split() for word in _parts(chunk)]


def title_words(title: str) -> list[str]:
    """Return the words of a title, once each; what signs hold together (`spider-man`) also counts as one word."""
    found: dict[str, None] = {}
    for chunk in fold(title).split():
        parts = list(_parts(chunk))
        found |= dict.fromkeys(parts)
        if len(parts) > 1:
            found["".join(parts)] = None
    return list(found)


def _parts(chunk: str) -> Iterator[str]:
    """Yield the runs of letters, digits and marks; `str.isalnum` would part the words of Indian scripts."""
    signs = (letter if unicodedata.category(letter)[0] in "LNM" else " " for letter in chunk)
    yield from "".join(signs).split()


def joined(parts: Iterable[str]) -> str:
    """Return words as one, which tells whether two names are the same however they are parted (WALL·E, Wall-E)."""
    return "".join(parts)[:TOKEN_LENGTH]


def tokens(title: str) -> list[str]:
    """Return every token under which a title stands in the index, once each."""
    found: dict[str, None] = {}
    for word in sorted(title_words(title), key=len, reverse=True)[:WORDS]:
        found |= dict.fromkeys(word[:length] for length in range(SHORTEST, min(LONGEST, len(word)) + 1))
        found[word[:TOKEN_LENGTH]] = None
    if whole := joined(words(title)):
        found[EXACT + whole] = None
    return list(found)


def letters(token: str) -> str:
    """Return the first two letters of a token (one has but one), by which the index is parted."""
    return token.removeprefix(EXACT)[:PARTED]


def position(card: "Card") -> str:
    """Return the place of a title among those of a token: the most popular first, total because the id breaks ties."""
    return f"{100 - (card.popularity or 0.0):06.2f}#{card.id.zfill(19)}"


@dataclass(frozen=True)
class Lookup:
    """One list of the index: the titles of a token, of one year or all; or with `prefix`, all tokens that begin so."""

    token: str
    year: int | None = None
    prefix: bool = False

    @property
    def beginning(self) -> "Lookup":
        """Return the list, in order of popularity, that holds all of these and more."""
        return Lookup(self.token[:LONGEST], self.year)


# Lists of which each holds every title with some words, so that one is enough.
Leads = tuple[Lookup, ...]


@dataclass(frozen=True)
class Reading:
    """The question when one of its words is taken for the year of the title."""

    year: int
    words: tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """What somebody typed: its words in order, and its readings with a year."""

    words: tuple[str, ...]
    readings: tuple[Reading, ...]

    @property
    def tiers(self) -> tuple[tuple[Leads, ...], ...]:
        """Return by tier the lists of the index that together hold its titles; of `Leads` one list is enough."""
        return (
            tuple((Lookup(EXACT + joined(each.words), each.year),) for each in self.readings),
            ((Lookup(EXACT + joined(self.words)),),),
            tuple(leads(each.words, each.year) for each in self.readings),
            (leads(self.words),),
        )

    def tier(self, title_words: str, whole: str, year: int | None) -> int | None:
        """Return the tier of a title with these words (parted by blanks), this joined name and year; None if none."""
        of_year = [each.words for each in self.readings if each.year == year]
        if any(joined(each) == whole for each in of_year):
            return 0
        if joined(self.words) == whole:
            return 1
        if any(_all_begin(each, title_words) for each in of_year):
            return 2
        return 3 if _all_begin(self.words, title_words) else None


def question(text: str) -> Question | None:
    """Return what a text asks for, None if it holds no letter and no digit."""
    asked = tuple(words(text))
    if not asked:
        return None
    years = list(dict.fromkeys(word for word in reversed(asked) if looks_like_year(word)))[:READINGS]
    rests = {year: tuple(word for word in asked if word != year) for year in years}
    return Question(asked, tuple(Reading(int(year), rest) for year, rest in rests.items() if rest))


def leads(asked: Iterable[str], year: int | None = None) -> Leads:
    """Return lists each of which holds every title with these words, the one that is likely the shortest first.

    Hardly any title has a year in its name, and longer words are rarer.
    """
    rarest = sorted(dict.fromkeys(asked), key=lambda word: (looks_like_year(word), len(word)), reverse=True)
    found = (Lookup(word[:TOKEN_LENGTH], year, prefix=len(word) > LONGEST) for word in rarest[:LEADS])
    return tuple(each if year is None else each.beginning for each in found)


def looks_like_year(word: str) -> bool:
    """Return whether a word could be the year of a film."""
    return bool(_YEAR.fullmatch(word)) and int(word) in YEARS


def _all_begin(asked: Iterable[str], title_words: str) -> bool:
    return all(f" {word}" in f" {title_words}" for word in asked)
