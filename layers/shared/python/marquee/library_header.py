"""The numbers of a library: how a change of its movies changes them, and what the dashboard shows of them.

Everything here is pure. All sums are of whole numbers, so that they stay exact however often they change.
"""

from collections import Counter
from collections.abc import Iterable, Mapping

from marquee.library import genre_key, tenths
from marquee.models.library import Dashboard, GenreCount, Header, NewMovie, YearCount

TOP_GENRES = 10
YEARS_SHOWN = 20
# All genres stand in one item, which every dashboard reads: so many, and keys of so many bytes in all.
MOST_GENRES = 1000
GENRES_BYTES = 50_000


def dashboard(header: Header) -> Dashboard:
    """Return what the dashboard shows: the genres with the most movies, and the last years that have any."""
    genres = sorted(header.genres.values(), key=lambda genre: (-genre.movies, genre.name))
    years = sorted(((int(year), movies) for year, movies in header.years.items()), reverse=True)
    return Dashboard(
        total=header.total,
        average_rating=average(header.rating_sum, header.rated),
        top_genres=tuple(genres[:TOP_GENRES]),
        by_year=tuple(YearCount(year=year, movies=movies) for year, movies in years[:YEARS_SHOWN]),
    )


def average(rating_sum: int, rated: int) -> float | None:
    """Return the average of ratings whose sum is in tenths, to two decimals (a half upwards), None without any."""
    return (rating_sum * 20 + rated) // (2 * rated) / 100 if rated else None


def changed(header: Header, *, removed: Iterable[NewMovie], added: Iterable[NewMovie]) -> Header:
    """Return the numbers after some movies have gone and others have come, as the next version."""
    gone, come = list(removed), list(added)
    rated_gone = [tenths(each.rating) for each in gone if each.rating is not None]
    rated_come = [tenths(each.rating) for each in come if each.rating is not None]
    return header.model_copy(
        update={
            "version": header.version + 1,
            "total": header.total + len(come) - len(gone),
            "rated": header.rated + len(rated_come) - len(rated_gone),
            "rating_sum": header.rating_sum + sum(rated_come) - sum(rated_gone),
            "genres": _genres(header.genres, gone, come),
            "years": _years(header.years, gone, come),
        }
    )


def _genres(
    known: Mapping[str, GenreCount], gone: Iterable[NewMovie], come: Iterable[NewMovie]
) -> dict[str, GenreCount]:
    names = {genre_key(name): name for movie in reversed(list(come)) for name in movie.genres}
    counts = Counter({key: each.movies for key, each in known.items()})
    counts.update(genre_key(name) for movie in come for name in movie.genres)
    counts.subtract(genre_key(name) for movie in gone for name in movie.genres)
    return {
        key: GenreCount(name=known[key].name if key in known else names[key], movies=movies)
        for key, movies in counts.items()
        if movies
    }


def _years(known: Mapping[str, int], gone: Iterable[NewMovie], come: Iterable[NewMovie]) -> dict[str, int]:
    counts = Counter(known)
    counts.update(str(movie.year) for movie in come if movie.year is not None)
    counts.subtract(str(movie.year) for movie in gone if movie.year is not None)
    return {year: movies for year, movies in counts.items() if movies}


def too_many_genres(header: Header, movie: NewMovie, also: set[str]) -> str | None:
    """Return why a library has no room for the genres of a movie, None if it has.

    `also` are keys that movies bring which are added together with it.
    """
    known = header.genres.keys() | also
    new = {genre_key(name) for name in movie.genres} - known
    keys = known | new
    if new and (len(keys) > MOST_GENRES or sum(len(key.encode()) for key in keys) > GENRES_BYTES):
        return f"The library has {len(known)} genres; there is no room for {', '.join(sorted(new))}."
    return None
