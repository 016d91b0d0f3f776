"""Google's errors: of Drive with a list of reasons, of the token endpoint as OAuth 2 has them."""

from typing import Any

# HTTP status, then domain and reason, the text, and the status by name that newer parts of Google add.
_FAULTS: dict[int, tuple[str, str, str, str | None]] = {
    400: ("global", "badRequest", "Bad Request", "INVALID_ARGUMENT"),
    401: ("global", "authError", "Invalid Credentials", "UNAUTHENTICATED"),
    403: ("usageLimits", "userRateLimitExceeded", "User Rate Limit Exceeded", None),
    404: ("global", "notFound", "Not Found", None),
    429: ("usageLimits", "rateLimitExceeded", "Rate Limit Exceeded", "RESOURCE_EXHAUSTED"),
    500: ("global", "internalError", "Internal Error", "INTERNAL"),
    502: ("global", "backendError", "Bad Gateway", None),
    503: ("global", "backendError", "The service is currently unavailable.", "UNAVAILABLE"),
    504: ("global", "backendError", "Deadline exceeded", "DEADLINE_EXCEEDED"),
}


class DriveError(Exception):
    """An answer of Drive other than success; `location` names the parameter or header that is wrong."""

    def __init__(
        self,
        status: int,
        reason: str,
        message: str,
        *,
        domain: str = "global",
        location: str | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.reason = reason
        self.domain = domain
        self.location = location
        self.name = name

    def as_json(self) -> dict[str, Any]:
        """Return the body that Google sends."""
        message = str(self)
        detail = {"message": message, "domain": self.domain, "reason": self.reason}
        if self.location:
            kind = "header" if self.location == "Authorization" else "parameter"
            detail |= {"location": self.location, "locationType": kind}
        named = {"status": self.name} if self.name else {}
        return {"error": {"code": self.status, "message": message, "errors": [detail], **named}}


class TokenError(Exception):
    """An answer of the token endpoint other than success."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(description)
        self.error = error
        self.status = status

    def as_json(self) -> dict[str, str]:
        """Return the body that Google sends."""
        return {"error": self.error, "error_description": str(self)}


def of_status(status: int) -> DriveError:
    """Return the error that an injected fault of this status is: 403 and 429 are limits that were exceeded."""
    domain, reason, message, name = _FAULTS.get(status, _FAULTS[500])
    return DriveError(status, reason, message, domain=domain, name=name)


def invalid(location: str, message: str = "Invalid Value", reason: str = "invalid") -> DriveError:
    """Return what Drive says of a parameter that it cannot use."""
    return DriveError(400, reason, message, location=location)


def not_found(file_id: str) -> DriveError:
    """Return what Drive says of a file that is not there, or that the account may not see."""
    return DriveError(404, "notFound", f"File not found: {file_id}.", location="fileId")
