"""External effects: their keys, and what a former attempt allows. Pure."""

from __future__ import annotations

import json
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

from automation.engine.state import EffectState
from automation.plan.model import Json, OnUnknown

CLIENT_TIMEOUT = 30.0
"""Seconds that a client waits at most for the answer to one request."""

MARGIN = 5.0
"""Seconds after a client's time limit by which a request of its own has landed, or never will."""

KEY_WINDOW = 86_400.0
"""Seconds for which a service is trusted to know the key of a keyed effect."""


class Perform(NamedTuple):
    """Make the call. `doubtful`: a former one may still be on its way, so settle and look before."""

    doubtful: bool = False


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


def resolve(
    before: EffectState | None, digest: str, repeat: str, on_unknown: OnUnknown, *, age: float = 0.0
) -> Resolution:
    """What to do about an effect, given what is known of a former attempt, the action's class, and the attempt's age.

    upsert effects are repeated, keyed ones within the time for which the service knows the key: it sees to it that
    they happen once. Findable ones settle and are looked up. Everything else follows `on_unknown`.
    """
    if before is None or before.ended is False or before.undone:
        return Perform()
    again = may_repeat(repeat, on_unknown, age)
    if before.ended is True and not before.error:
        return Adopt(before) if before.input_hash == digest else Perform()
    if before.ended is True:
        once_more = again or repeat == "findable" or before.input_hash != digest
        return (
            Perform() if once_more else FailAgain(f"{before.error}; it was sent at {before.at} and is not sent again")
        )
    if repeat == "findable":
        return Perform(doubtful=True)
    if again:
        return Perform()
    why = f"started at {before.at} and its end was never seen"
    return LeaveOut(why) if on_unknown == "skip" else Ask(why)


def may_repeat(repeat: str, on_unknown: OnUnknown, age: float = 0.0) -> bool:
    """Whether a call that may have arrived `age` seconds ago can simply be made again."""
    return repeat == "upsert" or (repeat == "keyed" and age < KEY_WINDOW) or on_unknown == "retry"


def settling(limit: float | None) -> float:
    """Seconds in which a request lands or is lost: the client's time limit (a step's own may be shorter) and a margin.

    After a fifth of a second for the shortest of limits; a service that takes longer is what reconciling is for.
    """
    timeout = CLIENT_TIMEOUT if limit is None else min(CLIENT_TIMEOUT, limit)
    return timeout + min(MARGIN, max(0.2, timeout))


def seconds_between(earlier: str, now: datetime) -> float:
    """From an event's time to now, and 0 for one that lies ahead, as it may where clocks differ."""
    return max(0.0, (now - datetime.fromisoformat(earlier)).total_seconds())


def still_to_settle(settle: float, *, intent: float, limit: float, run: float) -> float:
    """Seconds to wait before looking up an effect of a run that died.

    `intent`: seconds since it was announced; `limit`: what its task may take, so that by then nothing more was sent;
    `run`: seconds since the present run began, when the former one was dead.
    """
    return max(0.0, settle - max(run, intent - limit))
