"""The folder of public data: rows read and checked, and a hash that names what was measured."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

Row = Mapping[str, object]
Fields = Mapping[str, type | tuple[type, ...]]


class BadFolder(Exception):
    """The folder is not of the expected shape; the message says where and what was expected."""


def read_rows(folder: Path, name: str, fields: Fields) -> list[Row]:
    """The rows of a JSONL file in the folder, each an object with at least these fields of these types.

    Raises `BadFolder` naming file, line and field.
    """
    if not folder.is_dir():
        raise BadFolder(f"{folder} is no folder: give the folder that holds {name}")
    path = folder / name
    try:
        # Not splitlines: a text may hold other line ends than the newline that JSONL means.
        lines = path.read_bytes().decode("utf-8").split("\n")
    except FileNotFoundError:
        there = ", ".join(sorted(item.name for item in folder.glob("*.jsonl"))) or "no JSONL file"
        raise BadFolder(f"{folder} has no {name} (it holds {there})") from None
    except (OSError, UnicodeDecodeError) as error:
        raise BadFolder(f"{path} cannot be read as UTF-8 text: {error}") from None
    found = [_row(line, f"{path}:{number}", fields) for number, line in enumerate(lines, 1) if line.strip()]
    if not found:
        raise BadFolder(f"{path} holds no rows")
    return found


def digest(folder: Path, names: Sequence[str]) -> str:
    """SHA-256 over the named files and their names, shortened to 16 digits: the same data, the same hash."""
    whole = hashlib.sha256()
    for name in sorted(names):
        content = (folder / name).read_bytes()
        whole.update(f"{name} {len(content)}\n".encode() + content)
    return whole.hexdigest()[:16]


def _row(line: str, where: str, fields: Fields) -> Row:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise BadFolder(f"{where}: no JSON ({error})") from None
    if not isinstance(row, dict):
        raise BadFolder(f"{where}: expected an object, got {type(row).__name__}")
    for name, kind in fields.items():
        if name not in row:
            raise BadFolder(f"{where}: the field {name} is missing (there are {', '.join(row)})")
        if not isinstance(row[name], kind):
            wanted = kind.__name__ if isinstance(kind, type) else " or ".join(one.__name__ for one in kind)
            raise BadFolder(f"{where}: {name} is {json.dumps(row[name])[:60]}, expected {wanted}")
    return row
