"""What people want to know of a run: how long it took, how far it is, and whether anything is heard of it. Pure."""

from marquee import clock
from marquee.models.jobs import Job

# No function works for longer than a quarter of an hour, so that a run without messages has ended by then.
SILENCE_SECONDS = 1800
# Runs that wait for messages: a message comes again for hours, and a harvest lasts for days, of which outages of the
# provider may take some hours.
PATIENCE_SECONDS = {"listing": 6 * 3600, "digest": 6 * 3600, "archive": 24 * 3600}
# No run lasts longer: messages are kept for two weeks.
LONGEST_DAYS = 15
SILENT = "stopped without a word"


def duration_seconds(job: Job, now: str) -> float:
    """Return for how long a run has lasted, in seconds: until now if it has not ended."""
    return max(0.0, clock.seconds_between(job.started_at, job.finished_at or now))


def progress(job: Job) -> float | None:
    """Return which part of its work a run has behind it, 0 to 1; None of a run that is not done in parts."""
    behind = sum(job.counts.get(state, 0) for state in ("done", "failed", "deferred"))
    whole = behind + max(0, job.counts.get("queued", 0))
    if whole:
        return behind / whole
    return 1.0 if job.state == "succeeded" else None


def is_stale(job: Job, now: str) -> bool:
    """Return whether a run says that it runs, and nothing was heard of it for longer than its kind may be silent."""
    heard = job.progress_at or job.started_at
    silence = PATIENCE_SECONDS.get(job.kind, SILENCE_SECONDS)
    return job.state == "running" and clock.seconds_between(heard, now) > silence
