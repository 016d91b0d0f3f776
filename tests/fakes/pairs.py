"""Pairs of services and genres as the consumer asks about them."""

from collections.abc import Iterable


def chosen(pairs: Iterable[tuple[str, str]]) -> frozenset[tuple[str, str]]:
    """Return which of some pairs nobody has chosen: none."""
    return frozenset()
