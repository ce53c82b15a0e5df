"""How verbs write: JSON for scripts, lines for people, colours only where somebody sees them."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence

import click

from automation.plan.model import Json

RED, GREEN, YELLOW, BOLD, DIM = "31", "32", "33", "1", "2"
STYLES: Mapping[str, str] = {
    "done": GREEN,
    "mocked": YELLOW,
    "failed": RED,
    "unknown": RED,
    "blocked": RED,
    "refused": RED,
    "missing": YELLOW,
    "present": GREEN,
    "granted": GREEN,
}


def colours() -> bool:
    """Whether standard output is a terminal and nobody has asked for plain text."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def paint(text: str, style: str) -> str:
    """The text in an ANSI style, on a terminal only."""
    return f"\x1b[{style}m{text}\x1b[0m" if style and colours() else text


def say(text: str = "", *, end: str = "\n") -> None:
    """One or more lines on standard output. When its reader has left (`| head`), the verb goes on in silence.

    So its exit code is what it would have been.
    """
    try:
        click.echo(f"{text}{end}", nl=False)
    except BrokenPipeError:
        leave_quietly()
    except OSError as error:  # a full disk behind `> file`: the work is done, only its telling is not
        leave_quietly()
        click.echo(f"ztr: standard output cannot be written: {error.strerror}", err=True)


def say_next(text: str, options: str) -> None:
    """Say what to do next: its commands name the plan and the state that this call named."""
    from monitoring.render.hints import repeated

    say(repeated(text, options))


def leave_quietly() -> None:
    """From now on whatever is written to standard output is dropped."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def say_json(value: Json) -> None:
    """One JSON document for scripts."""
    say(json.dumps(value, ensure_ascii=False, indent=2, default=_plain))


def columns(rows: Iterable[Sequence[str]], *, indent: str = "") -> list[str]:
    """Rows as lines, each cell but the last one as wide as its column's widest."""
    found = [tuple(row) for row in rows]
    count = max((len(row) for row in found), default=0)
    widths = [max((len(row[at]) for row in found if len(row) > at + 1), default=0) for at in range(count)]
    return [
        indent
        + "  ".join([*(f"{cell:{width}}" for cell, width in zip(row[:-1], widths, strict=False)), row[-1]]).rstrip()
        for row in found
    ]


def _plain(value: object) -> Json:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"a {type(value).__name__} is no JSON value")
