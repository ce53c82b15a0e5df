"""A proposal as text: what would be made, changed, left alone and sent outside, as a diff."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from automation.cli.paper import BOLD, DIM, GREEN, YELLOW, paint
from automation.cli.proposal import Proposal, StepProposal
from automation.engine.ports import Change
from automation.plan.model import Json
from monitoring.render.hints import repeated

_SHOWN = 12
_WIDEST = 110
_SIGNS = {"create": ("+", GREEN), "update": ("~", YELLOW), "unchanged": ("=", DIM), "send": (">", BOLD)}


def proposal_lines(proposal: Proposal, mode: str, options: str = "") -> Iterator[str]:
    """For people; `proposal_document` has everything. The command that it ends with repeats `options`."""
    if not proposal.steps:
        yield "\nNothing would be done outside."
        return
    yield "\nOutside:"
    for step in proposal.steps:
        yield from _step(step)
    counts = {kind: proposal.count(kind) for kind in ("create", "update", "unchanged", "send")}
    waiting = sum(bool(step.after) for step in proposal.steps)
    told = f"{counts['create']} to create, {counts['update']} to update, {counts['unchanged']} unchanged"
    told += f", {counts['send']} to send" + (f", {waiting} known only later" if waiting else "")
    yield f"\n{told}. Nothing was changed. Digest {paint(proposal.digest, BOLD)}:"
    command = repeated(f"`ztr run --mode {mode} --expect {proposal.digest}`", options)
    yield f"{command} refuses if this is no longer what it would do"


def proposal_document(proposal: Proposal) -> dict[str, Json]:
    """For programs."""
    steps: list[Json] = []
    for step in proposal.steps:
        changes: list[Json] = [change._asdict() for change in step.changes]
        steps.append({**step._asdict(), "changes": changes})
    return {"digest": proposal.digest, "steps": steps}


def _step(step: StepProposal) -> Iterator[str]:
    yield f"\n  {paint(f'{step.task}/{step.step}', BOLD)}  {step.uses}"
    if step.after:
        yield f"    known after {step.after}"
    if step.problem:
        yield paint(f"    cannot be told: {step.problem}", YELLOW)
    for change in step.changes:
        sign, colour = _SIGNS[change.change]
        yield paint(f"    {sign} {_cut(change.what)}", colour)
        yield from (f"        {_cut(line)}" for line in _few(list(_difference(change))))
    if step.basis and any(change.change != "unchanged" for change in step.changes):
        yield paint(f"    told from what {step.basis} gave before; a run does that anew", DIM)


def _difference(change: Change) -> Iterator[str]:
    before, after = change.before, change.after
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        names = dict.fromkeys((*before, *after))
        yield from (f"{name}: {_text(before.get(name))} → {_text(after.get(name))}" for name in names)
    elif isinstance(before, list | tuple) and isinstance(after, list | tuple):
        import difflib

        lines = difflib.ndiff([_text(one) for one in before], [_text(one) for one in after])
        yield from (line for line in lines if line[:2] in ("- ", "+ "))
    elif before is None and isinstance(after, Mapping):
        yield from (f"{name}: {_text(value)}" for name, value in after.items())
    elif before is None and isinstance(after, list | tuple):
        yield from map(_text, after)
    elif (before, after) != (None, None):
        yield f"{_text(before)} → {_text(after)}" if before is not None else _text(after)


def _few(lines: list[str]) -> list[str]:
    more = len(lines) - _SHOWN
    return lines if more <= 1 else [*lines[:_SHOWN], f"… and {more} more lines: `--json` has them"]


def _text(value: Json) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return " ".join(text.split()) or '""'


def _cut(text: str) -> str:
    return text if len(text) <= _WIDEST else text[: _WIDEST - 1] + "…"
