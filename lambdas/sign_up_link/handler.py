"""Cognito, before it keeps a new user → the one user of that e-mail address."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from marquee import aws, settings
from marquee.telemetry import logger
from sign_up_link.identity import identity_of
from sign_up_link.linking import link
from sign_up_link.users import Users

# Somebody signs in elsewhere for the first time. The other sources are a sign-up with a password, which Cognito itself
# holds to one user per address, and a user whom an operator, or this function, has made.
FROM_PROVIDER = "PreSignUp_ExternalProvider"


@logger.inject_lambda_context
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Link who comes from the provider to the user of the same address; answers with the event, as Cognito wants it.

    Raises SignUpRefused, whose sentence Cognito hands to the app.
    """
    if event["triggerSource"] == FROM_PROVIDER:
        identity = identity_of(event, settings.required("IDENTITY_PROVIDER"))
        user_id = link(Users(aws.cognito(), event["userPoolId"]), identity)
        logger.info("linked", extra={"user_id": user_id, "provider": identity.provider})
    return event
