"""The message on the queue of the importer, which is only a bell: what there is to do stands in the table."""

from pydantic import BaseModel, ConfigDict


class ImportBell(BaseModel):
    """Look after an import, or after one piece of its work.

    Without `path` the importer does what the state of the import asks for: it reads the preview, rings for every open
    piece of work, or undoes. So after each of `read`, `start`, `resume`, `undo` and a new mapping this is rung, and
    may be rung again at any time.
    """

    model_config = ConfigDict(frozen=True, defer_build=True)

    import_id: str
    path: str | None = None
