"""Reference data: the streaming services and genres, as WatchMode gives them."""

from marquee.models import Model


class Source(Model):
    """One streaming service; `type` is sub, purchase, free or tve; `regions` are all countries it serves."""

    id: str
    name: str
    type: str
    logo: str | None = None
    ios_appstore_url: str | None = None
    android_playstore_url: str | None = None
    regions: tuple[str, ...] = ()


class Genre(Model):
    """One genre; `tmdb_id` is None where TMDB has no counterpart (WatchMode sends 0 for that)."""

    id: str
    name: str
    tmdb_id: int | None = None
