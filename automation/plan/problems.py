"""What is wrong with a plan: one value a mistake, with its place and its remedy."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from automation.errors import ZtrError
from automation.plan import yaml_subset
from automation.plan.model import Place

MAX_READ: Final = yaml_subset.MAX_BYTES + 1
_USUAL: Final = 65_536
_MOST_NAMES: Final = 10
_MOST_SHOWN: Final = 60


class Problem(NamedTuple):
    """One mistake: where it stands, its path inside of the document, what was expected, and how to mend it."""

    place: Place
    path: str
    message: str
    remedy: str = ""

    def __str__(self) -> str:
        where = f"{self.place}: {self.path}" if self.path else str(self.place)
        return f"{where}: {self.message}. {self.remedy}".rstrip()


class PlanInvalid(ZtrError):
    """The plan cannot be used; `problems` holds every mistake of every file, in the order of files and places."""

    exit_code = 2

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        count = len(self.problems)
        lines = [f"The plan has {count} mistake{'' if count == 1 else 's'}:", *map(str, self.problems)]
        super().__init__("\n".join(lines))


class Source:
    """A file of the plan; its positions are read only when something is wrong."""

    __slots__ = ("_spots", "file")

    def __init__(self, file: str) -> None:
        self.file = file
        self._spots: dict[yaml_subset.Path, yaml_subset.Spot] | None = None

    def place(self, path: yaml_subset.Path, *, key: bool = False) -> Place:
        """Where the value at `path` (or its key) stands; the nearest thing around it where it is missing."""
        if self._spots is None:
            try:
                self._spots = yaml_subset.positions(self.read())
            except OSError:  # it has just been taken away
                self._spots = {}
        while path and path not in self._spots:
            path, key = path[:-1], True
        spot = self._spots.get(path)
        if spot is None:
            return Place(self.file)
        return Place(self.file, spot.key_line, spot.key_column) if key else Place(self.file, spot.line, spot.column)

    def read(self) -> bytes:
        """The file's bytes, cut just above the largest size that is allowed. Raises OSError."""
        with Path(self.file).open("rb", buffering=0) as file:
            # A buffer for the largest file costs more than reading a usual one.
            data = file.read(_USUAL) or b""
            while len(data) >= _USUAL and len(data) < MAX_READ and (more := file.read(MAX_READ - len(data))):
                data += more
            return data


class Problems:
    """The mistakes that were found so far."""

    def __init__(self) -> None:
        self.found: list[Problem] = []

    def add(self, source: Source, path: yaml_subset.Path, message: str, remedy: str = "", *, key: bool = False) -> None:
        """Note a mistake at `path`, at its key if the key is what is wrong."""
        self.found.append(Problem(source.place(path, key=key), path_text(path), message, remedy))

    def sorted(self) -> list[Problem]:
        """Each once, by file, line and column."""
        return sorted(dict.fromkeys(self.found), key=lambda problem: (problem.place, problem.path))


def path_text(path: yaml_subset.Path) -> str:
    """`("steps", 2, "with", "top-k")` → `steps[2].with.top-k`."""
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return "".join(parts).removeprefix(".")[:200]


def did_you_mean(name: str, known: Iterable[str], otherwise: Callable[[list[str]], str] | None = None) -> str:
    """`Did you mean 'steps'?`, or the names that there are."""
    from difflib import get_close_matches

    names = list(known)
    near = get_close_matches(name, names, n=1, cutoff=0.6)
    if near:
        return f"Did you mean {near[0]!r}?"
    if otherwise is not None:
        return otherwise(names)
    shown = ", ".join(names[:_MOST_NAMES]) + (", …" if len(names) > _MOST_NAMES else "")
    return f"There are: {shown}." if names else "There are none."


def shown(value: object) -> str:
    """A value in a message: short, on one line."""
    text = repr(value)
    return text if len(text) <= _MOST_SHOWN else text[: _MOST_SHOWN - 3] + "…" + text[-1]
