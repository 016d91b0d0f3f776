"""What the latest listings of a pair held."""

from marquee.models import Model


class PairListing(Model):
    """A complete listing of one pair in one country: when, and which titles were in it."""

    as_of: str
    title_ids: frozenset[str] = frozenset()


# The complete listings known of a pair, the latest first.
History = tuple[PairListing, ...]
