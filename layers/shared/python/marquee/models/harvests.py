"""A harvest of the archive: how far it is, and what has been harvested of a media type so far."""

from datetime import date
from typing import Literal

from marquee.models import Model
from marquee.models.archive import MediaType

Stage = Literal["start", "gather", "queue", "ended", "failed"]


class ExportProgress(Model):
    """How far one of TMDB's files of ids has been read.

    `version` tells one edition of the file from another; `lines` have been read, of which `unreadable` were of no use;
    `listed` and `wanted` name the bitmaps of all ids so far and of those that pass the filters.
    """

    name: str
    day: date
    state: Literal["waiting", "read", "missing"] = "waiting"
    version: str = ""
    lines: int = 0
    unreadable: int = 0
    listed: str = ""
    wanted: str = ""


class TypeHarvest(Model):
    """How far the harvest of one media type is.

    The lists of changes of the days `changed_from` to `changed_to` are read from `page` of `next_day` on, None when all
    have been. `changed`, `changed_adult`, `todo` and `vanished` name bitmaps: what has changed, what of it is adult,
    what is to be collected, and what of it is no longer known afterwards. `messages` of `todo` have been sent.
    `renews`: all that is known is collected again, because it is about to be too old to be kept. `has_gap`: so many
    days have passed that the exports are compared, and that the oldest changes may be given up.
    """

    media_type: MediaType
    mode: Literal["full", "differential"]
    scope: Literal["exports", "changes", "both"]
    renews: bool = False
    has_gap: bool = False
    exports: tuple[ExportProgress, ...] = ()
    changed_from: date | None = None
    changed_to: date | None = None
    next_day: date | None = None
    page: int = 1
    changed: str = ""
    changed_adult: str = ""
    todo: str = ""
    vanished: str = ""
    counts: dict[str, int] = {}
    is_complete: bool = False
    messages: int = 0


class Harvest(Model):
    """A harvest as it stands in the operations table, `job:<id>` / `harvest`.

    `request` is what was asked for (marquee.messages.archive), `notes` are sentences about what is not as it was
    asked for. `tries` counts the attempts since there was progress, `reason` says why the last of them failed.
    """

    job_id: str
    stage: Stage = "start"
    request: dict[str, object] = {}
    day: date | None = None
    started_at: str
    types: tuple[TypeHarvest, ...] = ()
    notes: tuple[str, ...] = ()
    tries: int = 0
    reason: str = ""

    @property
    def has_ended(self) -> bool:
        """Return whether nothing is left to do."""
        return self.stage in ("ended", "failed")

    def having(self, changed: TypeHarvest, *notes: str) -> "Harvest":
        """Return the harvest with one media type as it is now, and further notes."""
        types = tuple(changed if each.media_type == changed.media_type else each for each in self.types)
        return self.model_copy(update={"types": types, "notes": (*self.notes, *notes)})


class ArchiveState(Model):
    """What has been harvested of a media type, `archive:<media type>` / `state`.

    Changes are known up to and within the day `changes_until`; `exported` is the day of the last export that was read,
    and an older one cannot tell what has vanished; all that is known has been collected at or after `full_at`.
    """

    changes_until: date | None = None
    exported: date | None = None
    full_at: str | None = None
