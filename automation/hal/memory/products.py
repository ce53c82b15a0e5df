"""The JSON files that memory tasks hand to one another, below the work directory."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path


def read_product(path: Path) -> dict[str, object]:
    """A JSON object that an earlier task wrote. Raises ``OSError`` if it is missing, ``ValueError`` if it is none."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise FileNotFoundError(f"{path} is missing: run the task that produces it first") from None
    except ValueError as error:
        raise ValueError(f"{path} is not valid JSON ({error}): run the task that produces it again") from None
    if not isinstance(content, dict):
        raise ValueError(f"{path} holds {type(content).__name__}, expected an object: run its task again")  # noqa: TRY004 - bad input, not a bad call
    return content


def write_text(path: Path, text: str) -> None:
    """Writes UTF-8 text, with the directories above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def write_product(path: Path, content: Mapping[str, object] | Sequence[object]) -> None:
    """Writes readable JSON, with the directories above it."""
    write_text(path, json.dumps(content, indent=1, ensure_ascii=False) + "\n")
