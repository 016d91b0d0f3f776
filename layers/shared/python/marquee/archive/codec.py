"""Bodies of TMDB as Protocol Buffers and back, without loss.

Whatever JSON object goes in comes out equal: members without a field and values that do not fit their field are kept
as JSON beside the fields, and absent, null, "", [] and {} stay apart. Numbers are equal by value: 8 may come back as
8.0. The order of members is not kept.

The fields, and the rules for adding one, are in `layers/shared/proto`; what the ends of their names mean is done by
`marquee.archive.fields`.
"""

import json
from collections.abc import Iterable
from functools import cache
from importlib import import_module
from typing import Any, Literal

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import DecodeError, Message

from marquee.archive.fields import FORMS, SCALARS, Form
from marquee.errors import MarqueeError

# An episode is part of its season; by itself it is only encoded by whoever asks for one.
BodyKind = Literal["movie", "tv", "season", "episode", "person"]
Body = dict[str, Any]

# Each in the module whose import costs the least: a collector of films never loads series.
_MESSAGES: dict[BodyKind, tuple[str, str]] = {
    "movie": ("movie_pb2", "Movie"),
    "tv": ("tv_pb2", "Tv"),
    "season": ("season_pb2", "Season"),
    "episode": ("season_pb2", "Episode"),
    "person": ("person_pb2", "Person"),
}
_REST = "rest"


class Unreadable(MarqueeError):
    """What is stored is not what the archive writes: it is damaged, or of a kind or dictionary that is not known."""


def encode(kind: BodyKind, body: Body) -> bytes:
    """Return `body` as Protocol Buffers; the same body gives the same bytes."""
    message = _message(kind)
    try:
        made = message(**_Plan.of(message.DESCRIPTOR).pack(body))
    except UnicodeEncodeError:
        # JSON can hold half a surrogate pair and Protocol Buffers cannot; nobody needs the fields of such a body.
        made = message(**_Plan.of(message.DESCRIPTOR).pack_whole(body))
    return made.SerializeToString(deterministic=True)


def decode(kind: BodyKind, data: bytes) -> Body:
    """Return the body that `encode` was given; raises Unreadable when `data` is something else."""
    message = _message(kind)
    try:
        return _Plan.of(message.DESCRIPTOR).unpack(message.FromString(data))
    except (DecodeError, ArithmeticError, LookupError, TypeError, ValueError) as error:
        raise Unreadable(f"This is no {kind} of the archive.") from error


@cache
def _message(kind: BodyKind) -> type[Message]:
    module, name = _MESSAGES[kind]
    found: type[Message] = getattr(import_module(f"marquee.archive.schema.{module}"), name)
    return found


def _json(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":"), sort_keys=True).encode()


class _Member:
    """A member of a JSON object and the field that holds it."""

    def __init__(self, field: FieldDescriptor) -> None:
        self.number = field.number
        self.field = field.name
        stem, _, self.twin = field.name.partition("_or_")
        root, _, ending = stem.rpartition("_")
        packed = bool(root) and ending in FORMS
        # A name with a slash can be no field's.
        self.name = field.json_name if "/" in field.json_name else root if packed else stem
        self.form = FORMS[ending] if packed else _form(field)
        self.empty, self.null = self.form.empty, self.form.null


