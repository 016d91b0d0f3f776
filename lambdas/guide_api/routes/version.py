"""`GET /version`: which Marquee answers, for everybody."""

from marquee import settings
from marquee.event_handler import new_router
from marquee.models import Shape

router = new_router()


class VersionAnswer(Shape):
    """A release (`v1.2.0`) or a commit after it (`v1.2.0-3-g2030707`), and where it is deployed."""

    version: str
    environment: str


@router.get("/version", summary="Tell which version answers", tags=["Reference"])
def tell_version() -> VersionAnswer:
    """Return the version of the function that answers: while it is rolled out, the new one now and then."""
    return VersionAnswer(
        version=settings.required("MARQUEE_VERSION"), environment=settings.required("MARQUEE_ENVIRONMENT")
    )
