"""What is wrong with the data of a title, and what that adds up to. Pure."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

from marquee import availability, clock
from marquee.enrichment import REFRESH, imdb_id, tmdb_key
from marquee.models.operations import QualityExample, QualityMeasure, QualityReport
from marquee.models.titles import Offer, Title

EXAMPLES = 10
# How the ids of services that WatchMode does not know begin: about those the providers cannot disagree.
TMDB_ONLY = "tmdb-"
# A part is fetched anew before this; what is older waits for credits, or was passed over.
OLD = REFRESH + timedelta(days=2)
OLD_DETAILS = "old_details"

LABELS = {
    "no_card": "Titles that nobody has described yet",
    "unknown": "Titles that no provider knows",
    "no_poster": "Titles without a poster",
    "no_overview": "Titles without an overview",
    "no_offers": "Titles that are on no service",
    "disagreeing": "Titles of which the providers name different services",
    OLD_DETAILS: f"Titles whose details are older than {OLD.days} days",
    "no_tmdb_id": "Titles without an id at TMDB",
    "no_imdb_id": "Titles without an id at IMDb",
}


def flaws(title: Title, offers: Sequence[Offer], now: str) -> set[str]:
    """Return what is wrong with a title, by the names of `LABELS`."""
    found = {
        "no_card": title.enrichment_state == "pending",
        "unknown": title.enrichment_state == "failed",
        "no_poster": not any(part and part.poster for part in (title.details, title.tmdb)),
        "no_overview": not _has_overview(title),
        "no_offers": not any(each.present for each in title.attributions.values())
        and not any(map(availability.present, offers)),
        "disagreeing": any(_is_disputed(title, offer) for offer in offers),
        OLD_DETAILS: described_at(title) < clock.timestamp(clock.parse(now) - OLD),
        "no_tmdb_id": tmdb_key(title) is None,
        "no_imdb_id": imdb_id(title) is None,
    }
    return {name for name, is_found in found.items() if is_found}


def described_at(title: Title) -> str:
    """Return when the younger part of a title's description was fetched, or when it was listed if it has none."""
    return max((part.as_of for part in (title.details, title.tmdb) if part), default=title.listing.as_of)


def _has_overview(title: Title) -> bool:
    return bool((title.details and title.details.plot_overview) or (title.tmdb and title.tmdb.overview))


def _is_disputed(title: Title, offer: Offer) -> bool:
    """Return whether one provider has the title on a service now and the other, who was asked, has not."""
    if offer.source_id.startswith(TMDB_ONLY) or title.details is None or title.tmdb is None:
        return False
    listed = offer.listing is not None and offer.listing.left_at is None
    watchmode = listed or (offer.watchmode is not None and offer.watchmode.left_at is None)
    return watchmode != (offer.tmdb is not None and offer.tmdb.left_at is None)


class Tally:
    """Adds up the flaws of titles, in the memory of a few examples; of old details it shows the oldest."""

    def __init__(self) -> None:
        self.titles = 0
        self._counts: Counter[str] = Counter()
        self._examples: dict[str, list[tuple[str, QualityExample]]] = {name: [] for name in LABELS}

    def add(self, title: Title, found: set[str]) -> None:
        """Count one title and what is wrong with it."""
        self.titles += 1
        self._counts.update(found)
        for name in found:
            examples = self._examples[name]
            rank = described_at(title) if name == OLD_DETAILS else f"{100 - (title.listing.popularity or 0):06.2f}"
            examples.append((f"{rank}#{title.id}", QualityExample(id=title.id, title=title.listing.title)))
            examples.sort(key=lambda each: each[0])
            del examples[EXAMPLES:]

    def counts(self) -> dict[str, int]:
        """Return how many titles have each flaw, and how many were looked at."""
        return {"titles": self.titles, **{name: self._counts[name] for name in LABELS}}

    def report(self, as_of: str) -> QualityReport:
        """Return what was found, with the best known titles as examples."""
        measures = tuple(
            QualityMeasure(
                name=name,
                label=label,
                count=self._counts[name],
                of=self.titles,
                examples=tuple(example for _, example in self._examples[name]),
            )
            for name, label in LABELS.items()
        )
        return QualityReport(as_of=as_of, measures=measures)
