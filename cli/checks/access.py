"""Whether the API answers, people can sign in, and nobody else gets in."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from botocore.exceptions import ClientError

from cli.checks.site import Site, Skipped
from cli.user_pool import Users, temporary_password

# Where a user lives who exists for a moment: no mail is ever sent there.
NOWHERE = "marquee.invalid"
FLOWS = ("ADMIN_USER_PASSWORD_AUTH", "USER_PASSWORD_AUTH")


def api_answers(site: Site) -> Iterator[str]:
    """Say if a read that needs nobody to be signed in fails, or finds nothing."""
    with site.http() as http:
        try:
            answer = http.get("/sources")
        except httpx.HTTPError as error:
            yield f"The API does not answer at {http.base_url}: {error}."
            return
    if answer.is_error:
        yield f"The API answers {answer.status_code} to GET /sources; `marquee logs guide_api` says why."
        return
    try:
        services = answer.json()["sources"]
    except (ValueError, KeyError, TypeError):
        yield "What answers at the address of the API is not the API: GET /sources has no services."
        return
    if not services:
        yield "The guide knows no services yet; `marquee run reference` fetches them, once the keys are there."


def strangers_stay_out(site: Site) -> Iterator[str]:
    """Say if the API tells somebody who is not signed in what is a viewer's, or an operator's."""
    with site.http() as http:
        for path in ("/preferences", "/admin/jobs"):
            answer = http.get(path)
            # What may not be read may be unknown as well: both keep strangers out.
            if answer.status_code not in (401, 403):
                yield f"The API answers {answer.status_code} to GET {path} without a token, not 401."


def people_can_sign_in(site: Site) -> Iterator[str]:
    """Say if a user who was just made cannot sign in, or cannot read the guide; the user is gone afterwards."""
    cognito = site.client("cognito-idp")
    pool, client_id = site.place.output("UserPoolId"), site.place.output("UserPoolClientId")
    try:
        with _passing_user(site) as (email, password):
            token = _token(cognito, pool, client_id, email, password)
            with site.http() as http:
                answer = http.get("/preferences", headers={"Authorization": token})
    except ClientError as error:
        yield f"Nobody can sign in: {error.operation_name} said {error.response['Error']['Message'].rstrip('.')}."
        return
    if answer.is_error:
        yield f"The API answers {answer.status_code} to a viewer who has signed in; `marquee logs guide_api` says why."


def there_is_an_operator(site: Site) -> Iterator[str]:
    """Say if nobody may use the pages and routes of operators."""
    try:
        if not any(True for _ in Users.of(site.place).admins()):
            yield "Nobody is an operator; `marquee users promote <e-mail>` makes somebody one."
    except ClientError as error:
        yield f"The group of operators cannot be read: {error.response['Error']['Message'].rstrip('.')}."


@contextmanager
def _passing_user(site: Site) -> Iterator[tuple[str, str]]:
    """Give a user with a password that exists for as long as this lasts."""
    cognito, pool = site.client("cognito-idp"), site.place.output("UserPoolId")
    email, password = f"verify-{secrets.token_hex(8)}@{NOWHERE}", temporary_password()
    cognito.admin_create_user(
        UserPoolId=pool,
        Username=email,
        MessageAction="SUPPRESS",
        UserAttributes=[{"Name": "email", "Value": email}, {"Name": "email_verified", "Value": "true"}],
    )
    try:
        cognito.admin_set_user_password(UserPoolId=pool, Username=email, Password=password, Permanent=True)
        yield email, password
    finally:
        cognito.admin_delete_user(UserPoolId=pool, Username=email)


def _token(cognito: Any, pool: str, client_id: str, email: str, password: str) -> str:
    """Return an ID token by a way that the client permits; raises Skipped if a password is none."""
    client = cognito.describe_user_pool_client(UserPoolId=pool, ClientId=client_id)["UserPoolClient"]
    permitted = [each for each in FLOWS if f"ALLOW_{each}" in client.get("ExplicitAuthFlows", [])]
    if not permitted:
        raise Skipped("the app client takes no password from a script")
    said = {"AuthFlow": permitted[0], "AuthParameters": {"USERNAME": email, "PASSWORD": password}}
    if permitted[0] == FLOWS[0]:
        answer = cognito.admin_initiate_auth(UserPoolId=pool, ClientId=client_id, **said)
    else:
        answer = cognito.initiate_auth(ClientId=client_id, **said)
    token: str = answer["AuthenticationResult"]["IdToken"]
    return token
