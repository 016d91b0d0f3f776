"""What the rows of other people's files mean: which column holds what, and which movie a row is.

Everything here is pure. A mapping leads from a field of a movie to a column (empty: to none), and may have two more
entries: `rating_of`, the highest rating that the source knows, and `default_genre`, the genre of rows without one.
"""

import json
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from marquee import library
from marquee.errors import InvalidInput
from marquee.models.library import NewMovie

FIELDS = ("title", "genres", "rating", "year", "tmdb_id", "imdb_id")
SETTINGS = ("rating_of", "default_genre")
RATING_SCALES = ("5", "10", "100")
TEXT_LENGTH = 1000
SHOWN_LENGTH = 80

# Exports that are known by their columns (as `_folded`): what each field is read from.
_EXPORTS: tuple[tuple[str, frozenset[str], Mapping[str, str]], ...] = (
    (
        "IMDb watchlist",
        frozenset({"position", "const", "title", "imdbrating", "genres"}),
        {"title": "title", "genres": "genres", "rating": "imdbrating", "year": "year", "imdb_id": "const"},
    ),
    (
        "IMDb ratings",
        frozenset({"const", "yourrating", "title", "genres"}),
        {"title": "title", "genres": "genres", "rating": "yourrating", "year": "year", "imdb_id": "const"},
    ),
    (
        "Letterboxd",
        frozenset({"name", "year", "letterboxduri"}),
        {"title": "name", "rating": "rating", "year": "year"},
    ),
    (
        "Netflix titles",
        frozenset({"showid", "title", "listedin", "releaseyear"}),
        # Its `rating` is for whom a title is fit, not how good it is.
        {"title": "title", "genres": "listedin", "year": "releaseyear"},
    ),
    (
        "TMDB movies",
        frozenset({"id", "title", "genres", "voteaverage", "releasedate"}),
        {"title": "title", "genres": "genres", "rating": "voteaverage", "year": "releasedate", "tmdb_id": "id"},
    ),
    (
        "MovieLens movies",
        frozenset({"movieid", "title", "genres"}),
        {"title": "title", "genres": "genres", "year": "title"},
    ),
)
_EXPORT_SETTINGS: Mapping[str, Mapping[str, str]] = {"Letterboxd": {"rating_of": "5", "default_genre": "Unknown"}}
_USUAL: Mapping[str, tuple[str, ...]] = {
    "title": ("title", "name", "movietitle", "movie", "film", "primarytitle", "originaltitle"),
    "genres": ("genres", "genre", "listedin", "categories", "category"),
    "rating": ("rating", "yourrating", "userrating", "voteaverage", "averagerating", "imdbrating", "score"),
    "year": ("year", "releaseyear", "startyear", "releasedate", "released", "firstairdate"),
    "tmdb_id": ("tmdbid",),
    "imdb_id": ("imdbid", "const", "tconst"),
}
_UNKNOWN = {"", "\\n", "n/a", "nan", "null", "none", "(no genres listed)"}
_TITLE_WITH_YEAR = re.compile(r"(?s)(.+?)\s*\(([0-9]{4})\)\s*")
_DATES = (re.compile(r"([0-9]{4})[-/.T].*"), re.compile(r"[0-9]{1,2}[-/.][0-9]{1,2}[-/.]([0-9]{4})"))


def recognise(columns: tuple[str, ...]) -> tuple[str | None, dict[str, str]]:
    """Return which export has these columns (None: none that is known), and the mapping that they suggest."""
    name, mapping = _recognise(columns)
    return name, dict(mapping)


@lru_cache(maxsize=256)
def _recognise(columns: tuple[str, ...]) -> tuple[str | None, Mapping[str, str]]:
    by_name: dict[str, str] = {}
    for column in columns:
        by_name.setdefault(_folded(column), column)
    for name, needed, fields in _EXPORTS:
        if needed <= by_name.keys():
            known = {field: by_name[column] for field, column in fields.items() if column in by_name}
            return name, {**known, **_EXPORT_SETTINGS.get(name, {})}
    usual = {
        field: next(by_name[each] for each in names if each in by_name)
        for field, names in _USUAL.items()
        if by_name.keys() & set(names)
    }
    return None, usual


def mapping_for(columns: Iterable[str], chosen: Mapping[str, str]) -> dict[str, str]:
    """Return the mapping for a row: what is recognised, and over it what somebody has chosen of columns it has."""
    present = tuple(columns)
    _, found = recognise(present)
    for field, column in chosen.items():
        if field in SETTINGS or not column or column in present:
            found[field] = column
    return {field: column for field, column in found.items() if column}


