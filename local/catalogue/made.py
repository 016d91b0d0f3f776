"""Films, programmes and people that nobody made, any number of them: the same facts for an id in every run.

Their TMDB ids stand on a grid above all real ones, of which every fourth place is free, as TMDB's numbers have gaps.
Who plays where is arithmetic, so that a film names the people whose credits name the film.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from local.catalogue import genres, sentences
from local.catalogue.chance import image_path
from local.catalogue.models import Credit, Person, Title

FIRST_ID = 30_000_000
# Above every WatchMode id, so that a made title is never taken for one of the catalogue.
_FIRST_TITLE = {"movie": 1_000_000_000, "tv": 1_500_000_000}

_LANGUAGES = ("en",) * 7 + ("ko", "ja", "es", "fr", "de")
_COUNTRIES = {"ko": "KR", "ja": "JP", "es": "ES", "fr": "FR", "de": "DE", "en": "US"}
_CAST_SIZES = (3, 5, 2, 8, 4, 12, 6, 1, 9, 20)
# Popularity falls steeply: half of all below 0.4, one in a hundred above 8.
_POPULARITY: tuple[float, ...] = tuple(round(0.2 * (1 - place / 4096) ** -0.8, 4) for place in range(4096))
_ADULT_EVERY = 97
_SEPARATOR_EVERY = 5_000


@dataclass(frozen=True, slots=True)
class _Role:
    """A post in the crew: held by the person `offset` places behind every so many-th title."""

    job: str
    department: str
    offset: int
    every: int


_ROLES = (
    _Role("Director", "Directing", 11, 1),
    _Role("Writer", "Writing", 23, 2),
    _Role("Producer", "Production", 41, 2),
    _Role("Editor", "Editing", 57, 3),
    _Role("Director of Photography", "Camera", 83, 3),
    _Role("Original Music Composer", "Sound", 71, 4),
)
DEPARTMENTS = {role.job: role.department for role in _ROLES}


def id_of(serial: int) -> int:
    """Return the TMDB id of the made film, programme or person at a place from 0."""
    return FIRST_ID + serial // 3 * 4 + serial % 3


def place_of(number: int) -> int | None:
    """Return the place of an id on the grid, None for a free one or one below the grid."""
    group, rest = divmod(number - FIRST_ID, 4)
    return None if group < 0 or rest == 3 else group * 3 + rest


def is_made(title: Title) -> bool:
    """Tell whether a title is one of these, about which everything may be invented."""
    return title.id >= _FIRST_TITLE["movie"]


def popularity(serial: int) -> float:
    """Return TMDB's popularity of whatever stands at a place."""
    return _POPULARITY[(serial * 2_654_435_761 >> 7) & 4095]


def is_adult(serial: int) -> bool:
    """Tell whether a film or a person is marked as adult: about one in a hundred."""
    return serial % _ADULT_EVERY == _ADULT_EVERY - 1


def original_title(serial: int) -> str:
    """Return the title in the language of its own; a few hold the line separator U+2028, as some real ones do."""
    name = sentences.foreign_title(_LANGUAGES[serial % 12], serial) or sentences.english_title(serial)
    return name if serial % _SEPARATOR_EVERY != _SEPARATOR_EVERY - 1 else name.replace(" ", "\u2028", 1)


def dice_of(kind: str, number: int, purpose: str = "") -> Random:
    """Return the chance that belongs to an id, and to one purpose where it is named."""
    return Random(f"{kind}{number}{purpose}")


def made_title(kind: str, number: int, revision: int = 0) -> Title:
    """Return the film ("movie") or programme ("tv") of an id."""
    serial = _serial(number)
    dice = dice_of(kind, number)
    draw = dice.random
    year = 2026 - int(60 * draw() ** 2)
    language = _LANGUAGES[serial % 12]
    votes = int(2_000 * draw() ** 4)
    own = _FIRST_TITLE[kind] + number
    return Title(
        id=own,
        title=sentences.english_title(serial),
        type="tv_series" if kind == "tv" else "movie",
        year=year,
        end_year=year + int(draw() * 8) if kind == "tv" and draw() < 0.6 else None,
        release_date=f"{year}-{1 + int(draw() * 12):02d}-{1 + int(draw() * 28):02d}",
        original_title=original_title(serial),
        language=language,
        countries=(_COUNTRIES[language],),
        imdb_id=f"tt{number}" if draw() < 0.7 else None,
        tmdb_id=number,
        tmdb_type=kind,
        genre_ids=genres.guessed(number),
        runtime=22 + int(draw() * 40) if kind == "tv" else 60 + int(draw() * 90),
        seasons=_seasons(dice) if kind == "tv" else (),
        specials=1 + int(draw() * 4) if kind == "tv" and draw() < 0.25 else 0,
        user_rating=round(4.5 + 4.5 * draw(), 3) if votes else None,
        vote_count=votes,
        popularity=popularity(serial),
        poster=draw() < 0.85,
        overview=sentences.plot(dice),
        tagline="Nothing stays where it was left." if draw() < 0.3 else None,
        credits=tuple(_credits(serial)),
        adult=kind == "movie" and is_adult(serial),
        revision=revision,
    )


def made_person(number: int) -> Person:
    """Return the person of an id."""
    serial = _serial(number)
    return Person(
        id=number,
        name=sentences.person_name(serial),
        department=_ROLES[serial % 6].department if serial % 5 == 4 else "Acting",
        popularity=popularity(serial),
        gender=serial % 4 if serial % 9 == 0 else 1 + serial % 2,
        profile_path=image_path(number, "profile") if serial % 3 else None,
        adult=is_adult(serial),
    )


def titles_with(number: int, titles: int) -> Iterator[tuple[int, Credit]]:
    """Yield (id, credit) of the made titles a person has part in, of the first so many `titles`."""
    own = _serial(number)
    for order in range(max(_CAST_SIZES)):
        for serial in range(2 * (own - _cast_offset(order)), 2 * (own - _cast_offset(order)) + 2):
            if 0 <= serial < titles and order < _cast_size(serial):
                yield id_of(serial), _cast(serial, order)
    for role in _ROLES:
        serial = own - role.offset
        if 0 <= serial < titles and serial % role.every == 0:
            yield id_of(serial), Credit(number, role.job)


def _serial(number: int) -> int:
    """Return a place for any id: off the grid it is that of another one, which only makes their names alike."""
    place = place_of(number)
    return number % 1_000_000 if place is None else place


def _seasons(dice: Random) -> tuple[int, ...]:
    count = 1 + int(dice.random() ** 4 * 14)
    usual = 6 + int(dice.random() * 8)
    return tuple(usual + int(dice.random() * 3) for _ in range(count))


def _credits(serial: int) -> Iterator[Credit]:
    for order in range(_cast_size(serial)):
        yield _cast(serial, order)
    for role in _ROLES:
        if serial % role.every == 0:
            yield Credit(id_of(serial + role.offset), role.job)


def _cast_size(serial: int) -> int:
    return _CAST_SIZES[serial // 2 % 10]


def _cast_offset(order: int) -> int:
    return order * 17 + order * order * 3


def _cast(serial: int, order: int) -> Credit:
    character = sentences.FIRST_NAMES[(serial + 7 * order) % len(sentences.FIRST_NAMES)]
    return Credit(id_of(serial // 2 + _cast_offset(order)), None, character)