class _Plan:
    """How the members of one message's JSON object are packed into its fields."""

    def __init__(self, descriptor: Descriptor) -> None:
        members = [_Member(field) for field in descriptor.fields if field.name != _REST]
        self.members = {member.name: member for member in members if not member.name.endswith("/")}
        self.numbered = {member.number: member for member in members}
        # Members of which there is any number, such as season/1, season/2, are one map.
        self.prefixes = {member.name: member for member in members if member.name.endswith("/")}
        self.twins = [member for member in members if member.twin]

    @staticmethod
    @cache
    def of(descriptor: Descriptor) -> "_Plan":
        return _Plan(descriptor)

    def pack(self, body: Body) -> dict[str, Any]:
        """Return the arguments of the message."""
        packed: dict[str, Any] = {}
        nulls, empties, extra = [], [], {}
        members = self.members
        for name, value in body.items():
            member = members.get(name)
            if member is None:
                if not self._pack_prefixed(name, value, packed):
                    extra[name] = value
            elif value is None:
                if member.null is None:
                    nulls.append(member.number)
                else:
                    packed[member.field] = member.null
            elif value == member.empty and type(value) is type(member.empty):
                empties.append(member.number)
            else:
                content = member.form.pack(value)
                if content is None:
                    extra[name] = value
                else:
                    packed[member.field] = content
        absents = self._leave_out_twins(body, packed) if self.twins else ()
        if nulls or empties or absents or extra:
            packed[_REST] = _rest(nulls, empties, absents, extra)
        return packed

    def pack_whole(self, body: Body) -> dict[str, Any]:
        """Return the arguments of a message that holds all of `body` as JSON."""
        return {_REST: _rest((), (), (member.number for member in self.twins), body)}

    def unpack(self, message: Message) -> Body:
        """Return the object that `pack` or `pack_whole` was given."""
        body: Body = {}
        absents: Iterable[int] = ()
        for field, value in message.ListFields():
            member = self.numbered.get(field.number)
            if member is None:
                absents = self._unpack_rest(value, body)
            elif member.name in self.prefixes:
                body.update((member.name + key, each) for key, each in member.form.unpack(value).items())
            else:
                body[member.name] = member.form.unpack(value)
        for member in self.twins:
            twin = body.get(member.twin)
            if type(twin) is str and member.name not in body and member.number not in absents:
                body[member.name] = twin
        return body

    def _leave_out_twins(self, body: Body, packed: dict[str, Any]) -> list[int]:
        """Remove the texts that equal their twin; return the fields that are not there without being equal."""
        absents = []
        for member in self.twins:
            twin = body.get(member.twin)
            if type(twin) is not str:
                continue
            if member.name not in body:
                absents.append(member.number)
            elif body[member.name] == twin:
                del packed[member.field]
        return absents

    def _pack_prefixed(self, name: str, value: Any, packed: dict[str, Any]) -> bool:
        stem, slash, key = name.partition("/")
        member = self.prefixes.get(stem + slash)
        content = member and member.form.pack({key: value})
        if member is None or content is None:
            return False
        packed.setdefault(member.field, {}).update(content)
        return True

    def _unpack_rest(self, rest: Any, body: Body) -> Iterable[int]:
        """Add the members that the rest of a message tells of; return the fields that are absent in earnest."""
        body.update((self.numbered[number].name, None) for number in rest.nulls)
        for number in rest.empties:
            member = self.numbered[number]
            body[member.name] = type(member.empty)()
        if rest.extra:
            body.update(json.loads(rest.extra))
        absents: Iterable[int] = rest.absents
        return absents


def _rest(nulls: Iterable[int], empties: Iterable[int], absents: Iterable[int], extra: Body) -> dict[str, Any]:
    found: dict[str, Any] = {"nulls": sorted(nulls), "empties": sorted(empties), "absents": sorted(absents)}
    found["extra"] = _json(extra) if extra else None
    return {name: value for name, value in found.items() if value}


def _form(field: FieldDescriptor) -> Form:
    """Return how the values of a field are written that is called just as its member."""
    descriptor = field.message_type
    if descriptor is None:
        one = SCALARS[field.type]
        return _list_of(one) if field.is_repeated else one
    # Of these messages only the entries of maps have options; to read them would load the schema of all options.
    if descriptor.has_options:
        return _map_of(_form(descriptor.fields_by_name["value"]))
    return _list_of(_object(descriptor)) if field.is_repeated else _object(descriptor)


def _object(descriptor: Descriptor) -> Form:
    plan = _Plan.of(descriptor)
    return Form(lambda value: plan.pack(value) if type(value) is dict else None, plan.unpack)


def _list_of(one: Form) -> Form:
    def pack(value: Any) -> list[Any] | None:
        if type(value) is not list:
            return None
        packed = [one.pack(each) for each in value]
        return None if None in packed else packed

    return Form(pack, lambda value: [one.unpack(each) for each in value], empty=[])


def _map_of(one: Form) -> Form:
    def pack(value: Any) -> dict[str, Any] | None:
        if type(value) is not dict:
            return None
        packed = {key: one.pack(each) for key, each in value.items()}
        return None if None in packed.values() else packed

    return Form(pack, lambda value: {key: one.unpack(each) for key, each in value.items()}, empty={})
