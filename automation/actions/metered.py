"""A model of OpenAI's within the run's budget: what may be asked of it, and what it has charged."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple, cast

from automation.actions import libraries
from automation.actions.base import Call, Failed
from automation.actions.clients import Wire, base_url, secret
from automation.actions.prices import Price, most_tokens, price_of
from automation.plan.model import Json

if TYPE_CHECKING:
    from openai import OpenAI

KEY = "OPENAI_API_KEY"
_ANSWER_LIMIT = 64_000_000
_TIMEOUT = 120.0
_AROUND = 16  # tokens that a message or a text costs beside its own, at most


class Usage(NamedTuple):
    """Tokens that were charged."""

    sent: int = 0
    received: int = 0

    def plus(self, sent: int, received: int) -> Usage:
        return Usage(self.sent + sent, self.received + received)


class Model:
    """A model within the run's budget: what may be asked of it, and what it has charged."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._wire = Wire(call, "OpenAI", (KEY,), seconds=_TIMEOUT, max_bytes=_ANSWER_LIMIT)
        self._usage, self._untold = Usage(), False
        self.name = str(call.inputs["model"])
        self._price = _given_price(call.inputs.get("price")) or price_of(self.name)

    def used(self) -> Mapping[str, Json]:
        """Tokens, and dollars where the price is known and every answer told its tokens."""
        sent, received = self._usage
        outputs: dict[str, Json] = {"tokens": sent + received, "input-tokens": sent, "output-tokens": received}
        if self._price is None or self._untold:
            return outputs
        return {**outputs, "cost-usd": round(self._price.of(sent, received), 8)}

    def told(self) -> str:
        """What was charged, in words; empty where nothing was."""
        sent, received = self._usage
        cost = f", ${self._price.of(sent, received):.6f}" if self._price else ""
        return f"{sent + received:,} tokens{cost}" if sent + received else ""

    def dearest(self, body: Json) -> float | None:
        """What the request can cost at most; None where the price or the length of the answer is open."""
        if self._price is None or not isinstance(body, Mapping):
            return None
        if "input" in body:
            texts = cast("list[str]", body["input"])
            return self._price.of(sum(most_tokens(text) + _AROUND for text in texts))
        most = body.get("max_completion_tokens")
        asked = json.dumps([body["messages"], body.get("response_format")], ensure_ascii=False)
        sent = most_tokens(asked) + _AROUND * len(cast("list[Json]", body["messages"]))
        return self._price.of(sent, cast("int", most)) if most is not None else None

    def ask(self, body: Json, do: Callable[[OpenAI], object]) -> Mapping[str, Json] | Failed:
        """The answer as JSON, or why it is not asked or not answered. What it cost is counted."""
        reserved = self._reserved(body)
        if isinstance(reserved, Failed):
            return reserved
        answer, spent = None, reserved
        try:
            answer = self._wire.ask(lambda: _plain(do(self._client())))
            spent = self._spent(answer, reserved)
        finally:
            self._call.tools.purse.settle(reserved, spent)
        return answer or self._wire.unreadable()

    def _client(self) -> OpenAI:
        key = secret(self._call, "OpenAI", KEY)
        return libraries.openai(self._wire, key, base_url(self._call, libraries.OPENAI))

    def _reserved(self, body: Json) -> float | Failed:
        purse, dearest = self._call.tools.purse, self.dearest(body)
        if not purse.limited:
            return 0.0
        if dearest is None:
            lacks = "max-tokens" if self._price else f"price, for what {self.name} costs is not known here"
            return Failed("configuration", f"the plan has a budget, so the step needs {lacks}")
        why = purse.reserve(dearest)
        if why:
            return Failed("permanent", f"not asked: {why}. Raise limits.budget-usd, or go on with the next run")
        return dearest

    def _spent(self, answer: Mapping[str, Json] | Failed | None, reserved: float) -> float:
        """What it has cost; what was set aside, where an answer was lost that may be charged."""
        if isinstance(answer, Failed):
            return 0.0 if answer.happened is False else reserved
        usage = answer.get("usage") if answer else None
        if not any(number(usage, name) for name in ("prompt_tokens", "total_tokens")):
            self._untold = True
            return reserved  # it may have cost as much as any
        received = number(usage, "completion_tokens")
        sent = number(usage, "prompt_tokens") or number(usage, "total_tokens") - received
        self._usage = self._usage.plus(sent, received)
        return self._price.of(sent, received) if self._price else 0.0


def _given_price(value: Json) -> Price | None:
    if not isinstance(value, Mapping):
        return None
    given = {name: float(cast("float", value.get(name, 0))) for name in ("input", "output")}
    return Price(**given)


def _plain(answer: object) -> Mapping[str, Json]:
    """The library's object as JSON. It takes any text for an answer, so what is none has to be refused here."""
    from openai import BaseModel

    if not isinstance(answer, BaseModel):
        raise TypeError("not an answer")
    return cast("Mapping[str, Json]", answer.to_dict())


def number(value: Json, key: str) -> int:
    """The integer under a key, 0 where there is none or less."""
    found = value.get(key) if isinstance(value, Mapping) else None
    return max(0, found) if isinstance(found, int) and not isinstance(found, bool) else 0
