"""A clock that stands still until somebody sleeps by it."""

from datetime import UTC, datetime


class FakeClock:
    """Callable like `time.time`; `sleep` moves it on and remembers for how long."""

    def __init__(self, start: datetime = datetime(2026, 3, 10, 12, tzinfo=UTC)) -> None:
        self.now = start.timestamp()
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def set(self, moment: datetime) -> None:
        self.now = moment.timestamp()
