"""The catalogue in memory: every title with the indexes that the providers' queries need."""

import heapq
import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from local.catalogue import texts
from local.catalogue.made import made_person
from local.catalogue.models import Genre, Network, Person, Provider, Source, Title

Made = TypeVar("Made")

_CACHED = 200
_SORT_KEYS: dict[str, Callable[[Title], Any]] = {
    "popularity": lambda title: title.popularity,
    "relevance": lambda title: (title.vote_count, title.popularity),
    "release_date": lambda title: title.release_date or (f"{title.year}" if title.year else ""),
    "title": lambda title: title.title.casefold(),
}


@dataclass(slots=True)
class Recordings:
    """Bodies recorded at the providers, served instead of made ones as long as nobody changes the title.

    `tmdb` has films, programmes and people by (kind, id), `episodes` those and seasons by the numbers in their path:
    (programme, season) or (programme, season, episode).
    """

    watchmode: dict[int, dict[str, Any]] = field(default_factory=dict)
    tmdb: dict[tuple[str, int], dict[str, Any]] = field(default_factory=dict)
    episodes: dict[tuple[int, ...], dict[str, Any]] = field(default_factory=dict)


class Catalogue:
    """All titles, sources and genres, searchable by what the providers' queries name.

    Changes replace a frozen `Title` and keep the first version, so that `restore` brings back the start.
    """

    def __init__(
        self,
        titles: Iterable[Title],
        *,
        sources: Iterable[Source],
        genres: Iterable[Genre],
        providers: Iterable[Provider] = (),
        networks: Iterable[Network] = (),
        people: Iterable[Person] = (),
        countries: Iterable[tuple[str, str]] = (),
        languages: Iterable[tuple[str, str, str]] = (),
        recordings: Recordings | None = None,
    ) -> None:
        self.sources = {source.id: source for source in sources}
        self.genres = {genre.id: genre for genre in genres}
        self.providers = {provider.id: provider for provider in providers}
        self.networks = {network.id: network for network in networks}
        self.people = {person.id: person for person in people}
        self.countries = list(countries)
        self.languages = list(languages)
        self.recordings = recordings or Recordings()
        self.titles: dict[int, Title] = {}
        self.by_tmdb: dict[tuple[str, int], list[int]] = {}
        self.by_imdb: dict[str, int] = {}
        self.by_genre: dict[int, set[int]] = defaultdict(set)
        self.by_type: dict[str, set[int]] = defaultdict(set)
        self.by_source: dict[tuple[str, int], set[int]] = defaultdict(set)
        self.by_offer_type: dict[tuple[str, str], set[int]] = defaultdict(set)
        self.by_region: dict[str, set[int]] = defaultdict(set)
        self.by_person: dict[int, list[int]] = defaultdict(list)
        self.version = 0
        self._ranks: dict[str, dict[int, int]] = {}
        self._cache: dict[Hashable, Any] = {}
        self._cache_version = -1
        self._originals: dict[int, Title] = {}
        self._sources, self._genres = dict(self.sources), dict(self.genres)
        for title in titles:
            self._add(title)
            for credit in title.credits:
                self.by_person[credit.person_id].append(title.id)

    def with_titles(self, titles: Iterable[Title]) -> "Catalogue":
        """Return a catalogue of other titles with the same sources, genres, people and recordings."""
        return Catalogue(
            titles,
            sources=self.sources.values(),
            genres=self.genres.values(),
            providers=self.providers.values(),
            networks=self.networks.values(),
            people=self.people.values(),
            countries=self.countries,
            languages=self.languages,
            recordings=self.recordings,
        )

    def by_watchmode_key(self, key: str) -> Title | None:
        """Find a title by any id WatchMode takes: `345534`, `tt0903747`, `movie-278` or `tv-1396`."""
        if key in self.by_imdb:
            return self.titles[self.by_imdb[key]]
        found = re.fullmatch(r"(?:(movie|tv)-)?(\d{1,18})", key, re.ASCII)
        if not found:
            return None
        return self.of_tmdb(found[1], int(found[2])) if found[1] else self.titles.get(int(found[2]))

    def of_tmdb(self, tmdb_type: str, tmdb_id: int) -> Title | None:
        """Find the title of a TMDB id, the first where several WatchMode ids share it."""
        found = self.by_tmdb.get((tmdb_type, tmdb_id))
        return self.titles[found[0]] if found else None

    def person(self, number: int) -> Person:
        """Return the person of a TMDB id: the known one, else one made for the id."""
        return self.people.get(number) or made_person(number)

    def genre_names(self, title: Title) -> list[str]:
        """Return the names of a title's genres in the order of its ids."""
        return [self.genres[i].name for i in title.genre_ids if i in self.genres]

    def overview(self, title: Title) -> str:
        """Return the title's overview: the known one, else a sentence made from facts."""
        return title.overview or texts.overview(title, self.genre_names(title))

    def cached(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """Return what `make` returns, made once per state of the catalogue."""
        if self._cache_version != self.version or len(self._cache) >= _CACHED:
            self._cache.clear()
            self._cache_version = self.version
        if key not in self._cache:
            self._cache[key] = make()
        found: Made = self._cache[key]
        return found

    def ranks(self, sort: str) -> dict[int, int]:
        """Return each title's place in ascending order of `sort`."""
        if sort not in self._ranks:
            key = _SORT_KEYS[sort]
            ordered = sorted(self.titles.values(), key=lambda title: (key(title), -title.id))
            self._ranks[sort] = {title.id: place for place, title in enumerate(ordered)}
        return self._ranks[sort]

    def prepare(self) -> None:
        """Sort the titles in every order now, so that no request has to wait for it."""
        for sort in _SORT_KEYS:
            self.ranks(sort)

    def alike(self, title: Title, *, same_kind: bool = False) -> list[Title]:
        """Return the most popular titles that share the first genre: with `same_kind` only films, or only series."""
        if not title.genre_ids:
            return []
        genre, kind = title.genre_ids[0], title.tmdb_type if same_kind else None

        def make() -> list[int]:
            ranks = self.ranks("popularity")
            numbers = (n for n in self.by_genre[genre] if kind is None or self.titles[n].tmdb_type == kind)
            return heapq.nlargest(26, numbers, key=ranks.__getitem__)

        found = self.cached(("alike", genre, kind), make)
        return [self.titles[number] for number in found if number != title.id]

    def percentile(self, title: Title, sort: str) -> float:
        """Return how many per cent of all titles stand at or below this one in the order of `sort`."""
        return round(100 * (self.ranks(sort)[title.id] + 1) / len(self.titles), 2)

    def replace(self, title: Title) -> None:
        """Put a changed title in the place of the one with its id."""
        self._originals.setdefault(title.id, self.titles[title.id])
        self._swap(title)

    def changed(self, title: Title) -> bool:
        """Tell whether a title differs from how it was loaded; its recordings are then out of force."""
        return title.id in self._originals

    def touch(self) -> None:
        """Note that a source or genre changed, so that nothing cached is served again."""
        self.version += 1

    def restore(self) -> None:
        """Bring every title, source and genre back to how they were loaded."""
        for title in self._originals.values():
            self._swap(title)
        self._originals.clear()
        self.sources, self.genres = dict(self._sources), dict(self._genres)
        self.touch()

    def _add(self, title: Title) -> None:
        self.titles[title.id] = title
        self.version += 1
        if title.tmdb_id is not None and title.tmdb_type:
            shared = self.by_tmdb.setdefault((title.tmdb_type, title.tmdb_id), [])
            if title.id not in shared:
                shared.append(title.id)
        if title.imdb_id:
            self.by_imdb.setdefault(title.imdb_id, title.id)
        for index, key in self._places(title):
            index[key].add(title.id)

    def _swap(self, new: Title) -> None:
        old = self.titles[new.id]
        for index, key in self._places(old):
            index[key].discard(old.id)
        # Sorting a large catalogue anew takes long; most changes leave every order as it is.
        if any(key_of(old) != key_of(new) for key_of in _SORT_KEYS.values()):
            self._ranks.clear()
        self._add(new)

    def _places(self, title: Title) -> Iterable[tuple[dict[Any, set[int]], Any]]:
        yield self.by_type, title.type
        for genre in title.genre_ids:
            yield self.by_genre, genre
        for offer in title.offers:
            yield self.by_source, (offer.region, offer.source_id)
            yield self.by_offer_type, (offer.region, offer.type)
            yield self.by_region, offer.region
