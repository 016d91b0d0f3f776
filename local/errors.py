"""What can go wrong while the local cloud runs; every message is a sentence for the person at the terminal."""


class LocalCloudError(Exception):
    """Raised when the local cloud cannot start, deploy, load its data or be found."""


class Interrupted(BaseException):
    """Raised in the main thread when somebody asks the local cloud to stop; no `except Exception` may swallow it."""
