"""JSON documents as files: canonical writing, so that a hash means something, and reading with errors that help."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

Json = None | bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"]


def canonical(document: object) -> str:
    """The one text of a document: sorted keys, two spaces, a newline at the end; NaN and infinity are refused."""
    return json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"


def write_json(path: Path, document: object) -> str:
    """Write the canonical text, making folders as needed; returns its SHA-256."""
    return write_text(path, canonical(document))


def write_text(path: Path, text: str) -> str:
    """Write UTF-8 text, making folders as needed; returns its SHA-256."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return digest(text)


def digest(text: str) -> str:
    """SHA-256 of a text in UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()


def read_object(path: Path) -> dict[str, Json]:
    """A JSON object; OSError if the file is missing, ValueError that names file and line if it is something else."""
    document = read_json(path)
    if not isinstance(document, dict):
        raise ValueError(f"{path} holds {type(document).__name__}, not a JSON object")  # noqa: TRY004 - a file's fault
    return cast("dict[str, Json]", document)


def read_list(path: Path) -> list[Json]:
    """A JSON list; errors as for `read_object`."""
    document = read_json(path)
    if not isinstance(document, list):
        raise ValueError(f"{path} holds {type(document).__name__}, not a JSON list")  # noqa: TRY004 - a file's fault
    return cast("list[Json]", document)


def read_json(path: Path) -> Json:
    """Any JSON document; errors as for `read_object`."""
    try:
        return cast("Json", json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise FileNotFoundError(f"{path} is not there; the task that produces it must run first") from None
    except UnicodeDecodeError as error:
        raise ValueError(f"{path} is not UTF-8 text (byte {error.start})") from None
    except json.JSONDecodeError as error:
        raise ValueError(
            f"{path}, line {error.lineno}: {error.msg}; make it again with the task it comes from"
        ) from None
