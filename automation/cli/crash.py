"""What is kept of an internal error: a traceback without local values, redacted, for whoever reports it."""

from __future__ import annotations

import json
import os
import tempfile
import traceback
from collections.abc import Iterator, Mapping
from pathlib import Path

from automation import __version__
from automation.cli.settings import PASSED_ON
from automation.engine.redact import Redactor

_HARMLESS = frozenset({*PASSED_ON, "PWD", "OLDPWD", "SHELL", "USER", "LOGNAME", "TERM", "EDITOR", "PYTHONPATH"})


def write_crash_file(error: BaseException, environment: Mapping[str, str] = os.environ) -> Path:
    """Write the traceback to a new file that only its owner can read, and give its path.

    Nobody knows here what of the environment is a secret, so every value of it is taken out but for well-known harmless
    ones and paths that exist.
    """
    text = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    secrets = {f"{number}": value for number, value in enumerate(_values(environment))}
    descriptor, name = tempfile.mkstemp(prefix="ztr-crash-", suffix=".txt")  # mkstemp: mode 0600
    with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
        file.write(f"ztr {__version__}\n{Redactor(secrets).text(text)}")
    return Path(name)


def _values(environment: Mapping[str, str]) -> Iterator[str]:
    for name, value in environment.items():
        if name in _HARMLESS or (value.startswith("/") and Path(value).exists()):
            continue
        yield value
        if name == "ZTR_SECRETS":
            yield from _texts(value)


def _texts(value: str) -> Iterator[str]:
    try:
        found = json.loads(value)
    except ValueError:
        return
    yield from (text for text in found.values() if isinstance(text, str)) if isinstance(found, dict) else ()
