"""TMDB's errors, all in one form: `{"success": false, "status_code": …, "status_message": …}`."""

# TMDB's code, then the HTTP status that goes with it, then the text.
_TABLE = {
    4: (405, "Invalid format: This service doesn't exist in that format."),
    5: (422, "Invalid parameters: Your request parameters are incorrect."),
    6: (404, "Invalid id: The pre-requisite id is invalid or not found."),
    7: (401, "Invalid API key: You must be granted a valid key."),
    9: (503, "Service offline: This service is temporarily offline, try again later."),
    11: (500, "Internal error: Something went wrong, contact TMDB."),
    20: (422, "Invalid date range: Should be a range no longer than 14 days."),
    22: (400, "Invalid page: Pages start at 1 and max at 500. They are expected to be an integer."),
    23: (400, "Invalid date: Format needs to be YYYY-MM-DD."),
    24: (504, "Your request to the backend server timed out. Try again."),
    25: (429, "Your request count ({count}) is over the allowed limit of {limit}."),
    27: (400, "Too many append to response objects: The maximum number of remote calls is 20."),
    34: (404, "The resource you requested could not be found."),
    43: (502, "Couldn't connect to the backend server."),
    47: (400, "The input is not valid."),
}
# Which code an injected fault carries.
_OF_STATUS = {400: 47, 401: 7, 404: 34, 405: 4, 422: 5, 429: 25, 500: 11, 502: 43, 503: 9, 504: 24}


class TmdbError(Exception):
    """An answer other than success, by its code."""

    def __init__(self, code: int, **values: int) -> None:
        self.code = code
        self.status, message = _TABLE[code]
        super().__init__(message.format(**values))


def of_status(status: int) -> tuple[int, str]:
    """Return the code and text of an HTTP error status."""
    code = _OF_STATUS.get(status, 11)
    return code, _TABLE[code][1].format(count=41, limit=40)
