"""The marks in a summary issue: whose issue it is, and what each of its check boxes does. Pure.

The renderer writes them and the controls read them, so the grammar has this one home. Marks stand in HTML comments, so
the words beside them may change. Foreign text is escaped where it is rendered and can hold no comment.

The marker's `mac` binds it to one lineage (repository and plan): a marker that was copied from another repository or
plan, or mangled, is not ours. It is keyed with the lineage, which is no secret: it does not prove who wrote the
marker. That is what the issue's author is checked for.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable
from typing import Literal, NamedTuple, cast, get_args
from urllib.parse import quote, unquote

Verb = Literal["approve", "reject", "retry", "skip", "reset", "run", "pause", "resume"]
VERBS: frozenset[str] = frozenset(get_args(Verb))

ALL = "*"
"""In the place of a task: all that the issue listed for this verb; `def` is then the digest of that list."""

_HASH = 16
"""Hex digits of a definition that are shown: nobody has to guess one, it only has to differ when it changes."""

_MARKER = re.compile(r"^<!-- ztr:v1 plan=(\S+) serial=(\d{1,18}) mac=([0-9a-f]{16}) -->\s*$", re.MULTILINE)
_BOX = re.compile(
    r"^\s{0,8}[-*+] \[([ xX])\] <!-- ztr:([a-z]+)(?:=([^\s@=]{1,400})(?:@([^\s@=]{1,400}))?)?(?: def=(\S{1,64}))? -->"
)
_FENCE = re.compile(r"^\s{0,3}(```|~~~)")


class Control(NamedTuple):
    """What a check box asks for. `task` empty: the whole plan; `definition` stands for what the person saw: it is
    `judged` of a task that is to be approved or rejected, `shown` of any other.
    """

    verb: Verb
    task: str = ""
    slot: str = ""
    definition: str = ""


class Marker(NamedTuple):
    """Whose issue it is, and the serial of the state that it shows."""

    plan: str
    serial: int


def shown(definition: str) -> str:
    """A definition as the issue shows it."""
    return hashlib.sha256(definition.encode("utf-8", "backslashreplace")).hexdigest()[:_HASH]


def judged(definition: str, evidence: str) -> str:
    """What a box is bound to that judges what a task made: the definition and the evidence, as the issue shows them."""
    return shown(f"{definition}+{evidence}" if evidence else definition)


def digest(controls: Iterable[Control]) -> str:
    """What a box for many tasks is bound to: exactly these, defined like this."""
    told = sorted(f"{one.task}@{one.slot}={one.definition}" for one in controls)
    return shown("\n".join(told))


def box(control: Control, *, ticked: bool = False) -> str:
    """The beginning of a task list item that does what the control says."""
    about = f"={_quoted(control.task)}" if control.task else ""
    about += f"@{_quoted(control.slot)}" if control.slot else ""
    about += f" def={_quoted(control.definition)}" if control.definition else ""
    return f"- [{'x' if ticked else ' '}] <!-- ztr:{control.verb}{about} -->"


def read_box(line: str) -> tuple[Control, bool] | None:
    """The control of a line and whether it is ticked; none for any other line."""
    found = _BOX.match(line)
    if found is None or found[2] not in VERBS:
        return None
    control = Control(cast(Verb, found[2]), *(unquote(part or "") for part in found.groups()[2:]))
    return control, found[1] != " "


def boxes(body: str) -> dict[Control, bool]:
    """Every control of a body and whether it is ticked; a control that stands there twice is ticked if one is.

    Lines in a fenced code block are shown as they are and are no controls.
    """
    found: dict[Control, bool] = {}
    fence = ""
    for line in body.split("\n"):
        edge = _FENCE.match(line)
        if edge and fence in ("", edge[1]):
            fence = "" if fence else edge[1]
        elif not fence and (read := read_box(line)):
            found[read[0]] = found.get(read[0], False) or read[1]
    return found


def tick(body: str, controls: Iterable[Control]) -> str:
    """The body with these controls ticked, where it has them."""
    wanted = set(controls)
    if not wanted:
        return body
    return "\n".join(_ticked(line, wanted) for line in body.split("\n"))


def untick(body: str, controls: Iterable[Control]) -> str:
    """The body with these controls open again, where it has them."""
    wanted = set(controls)
    return "\n".join(_open(line, wanted) for line in body.split("\n")) if wanted else body


def newly_ticked(before: str, after: str) -> list[Control]:
    """The controls that were there unticked before and are ticked after, in the order of the body."""
    was = boxes(before)
    return [control for control, ticked in boxes(after).items() if ticked and was.get(control) is False]


def marker(plan: str, lineage: str, serial: int) -> str:
    """The first line of a plan's issue."""
    return f"<!-- ztr:v1 plan={_quoted(plan)} serial={serial} mac={_mac(plan, lineage)} -->"


def read_marker(body: str, lineage: str) -> Marker | None:
    """The first marker of that lineage in a body, if any."""
    for found in _MARKER.finditer(body):
        plan = unquote(found[1])
        if hmac.compare_digest(found[3], _mac(plan, lineage)):
            return Marker(plan, int(found[2]))
    return None


def plan_named(body: str) -> str:
    """The plan that the first marker of a body names, whoever wrote it; empty without one."""
    found = _MARKER.search(body)
    return unquote(found[1]) if found else ""


def _ticked(line: str, wanted: set[Control]) -> str:
    read = read_box(line)
    return line.replace("[ ]", "[x]", 1) if read and not read[1] and read[0] in wanted else line


def _open(line: str, wanted: set[Control]) -> str:
    read = read_box(line)
    return re.sub(r"\[[xX]\]", "[ ]", line, count=1) if read and read[1] and read[0] in wanted else line


def _mac(plan: str, lineage: str) -> str:
    return hmac.new(lineage.encode(), f"ztr:v1 plan={plan}".encode(), hashlib.sha256).hexdigest()[:16]


def _quoted(text: str) -> str:
    """In which neither a blank nor the end of a comment can stand."""
    return quote(text, safe="*+:.-", errors="backslashreplace").replace("--", "-%2D")
