"""Routes that are dear: less of them a second than of the others, whoever asks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Throttle:
    """How many requests a second all callers together may send, how many at once after a pause, and why no more."""

    rate: int
    burst: int
    why: str


_EACH = Throttle(50, 100, "An answer takes dozens of reads and a good part of a second of a whole processor.")
_EVERYTHING = Throttle(5, 20, "It reads or erases all there is of a viewer, or all that an import failed on.")
_WORK = Throttle(5, 20, "It starts work of minutes or hours, and some of that costs credits of a provider.")
# Limits are those of an account with one function for many callers: what one address may send is the firewall's.
DEAR = {
    ("GET", "/search"): Throttle(50, 100, "Typing asks for every few letters, and each word is a Query of its own."),
    ("GET", "/recommendations"): _EACH,
    ("GET", "/titles/{id}/similar"): _EACH,
    ("GET", "/archive/{type}/{id}"): Throttle(
        50, 100, "Each is fetched from S3 and unpacked: made for looking things up, not for copying the archive."
    ),
    ("GET", "/me/export"): _EVERYTHING,
    ("DELETE", "/me"): _EVERYTHING,
    ("GET", "/imports/{id}/failures.csv"): _EVERYTHING,
    ("POST", "/imports"): _WORK,
    ("POST", "/imports/{id}/{action}"): _WORK,
    ("POST", "/admin/reference/refresh"): _WORK,
    ("POST", "/admin/titles/refresh"): _WORK,
    ("POST", "/admin/titles/enrich"): _WORK,
    ("POST", "/admin/tmdb/refresh"): _WORK,
    ("POST", "/admin/library/recount"): _WORK,
    ("POST", "/admin/quality/measure"): _WORK,
    ("POST", "/admin/archive/harvest"): _WORK,
    ("POST", "/admin/failures/replay"): _WORK,
    ("POST", "/admin/failures/{id}/replay"): _WORK,
    ("POST", "/admin/failures/{id}/discard"): _WORK,
    ("POST", "/admin/system/lambdas/logs"): Throttle(
        5, 20, "CloudWatch answers five questions to logs a second, for the whole account."
    ),
}
