"""Events and state as JSON and back. Fields that hold their default are left out; unknown fields are an error."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from json.encoder import encode_basestring
from math import isfinite
from typing import cast

from rpds import HashTrieMap

from automation.engine import events as e
from automation.engine.migrations import migrated
from automation.engine.state import EffectState, RunState, SlotState, State, StepState
from automation.plan.model import Json

SCHEMA = 1
"""The version of the state file and of journals; an older one is migrated when it is read."""


_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False, check_circular=False)


class Unreadable(ValueError):
    """JSON that is no event or no state of ours: what was found and what was expected."""


def encode_event(event: e.Event) -> str:
    """The event as the text of a JSON object with its kind under `type`. Raises `ValueError` for NaN and infinities.

    Written field by field, which takes half the time of a dictionary and an encoder: three times a task.
    """
    text, fields = _EVENT_CODEC[type(event)]
    for (key, default, nested), value in zip(fields, event, strict=True):
        if value is not default and value != default:
            if type(value) is str:
                text += key + encode_basestring(value)
            elif type(value) is float and isfinite(value):
                text += key + repr(value)
            else:
                text += key + _JSON.encode(_plain(value) if nested else value)
    return text + "}"


def decode_event(found: Mapping[str, Json]) -> e.Event:
    """The event of a JSON object. Raises `Unreadable`."""
    kind = found.get("type")
    cls = _BY_KIND.get(kind) if isinstance(kind, str) else None
    if cls is None:
        raise Unreadable(f"unknown event type {kind!r}")
    return cast(e.Event, _build(cls, {name: value for name, value in found.items() if name not in ("type", "crc")}))


def encode_state(state: State) -> dict[str, Json]:
    """The whole state as JSON, slots by task id."""
    return {
        "schema": SCHEMA,
        "plan": state.plan,
        "lineage": state.lineage,
        "serial": state.serial,
        "start": state.start,
        "paused": state.paused,
        "slots": {
            task: {name: _plain(slot) for name, slot in slots.items()} for task, slots in sorted(state.slots.items())
        },
        "requests": {key: _plain(request) for key, request in state.requests.items()},
        "runs": [_plain(run) for run in state.runs],
    }


def decode_state(found: Mapping[str, Json]) -> State:
    """The state of `encode_state`'s JSON. Raises `Unreadable`, also for a schema that is newer than ours."""
    found = migrated(found, SCHEMA)
    schema = found.get("schema")
    if schema != SCHEMA:
        raise Unreadable(f"state schema {schema!r}, this ztr reads {SCHEMA}: update ztr")
    try:
        slots = cast(Mapping[str, Mapping[str, Mapping[str, Json]]], found["slots"])
        return State(
            plan=_text(found["plan"]),
            lineage=_text(found["lineage"]),
            serial=_whole(found["serial"]),
            start=_text(found["start"]),
            paused=found["paused"] is True,
            slots=HashTrieMap(
                {
                    task: {name: cast(SlotState, _build(SlotState, slot)) for name, slot in of_task.items()}
                    for task, of_task in slots.items()
                }
            ),
            requests={
                key: cast(e.Requested, _build(e.Requested, request))
                for key, request in cast(Mapping[str, Mapping[str, Json]], found["requests"]).items()
            },
            runs=tuple(cast(RunState, _build(RunState, run)) for run in cast(list[Mapping[str, Json]], found["runs"])),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise Unreadable(f"not a state of ours: {error}") from error


def _kind(cls: type) -> str:
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in cls.__name__).lstrip("-")


_EVENTS: tuple[type, ...] = (
    e.Opened,
    e.RunStarted,
    e.TaskStarted,
    e.EffectStarted,
    e.EffectFinished,
    e.EffectUndone,
    e.StepRetried,
    e.StepFinished,
    e.GatesJudged,
    e.ProductsKept,
    e.TaskFinished,
    e.Requested,
    e.Answered,
    e.RunFinished,
)

_NESTED: dict[str, type] = {"sent": e.Sent, "verdicts": e.Verdict, "products": e.Product}
"""Fields that hold several named tuples."""

_MAPPED: dict[str, type] = {"steps": StepState, "effects": EffectState}
"""Fields that hold named tuples by name."""

_TUPLES = frozenset({"present", "missing", "approvals"})
_PAIRS = frozenset({"unlock", "superseded"})


_REQUIRED = object()
"""The default of a field that has none: nothing equals it."""


def _codec(cls: type) -> tuple[str, tuple[tuple[str, object, bool], ...]]:
    """How the event's text begins, and of each field its key as text, its default and whether it holds named tuples."""
    names, defaults = _fields(cls)
    fields = ((f',"{name}":', defaults.get(name, _REQUIRED), name in _NESTED) for name in names)
    return f'{{"type":"{_kind(cls)}"', tuple(fields)


def _fields(cls: type) -> tuple[tuple[str, ...], Mapping[str, object]]:
    """The names and defaults of a named tuple's fields."""
    found = vars(cls)
    return found["_fields"], found["_field_defaults"]


_EVENT_CODEC = {cls: _codec(cls) for cls in _EVENTS}
_BY_KIND = {_kind(cls): cls for cls in _EVENTS}


def _plain(value: object) -> Json:
    """A named tuple as an object without its defaults, and everything inside it alike."""
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        names, defaults = _fields(type(value))
        pairs = zip(names, value, strict=True)
        return {name: _plain(item) for name, item in pairs if name not in defaults or item != defaults[name]}
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return cast(Json, value)


def _build(cls: type, found: Mapping[str, Json]) -> object:
    try:
        fields = {name: _field(name, value) for name, value in found.items()}
        return cast(Callable[..., object], cls)(**fields)
    except (TypeError, AttributeError) as error:
        raise Unreadable(f"not a {_kind(cls)}: {error}") from error


def _field(name: str, value: Json) -> object:
    if name in _NESTED:
        return tuple(_build(_NESTED[name], cast(Mapping[str, Json], item)) for item in cast(list[Json], value))
    if name in _MAPPED:
        of_name = cast(Mapping[str, Mapping[str, Json]], value)
        return {key: _build(_MAPPED[name], item) for key, item in of_name.items()}
    if name in _TUPLES:
        return tuple(cast(list[Json], value))
    if name in _PAIRS:
        return tuple(tuple(cast(list[Json], item)) for item in cast(list[Json], value))
    return value


def _text(value: Json) -> str:
    if not isinstance(value, str):
        raise Unreadable(f"expected text, found {value!r}")
    return value


def _whole(value: Json) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise Unreadable(f"expected a whole number, found {value!r}")
    return value
