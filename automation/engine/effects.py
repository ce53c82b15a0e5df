"""External effects: their keys, and what a former attempt allows. Pure."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import NamedTuple

from automation.engine.state import EffectState
from automation.plan.model import Json, OnUnknown


class Perform(NamedTuple):
    """Make the call."""


class Adopt(NamedTuple):
    """A former attempt did it with the same input: take its outputs over."""

    effect: EffectState


class LeaveOut(NamedTuple):
    """Nobody knows whether a former attempt did it, and the step says: then leave it."""

    why: str


class Ask(NamedTuple):
    """Nobody knows whether a former attempt did it: a person has to say."""

    why: str


class FailAgain(NamedTuple):
    """A former attempt did it with the same input and failed on the answer: once more would be twice."""

    why: str


Resolution = Perform | Adopt | LeaveOut | Ask | FailAgain


def effect_key(lineage: str, task: str, slot: str, step: str) -> str:
    """The effect's key: the same for every attempt at this step in this slot, in every clone of the repository."""
    return sha256("\0".join((lineage, task, slot, step)).encode()).hexdigest()[:32]


def input_hash(request: Json) -> str:
    """The hash of what is sent."""
    return sha256(
        json.dumps(request, sort_keys=True, ensure_ascii=False, default=str).encode("utf-8", "replace")
    ).hexdigest()[:16]


def resolve(before: EffectState | None, digest: str, repeat: str, on_unknown: OnUnknown) -> Resolution:
    """What to do about an effect, given what is known of a former attempt and the action's class.

    upsert and keyed effects are repeated: the service sees to it that they happen once. Everything else follows
    `on_unknown`.
    """
    if before is None or before.ended is False:
        return Perform()
    if before.ended is True and not before.error:
        return Adopt(before) if before.input_hash == digest else Perform()
    if before.ended is True:
        again = may_repeat(repeat, on_unknown) or before.input_hash != digest
        return Perform() if again else FailAgain(f"{before.error}; it was sent at {before.at} and is not sent again")
    if may_repeat(repeat, on_unknown):
        return Perform()
    why = f"started at {before.at} and its end was never seen"
    return LeaveOut(why) if on_unknown == "skip" else Ask(why)


def may_repeat(repeat: str, on_unknown: OnUnknown) -> bool:
    """Whether a call that may have arrived can simply be made again."""
    return repeat in ("upsert", "keyed") or on_unknown == "retry"
