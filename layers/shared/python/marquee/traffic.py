"""The classes of calls to a provider: apart from its governor, since whoever asks for work names one."""

from enum import StrEnum


class TrafficClass(StrEnum):
    """Why a call is made; decides who waits and who goes without when calls or credits are short."""

    VIEWER = "viewer"
    SCHEDULED = "scheduled"
    BACKFILL = "backfill"
