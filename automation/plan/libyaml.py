"""PyYAML with its parser in C, imported without what only its parser in Python needs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

__all__ = [
    "AliasEvent",
    "CParser",
    "DocumentStartEvent",
    "MappingEndEvent",
    "MappingStartEvent",
    "ScalarEvent",
    "SequenceEndEvent",
    "SequenceStartEvent",
    "yaml",
]


class _Later:
    """A pattern that is compiled when it is first used."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern

    def __getattr__(self, name: str) -> Any:
        return getattr(re.compile(self._pattern), name)


@contextmanager
def _without_the_pattern_of_all_characters() -> Iterator[None]:
    """`yaml.reader` compiles, when it is imported, a pattern of everything that can be printed: 4 ms, a tenth of ztr's
    whole start, for the sake of the parser in Python. Here it is compiled when it is used.
    """
    compile_now = re.compile

    def compile_or_wait(pattern: Any, flags: int = 0) -> Any:
        if isinstance(pattern, str) and "\U00010000-\U0010ffff" in pattern:
            return _Later(pattern)
        return compile_now(pattern, flags)

    re.compile = compile_or_wait
    try:
        yield
    finally:
        re.compile = compile_now


with _without_the_pattern_of_all_characters():
    import yaml
    from yaml.events import (
        AliasEvent,
        DocumentStartEvent,
        MappingEndEvent,
        MappingStartEvent,
        ScalarEvent,
        SequenceEndEvent,
        SequenceStartEvent,
    )

try:
    from yaml._yaml import CParser
except ImportError:  # PyYAML was built without libyaml
    CParser = None  # type: ignore[assignment,misc]  # the stubs know only PyYAML with libyaml
