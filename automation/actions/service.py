"""A request to a service as a value: what mock mode records and what is sent for real come from the same one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from automation.actions.base import BadInput, Call, Draft
from automation.plan.model import NO_TEXT, Json
from automation.plan.paths import UnsafePath, read_inside

LARGEST_INPUT = 20_000_000


class Prepared(NamedTuple):
    """One request. Secrets stand in `url` and `headers` as `${NAME}`, never in `json`: data cannot ask for a secret."""

    service: str
    method: str
    url: str
    json: Json
    headers: Mapping[str, str] = NO_TEXT

    def draft(self) -> Draft:
        """What the report shows of it."""
        request: dict[str, Json] = {"method": self.method, "url": self.url, "headers": dict(self.headers)}
        return Draft(target=f"{self.method} {self.url}", request={**request, "json": self.json})


def input_file(call: Call, key: str) -> Json:
    """The JSON in the file below the work directory that `with.<key>` names. Raises `BadInput`."""
    name = str(call.inputs[key])
    try:
        value: Json = json.loads(text_file(call.workdir, name, key))
    except (ValueError, RecursionError) as error:
        raise error if isinstance(error, BadInput) else BadInput(f"{key}: {name} is not JSON ({error})") from error
    return value


def text_file(root: Path, name: str, key: str) -> str:
    """The text of a file below `root`. Raises `BadInput`."""
    try:
        return read_inside(root, name, LARGEST_INPUT).decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadInput(f"{key}: {name} is not UTF-8") from error
    except UnsafePath as error:
        raise BadInput(f"{key}: {error}") from error
    except FileNotFoundError as error:
        raise BadInput(
            f"{key}: {name} is not there; is it written by an earlier step, or produced by a needed task?"
        ) from error
    except OSError as error:
        raise BadInput(f"{key}: {name}: {error.strerror}") from error


def exactly_one(call: Call, keys: Sequence[str], action: str) -> str:
    """Which of these keys the step gives. Raises `BadInput` unless it is one."""
    given = [key for key in keys if call.inputs.get(key) is not None]
    if len(given) != 1:
        raise BadInput(f"{action} needs exactly one of {' and '.join(keys)}")
    return given[0]
