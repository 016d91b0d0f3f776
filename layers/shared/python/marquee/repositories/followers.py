"""Who follows a title, for functions that know nothing else of viewers."""

from marquee import keys
from marquee.repositories.table import Table


def has_followers(viewers: Table, title_id: str) -> bool:
    """Return whether anybody follows a title."""
    values = {":pk": keys.title(title_id), ":follower": keys.FOLLOWER_PREFIX}
    found, _ = viewers.query_page("PK = :pk AND begins_with(SK, :follower)", values, Limit=1)
    return bool(found)
