"""What clients send: the forms of movies and of imports. What a movie may be is said by `marquee.library`."""

from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, model_validator
from pydantic.config import JsonDict

from marquee import importing, library
from marquee.importing_rows import COLUMN_LENGTH
from marquee.models import Shape
from marquee.models.library import NewMovie

UPLOAD_BYTES = 50_000_000
# A name without control characters.
PLAIN = r"^[^\u0000-\u001f\u007f-\u009f]+$"
ONE_OR_SEVERAL: JsonDict = {
    "oneOf": [
        {"required": ["genre"], "properties": {"genre": {"type": "string"}}},
        {"required": ["genres"], "properties": {"genres": {"type": "array"}}},
    ]
}

Title = Annotated[str, Field(min_length=1, max_length=library.TITLE_LENGTH)]
Genre = Annotated[str, Field(min_length=1, max_length=library.GENRE_LENGTH)]
Genres = Annotated[list[Genre], Field(min_length=1, max_length=library.GENRES)]
Rating = Annotated[float, Field(ge=0, le=10, strict=True, allow_inf_nan=False)]
Year = Annotated[int, Field(ge=library.YEARS.start, lt=library.YEARS.stop, strict=True)]
TmdbId = Annotated[int, Field(ge=library.TMDB_IDS.start, lt=library.TMDB_IDS.stop, strict=True)]
ImdbId = Annotated[str, Field(pattern=f"^{library.IMDB_ID.pattern}$")]


class MovieBody(Shape):
    """A movie to add, or what an edit makes of one: with `genre` or `genres`, and a `rating` of at most one decimal.

    Texts are trimmed; what is left must not be empty and must not hold control characters.
    """

    model_config = ConfigDict(extra="forbid", json_schema_extra=ONE_OR_SEVERAL)

    title: Title
    genre: Genre | None = None
    genres: Genres | None = None
    rating: Rating | None = None
    year: Year | None = None
    tmdb_id: TmdbId | None = None
    imdb_id: ImdbId | None = None

    @model_validator(mode="after")
    def _one_or_several(self) -> Self:
        if (self.genre is None) == (self.genres is None):
            raise ValueError("either `genre` or `genres` is needed")
        return self

    def movie(self) -> NewMovie:
        """Return the movie that is meant; raises InvalidInput for one that cannot be."""
        said = self.model_dump(exclude={"genre", "genres"})
        return library.make_movie(**said, genres=self.genres or [self.genre])


class UploadSource(Shape):
    """A file that the client uploads next: its name, and the bytes that it has exactly."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["upload"]
    filename: Annotated[str, Field(max_length=255, pattern=PLAIN)]
    size: Annotated[int, Field(ge=1, le=UPLOAD_BYTES, strict=True)]


class PrefixSource(Shape):
    """Objects of the bucket of imports whose names begin so; operators only."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["s3"]
    prefix: Annotated[str, Field(max_length=900, pattern=PLAIN)]


class FolderSource(Shape):
    """A folder of Google Drive, by its id, with all that is in it; operators only."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["drive"]
    folder: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,200}$")]


Source = Annotated[UploadSource | PrefixSource | FolderSource, Field(discriminator="kind")]
# A field of a movie, or a setting, and the column that it is read from; `marquee.importing` says which there are.
Mapping = Annotated[
    dict[str, Annotated[str, Field(max_length=COLUMN_LENGTH)]],
    Field(max_length=len(importing.FIELDS) + len(importing.SETTINGS)),
]


class ImportBody(Shape):
    """Where to import from, and which column is what if that is not to be recognised."""

    model_config = ConfigDict(extra="forbid")

    source: Source
    mapping: Mapping = {}


class MappingBody(Shape):
    """Which column is what, in place of what was recognised."""

    model_config = ConfigDict(extra="forbid")

    mapping: Mapping
