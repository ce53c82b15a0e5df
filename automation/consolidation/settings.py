"""The plan's variables, looked at before anything is run: a wrong one must not come out hours later."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from automation.consolidation.document import threshold
from automation.consolidation.phases import Number, number, yes


def check(stop_at: str, online: bool | str, **numbers: Number) -> None:
    """That each variable holds what it should. Raises ValueError that names every one that does not."""
    looks: list[Callable[[], object]] = [partial(threshold, stop_at), partial(yes, online)]
    looks += [partial(number, value, name.replace("_", "-")) for name, value in numbers.items()]
    problems = [problem for look in looks if (problem := _problem(look))]
    if problems:
        raise ValueError("; ".join(problems))


def _problem(look: Callable[[], object]) -> str:
    try:
        look()
    except ValueError as error:
        return str(error)
    return ""
