"""WatchMode's errors, all in one form: `{"success": false, "statusCode": …, "statusMessage": …}`."""


class WatchmodeError(Exception):
    """An answer other than success."""

    status = 400

    def __init__(self, message: str) -> None:
        super().__init__(message)


class BadRequest(WatchmodeError):
    """A parameter is missing or wrong."""


class Unauthorized(WatchmodeError):
    """The key is missing or wrong, or the plan does not hold the endpoint."""

    status = 401


class QuotaExceeded(WatchmodeError):
    """The plan's credits of the month are spent."""

    status = 402


class NotFound(WatchmodeError):
    """There is no such title, person or path."""

    status = 404


class RateLimited(WatchmodeError):
    """Too many requests within the window."""

    status = 429
