"""`GET` and `PUT /settings`: how the viewer wants to be served."""

from aws_lambda_powertools.event_handler import Response
from pydantic import ConfigDict

from guide_api import stores
from marquee import settings
from marquee.errors import InvalidInput
from marquee.event_handler import new_router
from marquee.models import Shape
from marquee.models.viewers import EmailDigest
from marquee.rest import viewer_id

router = new_router()


class SettingsBody(Shape):
    """What is to change; what is missing or null stays as it is."""

    model_config = ConfigDict(extra="forbid")

    region: str | None = None
    email_digest: EmailDigest | None = None


class SettingsAnswer(Shape):
    """The viewer's country, those there are, how often to send an e-mail, and whether Marquee can send any."""

    region: str
    regions: list[str]
    email_digest: EmailDigest
    email_available: bool


@router.get("/settings", summary="Read my settings", tags=["Settings"])
def read_settings() -> SettingsAnswer:
    """Return how the viewer wants to be served."""
    chosen = stores.viewers().profile(viewer_id(router)).settings
    return SettingsAnswer(
        region=chosen.region_among(settings.regions()),
        regions=list(settings.regions()),
        email_digest=chosen.email_digest,
        email_available=email_available(),
    )


@router.put("/settings", summary="Change my settings", tags=["Settings"])
def change_settings(body: SettingsBody) -> Response[None]:
    """Change what the body names; answers 204."""
    user_id = viewer_id(router)
    if body.region is not None and body.region not in settings.regions():
        details = {"region": body.region[:200], "served": list(settings.regions())}
        raise InvalidInput("Marquee does not serve this country.", code="unknown_region", details=details)
    if body.email_digest not in (None, "off") and not email_available():
        details = {"email_digest": body.email_digest}
        raise InvalidInput("Marquee sends no e-mails here.", code="email_not_configured", details=details)
    stores.viewers().change_settings(user_id, region=body.region, email_digest=body.email_digest)
    return Response(204)


def email_available() -> bool:
    """Return whether there is an address to send e-mails from."""
    return bool(settings.optional("EMAIL_SENDER"))
