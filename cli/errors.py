"""What can go wrong at the command line; every message is a sentence for the person at the terminal."""

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    ProfileNotFound,
)
from httpx import HTTPError

REFUSED = frozenset({"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationErrorException"})
EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired"})
UNKNOWN = frozenset({"InvalidClientTokenId", "UnrecognizedClientException", "InvalidSignatureException"})


class OperatorError(Exception):
    """Raised when a command cannot do what it was asked to."""


def sentence(error: Exception) -> str:
    """Return what went wrong as one sentence that says what to do about it, where that is known."""
    if isinstance(error, ClientError):
        return _refusal(error)
    if isinstance(error, ProfileNotFound):
        return f"{error}; `aws configure list-profiles` lists those that there are."
    if isinstance(error, NoCredentialsError):
        return "There are no AWS credentials here; name a profile with --profile, or sign in to AWS."
    if isinstance(error, NoRegionError):
        return "It is not known in which region to look; set AWS_DEFAULT_REGION, or a region in the profile."
    if isinstance(error, EndpointConnectionError | HTTPError):
        return f"Nobody answers: {str(error) or type(error).__name__}."
    if isinstance(error, BotoCoreError):
        return f"AWS cannot be asked: {error}"
    return str(error)


def _refusal(error: ClientError) -> str:
    said = error.response.get("Error", {})
    code, message = said.get("Code", ""), said.get("Message", "").rstrip(".")
    if code in REFUSED:
        return f"You have not the right to do this: {error.operation_name} was refused ({message or code})."
    if code in EXPIRED:
        return "Your AWS credentials have expired; sign in again."
    if code in UNKNOWN:
        return "AWS does not know your credentials; name another profile with --profile, or sign in again."
    return f"{error.operation_name} failed: {message or code}."
