"""Folders of Google Drive as a source of imports."""

from collections.abc import Iterator
from contextlib import contextmanager

from library_importer.sources import PAGE, EntryRefused, Listing, Opened, as_such, shown_name
from marquee import importing_files
from marquee.clients.google_drive import DriveClient
from marquee.clients.google_drive_answers import FOLDER, SHORTCUT, DriveFile, PageExpired
from marquee.errors import SignInRefused, UpstreamNotFound, UpstreamRejected
from marquee.models.import_work import Entry

GOOGLE_DOCUMENT = "application/vnd.google-apps."
MEDIA_TYPES = frozenset(
    {"application/json", "text/csv", "text/tab-separated-values", "application/x-ndjson", "application/jsonl"}
)


class DriveSource:
    """A folder and all below it, in My Drive or a shared drive.

    A shortcut is followed to what it leads to. Folders may lead to each other in a circle that way, and Drive may
    show a file on two pages: whoever reads the tree has to remember what it has seen.
    """

    is_tree = True

    def __init__(self, client: DriveClient) -> None:
        self._client = client

    def root(self, name: str) -> tuple[bool, Entry]:
        """Return the folder with an id, and the shared drive that it is in; one that is not there is told by `list`."""
        try:
            return True, Entry(id=name, name="", drive=self._file(name).drive)
        except EntryRefused:
            return True, Entry(id=name, name="")

    def list(self, folder: Entry, page: str | None, size: int = PAGE) -> Listing:
        """Return a page of a folder, from its beginning if Google does not know the page any more."""
        with refusing():
            try:
                answer = self._client.folder(folder.id, drive=folder.drive, page=page, size=size)
            except PageExpired:
                answer = self._client.folder(folder.id, drive=folder.drive, page=None, size=size)
        found = Listing(next=answer.next)
        for file in answer.files:
            self._sort(found, folder, file)
        if answer.incomplete:
            found.refused.append((as_such(folder), "Google Drive has not searched all of this folder"))
        return found

    def _sort(self, found: Listing, folder: Entry, file: DriveFile) -> None:
        shown = Entry(id=file.id, name=shown_name(f"{folder.name}/{file.name}".removeprefix("/")))
        drive = folder.drive
        if file.mime_type == SHORTCUT:
            try:
                file = self._target(file)
            except EntryRefused as error:
                found.refused.append((shown, str(error)))
                return
            drive = file.drive
        entry = Entry(id=file.id, name=shown.name, size=file.size or 0, version=file.md5, drive=drive)
        if file.mime_type == FOLDER:
            found.folders.append(entry)
        elif reason := _why_not(file):
            found.refused.append((entry, reason))
        else:
            found.files.append(entry)

    def _target(self, shortcut: DriveFile) -> DriveFile:
        """Return what a shortcut leads to; raises EntryRefused if that is gone, or a shortcut itself."""
        try:
            target = self._file((shortcut.shortcut and shortcut.shortcut.target_id) or "")
        except EntryRefused as error:
            raise EntryRefused("it is a shortcut to what is not there, or not shared") from error
        if target.trashed or target.mime_type == SHORTCUT:
            raise EntryRefused("it is a shortcut to what is in the bin, or to another shortcut")
        return target

    def open(self, file: Entry, offset: int) -> Opened:
        """Open a file; one that was changed since its beginning was read is refused."""
        if offset and self._file(file.id).md5 != file.version:
            raise EntryRefused("it was changed while it was being read; the rest of it was not imported")
        return Opened(self._content(file, offset), file.version)

    def _file(self, file_id: str) -> DriveFile:
        with refusing():
            return self._client.file(file_id)

    def _content(self, file: Entry, offset: int) -> Iterator[bytes]:
        with refusing():
            yield from self._client.content(file.id, offset)


@contextmanager
def refusing() -> Iterator[None]:
    """Raise EntryRefused for what Google refuses, except where it refuses whatever we ask."""
    try:
        yield
    except SignInRefused:
        raise
    except (UpstreamNotFound, UpstreamRejected) as error:
        raise EntryRefused(str(error)) from error


def _why_not(file: DriveFile) -> str | None:
    """Return why a file is not imported, None if it may be."""
    if file.mime_type.startswith(GOOGLE_DOCUMENT):
        return "it is a document of Google, not a file: download it as CSV"
    if file.mime_type in MEDIA_TYPES or importing_files.is_importable(file.name):
        return None
    return "it is neither CSV nor JSON nor NDJSON by its name and type"
