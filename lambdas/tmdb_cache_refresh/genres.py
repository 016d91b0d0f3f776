"""Which genres' lists are worth having: those that most viewers chose, in the numbers that TMDB has for each type."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from marquee.models.reference import Genre
from marquee.models.tmdb_cache import ContentType, ListName
from marquee.models.viewers import ChosenPair
from marquee.tmdb_cache import CONTENT_TYPES, GENRE_PREFIX, PlannedList, discovered

PLACES = 5
PAGES_A_PLACE = 2
# What people watch anywhere (drama, comedy, crime, action, documentary), while viewers like fewer than five.
DEFAULTS = (18, 35, 80, 28, 99)

# UPSTREAM 2.4: some genres are common to both types, some are of one, and some have another number on television.
BOTH = (16, 18, 35, 37, 80, 99, 9648, 10751)
MOVIE = (*BOTH, 12, 14, 27, 28, 36, 53, 878, 10402, 10749, 10752, 10770)
TV = (*BOTH, 10759, 10762, 10763, 10764, 10765, 10766, 10767, 10768)
# By type, what a genre of either type is called there; the first that is free is taken.
NUMBERS: Mapping[ContentType, Mapping[int, tuple[int, ...]]] = {
    "movie": {**{number: (number,) for number in MOVIE}, 10759: (28, 12), 10765: (878, 14), 10768: (10752,)},
    "tv": {
        **{number: (number,) for number in TV},
        **dict.fromkeys((28, 12), (10759,)),
        **dict.fromkeys((14, 878), (10765,)),
        10752: (10768,),
    },
}


def liked(pairs: Iterable[ChosenPair], genres: Iterable[Genre]) -> list[int]:
    """Return TMDB's numbers of the genres that viewers chose, those of most viewers first.

    Viewers are counted by pair, and who has several services is in several pairs of a genre. So a genre has at least
    as many viewers as with any one service: that is what is compared, not a sum in which many services weigh more.
    """
    viewers: Counter[str] = Counter()
    for pair in pairs:
        viewers[pair.genre_id] = max(viewers[pair.genre_id], pair.viewers)
    counted = [(-viewers[each.id], each.tmdb_id) for each in genres if each.tmdb_id and viewers[each.id]]
    return [number for _, number in sorted(counted)]


def genre_lists(numbers: Sequence[int], regions: Sequence[str]) -> Iterator[PlannedList]:
    """Yield ten pages for each country: five genres, of each a page of movies and one of series.

    A genre that only one type has gets two pages of that. Of two genres that are the same on television the first
    has it; one for which nothing is left makes room for the next.
    """
    for content_type, number, pages in _places(numbers):
        for region in regions:
            name = ListName(f"{GENRE_PREFIX}{number}", content_type, region)
            yield discovered(name, {"with_genres": str(number), "sort_by": "popularity.desc"}, pages)


def _places(numbers: Sequence[int]) -> Iterator[tuple[ContentType, int, int]]:
    taken: set[tuple[ContentType, int]] = set()
    places = 0
    for wanted in dict.fromkeys((*numbers, *DEFAULTS)):
        free = list(_free(wanted, taken))
        if not free or places == PLACES:
            continue
        places += 1
        taken.update(free)
        yield from ((content_type, number, PAGES_A_PLACE // len(free)) for content_type, number in free)


def _free(wanted: int, taken: set[tuple[ContentType, int]]) -> Iterator[tuple[ContentType, int]]:
    """Yield what a genre is called for each type, unless another one has it."""
    for content_type in CONTENT_TYPES:
        free = (each for each in NUMBERS[content_type].get(wanted, ()) if (content_type, each) not in taken)
        yield from ((content_type, number) for number in list(free)[:1])
