"""A catalogue whose names are known at once and whose entries are imported when they are looked up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Generic, TypeVar

Entry = TypeVar("Entry")


class LazyCatalogue(Mapping[str, Entry], Generic[Entry]):
    """Name to entry, given as name to `module:attribute`. Asking for names, length or membership imports nothing."""

    def __init__(self, places: Mapping[str, str], kind: type[Entry]) -> None:
        self._places = dict(places)
        self._kind = kind
        self._loaded: dict[str, Entry] = {}

    def __getitem__(self, name: str) -> Entry:
        if name not in self._loaded:
            module, _, attribute = self._places[name].partition(":")
            entry = getattr(import_module(module), attribute)
            if not isinstance(entry, self._kind):
                raise TypeError(f"{module}:{attribute} is not a {self._kind.__name__}")
            self._loaded[name] = entry
        return self._loaded[name]

    def __contains__(self, name: object) -> bool:
        return name in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)
