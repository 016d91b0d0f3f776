"""Who is asking, and what the guide has to know of them."""

from dataclasses import dataclass

from aws_lambda_powertools.event_handler.api_gateway import Router

from guide_api import stores
from marquee import settings
from marquee.models.viewers import Preferences, Settings
from marquee.rest import viewer_id


@dataclass(frozen=True)
class Viewer:
    """A signed-in viewer: `chosen` holds only services and genres that exist, `region` is one that Marquee serves."""

    id: str
    chosen: Preferences
    settings: Settings
    region: str


def signed_in(router: Router) -> Viewer:
    """Return the viewer who asks, by one Query; raises Unauthorized without an ID token."""
    user_id = viewer_id(router)
    profile = stores.viewers().profile(user_id)
    region = profile.settings.region_among(settings.regions())
    return Viewer(user_id, stores.known().part_of(profile.preferences), profile.settings, region)


def claims(router: Router) -> dict[str, str]:
    """Return what the viewer's token says, after `viewer_id` has looked at it."""
    return dict(router.current_event["requestContext"]["authorizer"]["claims"])
