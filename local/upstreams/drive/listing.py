"""`files.list`: which files a query finds for this caller, in what order, page after page."""

import base64
import hashlib
import json
from collections.abc import Callable
from typing import Any

from local.upstreams.drive import fields
from local.upstreams.drive.errors import DriveError, invalid, not_found, of_status
from local.upstreams.drive.files import DriveFile, Tree
from local.upstreams.drive.queries import Query, read_query
from local.upstreams.parameters import Parameters

PAGE, MOST = 100, 1000
_CORPORA = ("user", "domain", "drive", "allDrives")
_ORDERS: dict[str, Callable[[DriveFile], Any]] = {
    "name": lambda file: file.name,
    "name_natural": lambda file: file.name.casefold(),
    "folder": lambda file: not file.is_folder,
    "createdTime": lambda file: file.modified,
    "modifiedTime": lambda file: file.modified,
    "recency": lambda file: file.modified,
    "quotaBytesUsed": lambda file: len(file.content or b""),
}


def page(tree: Tree, parameters: Parameters, page_at_most: int) -> dict[str, Any]:
    """Return a page of files; raises DriveError.

    `page_at_most` cuts pages short: Drive need not send as many files as were asked for.
    """
    query = read_query(parameters.text("q"))
    size = _page_size(parameters)
    wanted = fields.selection(parameters.text("fields") or "") if parameters.text("fields") else fields.OF_LIST
    fields.check(wanted, fields.LIST_FIELDS)
    fields.check(wanted.get("files", {}), fields.FILE_FIELDS)
    found = _ordered(_found(tree, query, parameters), parameters.text("orderBy"))
    start = _position(parameters, tree)
    end = start + min(size, page_at_most)
    answer = {
        "kind": "drive#fileList",
        "incompleteSearch": False,
        "files": [file.as_json() for file in found[start:end]],
    }
    if end < len(found):
        answer["nextPageToken"] = _token(end, parameters, tree)
    return (
        answer
        if "*" in wanted
        else {name: fields.chosen(answer[name], wanted[name]) for name in wanted if name in answer}
    )


def sees_shared_drives(parameters: Parameters) -> bool:
    """Tell whether the caller says that it knows what shared drives are."""
    return flag(parameters, "supportsAllDrives") or flag(parameters, "supportsTeamDrives")


def flag(parameters: Parameters, name: str) -> bool:
    """Return a parameter that is true or false."""
    value = (parameters.text(name) or "false").lower()
    if value not in ("true", "false"):
        raise invalid(name, f"Invalid boolean value: '{value}'.", "invalidParameter")
    return value == "true"


def _found(tree: Tree, query: Query, parameters: Parameters) -> list[DriveFile]:
    sees = _in_corpora(tree, parameters)
    for parent in query.parents:
        _check_folder(tree, parent)
    places = tree.files.values() if not query.parents else [f for each in query.parents for f in tree.children(each)]
    unique = {file.id: file for file in places if sees(file) and query.matches(file)}
    return list(unique.values())


def _in_corpora(tree: Tree, parameters: Parameters) -> Callable[[DriveFile], bool]:
    """Return which files a caller sees: those of shared drives only if it asks for them and knows what they are."""
    corpora = parameters.text("corpora") or "user"
    drive_id = parameters.text("driveId") or parameters.text("teamDriveId")
    if corpora not in _CORPORA:
        raise invalid("corpora", f"Invalid string value: '{corpora}'. Allowed values: {list(_CORPORA)}")
    if (corpora == "drive") != (drive_id is not None):
        raise DriveError(
            403,
            "teamDriveIdRequiresTeamDriveCorpora",
            "The driveId parameter must be specified if and only if corpora is set to drive.",
        )
    if drive_id is not None and drive_id not in tree.drives:
        raise DriveError(404, "notFound", f"Shared drive not found: {drive_id}", location="driveId")
    everywhere = sees_shared_drives(parameters) and (
        flag(parameters, "includeItemsFromAllDrives") or flag(parameters, "includeTeamDriveItems")
    )
    if drive_id is not None:
        return lambda file: everywhere and file.drive_id == drive_id
    return lambda file: everywhere or file.drive_id is None


def _check_folder(tree: Tree, folder_id: str) -> None:
    """Raise DriveError if Drive does not say what is in a folder."""
    folder = tree.files.get(folder_id)
    if folder is None or folder.answers == 404:
        # That is how Drive says it here: without the id.
        raise not_found("")
    if folder.answers == 403:
        message = "The user does not have sufficient permissions for this file."
        raise DriveError(403, "insufficientFilePermissions", message)
    if folder.answers is not None:
        raise of_status(folder.answers)


def _ordered(found: list[DriveFile], order: str | None) -> list[DriveFile]:
    """Return files in the order asked for; without one there is an order, but none that means anything."""
    found = sorted(found, key=lambda file: file.id)
    for part in reversed((order or "").split(",") if order else []):
        name, _, direction = part.strip().partition(" ")
        if name not in _ORDERS or direction not in ("", "desc"):
            raise invalid("orderBy")
        found.sort(key=_ORDERS[name], reverse=direction == "desc")
    return found


def _page_size(parameters: Parameters) -> int:
    text = parameters.text("pageSize") or str(PAGE)
    if not text.isdigit() or not 1 <= int(text) <= MOST:
        message = f"Invalid value '{text}'. Values must be within the range: [1, {MOST}]"
        raise invalid("pageSize", message, "invalidParameter")
    return int(text)


def _token(position: int, parameters: Parameters, tree: Tree) -> str:
    content = json.dumps([position, _question(parameters, tree)])
    return "~!!~" + base64.urlsafe_b64encode(content.encode()).decode()


def _position(parameters: Parameters, tree: Tree) -> int:
    """Return where a page begins; a token of another question, or of a tree that is no more, is refused."""
    token = parameters.text("pageToken")
    if token is None:
        return 0
    try:
        position, question = json.loads(base64.urlsafe_b64decode(token.removeprefix("~!!~")))
    except ValueError:
        raise invalid("pageToken") from None
    if question != _question(parameters, tree):
        raise invalid("pageToken")
    return int(position)


def _question(parameters: Parameters, tree: Tree) -> str:
    asked = sorted(parameters.without("pageToken", "pageSize", "fields"))
    return hashlib.sha256(json.dumps([tree.root, len(tree.files), asked]).encode()).hexdigest()[:16]
