"""Files, folders and shortcuts of Drive, and the tree that they make."""

import base64
import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

FOLDER = "application/vnd.google-apps.folder"
SHORTCUT = "application/vnd.google-apps.shortcut"
DOCUMENT = "application/vnd.google-apps.document"
JSON = "application/json"
MOMENT = "2026-01-15T09:00:00.000Z"

# What a folder answers to whoever asks what is in it.
CLOSED, GONE = 403, 404


@dataclass(frozen=True, slots=True)
class DriveFile:
    """One entry of Drive. `content` is None for what has no bytes of its own: folders, shortcuts, Google Docs.

    `answers` is the error status that a folder gives instead of its entries. `drive_id` names the shared drive it is
    in, None for My Drive. `trashed_itself` parts what was put into the bin from what is in a folder that was.
    """

    id: str
    name: str
    mime_type: str
    parent: str | None
    content: bytes | None = None
    drive_id: str | None = None
    trashed: bool = False
    trashed_itself: bool = False
    target: str | None = None
    target_type: str | None = None
    answers: int | None = None
    modified: str = MOMENT

    @property
    def is_folder(self) -> bool:
        """Tell whether it may hold other entries."""
        return self.mime_type == FOLDER

    def as_json(self) -> dict[str, Any]:
        """Return all fields that are simulated, in Drive's form: numbers of bytes are text there."""
        facts: dict[str, Any] = {
            "kind": "drive#file",
            "id": self.id,
            "name": self.name,
            "mimeType": self.mime_type,
            "trashed": self.trashed,
            "explicitlyTrashed": self.trashed_itself,
            "createdTime": MOMENT,
            "modifiedTime": self.modified,
            "capabilities": {"canDownload": self.content is not None, "canListChildren": self.is_folder},
            "webViewLink": f"https://drive.google.com/{'drive/folders' if self.is_folder else 'file/d'}/{self.id}",
        }
        if self.parent:
            facts["parents"] = [self.parent]
        if self.drive_id:
            facts |= {"driveId": self.drive_id, "teamDriveId": self.drive_id}
        if self.target:
            facts["shortcutDetails"] = {"targetId": self.target, "targetMimeType": self.target_type}
        if self.content is not None:
            facts |= {
                "size": str(len(self.content)),
                "md5Checksum": hashlib.md5(self.content, usedforsecurity=False).hexdigest(),
                "fileExtension": self.name.rpartition(".")[2] if "." in self.name else "",
            }
        return facts


@dataclass
class Tree:
    """All that an account can see; `root` is the folder to import, `drives` are its shared drives by id.

    Ids follow from where an entry was made, so that the same tree has the same ids on every machine.
    """

    root: str
    files: dict[str, DriveFile] = field(default_factory=dict)
    drives: dict[str, str] = field(default_factory=dict)
    _children: dict[str, list[str]] = field(default_factory=dict)

    def children(self, folder: str) -> list[DriveFile]:
        """Return what is in a folder, in no order that means anything."""
        return [self.files[each] for each in self._children.get(folder, [])]

    def add(self, file: DriveFile) -> DriveFile:
        """Add an entry as it is."""
        self.files[file.id] = file
        if file.parent:
            self._children.setdefault(file.parent, []).append(file.id)
        return file

    def add_drive(self, drive_id: str, name: str) -> DriveFile:
        """Add a shared drive; its id is also that of its topmost folder."""
        self.drives[drive_id] = name
        return self.add(DriveFile(drive_id, name, FOLDER, None, drive_id=drive_id))

    def add_root(self, name: str) -> DriveFile:
        """Add the folder to import, which somebody has shared with the account."""
        return self.add(DriveFile(self.root, name, FOLDER, None))

    def add_folder(self, parent: DriveFile, name: str, **more: Any) -> DriveFile:
        """Add a folder; `more` are further fields of DriveFile."""
        return self._add(parent, name, FOLDER, more)

    def add_file(self, parent: DriveFile, name: str, content: bytes, mime_type: str = JSON, **more: Any) -> DriveFile:
        """Add a file with content."""
        return self._add(parent, name, mime_type, {"content": content, **more})

    def add_json(self, parent: DriveFile, name: str, value: object, **more: Any) -> DriveFile:
        """Add a file that holds a value as JSON."""
        return self.add_file(parent, name, json.dumps(value, ensure_ascii=False, indent=2).encode(), **more)

    def add_document(self, parent: DriveFile, name: str) -> DriveFile:
        """Add a Google Doc, which has no bytes to download."""
        return self._add(parent, name, DOCUMENT, {})

    def add_shortcut(self, parent: DriveFile, name: str, target: DriveFile) -> DriveFile:
        """Add a shortcut; its target need not be in the tree."""
        return self._add(parent, name, SHORTCUT, {"target": target.id, "target_type": target.mime_type})

    def counts(self) -> dict[str, int]:
        """Return how many folders, shortcuts and files there are, those in the bin included, and how many are there."""
        kinds = {FOLDER: "folders", SHORTCUT: "shortcuts"}
        found = {"folders": 0, "shortcuts": 0, "files": 0, "trashed": 0}
        for each in self.files.values():
            found[kinds.get(each.mime_type, "files")] += 1
            found["trashed"] += each.trashed
        return found

    def _add(self, parent: DriveFile, name: str, mime_type: str, more: dict[str, Any]) -> DriveFile:
        nth = len(self._children.get(parent.id, []))
        digest = hashlib.sha256(f"{parent.id}/{nth}/{name}".encode()).digest()
        file_id = "1" + base64.urlsafe_b64encode(digest[:24]).decode()
        itself = more.pop("trashed", False)
        trashed = {"trashed": itself or parent.trashed, "trashed_itself": itself}
        return self.add(DriveFile(file_id, name, mime_type, parent.id, drive_id=parent.drive_id, **trashed, **more))
