"""A page of a list of titles as TMDB answers it: what cannot be read of it is left out and counted, not the end."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal, get_args

from pydantic import AliasChoices, Field, ValidationError

from marquee.clients.tmdb_models import Answer, Text

TitleType = Literal["movie", "tv"]
# Python reads infinity in JSON, which no table could store.
Number = Annotated[float, Field(allow_inf_nan=False)]


class ListedTitle(Answer):
    """A movie or a series in a list; `media_type` is None where the list has but one."""

    id: int
    media_type: TitleType | None = None
    title: str = Field(min_length=1, validation_alias=AliasChoices("title", "name"))
    overview: Text = None
    poster_path: Text = None
    backdrop_path: Text = None
    vote_average: Number = 0.0
    vote_count: int = 0
    popularity: Number = 0.0
    release_date: Text = Field(None, validation_alias=AliasChoices("release_date", "first_air_date"))
    genre_ids: tuple[int, ...] = ()
    original_language: Text = None
    adult: bool = False


class _Page(Answer):
    results: list[Any]


@dataclass(frozen=True)
class TitlePage:
    """The titles of a page, in its order, and how many rows could not be read."""

    titles: tuple[ListedTitle, ...]
    unreadable: int


def read_page(body: object) -> TitlePage:
    """Return the titles of a page; persons are none. Raises ValidationError for what is no page at all."""
    titles: list[ListedTitle] = []
    unreadable = 0
    for row in _Page.model_validate(body).results:
        # A null stands for nothing known, as does a field that is not there.
        known = {name: value for name, value in row.items() if value is not None} if isinstance(row, dict) else {}
        if known.get("media_type", "movie") not in get_args(TitleType):
            continue
        try:
            titles.append(ListedTitle.model_validate(known))
        except ValidationError:
            unreadable += 1
    return TitlePage(tuple(titles), unreadable)
