"""What TMDB answered as it is cached: one item for each title, in TMDB's order. Pure."""

from collections.abc import Iterable

from marquee import clock, keys
from marquee.clients.tmdb_lists import TitlePage
from marquee.models.tmdb_cache import CachedItem, ContentType, ListName
from marquee.tmdb_cache import KEPT_SECONDS


def cached_items(name: ListName, pages: Iterable[TitlePage], fetched_at: str) -> list[CachedItem]:
    """Return the items of a list's pages, ranked from 1.

    Adult titles are left out. Rows move between pages while they are read: a title that stands on two is kept once.
    """
    milliseconds = round(clock.parse(fetched_at).timestamp() * 1000)
    found: dict[tuple[ContentType, int], CachedItem] = {}
    for title in (each for page in pages for each in page.titles if not each.adult):
        # The mixed list says of each title what it is; of the others all are what the list is of.
        content_type: ContentType = title.media_type or ("tv" if name.media_type == "tv" else "movie")
        if (content_type, title.id) not in found:
            found[content_type, title.id] = CachedItem(
                **title.model_dump(exclude={"id", "media_type"}),
                cache_key=keys.cached_list(name.category, content_type, str(title.id)),
                content_id=str(title.id),
                content_type=content_type,
                category=name.category,
                rank=len(found) + 1,
                fetched_at=milliseconds,
                expires_at=milliseconds // 1000 + KEPT_SECONDS,
            )
    return list(found.values())
