"""E-mail through SES: to whom, and whether it certainly was not sent."""

from functools import cache
from typing import TYPE_CHECKING, Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ConnectTimeoutError, EndpointConnectionError

from digest_sender.digest import Email
from marquee import aws
from marquee.errors import MarqueeError

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_sesv2 import SESV2Client

# Answers of SES about the sender, not about one e-mail: the next one would fare no better.
NOBODY_NOW = frozenset(
    {
        *("TooManyRequestsException", "LimitExceededException", "SendingPausedException", "AccountSuspendedException"),
        *("MailFromDomainNotVerifiedException", "NotFoundException", "AccessDeniedException", "ThrottlingException"),
    }
)


class MailRefused(MarqueeError):
    """An e-mail certainly was not sent; `for_all` when no other one would be sent now either."""

    def __init__(self, code: str, *, for_all: bool) -> None:
        super().__init__(code)
        self.for_all = for_all


class MailUncertain(MarqueeError):
    """Nobody knows whether an e-mail was sent."""


@cache
def ses() -> "SESV2Client":
    """Return a client for SES that never sends by itself a second time: it could not know of the first."""
    client: SESV2Client = aws.client("sesv2", aws.CONFIG.merge(Config(retries={"total_max_attempts": 1})))
    return client


class Mailer:
    """Sends e-mails from one address."""

    def __init__(self, client: "SESV2Client", sender: str) -> None:
        self._client = client
        self._sender = sender

    def send(self, address: str, email: Email) -> None:
        """Send an e-mail once; raises MailRefused or MailUncertain.

        What SES answers may name the address, so only the code of its answer goes on.
        """
        try:
            self._client.send_email(
                FromEmailAddress=self._sender,
                Destination={"ToAddresses": [address]},
                Content={"Simple": content(email)},
            )
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code"))
            if error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 500) >= 500:
                raise MailUncertain(code) from None
            raise MailRefused(code, for_all=code in NOBODY_NOW) from None
        except (EndpointConnectionError, ConnectTimeoutError) as error:
            raise MailRefused(type(error).__name__, for_all=True) from None
        except BotoCoreError as error:
            raise MailUncertain(type(error).__name__) from None


def content(email: Email) -> Any:
    """Return an e-mail as SES takes it."""
    headers = [{"Name": "List-Unsubscribe", "Value": f"<{email.unsubscribe}>"}] if email.unsubscribe else []
    return {
        "Subject": {"Data": email.subject, "Charset": "UTF-8"},
        "Body": {
            "Text": {"Data": email.text, "Charset": "UTF-8"},
            "Html": {"Data": email.html, "Charset": "UTF-8"},
        },
        **({"Headers": headers} if headers else {}),
    }


class Addresses:
    """Knows where viewers get their e-mail."""

    def __init__(self, client: "CognitoIdentityProviderClient", user_pool_id: str) -> None:
        self._client = client
        self._pool = user_pool_id

    def of(self, user_id: str) -> str | None:
        """Return the proven address of a viewer, None without one or for a viewer who is no more."""
        found = self._user(user_id)
        if found is None or found["email_verified"] != "true":
            return None
        return found["email"] or None

    def _user(self, user_id: str) -> dict[str, str] | None:
        """Return what is known of a user; only local ones are found by their id, those of Google by a search."""
        try:
            user = self._client.admin_get_user(UserPoolId=self._pool, Username=user_id)
        except self._client.exceptions.UserNotFoundException:
            listed = self._client.list_users(UserPoolId=self._pool, Filter=f'sub = "{user_id}"', Limit=1)["Users"]
            return _known(listed[0].get("Attributes", []), listed[0].get("Enabled", True)) if listed else None
        return _known(user.get("UserAttributes", []), user.get("Enabled", True))


def _known(attributes: Any, enabled: bool) -> dict[str, str]:
    values = {each["Name"]: str(each.get("Value", "")) for each in attributes} if enabled else {}
    return {name: values.get(name, "") for name in ("email", "email_verified")}
