"""Sentences made from facts, in place of the texts the providers own."""

from datetime import date, timedelta

from local.catalogue.models import Title

_KINDS = {
    "movie": "film",
    "tv_movie": "television film",
    "short_film": "short film",
    "tv_series": "series",
    "tv_miniseries": "miniseries",
    "tv_special": "television special",
}


def overview(title: Title, genre_names: list[str]) -> str:
    """Describe a title in one sentence: "A 1999 science fiction film of 136 minutes, …"."""
    words = [str(title.year)] if title.year else []
    words += [genre_names[0].lower()] if genre_names else []
    words.append(_KINDS[title.type])
    sentence = f"{_article(words[0])} {' '.join(words)}"
    if title.seasons:
        sentence += f" of {_count(sum(title.seasons), 'episode')} in {_count(len(title.seasons), 'season')}"
    elif title.runtime:
        sentence += f" of {_count(title.runtime, 'minute')}"
    if len(genre_names) > 1:
        sentence += f", also {' and '.join(name.lower() for name in genre_names[1:3])}"
    if title.user_rating is not None:
        sentence += f", rated {title.user_rating:g} by its viewers"
    return sentence + "."


def season_overview(title: Title, number: int) -> str:
    """Describe one season of a title."""
    return f"Season {number} of {title.title}, {_count(title.seasons[number - 1], 'episode')}."


def episode_overview(title: Title, season: int, number: int) -> str:
    """Describe one episode of a title."""
    return f"Episode {number} of season {season} of {title.title}."


def air_date(title: Title, season: int, episode: int = 1) -> str | None:
    """Return when an episode came out: seasons a year apart, episodes a week."""
    if not title.year:
        return None
    first = date.fromisoformat(title.release_date) if title.release_date else date(title.year, 1, 5)
    return (first + timedelta(days=364 * (season - 1) + 7 * (episode - 1))).isoformat()


def _article(word: str) -> str:
    return "An" if word[0] in "aeiou8" else "A"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
