"""Titles that nobody made, for load: plausible, valid, all ids distinct and outside the real ranges."""

from collections.abc import Iterator

from local.catalogue import genres
from local.catalogue.chance import chance, pick
from local.catalogue.models import Source, Title
from local.catalogue.offers import assign_offers
from local.catalogue.sentences import english_title

_FIRST_ID = 20_000_000
_TYPES = ("movie",) * 11 + ("tv_series",) * 6 + ("tv_miniseries", "tv_special", "short_film")
_LANGUAGES = ("en",) * 7 + ("ko", "ja", "es", "fr", "de")
_COUNTRIES = {"ko": "KR", "ja": "JP", "es": "ES", "fr": "FR", "de": "DE"}


def synthetic_titles(count: int, sources: dict[int, Source]) -> Iterator[Title]:
    """Yield `count` made titles, the same ones in every run."""
    for serial in range(count):
        yield assign_offers(_title(serial), {}, sources)


def _title(serial: int) -> Title:
    number = _FIRST_ID + serial
    type_ = _TYPES[pick(len(_TYPES), number, "type")]
    language = _LANGUAGES[pick(len(_LANGUAGES), number, "language")]
    year = 2026 - int(60 * chance(number, "year") ** 2)
    series = type_ in ("tv_series", "tv_miniseries")
    seasons = 1 + pick(5, number, "seasons") if type_ == "tv_series" else 1
    rating = round(4.5 + 4.8 * chance(number, "rating"), 1)
    return Title(
        id=number,
        title=english_title(serial),
        type=type_,
        year=year,
        release_date=f"{year}-{1 + pick(12, number, 'month'):02d}-{1 + pick(28, number, 'day'):02d}",
        language=language,
        countries=(_COUNTRIES.get(language) or ("GB", "US")[pick(2, number, "country")],),
        imdb_id=f"tt{90_000_000 + serial}",
        tmdb_id=number,
        tmdb_type="tv" if series else "movie",
        genre_ids=genres.guessed(number),
        runtime=15 if type_ == "short_film" else 42 + pick(90, number, "runtime"),
        seasons=tuple(6 + pick(8, number, season) for season in range(seasons)) if series else (),
        user_rating=rating,
        vote_count=int(20_000 * chance(number, "votes") ** 6),
        critic_score=round(rating * 10),
        popularity=round(30 * chance(number, "popularity") ** 4, 3),
    )
