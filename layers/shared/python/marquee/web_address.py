"""Where the web app is, for links that leave Marquee: the deploy that makes it writes it down in a parameter."""

from functools import cache

from marquee import aws, settings


def web_url() -> str:
    """Return the address of the web app, empty where there is none yet: links are left out then."""
    name = settings.optional("WEB_URL_PARAMETER")
    try:
        return _stored(name) if name else ""
    except aws.ssm().exceptions.ParameterNotFound:
        # The web stack is deployed last: before its first deploy is through, nobody could follow a link.
        return ""


@cache
def _stored(name: str) -> str:
    """Return a parameter, read once for the life of a function; it changes only when a deploy moves the web app."""
    return aws.ssm().get_parameter(Name=name)["Parameter"]["Value"]
