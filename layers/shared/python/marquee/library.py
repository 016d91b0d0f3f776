"""The rules of the movie library: what a movie may be, when two are the same, and under which words a title stands.

Everything here is pure. Two movies are the same if title, genres, rating and year are equal (what is unknown equals
what is unknown), or if they have the same id at TMDB or IMDb.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from marquee import search
from marquee.errors import InvalidInput
from marquee.models.library import NewMovie

TITLE_LENGTH = 255
GENRE_LENGTH = 100
GENRES = 10
YEARS = range(1900, 2101)
IMDB_ID = re.compile(r"tt[0-9]{1,20}")
TMDB_IDS = range(1, 2**53)
# Words of one question: more than any title that people type has, and few enough for one read.
QUESTION_WORDS = 40

T = TypeVar("T")


def make_movie(
    *,
    title: object,
    genres: Iterable[object],
    rating: object = None,
    year: object = None,
    tmdb_id: object = None,
    imdb_id: object = None,
) -> NewMovie:
    """Return the movie that these values from outside mean; raises InvalidInput that names every one that cannot be.

    `details` are `{"field", "problem", "value"}`. Texts are trimmed, numbers may be text, and a blank is unknown.
    """
    problems: list[dict[str, object]] = []
    nothing: tuple[str, ...] = ()

    def checked(field: str, rule: Callable[[object], T], value: object, without: T) -> T:
        try:
            return rule(value)
        except (ValueError, InvalidOperation, OverflowError) as error:
            problems.append({"field": field, "problem": str(error), "value": str(value)[:200]})
            return without

    movie = NewMovie(
        title=checked("title", _title, title, ""),
        genres=checked("genres", _genres, list(genres), nothing),
        rating=checked("rating", _rating, rating, None),
        year=checked("year", _year, year, None),
        tmdb_id=checked("tmdb_id", _tmdb_id, tmdb_id, None),
        imdb_id=checked("imdb_id", _imdb_id, imdb_id, None),
    )
    if problems:
        said = "; ".join(f"{each['field']} {each['problem']}" for each in problems)
        raise InvalidInput(f"This is no movie: {said}.", code="invalid_movie", details=problems)
    return movie


def _title(value: object) -> str:
    return _text(value, TITLE_LENGTH)


def _genres(values: object) -> tuple[str, ...]:
    assert isinstance(values, list)
    by_key: dict[str, str] = {}
    for value in values:
        # Composed, so that one genre has one key however its accents were typed.
        name = unicodedata.normalize("NFC", _text(value, GENRE_LENGTH))
        # Composed, a name may be longer than it was.
        by_key.setdefault(genre_key(name), _text(name, GENRE_LENGTH))
    if not 1 <= len(by_key) <= GENRES:
        raise ValueError(f"must be 1 to {GENRES} names")
    return tuple(by_key.values())


def _text(value: object, longest: int) -> str:
    if not isinstance(value, str):
        raise ValueError("must be text")
    text = value.strip()
    if not 1 <= len(text) <= longest:
        raise ValueError(f"must have 1 to {longest} characters")
    if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in text):
        raise ValueError("must not have control characters")
    return text


def _rating(value: object) -> float | None:
    number = _number(value)
    if number is None:
        return None
    if not 0 <= number <= 10 or number * 10 != int(number * 10):
        raise ValueError("must be 0 to 10 with at most one decimal")
    return float(number)


def _year(value: object) -> int | None:
    return _whole(value, YEARS)


def _tmdb_id(value: object) -> int | None:
    return _whole(value, TMDB_IDS)


def _whole(value: object, allowed: range) -> int | None:
    number = _number(value)
    if number is None:
        return None
    if not allowed.start <= number < allowed.stop or number != int(number):
        raise ValueError(f"must be a whole number from {allowed.start} to {allowed.stop - 1}")
    return int(number)


def _number(value: object) -> Decimal | None:
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    try:
        if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
            raise ValueError
        number = Decimal(str(value).strip())
    except (ValueError, InvalidOperation) as error:
        raise ValueError("must be a number") from error
    if not number.is_finite():
        raise ValueError("must be a number")
    return number


def _imdb_id(value: object) -> str | None:
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if not isinstance(value, str) or not IMDB_ID.fullmatch(value.strip()):
        raise ValueError("must look like tt0133093")
    return value.strip()


def problem(movie: NewMovie) -> str | None:
    """Return why a movie that came in a message is none, None if it is one."""
    try:
        make_movie(**movie.model_dump())
    except InvalidInput as error:
        return str(error)
    return None


def genre_key(name: str) -> str:
    """Return what a genre is known by: its name in any case; accents count as they are typed."""
    return unicodedata.normalize("NFC", name.strip().casefold())


def genre_keys(names: Iterable[str]) -> tuple[str, ...]:
    """Return the keys of genres, once each, in order."""
    return tuple(dict.fromkeys(map(genre_key, names)))


def tenths(rating: float) -> int:
    """Return a rating in tenths, 0 to 100."""
    return round(rating * 10)


def identities(movie: NewMovie) -> tuple[str, ...]:
    """Return digests by which the same movie is recognised: two movies that share one are the same."""
    rating = None if movie.rating is None else tenths(movie.rating)
    facts: list[Sequence[object]] = [
        ("facts", movie.title.strip(), sorted(genre_keys(movie.genres)), rating, movie.year)
    ]
    if movie.tmdb_id is not None:
        facts.append(("tmdb", movie.tmdb_id))
    if movie.imdb_id is not None:
        facts.append(("imdb", movie.imdb_id))
    return tuple(hashlib.sha256(json.dumps(each).encode()).hexdigest()[:40] for each in facts)


def tokens(title: str) -> list[str]:
    """Return every token under which a title stands among the words, once each.

    As in `search.tokens`, but of all words: a library promises to find a movie by any of them, and a title of 255
    letters has no more than some hundred. A title without a letter stands under its name as it is.
    """
    found: dict[str, None] = {}
    for word in search.title_words(title):
        found |= dict.fromkeys(word[:length] for length in range(search.SHORTEST, min(search.LONGEST, len(word)) + 1))
        found[word[: search.TOKEN_LENGTH]] = None
    found[search.EXACT + whole_name(title)] = None
    return list(found)


def whole_name(title: str) -> str:
    """Return the name by which a title is found whole: its words as one, or what stands there if it has no word."""
    return search.joined(search.words(title)) or title.strip().casefold()[: search.TOKEN_LENGTH]


@dataclass(frozen=True)
class Question:
    """What somebody searches: beginnings of words, all of which a title must have, or a whole name."""

    words: tuple[str, ...]
    name: str

    @property
    def name_token(self) -> str:
        """Return the token of the movies whose name is just that."""
        return search.EXACT + self.name

    @property
    def beginnings(self) -> tuple[str, ...]:
        """Return the tokens of the first letters of each word."""
        return tuple(dict.fromkeys(word[: search.LONGEST] for word in self.words))

    @property
    def long_words(self) -> tuple[str, ...]:
        """Return the words that are longer than any beginning that has a token, the rarest likely first."""
        return tuple(sorted((each for each in self.words if len(each) > search.LONGEST), key=len, reverse=True))


def question(text: str) -> Question:
    """Return what a text asks for; raises InvalidInput if it is blank, or more words than a title has."""
    asked = tuple(dict.fromkeys(word[: search.TOKEN_LENGTH] for word in search.words(text)))
    if not text.strip():
        raise InvalidInput("Say what to search for.", code="nothing_asked")
    if len(asked) > QUESTION_WORDS:
        raise InvalidInput(f"Search for at most {QUESTION_WORDS} words.", code="too_many_words")
    return Question(asked, whole_name(text))
