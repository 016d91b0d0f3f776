"""What has to leave the guide with a service or a genre that the provider dropped."""

from collections.abc import Iterable, Iterator

from marquee.messages.titles import ListingCompleted, end_of_listing
from marquee.models.reference import Genre, Source
from marquee.stream import Record

COMPONENT = CAUSE = "reference_refresh"

# (region, source id, genre id)
Place = tuple[str, str, str]


def of_sources(
    stored: Iterable[Source], current: Iterable[Source], genres: Iterable[Genre], regions: Iterable[str]
) -> set[Place]:
    """Return every pair of the services that have left a country, out of `regions`, since they were stored."""
    asked, serves = set(regions), {source.id: set(source.regions) for source in current}
    return {
        (region, source.id, genre.id)
        for source in stored
        for region in asked & set(source.regions) - serves.get(source.id, set())
        for genre in genres
    }


def of_genres(
    stored: Iterable[Genre], current: Iterable[Genre], sources: Iterable[Source], regions: Iterable[str]
) -> set[Place]:
    """Return every pair of the genres that are no more, in `regions`: nothing is listed in other countries."""
    left, listed = {genre.id for genre in stored} - {genre.id for genre in current}, set(regions)
    return {
        (region, source.id, genre_id)
        for source in sources
        for region in listed & set(source.regions)
        for genre_id in left
    }


def events(places: Iterable[Place], published_at: str) -> Iterator[Record]:
    """Yield for each pair that there is nothing in it any more; the title consumer takes the rest away."""
    for region, source_id, genre_id in sorted(places):
        empty = ListingCompleted(source_id=source_id, genre_id=genre_id, region=region, title_ids=())
        yield end_of_listing(empty, component=COMPONENT, cause=CAUSE, published_at=published_at)
