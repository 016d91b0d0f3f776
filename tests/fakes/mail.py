"""SES and Cognito as the sender of e-mails meets them."""

from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

Fault = Exception | Callable[[], object]


def answer_of_ses(code: str, status: int) -> ClientError:
    """Return what SES answers instead of sending; it names the address, as the real one does."""
    return ClientError(
        {"Error": {"Code": code, "Message": "anna@example.test"}, "ResponseMetadata": {"HTTPStatusCode": status}},
        "SendEmail",
    )


class FakeSes:
    """Keeps what was sent; of `faults`, one a call, an error is raised and anything else is called first."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.faults: list[Fault | None] = []

    def send_email(self, **request: Any) -> dict[str, Any]:
        fault = self.faults.pop(0) if self.faults else None
        if isinstance(fault, Exception):
            raise fault
        if fault:
            fault()
        self.sent.append(request)
        return {"MessageId": str(len(self.sent))}

    @property
    def addresses(self) -> list[str]:
        """Return to whom it was sent, in order."""
        return [address for each in self.sent for address in each["Destination"]["ToAddresses"]]

    @property
    def texts(self) -> str:
        """Return all texts that were sent."""
        return "\n".join(each["Content"]["Simple"]["Body"]["Text"]["Data"] for each in self.sent)


class FakeCognito:
    """Knows its users by their id, and those of `federated` only by a search, as Cognito does."""

    class exceptions:  # noqa: N801 - the name that boto3 gives it
        class UserNotFoundException(Exception):
            """Nobody is there."""

    def __init__(self, *users: str) -> None:
        self.users = {user: self.attributes(user) for user in users}
        self.federated: dict[str, list[dict[str, str]]] = {}
        self.enabled = True

    @staticmethod
    def attributes(user: str, verified: str = "true") -> list[dict[str, str]]:
        email = {"Name": "email", "Value": f"{user}@example.test"}
        return [{"Name": "sub", "Value": user}, email, {"Name": "email_verified", "Value": verified}]

    def admin_get_user(self, UserPoolId: str, Username: str) -> dict[str, Any]:  # noqa: N803
        if Username not in self.users:
            raise self.exceptions.UserNotFoundException
        return {"UserAttributes": self.users[Username], "Enabled": self.enabled}

    def list_users(self, UserPoolId: str, Filter: str, Limit: int) -> dict[str, Any]:  # noqa: N803
        found = self.federated.get(Filter.split('"')[1])
        return {"Users": [{"Attributes": found}] if found else []}
