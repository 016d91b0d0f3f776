"""What has been read of an export of ids so far, as sets."""

from dataclasses import dataclass, field

from pyroaring import BitMap

from marquee.clients.tmdb_exports import read_lines
from marquee.harvesting import is_wanted
from marquee.messages.archive import HarvestRequest


@dataclass
class ExportReading:
    """The ids in the lines of an edition (`version`) of an export: all of them, and those that a harvest wants."""

    version: str = ""
    lines: int = 0
    unreadable: int = 0
    listed: BitMap = field(default_factory=BitMap)
    wanted: BitMap = field(default_factory=BitMap)

    def take(self, name: str, lines: list[bytes], request: HarvestRequest) -> None:
        """Add some lines of the export `name`."""
        found, unreadable = read_lines(lines)
        self.lines += len(lines)
        self.unreadable += unreadable
        self.listed.update([each.id for each in found])
        self.wanted.update([each.id for each in found if is_wanted(request, name, each.adult, each.popularity)])
