"""A governor that lets everything through, for tests that are about something else."""

from types import TracebackType
from typing import Self


class FreeGovernor:
    """Grants every call at once; what a test reads of it is how many calls there were."""

    def __init__(self) -> None:
        self.calls = 0

    def reserve(self, calls: int = 1, **options: object) -> Self:
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def wait_for_slot(self) -> None:
        self.calls += 1

    def refuse_if_open(self) -> None: ...

    def pay(self) -> None: ...

    def drop_slots(self) -> None: ...

    def report_success(self) -> None: ...

    def report_quota(self, quota: int, used: int) -> None: ...

    def quota_check_due(self) -> bool:
        return False
