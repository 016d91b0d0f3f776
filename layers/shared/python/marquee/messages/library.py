"""The messages of the FIFO queue of a library: changes of single movies, and batches of an import.

The group of a message is `library`. Its name, by which the queue knows a repetition, is `request_id`, or
`<import_id>:<batch>`.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from marquee.models.library import NewMovie, RequestKind

ROWS_A_MESSAGE = 100


class MovieChange(BaseModel):
    """One change that a person asked for; `movie` is what to add, or what an edit makes of `movie_id`."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    kind: Literal["change"] = "change"
    library: str
    request_id: str
    change: RequestKind
    movie_id: str
    movie: NewMovie | None = None
    requested_by: str


class ImportedRow(BaseModel):
    """A row of an import, where it stands in its file, and the id that the movie will have.

    The id follows from the import, the file and the line, so that a row that is read again is the same movie.
    """

    model_config = ConfigDict(frozen=True, defer_build=True)

    file: str
    line: int
    movie_id: str
    movie: NewMovie


class ImportBatch(BaseModel):
    """Rows of an import to add; `batch` names them, so that they count once however often they come."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    kind: Literal["batch"] = "batch"
    library: str
    import_id: str
    batch: str
    rows: Annotated[tuple[ImportedRow, ...], Field(min_length=1, max_length=ROWS_A_MESSAGE)]
    added_by: str


class ImportUndo(BaseModel):
    """Movies of an import to take out again, by their ordinals; those that were edited since are kept and counted."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    kind: Literal["undo"] = "undo"
    library: str
    import_id: str
    batch: str
    ordinals: Annotated[tuple[int, ...], Field(min_length=1, max_length=ROWS_A_MESSAGE)]


LibraryMessage = MovieChange | ImportBatch | ImportUndo
LIBRARY_MESSAGE: TypeAdapter[LibraryMessage] = TypeAdapter(
    Annotated[LibraryMessage, Field(discriminator="kind")], config=ConfigDict(defer_build=True)
)
