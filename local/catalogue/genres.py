"""The genre of a title as each data source words it, turned into WatchMode's."""

from collections.abc import Iterable

from local.catalogue.chance import chance, pick

# Words of Netflix's `listed_in` and of TMDB keywords that WatchMode has a genre of its own for.
WORDS = {
    "Action & Adventure": 1,
    "TV Action & Adventure": 39,
    "Anime Features": 33,
    "Anime Series": 33,
    "Children & Family Movies": 8,
    "Kids' TV": 21,
    "Comedies": 4,
    "TV Comedies": 4,
    "Stand-Up Comedy": 4,
    "Stand-Up Comedy & Talk Shows": 26,
    "Crime TV Shows": 5,
    "Documentaries": 6,
    "Docuseries": 6,
    "Dramas": 7,
    "TV Dramas": 7,
    "Horror Movies": 11,
    "TV Horror": 11,
    "Music & Musicals": 12,
    "Reality TV": 23,
    "Romantic Movies": 14,
    "Romantic TV Shows": 14,
    "Sci-Fi & Fantasy": 15,
    "TV Sci-Fi & Fantasy": 40,
    "Science & Nature TV": 36,
    "Sports Movies": 29,
    "Thrillers": 17,
    "TV Thrillers": 17,
    "TV Mysteries": 13,
    "biography": 31,
    "musical": 32,
    "anime": 33,
    "sport": 29,
    "sports": 29,
    "boxing": 29,
    "baseball": 29,
    "supernatural": 37,
    "ghost": 37,
    "cooking": 34,
    "chef": 34,
    "nature": 36,
}

# TMDB numbers the same genre differently for films and for television.
_TV_OF_MOVIE = {28: 10759, 12: 10759, 878: 10765, 14: 10765, 10752: 10768, 27: 9648, 53: 80}
_MOVIE_OF_TV = {10759: 28, 10765: 878, 10768: 10752, 10762: 10751, 10763: 99, 10764: 99, 10766: 18, 10767: 35}
TMDB_MOVIE = {
    28: "Action", 12: "Adventure", 16: "Animation", 35: "Comedy", 80: "Crime", 99: "Documentary", 18: "Drama",
    10751: "Family", 14: "Fantasy", 36: "History", 27: "Horror", 10402: "Music", 9648: "Mystery", 10749: "Romance",
    878: "Science Fiction", 10770: "TV Movie", 53: "Thriller", 10752: "War", 37: "Western",
}  # fmt: skip
TMDB_TV = {
    10759: "Action & Adventure", 16: "Animation", 35: "Comedy", 80: "Crime", 99: "Documentary", 18: "Drama",
    10751: "Family", 10762: "Kids", 9648: "Mystery", 10763: "News", 10764: "Reality", 10765: "Sci-Fi & Fantasy",
    10766: "Soap", 10767: "Talk", 10768: "War & Politics", 37: "Western",
}  # fmt: skip

# How often a genre is a title's first, added up.
_USUAL = ((7, 0.34), (4, 0.56), (5, 0.66), (6, 0.76), (23, 0.83), (39, 0.89), (40, 0.94), (13, 0.98), (3, 1.0))


# WatchMode's numbers of the genres that TMDB has too.
_OF_TMDB = {
    28: 1, 12: 2, 16: 3, 35: 4, 80: 5, 99: 6, 18: 7, 10751: 8, 14: 9, 36: 10, 27: 11, 10402: 12, 9648: 13, 10749: 14,
    878: 15, 53: 17, 10752: 18, 37: 19, 10762: 21, 10763: 22, 10764: 23, 10766: 25, 10767: 26, 10770: 38, 10759: 39,
    10765: 40, 10768: 41,
}  # fmt: skip


def of_tmdb(tmdb_ids: Iterable[int]) -> list[int]:
    """Return the WatchMode genres of TMDB's."""
    return [_OF_TMDB[number] for number in tmdb_ids if number in _OF_TMDB]


def of_words(words: Iterable[str]) -> list[int]:
    """Return the WatchMode genres that words name, in their order."""
    return list(dict.fromkeys(WORDS[word] for word in words if word in WORDS))


def guessed(number: int) -> tuple[int, ...]:
    """Return plausible genres for a title whose genres no data tells, the same in every run."""
    first = chance(number, "genre")
    genre = next(genre for genre, highest in _USUAL if first < highest)
    second = (14, 8, 17, 10, 13, 4, 7, 9)[pick(8, number, "second genre")]
    return (genre,) if chance(number, "one genre") < 0.4 or second == genre else (genre, second)


def tmdb_ids(own: Iterable[int], tmdb_type: str) -> list[int]:
    """Translate TMDB genre numbers into those that films, or television, really use."""
    names, other = (TMDB_TV, _TV_OF_MOVIE) if tmdb_type == "tv" else (TMDB_MOVIE, _MOVIE_OF_TV)
    return list(dict.fromkeys(n for n in (i if i in names else other.get(i, 0) for i in own) if n in names))
