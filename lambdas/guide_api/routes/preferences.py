"""`GET` and `PUT /preferences`: the services and genres of the viewer who asks, and of nobody else."""

from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from pydantic import BeforeValidator, ConfigDict, Field

from guide_api import stores
from marquee import guide
from marquee.errors import InvalidInput
from marquee.event_handler import new_router
from marquee.models import Shape
from marquee.models.viewers import Preferences
from marquee.rest import viewer_id


def _as_text(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Id = Annotated[str, Field(pattern=r"^[0-9]{1,19}$")]
ChosenId = Annotated[Id, BeforeValidator(_as_text, json_schema_input_type=str | int)]

router = new_router()


class PreferencesBody(Shape):
    """The whole choice of a viewer: it replaces what was chosen before."""

    model_config = ConfigDict(extra="forbid")

    sources: list[ChosenId] = Field(max_length=500)
    genres: list[ChosenId] = Field(max_length=100)


class PreferencesAnswer(Shape):
    """What the viewer has chosen."""

    sources: list[str]
    genres: list[str]


@router.get("/preferences", summary="Read my services and genres", tags=["Preferences"])
def read_preferences() -> PreferencesAnswer:
    """Return what the viewer has chosen of what there is; nothing yet is two empty lists."""
    chosen = stores.known().part_of(stores.viewers().preferences(viewer_id(router)))
    return PreferencesAnswer(sources=list(chosen.sources), genres=list(chosen.genres))


@router.put("/preferences", summary="Replace my services and genres", tags=["Preferences"])
def replace_preferences(body: PreferencesBody) -> Response[None]:
    """Replace the choice of the viewer; answers 204."""
    user_id = viewer_id(router)
    wanted = Preferences(sources=guide.in_order(body.sources), genres=guide.in_order(body.genres))
    refuse_unknown(wanted)
    stores.viewers().replace_preferences(user_id, wanted)
    return Response(204)


def refuse_unknown(wanted: Preferences) -> None:
    """Raise InvalidInput naming every id that is not in the reference data."""
    if stores.known().unknown(wanted) and (named := stores.known().refreshed(now=True).unknown(wanted)):
        places = "; ".join(f"{kind} {', '.join(ids)}" for kind, ids in named.items())
        raise InvalidInput(f"There is no such id: {places}.", code="unknown_ids", details=named)
