"""The `fields` parameter: which parts of an answer the caller wants, such as `nextPageToken,files(id,name)`."""

import re
from typing import Any

from local.upstreams.drive.errors import invalid

Selection = dict[str, Any]
"""Names, each with what is wanted of it; empty for all of it."""

OF_FILE: Selection = {"kind": {}, "id": {}, "name": {}, "mimeType": {}, "driveId": {}, "teamDriveId": {}}
"""What Drive sends of a file if nothing is asked for."""
OF_LIST: Selection = {"kind": {}, "incompleteSearch": {}, "nextPageToken": {}, "files": OF_FILE}
LIST_FIELDS = frozenset(OF_LIST)
# All that a file has at Google: what is not simulated may be asked for, and is not in the answer.
FILE_FIELDS = frozenset(
    {
        *("kind", "id", "name", "mimeType", "description", "starred", "trashed", "explicitlyTrashed", "parents"),
        *("properties", "appProperties", "spaces", "version", "webContentLink", "webViewLink", "iconLink"),
        *("createdTime", "modifiedTime", "viewedByMeTime", "sharedWithMeTime", "trashedTime", "owners", "shared"),
        *("teamDriveId", "driveId", "lastModifyingUser", "ownedByMe", "capabilities", "permissions", "permissionIds"),
        *("originalFilename", "fullFileExtension", "fileExtension", "md5Checksum", "sha1Checksum", "sha256Checksum"),
        *("size", "quotaBytesUsed", "headRevisionId", "exportLinks", "shortcutDetails", "resourceKey", "labelInfo"),
    }
)

_PART = re.compile(r"\s*([A-Za-z0-9*]+|[(),/])\s*")


def selection(text: str) -> Selection:
    """Return what a `fields` parameter asks for; raises DriveError for one that cannot be read."""
    parts, position = [], 0
    while position < len(text):
        found = _PART.match(text, position)
        if found is None:
            raise _unreadable(text)
        parts.append(found[1])
        position = found.end()
    wanted = _names(parts, text)
    if parts:
        raise _unreadable(text)
    return wanted


def check(wanted: Selection, known: frozenset[str]) -> None:
    """Raise DriveError if one of the names is no field."""
    for name in wanted:
        if name not in known and name != "*":
            raise _unreadable(name)


def chosen(value: Any, wanted: Selection) -> Any:
    """Return the wanted parts of an object, or of each object of a list."""
    if isinstance(value, list):
        return [chosen(each, wanted) for each in value]
    if not wanted or "*" in wanted or not isinstance(value, dict):
        return value
    return {name: chosen(value[name], inner) for name, inner in wanted.items() if name in value}


def _names(parts: list[str], text: str) -> Selection:
    """Read names until the end or a closing bracket; a path such as `files/id` is the same as `files(id)`."""
    wanted: Selection = {}
    while True:
        if not parts or parts[0] in "(),/":
            raise _unreadable(text)
        inner = wanted.setdefault(parts.pop(0), {})
        while parts and parts[0] == "/":
            parts.pop(0)
            if not parts or parts[0] in "(),/":
                raise _unreadable(text)
            inner = inner.setdefault(parts.pop(0), {})
        if parts and parts[0] == "(":
            parts.pop(0)
            inner.update(_names(parts, text))
            if not parts or parts.pop(0) != ")":
                raise _unreadable(text)
        if not parts or parts[0] != ",":
            return wanted
        parts.pop(0)


def _unreadable(text: str) -> Exception:
    return invalid("fields", f"Invalid field selection {text}", "invalidParameter")
