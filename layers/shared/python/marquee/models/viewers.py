"""What a viewer has chosen."""

from marquee.models import Model


class Preferences(Model):
    """The services and genres a viewer chose, as ids in numeric order."""

    sources: tuple[str, ...] = ()
    genres: tuple[str, ...] = ()

    def pairs(self) -> frozenset[tuple[str, str]]:
        """Return every (source, genre) that follows from the choice."""
        return frozenset((source, genre) for source in self.sources for genre in self.genres)


class ChosenPair(Model):
    """A (source, genre) with the number of viewers who chose both."""

    source_id: str
    genre_id: str
    viewers: int
