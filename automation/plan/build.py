"""Documents that fit their schema → values of the model. Nothing here fails for such a document."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from hashlib import sha256
from typing import Any, Final, Literal, cast

from automation.plan.durations import seconds
from automation.plan.expressions import ExpressionError, expression_references, references, to_text, uses_status
from automation.plan.model import (
    NO_TEXT,
    NOTHING,
    Approval,
    Gate,
    Json,
    OnFailure,
    Place,
    Reference,
    Retry,
    Schedule,
    Step,
    Task,
)

# The values of a document whose types the schema has just vouched for.
Checked = Mapping[str, Any]

_encode: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode
_NO_RETRY: Final = Retry()
_AUTO: Final = (None, "auto")


def digest(value: object) -> str:
    """First 16 hex digits of the SHA-256 of the canonical JSON."""
    return sha256(_encode(value).encode()).hexdigest()[:16]


def with_defaults(document: Checked, defaults: Checked) -> Checked:
    """The task's document, its own keys before the plan's defaults; environments are merged."""
    if not defaults:
        return document
    merged = {**defaults, **document}
    if "env" in defaults and "env" in document:
        merged["env"] = {**defaults["env"], **document["env"]}
    return merged


def build_task(
    document: Checked, lines: Mapping[int, int], file: str, kinds: Collection[str], *, templates: bool = True
) -> Task:
    """The task. `lines` as the parser gives them, `kinds` of gates;

    `templates` False vouches that no text holds `${{`.
    """
    get = document.get
    needs = get("needs", ())
    timeout = get("timeout-minutes")
    gates = get("gates")
    condition, env = _condition(get("if")), _env(get("env"))
    always = _reads(env, condition) if condition or (templates and env) else ()
    return Task(
        document["id"],
        document["title"],
        _steps(document["steps"], "step", lines, templates, always),
        None if (day := get("day")) is None else int(day),
        None if (schedule := get("schedule")) is None else _schedule(schedule),
        _events(get("on")),
        get("component", ""),
        get("owner", ""),
        get("description", ""),
        (needs,) if isinstance(needs, str) else tuple(needs),
        get("criticality", "medium"),
        3600.0 if timeout is None else timeout * 60.0,
        _NO_RETRY if (retry := get("retry")) is None else build_retry(retry),
        condition,
        bool(condition) and _after_failure(condition),
        env,
        tuple(get("produces", ())),
        tuple([_gate(gate, lines, kinds, templates) for gate in gates]) if gates else (),
        None if (approval := get("approval")) in _AUTO else _approval(approval),
        None if (failure := get("on-failure")) is None else _on_failure(failure, lines, templates, always),
        digest(document),
        Place(file, lines.get(id(document), 1), 1),
    )


def build_retry(document: Checked) -> Retry:
    """Attempts and waits, with the model's values where the document has none."""
    delay, longest = document.get("delay"), document.get("max-delay")
    return Retry(
        int(document["attempts"]),
        _NO_RETRY.delay if delay is None else seconds(delay),
        float(document.get("factor", _NO_RETRY.factor)),
        _NO_RETRY.max_delay if longest is None else seconds(longest),
    )


def _steps(
    documents: Sequence[Checked],
    prefix: str,
    lines: Mapping[int, int],
    templates: bool,
    always: tuple[Reference, ...],
) -> tuple[Step, ...]:
    """The steps. `always` is what the task's own `env` and `if` read: every step reads it too."""
    return tuple(
        [
            _step(document, f"{prefix}-{number}", lines, templates, always)
            for number, document in enumerate(documents, start=1)
        ]
    )


def _step(
    document: Checked, default_id: str, lines: Mapping[int, int], templates: bool, always: tuple[Reference, ...]
) -> Step:
    get = document.get
    uses, inputs = get("uses", ""), get("with", NOTHING)
    if (command := get("run")) is not None:
        uses, inputs = "run", {"shell": command} if isinstance(command, str) else {"argv": command}
    timeout, retry = get("timeout-minutes"), get("retry")
    condition, env = _condition(get("if")), _env(get("env"))
    reads = _reads((inputs, env), condition) if templates or condition else ()
    return Step(
        get("id", default_id),
        uses,
        inputs,
        get("name", ""),
        tuple(get("secrets", ())),
        env,
        condition,
        get("continue-on-error", False),
        None if timeout is None else timeout * 60.0,
        None if retry is None else build_retry(retry),
        get("effect"),
        get("outputs", NO_TEXT),
        get("mock", NOTHING),
        get("on-unknown", "ask"),
        tuple(dict.fromkeys((*always, *reads))) if always else reads,
        lines.get(id(document), 0),
    )


def _gate(document: Checked, lines: Mapping[int, int], kinds: Collection[str], templates: bool) -> Gate:
    inputs = {key: value for key, value in document.items() if key != "name"}
    metric = inputs.get("metric")
    bare = metric if isinstance(metric, str) else ""
    reads = _reads(inputs if templates else None, bare) if bare or templates else ()
    # The kind is the first key that is one; the checks make sure that there is exactly one.
    kind = next((key for key in document if key in kinds), "")
    return Gate(kind, inputs, document.get("name", ""), reads, lines.get(id(document), 0))


def _reads(value: object, expression: str) -> tuple[Reference, ...]:
    """What templates in `value` and the bare expression read; the checks report the ones that cannot be parsed."""
    try:
        found = references(cast(Json, value))
        return tuple(dict.fromkeys((*found, *expression_references(expression)))) if expression else found
    except ExpressionError:
        return ()


def _condition(value: str | bool | None) -> str:
    return "" if value is None else to_text(value)


def _after_failure(condition: str) -> bool:
    """Whether the condition decides about failed needs, as on GitHub; a broken one is told elsewhere."""
    try:
        return uses_status(condition)
    except ExpressionError:
        return False


def _env(values: Checked | None) -> Mapping[str, str]:
    return {name: to_text(value) for name, value in values.items()} if values else NO_TEXT


def _schedule(document: str | Checked) -> Schedule:
    if isinstance(document, str):
        return Schedule(document)
    return Schedule(document["cron"], document.get("working-days", False), document.get("catch-up", "latest"))


def _events(document: str | Sequence[str] | Checked | None) -> tuple[str, ...]:
    if document is None:
        return ()
    return (document,) if isinstance(document, str) else tuple(document)


def _approval(document: str | Checked) -> Approval:
    manual: Checked = {} if isinstance(document, str) else document["manual"] or {}
    expires = manual.get("expires")
    return Approval(
        int(manual.get("approvers", 1)),
        manual.get("exclude-initiator", False),
        None if expires is None else seconds(expires),
    )


def _on_failure(
    document: Checked, lines: Mapping[int, int], templates: bool, always: tuple[Reference, ...]
) -> OnFailure:
    then: Literal["fail", "skip"] = document.get("then", "fail")
    return OnFailure(_steps(document.get("try", ()), "try", lines, templates, always), then)
