"""The keys of every item, built here and nowhere else (docs/data-model.md)."""

RECORD = "record"
OFFER_PREFIX = "offer:"
TITLE_PREFIX = "title:"
PAIRS = "pairs"


def title(title_id: str) -> str:
    """Partition of one title: its record and its offers."""
    return f"title:{title_id}"


def offer(region: str, source_id: str) -> str:
    """Sort key of what one service offers of a title in one country."""
    return f"{OFFER_PREFIX}{region}:{source_id}"


def pair(source_id: str, genre_id: str) -> str:
    """Partition of the guide index, and sort key of the pair's viewer count."""
    return f"source:{source_id}:genre:{genre_id}"


def source(source_id: str) -> str:
    """Partition of one streaming service in the reference data; sort key of a viewer's choice of it."""
    return f"source:{source_id}"


def genre(genre_id: str) -> str:
    """Partition of one genre in the reference data; sort key of a viewer's choice of it."""
    return f"genre:{genre_id}"


def tmdb_crosswalk(tmdb_type: str, tmdb_id: int) -> str:
    """Partition that leads from a TMDB id to the title; movie and tv ids overlap, so the type belongs to it."""
    return f"xref:tmdb:{tmdb_type}:{tmdb_id}"


def imdb_crosswalk(imdb_id: str) -> str:
    """Partition that leads from an IMDb id to the title."""
    return f"xref:imdb:{imdb_id}"


def preferences(user_id: str) -> str:
    """Partition of what one viewer has chosen."""
    return f"userpref:{user_id}"


def job(job_id: str) -> str:
    """Partition of one scheduled or manual run."""
    return f"job:{job_id}"


def job_kind(kind: str) -> str:
    """Partition of what is known of all runs of one kind."""
    return f"jobs:{kind}"


def listing(region: str, source_id: str, genre_id: str) -> str:
    """Partition of what is known about the last listing of one pair in one country."""
    return f"listing:{listing_part(region, source_id, genre_id)}"


def listing_part(region: str, source_id: str, genre_id: str) -> str:
    """Name of a pair in a country as a part of a job."""
    return f"{region}:{pair(source_id, genre_id)}"


def governor(provider: str) -> str:
    """Partition of what all functions know of a provider: its pace, its credits, its breaker."""
    return f"governor:{provider}"


def quarantine(event_id: str) -> str:
    """Partition of one event that could not be used."""
    return f"quarantine:{event_id}"