def check_mapping(mapping: Mapping[str, str]) -> None:
    """Raise InvalidInput for a mapping of unknown fields, without a title, or to a scale that nobody uses."""
    unknown = sorted(set(mapping) - {*FIELDS, *SETTINGS})
    if unknown:
        known = [*FIELDS, *SETTINGS]
        details = {"unknown": unknown, "known": known}
        raise InvalidInput(f"Unknown field: {', '.join(unknown)}.", code="unknown_field", details=details)
    if mapping.get("title") == "":
        raise InvalidInput("Every movie needs a title: `title` cannot be left out.", code="invalid_mapping")
    if mapping.get("rating_of", "10") not in RATING_SCALES:
        raise InvalidInput(f"`rating_of` must be one of {', '.join(RATING_SCALES)}.", code="invalid_mapping")
    if len(mapping.get("default_genre", "")) > library.GENRE_LENGTH:
        raise InvalidInput("`default_genre` is too long.", code="invalid_mapping")


def to_movie(values: Mapping[str, Any], mapping: Mapping[str, str]) -> NewMovie:
    """Return the movie of a row; raises InvalidInput, whose message says in one line what is wrong with the row."""
    raw = {field: values.get(mapping[field]) for field in FIELDS if field in mapping}
    title, year = raw.get("title"), raw.get("year")
    if mapping.get("year") == mapping.get("title") and isinstance(title, str):
        parts = _TITLE_WITH_YEAR.fullmatch(title)
        title, year = parts.groups() if parts else (title, None)
    try:
        return library.make_movie(
            title=_title(title),
            genres=_genres(raw.get("genres")) or _default_genre(mapping),
            rating=_rating(_known(raw.get("rating")), Decimal(mapping.get("rating_of") or "10")),
            year=_year(_known(year)),
            tmdb_id=_known(raw.get("tmdb_id")),
            imdb_id=_imdb_id(_known(raw.get("imdb_id"))),
        )
    except InvalidInput as error:
        raise InvalidInput(_reason(error, raw), code=error.code, details=error.details) from error


def row_text(values: object) -> str:
    """Return a row as a failure shows it: JSON, cut to a length that a table can hold."""
    text = values if isinstance(values, str) else json.dumps(values, ensure_ascii=False, default=str)
    return text[:TEXT_LENGTH].encode("utf-8", "replace").decode()


def _folded(column: str) -> str:
    return re.sub(r"[\W_]+", "", column.casefold())


def _title(value: Any) -> Any:
    """Return a title in one line, also one that is a number (1917) and was written as such."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return re.sub(r"\s*[\r\n]+\s*", " ", value) if isinstance(value, str) else value


def _known(value: Any) -> Any:
    return None if isinstance(value, str) and value.strip().casefold() in _UNKNOWN else value


def _default_genre(mapping: Mapping[str, str]) -> list[str]:
    return [mapping["default_genre"]] if mapping.get("default_genre") else []


def _genres(value: Any) -> list[object]:
    """Return the genres of a value: a list of names or of objects with a name, also as JSON in a text, or a text.

    Names in a text are parted by bars or semicolons, else by commas.
    """
    if isinstance(value, str) and value.lstrip().startswith("["):
        # What is no JSON is a text that begins with a bracket.
        with suppress(ValueError, RecursionError):
            value = json.loads(value)
    if isinstance(value, list):
        return [each.get("name") if isinstance(each, Mapping) else each for each in value]
    if not isinstance(value, str):
        return [] if value is None else [value]
    parted = re.split(r"[|;]", value) if re.search(r"[|;]", value) else value.split(",")
    return [name.strip() for name in parted if name.strip().casefold() not in _UNKNOWN]


def _rating(value: Any, highest: Decimal) -> Any:
    """Return a rating of 10 with one decimal, half up, as R1's database kept it; what is no rating stays as it is."""
    if value is None or isinstance(value, bool) or not isinstance(value, str | int | float):
        return value
    text = str(value).strip()
    try:
        number = Decimal(text.replace(",", ".") if text.count(",") == 1 else text)
    except InvalidOperation:
        return value
    if not number.is_finite() or not 0 <= number <= highest:
        return number * 10 / highest if number.is_finite() else value
    return (number * 10 / highest).quantize(Decimal("0.1"), ROUND_HALF_UP)


def _year(value: Any) -> Any:
    """Return the year of a date; anything else stays as it is."""
    if not isinstance(value, str):
        return value
    return next((found[1] for each in _DATES if (found := each.fullmatch(value.strip()))), value)


def _imdb_id(value: Any) -> Any:
    """Return an id of IMDb, also where the letters before it are left out, as MovieLens does."""
    text = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    return f"tt{text.zfill(7)}" if text.isascii() and text.isdigit() else value


def _reason(error: InvalidInput, raw: Mapping[str, Any]) -> str:
    problems = error.details if isinstance(error.details, list) else []
    said = []
    for each in problems:
        found = raw.get(each["field"])
        shown = "nothing there" if found is None or found == "" else f"found {str(found)[:SHOWN_LENGTH]!r}"
        said.append(f"{each['field']} {each['problem']} ({shown})")
    return "; ".join(said) or str(error)
