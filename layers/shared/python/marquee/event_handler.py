"""Powertools' event handler, of which only what is asked for is loaded; to be imported before it (decision 0040).

The package itself loads the resolvers of all services with all that they need, asyncio among it: a twelfth of what a
new API function takes to start. Here its modules stand alone, and its names are those of `api_gateway`.
"""

import sys
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aws_lambda_powertools.event_handler.api_gateway import Router

PACKAGE = "aws_lambda_powertools.event_handler"


def new_router() -> "Router":
    """Return a place for routes; the library does not say what it makes."""
    return _name("Router")()  # type: ignore[no-any-return]


def _name(name: str) -> Any:
    """Return what the package would have loaded under a name."""
    return getattr(import_module(f"{PACKAGE}.api_gateway"), name)


def _stand_alone() -> None:
    """Put the package in place without what its own beginning loads, unless somebody has loaded that already."""
    library = find_spec(PACKAGE.partition(".")[0])
    if PACKAGE in sys.modules or library is None:
        return
    package = ModuleType(PACKAGE)
    package.__path__ = [f"{each}/event_handler" for each in library.submodule_search_locations or ()]
    package.__getattr__ = _name  # type: ignore[method-assign]
    sys.modules[PACKAGE] = package


_stand_alone()
