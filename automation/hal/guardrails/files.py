"""Reading and writing the steps' products as JSON and JSON lines; failures name the file and the task that makes it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path


def write_json(path: Path, value: object) -> None:
    """Writes indented JSON; makes the directory."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=1, ensure_ascii=True) + "\n", "ascii")


def write_lines(path: Path, rows: Iterable[Mapping[str, object]]) -> None:
    """Writes one JSON object a line; makes the directory."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row, ensure_ascii=True) + "\n" for row in rows), "ascii")


def read_json(path: Path) -> dict[str, object]:
    """A JSON object; ValueError says which file is missing or damaged."""
    try:
        value = json.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise ValueError(f"{path}: there is no such report; run the task that makes it first") from error
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ValueError(f"{path}: not JSON ({error}); run the task that makes it again") from error
    if not isinstance(value, dict):
        raise ValueError(f"{path}: holds a {type(value).__name__}, expected an object")  # noqa: TRY004 - bad input
    return value
