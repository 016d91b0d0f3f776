"""The titles behind the upstream simulators: the shipped demo, real data from a folder, or any number for load."""

from pathlib import Path

from local.catalogue.catalogue import Catalogue, Recordings
from local.catalogue.demo import load_demo
from local.catalogue.models import Credit, Genre, Network, Offer, Person, Provider, Source, Title
from local.catalogue.recorded import load_recorded
from local.catalogue.synthetic import synthetic_titles

__all__ = [
    "Catalogue",
    "Credit",
    "Genre",
    "Network",
    "Offer",
    "Person",
    "Provider",
    "Recordings",
    "Source",
    "Title",
    "load_catalogue",
]


def load_catalogue(data: Path | str | None = None, titles: int | None = None) -> Catalogue:
    """Load the demo catalogue, or the one in the folder `data`; `titles` cuts or extends it to that many."""
    catalogue = load_recorded(Path(data), titles) if data else load_demo()
    if titles is None or titles == len(catalogue.titles):
        return catalogue
    kept = list(catalogue.titles.values())[:titles]
    kept += synthetic_titles(titles - len(kept), catalogue.sources)
    return catalogue.with_titles(kept)
