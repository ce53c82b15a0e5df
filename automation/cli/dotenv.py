"""The file `.env`: settings and secrets of one checkout, where no other place is at hand. Never committed.

It is read where ztr is started and not on GitHub, where secrets have a place of their own; what the environment says
already wins.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from pathlib import Path
from typing import NamedTuple

from automation.errors import UsageError

NAME = ".env"


class Known(NamedTuple):
    """A setting that ztr reads from the environment: its name, what it is without one, and what it does."""

    name: str
    default: str
    about: str


KNOWN = (
    Known("ZTR_PLAN", "", "The plan's folder; empty: the only one, or pyproject.toml's."),
    Known("ZTR_MODE", "auto", "mock, auto, provision or dry-run; scripts/run.sh takes mock where nothing is set."),
    Known("ZTR_APPROVALS", "auto", "auto, or manual: every task waits for a person after its gates."),
    Known("ZTR_JOBS", "", "Tasks at the same time; empty: one a core, at most four."),
    Known("ZTR_STATE", ".ztr", "The folder for state, reports and products."),
    Known(
        "ZTR_SECRETS", "", 'Secrets as one JSON object, {"NAME": "value"}, beside those that have a line of their own.'
    ),
)
"""The settings, in the order in which `.env.example` lists them."""


def read_dotenv(folder: Path, environment: MutableMapping[str, str]) -> None:
    """Add what `.env` in that folder says and the environment does not. Raises `UsageError`, naming file and line."""
    path = folder / NAME
    if environment.get("GITHUB_ACTIONS") == "true" or not path.is_file():
        return
    for name, value in parse(path).items():
        environment.setdefault(name, value)


def parse(path: Path) -> Mapping[str, str]:
    """The file's names and values; a line `NAME=` gives an empty one. Raises `UsageError`, naming file and line."""
    from dotenv.parser import parse_stream

    found: dict[str, str] = {}
    try:
        with path.open(encoding="utf-8") as file:
            for binding in parse_stream(file):
                if binding.error or (binding.key is not None and binding.value is None):
                    # The line is not shown: it may hold a secret. What was read begins with the blank lines before it.
                    text = binding.original.string
                    line = binding.original.line + text[: len(text) - len(text.lstrip())].count("\n")
                    raise UsageError(f"{path}:{line}: not NAME=value", "mend the line, or remove it")
                if binding.key is not None:
                    found[binding.key] = binding.value or ""
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise UsageError(f"{path}: cannot be read: {why}", "make it a readable text file, or remove it") from error
    return found
