"""Every error Marquee raises on purpose, as one tree.

MarqueeError
├── InvalidInput            the caller sent something unusable            → 400
├── NotFound                the thing asked for does not exist            → 404
├── Conflict                another writer was faster, again and again    → 409
│   └── AlreadyRunning          the same run is under way                     → 409
├── AccountErased           the viewer has been erased, the token not yet → 401
├── NotFinished             a part of the work is left, call again        → 503
├── SettingsError           the function was deployed without a setting
└── UpstreamError           a provider did not give a usable answer
    ├── UpstreamNotFound        the provider does not know the id
    ├── UpstreamRejected        the provider refuses the key or the plan (401, 403, 400)
    │   └── SignInRefused           it takes the credentials for nothing at all
    ├── QuotaExhausted          no credits are left, or none for this class of traffic
    ├── RateLimited             the provider says: later; NoSlot (repositories/pace.py): our own pace does
    └── UpstreamUnavailable     time-out, 5xx, broken body; BreakerOpen (repositories/pace.py): nobody may ask

Foreign errors are translated where they enter (clients, repositories); the HTTP status is chosen in `rest.py` alone.
"""


class MarqueeError(Exception):
    """The root of the errors that Marquee raises on purpose."""


class InvalidInput(MarqueeError):
    """A caller sent a value that cannot be used; `code` names the kind, `details` holds the offending values."""

    def __init__(self, message: str, *, code: str = "invalid_input", details: object = None) -> None:
        super().__init__(message)
        self.code = code
        self.details = details


class NotFound(MarqueeError):
    """The thing asked for does not exist, or is not the caller's to see."""


class Conflict(MarqueeError):
    """A conditional write lost against other writers more often than it is worth retrying."""


class AlreadyRunning(Conflict):
    """The same run is under way already; `job_id` says which."""

    def __init__(self, kind: str, job_id: str) -> None:
        super().__init__(f"A run of {kind} is under way: job {job_id}.")
        self.job_id = job_id


class AccountErased(MarqueeError):
    """The account has been erased, or is being erased, and the token that was sent outlives it."""

    def __init__(self) -> None:
        super().__init__("This account has been erased.")


class NotFinished(MarqueeError):
    """The time was too short for all of the work; the same call again goes on where this one stopped."""


class SettingsError(MarqueeError):
    """A required environment variable is missing or unusable; the message names it."""


class UpstreamError(MarqueeError):
    """A provider did not give a usable answer; `provider` says which."""

    def __init__(self, provider: str, message: str) -> None:
        super().__init__(f"{provider}: {message}")
        self.provider = provider


class UpstreamNotFound(UpstreamError):
    """The provider does not know the id that was asked for."""


class UpstreamRejected(UpstreamError):
    """The provider refuses the request: wrong key, wrong plan or a parameter it does not take."""


class SignInRefused(UpstreamRejected):
    """The provider does not take the credentials, whatever is asked for."""


class QuotaExhausted(UpstreamError):
    """The credits are used up, or those that this class of traffic may spend today."""


class RateLimited(UpstreamError):
    """The provider or our own pace asks to wait; `retry_after` is in seconds, None when nobody said."""

    def __init__(self, provider: str, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(provider, message)
        self.retry_after = retry_after


class UpstreamUnavailable(UpstreamError):
    """The provider timed out, answered 5xx or an unreadable body, or its circuit breaker is open."""
