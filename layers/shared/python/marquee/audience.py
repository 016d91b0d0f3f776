"""Whose ID tokens the API takes: the clients of the user pool that the deploy wrote down, and no others."""

import time
from functools import lru_cache

from marquee import aws, settings

# A client that the list does not name may be newer than the list that a function has kept.
REREAD_SECONDS = 60
_FIRST = 0


def is_known(client_id: str) -> bool:
    """Return whether a client is one of ours.

    API Gateway checks that a token is of the pool; the pool could have clients of somebody else. The list is read once
    for the life of a function, and again, at most once a minute, for a client that it lacks. Without the variable
    CLIENTS_PARAMETER nothing is checked: a test of the stacks finds it on every function behind sign-in.
    """
    name = settings.optional("CLIENTS_PARAMETER")
    if not name:
        return True
    return client_id in _clients(name, _FIRST) or client_id in _clients(name, int(time.time() // REREAD_SECONDS))


@lru_cache(maxsize=2)
def _clients(name: str, minute: int) -> frozenset[str]:
    """Return the ids in a parameter, as they were in a minute; none before the web app is there to sign in to."""
    try:
        return frozenset(aws.ssm().get_parameter(Name=name)["Parameter"]["Value"].split(","))
    except aws.ssm().exceptions.ParameterNotFound:
        return frozenset()
